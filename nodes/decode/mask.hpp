// The mask that a record brings beside its image, in its header `radflow-mask`.
#pragma once

#include <vector>

#include "graph/input_digest.hpp"
#include "nodes/decode/reader.hpp"
#include "nodes/types/mask.hpp"

namespace radflow {

inline constexpr ReasonSpec bad_mask{
    "bad_mask", "The header radflow-mask holds no label image of the frame's size; the message says why."};

// A mask for each frame, on its grid; none where the record has no such header. Error: bad_mask.
Result<std::vector<Mask>> read_masks(const Record& record, const Frames& frames, const ReadOptions& options,
                                     const Charge& charge);

}  // namespace radflow
