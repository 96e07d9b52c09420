// Local binary patterns, number for number what scikit-image's local_binary_pattern (0.19.3) gives: neighbours
// on a circle, counter-clockwise from the right, at positions rounded to 5 digits, interpolated in double in
// its order of operations, 0 outside the frame; bit i is set where neighbour i >= centre. T. Ojala, M.
// Pietikainen, T. Maenpaa, IEEE TPAMI 24 (2002) 971; uniform codes of T. Ahonen et al., ECCV 2004. Immutable:
// called concurrently.
#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

#include "graph/param_codec.hpp"

namespace radflow {

class LocalBinaryPattern {
 public:
  enum class Method { Default, Ror, Uniform, NriUniform, Var };

  // 1 <= points <= 24, radius > 0 in pixels.
  LocalBinaryPattern(int points, double radius, Method method);

  // How many codes there are: results are 0..levels()-1. 0 for Var, whose results are variances.
  int levels() const { return levels_; }

  // Takes one channel of any depth. Gives CV_8U, CV_16U or CV_32S, the smallest that holds all codes; CV_64F of Var,
  // NaN where all neighbours are equal.
  cv::Mat operator()(const cv::Mat& pixels) const;

  // Image where the centre and all that its neighbours are interpolated from is image; outside the frame
  // counts as image, because the definition gives it a value.
  cv::Mat valid(const cv::Mat& mask) const;

  // The code of a pattern whose bit i is neighbour i.
  std::uint32_t code(std::uint32_t pattern) const;

 private:
  struct Neighbour {
    double row = 0;  // from the centre, downwards
    double column = 0;
  };
  struct Line;

  void add_neighbours(const cv::Mat& padded, int row, Line& line) const;

  Method method_;
  int levels_ = 0;
  int border_ = 0;
  bool eight_around_ = false;  // 8 points at radius 1, for which there are kernels
  std::vector<Neighbour> neighbours_;
  std::vector<int> codes_;  // one for every pattern, where patterns are few
  cv::Mat eight_codes_;     // the same, CV_8U, for the short way
};

// As scikit-image calls them.
Choices<LocalBinaryPattern::Method> choices_of(LocalBinaryPattern::Method);

}  // namespace radflow
