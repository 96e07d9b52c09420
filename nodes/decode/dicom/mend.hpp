// Sequences that say a length of zero and have items all the same, as some ultrasound devices write them:
// every parser stops at the first item, which is none of the data set's own elements.
#pragma once

#include <vector>

#include "nodes/decode/reader.hpp"

namespace radflow {

// A length that lies, and what it ought to be.
struct LengthFix {
  std::size_t position = 0;  // where the four bytes of the length begin
  std::uint32_t length = 0;
};

// Walks over the elements of a data set up to its pixel data. Empty if there is no such sequence, or if the
// rest of the data set cannot be walked over either.
std::vector<LengthFix> find_hidden_items(ByteSpan body, bool explicit_vr, bool big_endian);

void apply(const std::vector<LengthFix>& fixes, bool big_endian, std::vector<std::uint8_t>& body);

}  // namespace radflow
