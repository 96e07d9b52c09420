#include "cli/interruption.hpp"

#include <atomic>

namespace radflow::cli {
namespace {

constexpr std::array signals{SIGINT, SIGTERM, SIGHUP};
std::atomic<bool> asked = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler writes it");

}  // namespace

Interruption::Interruption() {
  asked = false;
  struct sigaction now {};
  now.sa_handler = [](int) { asked = true; };
  now.sa_flags = SA_RESETHAND;
  for (std::size_t i = 0; i < signals.size(); ++i) {
    sigaction(signals[i], nullptr, &before_[i]);
    // As nohup wants it.
    if (before_[i].sa_handler != SIG_IGN) sigaction(signals[i], &now, nullptr);
  }
}

Interruption::~Interruption() {
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &before_[i], nullptr);
}

bool Interruption::came() { return asked; }

}  // namespace radflow::cli
