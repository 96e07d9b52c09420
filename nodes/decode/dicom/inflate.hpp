// The deflated transfer syntax: a data set compressed as a whole (PS3.5 A.5), without a zlib header.
#pragma once

#include <vector>

#include "nodes/decode/reader.hpp"

namespace radflow {

// Inflates into memory that is charged as it grows: DCMTK's own filter would follow a small file that
// inflates to gigabytes. Errors: truncated, malformed, too_large.
Result<std::vector<std::uint8_t>> inflate_dataset(ByteSpan deflated, const Charge& charge);

}  // namespace radflow
