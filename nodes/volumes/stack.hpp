// Stack: the slices of one volume, in the order in which they came, until all are there.
#pragma once

#include <cstddef>
#include <vector>

#include "graph/result.hpp"
#include "nodes/types/volume.hpp"

namespace radflow {

class Stack {
 public:
  // Takes a slice that keeps no other memory (Frame::detached()). Errors: colour_not_supported, codes_not_supported, no_position
  // (spacing, position or orientation is unknown), other_slice (size, depth, units, photometric interpretation, spacing or
  // orientation is not that of the first one); the stack is then as it was.
  std::optional<Error> add(Frame slice);

  // Sorts the slices along their normal. Errors: too_few_slices (less than two), same_place, uneven_slices, sheared.
  std::optional<Error> sort();

  // What sort() has put in order, as one volume. The slices are given up one by one.
  Volume volume() &&;

  std::size_t size() const { return slices_.size(); }
  // Bytes of the slices.
  std::size_t bytes() const { return bytes_; }

 private:
  std::vector<Frame> slices_;
  std::size_t bytes_ = 0;
  double spacing_ = 0;  // mm between slices, known once they are sorted
};

}  // namespace radflow
