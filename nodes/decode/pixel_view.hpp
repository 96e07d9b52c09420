// A cv::Mat over bytes that are there already: no copy. It and all that share its pixels keep the bytes'
// owner alive, as a cv::Mat does with memory of its own. The bytes are immutable: never write into it.
#pragma once

#include <opencv2/core/mat.hpp>

#include "graph/bytes.hpp"

namespace radflow {

// `bytes` holds rows * columns elements of `type`, without padding,
// and is aligned for its depth: see is_aligned().
cv::Mat view_pixels(Bytes bytes, int rows, int columns, int type);

bool is_aligned(const Bytes& bytes, int type);

}  // namespace radflow
