// YAML of every node, for tests that walk all of them.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

#include "graph/spec.hpp"
#include "tests/connectors/temporary_folder.hpp"
#include "tests/paths.hpp"

namespace radflow {

// The forms of each node that are called. `classify` needs a model: classify_test.cpp has its reasons. A node that
// gathers is not called with one message: collect_test.cpp has its reasons.
inline std::vector<std::string> forms(const Spec& spec) {
  if (spec.name == "concat") return {"concat: {}"};
  if (spec.name == "filter" || spec.name == "route") return {spec.name + ": {field: deviation, min: 0}"};
  if (spec.name == "encode")
    return {"encode: {format: json}", "encode: {format: png}", "encode: {format: npy}"};
  if (spec.name == "match_histogram") {
    static const TemporaryFolder folder;
    const std::string reference = folder.path("odd_reference.png");
    cv::imwrite(reference, cv::Mat{2, 2, CV_8U, cv::Scalar{7}});
    return {"match_histogram: {reference: " + reference + "}"};
  }
  if (spec.batches)  // Networks: of masks, of labels and of features this one gives values, for frames of any size.
    return {fmt::format("{}: {{model: {}/tests/nodes/infer/models/regions.onnx{}}}", spec.name, source_folder,
                        find_path(spec.params, "output.labels") ? ", output: {labels: [a, b]}" : "")};
  if (spec.name == "crop") return {"crop: {to: mask}", "crop: {to: box, margin: 1}", spec.example.substr(2)};
  std::vector<std::string> forms;
  const bool needs =
      std::ranges::any_of(spec.params, [](const ParamSpec& param) { return param.limits().required; });
  if (!needs && spec.any_of.empty()) forms.push_back(spec.name + ": {}");
  if (spec.name == "invert")
    forms = {"invert: {about: bits_stored}", "invert: {about: range, range: [0, 9000]}"};
  if (!spec.example.empty()) forms.push_back(spec.example.substr(2));  // without "- "
  return forms;
}

}  // namespace radflow
