// The outline of a data set before DCMTK parses it: where its elements lie. It tells two things.
// Sequences that say a length of zero and have items all the same, as some ultrasound devices write them: every
// parser stops at the first item, which is none of the data set's own elements.
// Elements that `decode` never reads: DCMTK takes a third of a microsecond for each, a header has hundreds.
#pragma once

#include <vector>

#include "nodes/decode/reader.hpp"

namespace radflow {

// A length that lies, and what it ought to be.
struct LengthFix {
  std::size_t position = 0;  // where the four bytes of the length begin
  std::uint32_t length = 0;
};

struct ByteRange {
  std::size_t begin = 0, end = 0;
};

// Both lists are empty if the data set cannot be walked over up to its pixel data.
struct Outline {
  std::vector<LengthFix> fixes;
  // Whole elements of the data set itself, in order. Empty as well if there is anything unusual: tags that do not
  // ascend, groups below 8, a VR that is none of the standard's, a sequence to be mended, no pixel data.
  std::vector<ByteRange> unread;
};

Outline outline_of(ByteSpan body, bool explicit_vr, bool big_endian);

void apply(const std::vector<LengthFix>& fixes, bool big_endian, std::vector<std::uint8_t>& body);

}  // namespace radflow
