// own_memory: a matrix that keeps nothing but its own elements; held_bytes: the memory that a matrix keeps.
#pragma once

#include <opencv2/core/mat.hpp>

namespace radflow {

// The matrix itself if it owns its memory; else a copy: a view of other memory keeps that, and a part of a matrix keeps
// the whole of it.
inline cv::Mat own_memory(const cv::Mat& mat) {
  const bool views = mat.u ? mat.u->currAllocator != cv::Mat::getDefaultAllocator() &&
                                 mat.u->currAllocator != cv::Mat::getStdAllocator()
                           : !mat.empty();
  return views || mat.isSubmatrix() ? mat.clone() : mat;
}

// A matrix keeps the whole buffer that it is a part of.
inline std::size_t held_bytes(const cv::Mat& mat) {
  return mat.u ? mat.u->size : mat.total() * mat.elemSize();
}

}  // namespace radflow
