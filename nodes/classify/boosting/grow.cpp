#include "nodes/classify/boosting/grow.hpp"

#include <xgboost/c_api.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "nodes/classify/cut_off.hpp"

namespace radflow {
namespace {

void check(int result) {
  if (result != 0) throw std::runtime_error{std::string{"xgboost: "} + XGBGetLastError()};
}

// Freed however the training ends.
struct Handles {
  DMatrixHandle samples = nullptr;
  BoosterHandle booster = nullptr;
  ~Handles() {
    if (booster) XGBoosterFree(booster);
    if (samples) XGDMatrixFree(samples);
  }
};

// Breadth first, as libxgboost's dump names the children.
void append_tree(NumberTrees& trees, const nlohmann::json& root) {
  std::vector<const nlohmann::json*> source{&root};
  std::vector<std::uint32_t> place{trees.begin_tree()};
  for (std::size_t i = 0; i < source.size(); ++i) {
    const nlohmann::json& node = *source[i];
    if (const auto leaf = node.find("leaf"); leaf != node.end()) {
      trees.leaf(place[i], leaf->get<float>());
      continue;
    }
    // "f12", by the column's number.
    const std::uint32_t left = trees.split(place[i], std::stoi(node.at("split").get<std::string>().substr(1)),
                                           node.at("split_condition").get<float>());
    for (const auto& [side, at] : {std::pair{"yes", left}, {"no", left + 1}})
      for (const nlohmann::json& child : node.at("children"))
        if (child.at("nodeid") == node.at(side)) {
          source.push_back(&child);
          place.push_back(at);
        }
  }
}

}  // namespace

NumberTrees grow_boosted_trees(const cv::Mat& samples, const std::vector<float>& labels,
                               const std::vector<float>& weights, const BoostingSettings& settings,
                               int rounds) {
  Handles handles;
  const cv::Mat rows = samples.isContinuous() ? samples : samples.clone();
  check(XGDMatrixCreateFromMat(rows.ptr<float>(), static_cast<bst_ulong>(rows.rows),
                               static_cast<bst_ulong>(rows.cols), std::nanf(""), &handles.samples));
  check(XGDMatrixSetFloatInfo(handles.samples, "label", labels.data(), labels.size()));
  if (!weights.empty())
    check(XGDMatrixSetFloatInfo(handles.samples, "weight", weights.data(), weights.size()));
  check(XGBoosterCreate(&handles.samples, 1, &handles.booster));
  for (const auto& [name, value] : settings)
    check(XGBoosterSetParam(handles.booster, name.c_str(), value.c_str()));
  for (int round = 0; round < rounds; ++round) {
    end_if_cut_off();
    check(XGBoosterUpdateOneIter(handles.booster, round, handles.samples));
  }
  bst_ulong count = 0;
  const char** dumped = nullptr;
  check(XGBoosterDumpModelEx(handles.booster, "", 0, "json", &count, &dumped));
  NumberTrees trees;
  for (bst_ulong tree = 0; tree < count; ++tree) append_tree(trees, nlohmann::json::parse(dumped[tree]));
  return trees;
}

}  // namespace radflow
