#include "connectors/append_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace radflow {

ParamError cannot_write(const std::string& path, const std::string& why) {
  return {"path",
          fmt::format("'{}' cannot be written: {}; make its folder, or choose another path", path, why)};
}

int open_to_append(const std::string& path, bool empty_it) {
  const int descriptor =
      ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | (empty_it ? O_TRUNC : 0), 0666);
  if (descriptor < 0) throw cannot_write(path, std::strerror(errno));
  return descriptor;
}

bool is_regular(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

off_t end_of_lines(int descriptor, off_t size) {
  std::array<char, 65536> block;
  while (size > 0) {
    const auto length = static_cast<std::size_t>(std::min<off_t>(size, block.size()));
    if (::pread(descriptor, block.data(), length, size - static_cast<off_t>(length)) !=
        static_cast<ssize_t>(length))
      return -1;
    const std::string_view text{block.data(), length};
    if (const std::size_t feed = text.rfind('\n'); feed != std::string_view::npos)
      return size - static_cast<off_t>(length - feed - 1);
    size -= static_cast<off_t>(length);
  }
  return 0;
}

}  // namespace radflow
