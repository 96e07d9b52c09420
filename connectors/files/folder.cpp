#include "connectors/files/folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fnmatch.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>

#include "connectors/descriptor.hpp"
#include "connectors/log.hpp"
#include "graph/param.hpp"
#include "graph/text.hpp"

namespace radflow {
namespace {

namespace fs = std::filesystem;

bool hidden(const fs::path& path) {
  const std::string_view text = path.native();
  return text.substr(text.rfind('/') + 1).starts_with('.');
}

struct Listing {
  std::vector<InputFile> files;
  std::vector<std::string> left_out;

  void add(const fs::path& file, const fs::path& root) {
    const std::string relative = below(file, root);
    std::string folder;  // the last one
    if (const std::size_t end = relative.rfind('/'); end != std::string::npos && end > 0) {
      const std::size_t begin = relative.rfind('/', end - 1) + 1;
      folder = relative.substr(begin, end - begin);
    }
    files.push_back({file.string(), relative, folder});
  }

 private:
  // Of thousands of files, std::filesystem takes ten allocations for each.
  static std::string below(const fs::path& file, const fs::path& root) {
    std::string_view rest = file.native();
    const std::string& top = root.native();
    if (!rest.starts_with(top)) return file.lexically_relative(root).generic_string();
    rest.remove_prefix(top.size());
    if (!top.ends_with('/') && !rest.starts_with('/')) return file.lexically_relative(root).generic_string();
    return std::string{rest.substr(top.ends_with('/') ? 0 : 1)};
  }
};

// By itself: a std::filesystem::recursive_directory_iterator does not say which folder it could not read.
void walk(const fs::path& folder, const fs::path& root, Listing& listing) {
  for (const fs::directory_entry& entry : fs::directory_iterator{folder}) {
    if (hidden(entry.path())) continue;
    if (entry.is_directory() && !entry.is_symlink())
      walk(entry.path(), root, listing);
    else if (entry.is_regular_file())
      listing.add(entry.path(), root);
    else
      listing.left_out.push_back(entry.path().string());
  }
}

// The folder before the first part that holds a wildcard.
fs::path fixed_part(const fs::path& pattern) {
  fs::path fixed;
  for (const fs::path& part : pattern) {
    if (part.string().find_first_of("*?[") != std::string::npos) break;
    fixed /= part;
  }
  return fixed.empty() ? "." : fixed;
}

std::vector<fs::path> expand(const std::string& pattern) {
  glob_t found{};
  const std::unique_ptr<glob_t, decltype(&globfree)> release{&found, &globfree};
  const int status = ::glob(pattern.c_str(), GLOB_ERR | GLOB_NOSORT, nullptr, &found);
  if (status == GLOB_ABORTED)
    throw ParamError{"path", fmt::format("'{}': a folder on its way cannot be read", pattern)};
  return {found.gl_pathv, found.gl_pathv + (status == 0 ? found.gl_pathc : 0)};
}

void list(const std::string& pattern, Listing& listing) {
  const fs::path path = fs::path{pattern}.lexically_normal();
  if (fs::is_directory(path)) return walk(path, path, listing);
  if (fs::is_regular_file(path)) return listing.add(path, path.parent_path());
  const fs::path root = fixed_part(path);
  if (fs::exists(path)) throw ParamError{"path", fmt::format("'{}' is neither a folder nor a file", pattern)};
  if (root == path)
    throw ParamError{"path", fmt::format("'{}' does not exist; give a folder, a file or a glob", pattern)};
  for (const fs::path& match : expand(path.string())) {
    if (fs::is_directory(match))
      walk(match, root, listing);
    else if (fs::is_regular_file(match))
      listing.add(match, root);
    else
      listing.left_out.push_back(match.string());
  }
}

// Calls look(); what the file system refuses becomes a ParamError.
void as_param_error(const std::function<void()>& look) {
  try {
    look();
  } catch (const fs::filesystem_error& e) {
    throw ParamError{"path", fmt::format("'{}' cannot be read: {}", e.path1().string(), e.code().message())};
  }
}

}  // namespace

std::vector<InputFile> list_files(const std::string& pattern) {
  Listing listing;
  as_param_error([&] { list(pattern, listing); });
  auto& [files, left_out] = listing;
  if (!left_out.empty())
    log_warning(
        fmt::format(
            "{} left out of '{}', neither files nor folders (a link to nothing or to a folder, a pipe): {}{}",
            left_out.size() == 1 ? "1 entry is" : fmt::format("{} entries are", left_out.size()), pattern,
            *std::ranges::min_element(left_out), left_out.size() == 1 ? "" : ", ..."),
        named("files", {{"path", pattern}, {"count", left_out.size()}}));
  if (files.empty()) throw ParamError{"path", fmt::format("'{}' holds no files", pattern)};
  std::ranges::sort(files, {}, &InputFile::relative);
  return files;
}

void check_input(const std::string& pattern) {
  as_param_error([&] {
    const fs::path path = fs::path{pattern}.lexically_normal();
    if (fs::is_directory(path)) {
      fs::directory_iterator{path};
    } else {
      Listing listing;
      if (fs::exists(path) || fixed_part(path) == path) return list(pattern, listing);
      if (expand(path.string()).empty())
        throw ParamError{"path", fmt::format("'{}' holds no files", pattern)};
    }
  });
}

std::string input_name(const std::string& pattern) {
  fs::path root = fs::absolute(pattern).lexically_normal();
  if (!fs::exists(root)) root = fixed_part(root);
  return (root.has_filename() ? root : root.parent_path()).filename().string();
}

std::optional<std::string_view> content_type(std::string_view path) {
  static constexpr std::array<std::array<std::string_view, 2>, 8> types{{{"*.dcm", "application/dicom"},
                                                                         {"*.dicom", "application/dicom"},
                                                                         {"*.ima", "application/dicom"},
                                                                         {"*.png", "image/png"},
                                                                         {"*.jpg", "image/jpeg"},
                                                                         {"*.jpeg", "image/jpeg"},
                                                                         {"*.tif", "image/tiff"},
                                                                         {"*.tiff", "image/tiff"}}};
  const std::string name{path};
  for (const auto& [pattern, type] : types)
    if (fnmatch(pattern.data(), name.c_str(), FNM_CASEFOLD) == 0) return type;
  return std::nullopt;
}

namespace {

struct Contents {
  Bytes bytes;
  std::int64_t changed_ms = 0;
};

Result<Contents> read_contents(const std::string& path, std::string_view what) {
  const auto fail = [&](int error) {
    return Error{"unreadable", fmt::format("the {} cannot be read: {}", what, std::strerror(error))};
  };
  const Descriptor opened{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (opened.number() < 0) return fail(errno);
  struct stat status {};
  if (::fstat(opened.number(), &status) != 0) return fail(errno);

  const auto size = static_cast<std::size_t>(status.st_size);
  const auto buffer = std::make_shared_for_overwrite<char[]>(size);
  std::size_t filled = 0;
  while (filled < size) {
    const ssize_t got = ::read(opened.number(), buffer.get() + filled, size - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(errno);
    if (got == 0) break;  // cut while it was read: what is left is what there is
    filled += static_cast<std::size_t>(got);
  }
  return Contents{Bytes::view(buffer, buffer.get(), filled),
                  status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1'000'000};
}

}  // namespace

Record unread_file(const InputFile& file) {
  Record record;
  record.key = file.relative;
  record.headers.reserve(3);
  if (const auto type = content_type(file.path))
    record.headers.push_back({"content-type", std::string{*type}});
  if (!file.label.empty()) record.headers.push_back({"label", file.label});
  return record;
}

Result<Record> try_read_file(const InputFile& file) {
  Result<Contents> contents = read_contents(file.path, "file");
  if (!contents) return contents.error();
  Record record = unread_file(file);
  record.value = std::move(contents->bytes);
  record.timestamp_ms = contents->changed_ms;
  if (!file.mask.empty() && !lacks_mask(file)) {
    const Result<Contents> mask = read_contents(file.mask, "mask");
    if (!mask) return mask.error();
    record.headers.push_back({"radflow-mask", base64(mask->bytes.text())});
  }
  return record;
}

Record read_file(const InputFile& file) {
  Result<Record> record = try_read_file(file);
  if (!record) throw std::runtime_error{fmt::format("{}: {}", file.path, record.error().detail)};
  return *std::move(record);
}

}  // namespace radflow
