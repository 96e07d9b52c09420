// TiffFile: a TIFF file in memory, open in libtiff, which can neither write nor print: what it has to say is
// kept. One thread at a time.
#pragma once

#include <tiffio.h>

#include <memory>
#include <string>

#include "nodes/decode/reader.hpp"

namespace radflow {

class TiffFile {
 public:
  // The bytes outlive the file. Its first directory is read. Errors: malformed.
  static Result<TiffFile> open(ByteSpan bytes);

  TIFF* handle() const { return handle_.get(); }
  // The bytes of the file from `offset` on, at most `size`; fewer where the file ends.
  ByteSpan part(std::uint64_t offset, std::uint64_t size) const;

  // Forgets what libtiff said before, so that damage() speaks of what comes next.
  void forget() const;
  // The error "malformed" with libtiff's own words. It says that the page is damaged or cut short.
  Error damage() const;
  // libtiff fills up what a codestream of JPEG or a fax lacks and only warns: true if it did.
  bool was_filled_up() const;

 private:
  struct State {
    ByteSpan bytes;
    std::uint64_t position = 0;  // where libtiff reads next
    std::string error;           // the first one since forget()
    std::string fill_up;         // the first warning that pixels were made up
  };
  static int on_error(TIFF*, void* state, const char* module, const char* format, va_list words);
  static int on_warning(TIFF*, void* state, const char* module, const char* format, va_list words);

  struct Close {
    void operator()(TIFF* handle) const { TIFFClose(handle); }
  };
  std::unique_ptr<State> state_;  // before the handle, which points to it
  std::unique_ptr<TIFF, Close> handle_;
};

}  // namespace radflow
