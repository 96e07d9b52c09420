#include "connectors/append_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "connectors/log.hpp"

namespace radflow {

ParamError cannot_write(const std::string& path, const std::string& why) {
  return {"path",
          fmt::format("'{}' cannot be written: {}; make its folder, or choose another path", path, why)};
}

namespace {

bool is_regular(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

AppendFile::AppendFile(std::string sink, std::string path, IfExists if_exists)
    : sink_{std::move(sink)}, path_{std::move(path)}, overwrite_{if_exists == IfExists::Overwrite} {
  open();
}

AppendFile::AppendFile(int opened) : overwrite_{false}, file_{opened}, regular_{is_regular(opened)} {}

AppendFile::~AppendFile() {
  if (made_ && !begun_) ::unlink(path_.c_str());
}

void AppendFile::begin() {
  if (overwrite_ && regular_ && ::ftruncate(descriptor(), 0) != 0)
    throw cannot_write(path_, std::strerror(errno));
  begun_ = true;
}

bool AppendFile::follow() {
  if (path_.empty() || !regular_) return false;
  struct stat there {
  }, opened{};
  if (::stat(path_.c_str(), &there) == 0 && ::fstat(descriptor(), &opened) == 0 &&
      there.st_dev == opened.st_dev && there.st_ino == opened.st_ino)
    return false;
  open();
  log_info(path_ + ": was moved or deleted: opened anew", named(sink_, {{"path", path_}}));
  return true;
}

std::string AppendFile::cut_off(off_t end) const {
  const off_t bytes = ::lseek(descriptor(), 0, SEEK_END) - end;
  log_warning(fmt::format("{}: removing its last {} bytes, a line that was cut short and never acknowledged",
                          path_, bytes),
              named(sink_, {{"path", path_}, {"bytes", bytes}}));
  return ::ftruncate(descriptor(), end) == 0 ? "" : std::strerror(errno);
}

void AppendFile::open() {
  constexpr int flags = O_RDWR | O_APPEND | O_CLOEXEC;
  int opened = ::open(path_.c_str(), flags | O_CREAT | O_EXCL, 0666);
  const bool made = opened >= 0;
  // A link to a file that is not there yet exists, and its file is made.
  if (!made) opened = ::open(path_.c_str(), flags | O_CREAT, 0666);
  if (opened < 0) throw cannot_write(path_, std::strerror(errno));
  const bool regular = is_regular(opened);
  // Some network file systems have no locks: there nothing is kept from being written by two.
  if (regular && ::flock(opened, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    ::close(opened);
    throw ParamError{
        "path",
        fmt::format("'{}' is being written by another run: let that end, or choose another path", path_)};
  }
  file_.reset(opened);
  regular_ = regular;
  made_ = made;
}

bool begins_with(int descriptor, std::string_view beginning) {
  std::string text(beginning.size(), '\0');
  const ssize_t length = ::pread(descriptor, text.data(), text.size(), 0);
  if (length <= 0) return false;
  const std::string_view read = std::string_view{text}.substr(0, static_cast<std::size_t>(length));
  return beginning.starts_with(read.substr(0, read.find('\0')));
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
