#include "nodes/decode/tiff/file.hpp"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace radflow {
namespace {

// What libtiff may allocate at once for tables: pixels go into buffers of our own, which are asked for.
constexpr tmsize_t largest_table = tmsize_t{64} << 20;

// The first line, without bytes that are no text: the words may quote the file.
std::string said(const char* format, va_list words) {
  char text[256] = "";
  std::vsnprintf(text, sizeof text, format, words);
  std::string line{text};
  for (char& c : line)
    if (c < ' ' || c > '~') c = '?';
  return line;
}

tmsize_t no_write(thandle_t, void*, tmsize_t) { return -1; }
int no_close(thandle_t) { return 0; }
void no_unmap(thandle_t, void*, toff_t) {}

}  // namespace

int TiffFile::on_error(TIFF*, void* state, const char*, const char* format, va_list words) {
  auto& error = static_cast<State*>(state)->error;
  if (error.empty()) error = said(format, words);
  return 1;  // and nobody else is told
}

int TiffFile::on_warning(TIFF*, void* state, const char* module, const char* format, va_list words) {
  const std::string_view from{module ? module : ""};
  if (!from.starts_with("JPEG") && !from.starts_with("Fax")) return 1;
  const std::string text = said(format, words);
  // The last strip's codestream may be as high as the others': nothing is made up then.
  if (text.starts_with("JPEG strip size exceeds")) return 1;
  auto& fill_up = static_cast<State*>(state)->fill_up;
  if (fill_up.empty()) fill_up = text;
  return 1;
}

Result<TiffFile> TiffFile::open(ByteSpan bytes) {
  // A few places in libtiff know only the handlers of the process, which print.
  [[maybe_unused]] static const bool silent = [] {
    TIFFSetErrorHandler(nullptr);
    TIFFSetWarningHandler(nullptr);
    return true;
  }();
  TiffFile file;
  file.state_ = std::make_unique<State>();
  file.state_->bytes = bytes;
  const std::unique_ptr<TIFFOpenOptions, decltype(&TIFFOpenOptionsFree)> options{TIFFOpenOptionsAlloc(),
                                                                                 &TIFFOpenOptionsFree};
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), largest_table);
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), &on_error, file.state_.get());
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), &on_warning, file.state_.get());
  const auto read = [](thandle_t state, void* to, tmsize_t count) -> tmsize_t {
    auto& [bytes, position, error, fill_up] = *static_cast<State*>(state);
    if (count <= 0 || position >= bytes.size()) return 0;
    const auto taken = std::min<std::uint64_t>(static_cast<std::uint64_t>(count), bytes.size() - position);
    std::memcpy(to, bytes.data() + position, taken);
    position += taken;
    return static_cast<tmsize_t>(taken);
  };
  const auto seek = [](thandle_t state, toff_t to, int from) -> toff_t {
    auto& [bytes, position, error, fill_up] = *static_cast<State*>(state);
    return position = to + (from == SEEK_CUR ? position : from == SEEK_END ? bytes.size() : 0);
  };
  const auto size = [](thandle_t state) -> toff_t { return static_cast<State*>(state)->bytes.size(); };
  const auto map = [](thandle_t state, void** base, toff_t* length) -> int {
    const ByteSpan mapped = static_cast<State*>(state)->bytes;
    *base = const_cast<std::uint8_t*>(mapped.data());
    *length = mapped.size();
    return 1;
  };
  file.handle_.reset(TIFFClientOpenExt("", "r", file.state_.get(), read, no_write, seek, no_close, size, map,
                                       no_unmap, options.get()));
  if (!file.handle_) return file.damage();
  return file;
}

ByteSpan TiffFile::part(std::uint64_t offset, std::uint64_t size) const {
  const ByteSpan bytes = state_->bytes;
  if (offset >= bytes.size()) return {};
  return bytes.subspan(offset, std::min<std::uint64_t>(size, bytes.size() - offset));
}

void TiffFile::forget() const {
  state_->error.clear();
  state_->fill_up.clear();
}

Error TiffFile::damage() const {
  const std::string& words = state_->error.empty() ? state_->fill_up : state_->error;
  std::string detail = "the TIFF file is damaged or cut short";
  if (!words.empty()) detail += ": libtiff says \"" + words + "\"";
  return {"malformed", std::move(detail)};
}

bool TiffFile::was_filled_up() const { return !state_->fill_up.empty(); }

}  // namespace radflow
