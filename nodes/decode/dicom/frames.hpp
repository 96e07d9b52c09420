// FrameMap: which bytes of the pixel data are which frame. Frames that the header promises and the file does
// not hold are known, so that the others can go on.
#pragma once

#include <optional>
#include <vector>

#include "nodes/decode/dicom/layout.hpp"

namespace radflow {

class FrameMap {
 public:
  // `pixels` must outlive the map. Errors: truncated, malformed (the file contradicts itself so that no frame
  // can be trusted). Where the fragments prove that there are more frames than the header says,
  // layout.frames becomes their number (warning frame_count).
  static Result<FrameMap> make(const DicomFile& file, PixelLayout& layout, const Warn& warn);

  // Native pixel data: the bytes of the frame;
  // bit_offset (1-bit pixels) counts from the first byte's lowest bit.
  struct Native {
    ByteSpan bytes;
    unsigned bit_offset = 0;
  };
  Result<Native> native(std::int64_t frame) const;
  // Encapsulated pixel data: the codestream; several fragments are joined in `joined`.
  Result<ByteSpan> codestream(std::int64_t frame, std::vector<std::uint8_t>& joined) const;

 private:
  // Errors: malformed (more frames than the header says, one behind the other).
  std::optional<Error> check_behind(const PixelLayout& layout, Codec codec, const Warn& warn) const;

  const PixelElement* pixels_ = nullptr;
  std::uint64_t frame_bits_ = 0;
  std::int64_t frames_ = 1;
  std::vector<std::size_t> first_;  // the first fragment of each frame that has any; ascending
};

}  // namespace radflow
