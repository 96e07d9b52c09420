// Stacks that one TIFF directory describes: some writers put many images behind one directory, which standard
// readers then take for one image.
#pragma once

#include <tiffio.h>

#include <cstdint>
#include <string_view>

namespace radflow {

struct TiffStack {
  std::uint64_t images = 0;  // 0: the directory describes no stack
  std::string_view writer;   // who says so: "ImageJ", ...
};

// What the current directory says of images behind it: ImageJ's `images=`, tifffile's `shape`, the planes of
// MetaMorph. `samples` is how many numbers a page of this directory holds.
TiffStack tiff_stack(TIFF* tiff, std::uint64_t samples);

}  // namespace radflow
