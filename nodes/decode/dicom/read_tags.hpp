// The elements of a data set that `decode` reads.
#pragma once

#include <cstdint>
#include <span>

namespace radflow {

// Group and element in one number, ascending, and a last one above all others. A tag that files of this folder look up and
// that is not here would be absent in every image: ReadTags.NameAll compares the two.
std::span<const std::uint32_t> read_tags();

}  // namespace radflow
