// What the tests of odd DICOM files share.
#pragma once

#include <string>
#include <vector>

#include "tests/nodes/decode/decode_fixture.hpp"

namespace radflow {

inline std::vector<std::string> reasons(const DecodeNode::Answer& answer) {
  std::vector<std::string> list;
  for (const Error& warning : answer.warnings) list.push_back(warning.reason);
  return list;
}

// Of all frames, one after the other.
inline std::vector<double> values_of(const DecodeNode::Answer& answer) {
  std::vector<double> values;
  for (std::size_t i = 0; i < answer.size(); ++i) {
    cv::Mat wide;
    answer.frame(i).pixels.convertTo(wide, CV_64F);
    const double* data = wide.ptr<double>();
    values.insert(values.end(), data, data + wide.total() * static_cast<std::size_t>(wide.channels()));
  }
  return values;
}

}  // namespace radflow
