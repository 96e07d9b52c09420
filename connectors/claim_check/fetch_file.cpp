#include "connectors/claim_check/fetch_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "connectors/descriptor.hpp"

namespace radflow {
namespace {

// Of a path below the prefix: what the sender named wrongly is the record's fault, the rest is not.
Error file_error(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:  // a link where a folder should be, too
    case ENAMETOOLONG:
      return {"claim_not_found", "no such file below the prefix"};
    case ELOOP:
      return {"claim_not_allowed", "the file is a symbolic link"};
    case EACCES:
    case EPERM:
      return {"claim_refused", "the file may not be read"};
    default:
      return claim_unreachable(std::strerror(error));
  }
}

// "" in the prefix's folder itself does not happen: an address is longer than its prefix.
Result<int> open_below(const std::string& folder, const std::string& path) {
  Descriptor at{open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
  if (at.number() < 0) return claim_unreachable(std::strerror(errno));  // not mounted
  for (std::size_t begin = 0;;) {
    const std::size_t end = path.find('/', begin);
    const std::string name = path.substr(begin, end - begin);
    const int flags = O_NOFOLLOW | O_CLOEXEC;
    if (end == std::string::npos) {
      const int file = openat(at.number(), name.c_str(), flags | O_RDONLY | O_NONBLOCK);
      if (file < 0) return file_error(errno);
      return file;
    }
    if (!name.empty()) {
      const int next = openat(at.number(), name.c_str(), flags | O_PATH | O_DIRECTORY);
      if (next < 0) return file_error(errno);
      at.reset(next);
    }
    begin = end + 1;
  }
}

}  // namespace

Result<std::string> fetch_file(const Claim& claim, const FetchLimits& limits, const FetchControl& control) {
  const Result<int> opened = open_below(claim.place->path, claim.file);
  if (!opened) return opened.error();
  const Descriptor file{*opened};
  struct stat what {};
  if (fstat(file.number(), &what)) return claim_unreachable(std::strerror(errno));
  if (!S_ISREG(what.st_mode)) return Error{"claim_not_allowed", "what is there is no regular file"};
  if (what.st_size > limits.max_bytes) return claim_too_large(what.st_size, limits);
  if (!control.room(what.st_size)) return claim_unreachable("ended");
  std::string bytes(static_cast<std::size_t>(what.st_size), '\0');
  for (std::size_t done = 0; done < bytes.size();) {
    if (control.give_up()) return claim_unreachable("ended");
    constexpr std::size_t block = std::size_t{4} << 20;
    const ssize_t more = read(file.number(), bytes.data() + done, std::min(block, bytes.size() - done));
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) return claim_unreachable(std::strerror(errno));
    if (more == 0) bytes.resize(done);  // it was cut meanwhile: the digest will tell
    done += static_cast<std::size_t>(more);
  }
  return bytes;
}

}  // namespace radflow
