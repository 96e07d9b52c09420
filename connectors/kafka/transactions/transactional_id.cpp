#include "connectors/kafka/transactions/transactional_id.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <random>

#include "connectors/log.hpp"
#include "graph/digest.hpp"

namespace radflow::kafka {
namespace {

std::string host() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

}  // namespace

TransactionalId::TransactionalId(const std::string& group, const std::string& instance)
    : stem_{fmt::format("radflow-{}-{}", group, instance.empty() ? host() : instance)},
      given_{!instance.empty()} {
  if (given_) {
    text_ = stem_;
    return;
  }
  std::error_code ignored;
  const auto folder =
      std::filesystem::temp_directory_path(ignored) / fmt::format("radflow-transactions-{}", geteuid());
  std::filesystem::create_directory(folder, ignored);
  const std::string digest = xxh3_digest(group).substr(5);
  for (int number = 0; number < 1000; ++number) {
    const std::string file = (folder / fmt::format("{}-{}", digest, number)).string();
    const int opened = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (opened < 0) break;
    if (flock(opened, LOCK_EX | LOCK_NB) == 0) {
      lock_ = opened;
      text_ = fmt::format("{}-{}", stem_, number);
      return;
    }
    close(opened);
  }
  be_random();
  log_warning(fmt::format("no lock in {}: after a crash the next start waits for transaction.timeout.ms; set "
                          "group.instance.id",
                          folder.string()),
              named("transactions", {{"folder", folder.string()}}));
}

TransactionalId::~TransactionalId() {
  if (lock_ >= 0) close(lock_);
}

// Safe as well: the group's generation fences. But what a crash leaves open ends by transaction.timeout.ms.
void TransactionalId::be_random() { text_ = fmt::format("{}-{:08x}", stem_, std::random_device{}()); }

void TransactionalId::change() {
  if (!given_) be_random();
}

}  // namespace radflow::kafka
