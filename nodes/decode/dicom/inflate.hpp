// What is deflated without a zlib header: a data set as a whole (PS3.5 A.5), or each frame by itself (A.4.13).
#pragma once

#include <vector>

#include "nodes/decode/reader.hpp"

namespace radflow {

// Inflates into memory that is charged as it grows: DCMTK's own filter would follow a small file that
// inflates to gigabytes. Errors: truncated, malformed, too_large.
Result<std::vector<std::uint8_t>> inflate_dataset(ByteSpan deflated, const Charge& charge);

// Exactly `size` bytes, or one more that makes their number even. Errors: truncated, malformed.
Result<std::vector<std::uint8_t>> inflate_frame(ByteSpan deflated, std::size_t size);

}  // namespace radflow
