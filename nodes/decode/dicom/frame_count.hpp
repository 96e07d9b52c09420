// How many frames the fragments of encapsulated pixel data hold, whatever NumberOfFrames says.
#pragma once

#include <vector>

#include "nodes/decode/dicom/layout.hpp"

namespace radflow {

// Whether a frame may begin here: JPEG, JPEG-LS and JPEG 2000 have a marker for it.
bool starts_codestream(ByteSpan bytes, Codec codec);

// First fragments by the offset table; empty if an entry points at no fragment. Shorter than the table if the file ends
// before a frame.
std::vector<std::size_t> first_by_table(const PixelElement& pixels);

// Frames that are proven: by an offset table that fits the fragments,
// or because every fragment is a whole codestream.
struct ProvenFrames {
  std::int64_t count = 0;          // 0: nothing proves how many there are
  std::vector<std::size_t> first;  // the first fragment of each that the file holds
};
ProvenFrames proven_frames(const PixelElement& pixels, const PixelLayout& layout, Codec codec);

// Codestreams that lie behind the first one in the bytes of one frame, where a decoder never looks.
struct Behind {
  std::int64_t frames = 0;    // codestreams that have the size of a frame
  std::int64_t pictures = 0;  // codestreams of another size, such as the preview that a camera appends
};
Behind codestreams_behind(ByteSpan frame, const PixelLayout& layout, Codec codec);

}  // namespace radflow
