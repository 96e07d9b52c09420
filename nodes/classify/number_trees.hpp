// NumberTrees: flattened trees whose leaves are numbers, which a forest's mean and the sums of boosting are made of.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace radflow {

class NumberTrees {
 public:
  // As in the file. The children of a split stand side by side, after it: no walk can go round.
  struct Node {
    std::int32_t feature = -1;  // -1: a leaf
    float value = 0;            // a split's threshold, or what the leaf says
    std::uint32_t left = 0;     // index of the left child; the right one follows it
  };
  // Which way a value goes that is equal to the threshold: cv::ml's trees left, libxgboost's right.
  enum class Equal { Left, Right };

  // Breadth first: gives the first node of a new tree, whose children are added behind it.
  std::uint32_t begin_tree();
  // The left of two new nodes, the children of `parent`.
  std::uint32_t split(std::uint32_t parent, int feature, float threshold);
  void leaf(std::uint32_t node, float value) { nodes_[node].value = value; }

  // What the leaf says that the features lead to.
  double value(std::size_t tree, std::span<const float> features, Equal equal) const;
  double sum(std::span<const float> features, Equal equal) const;
  std::size_t trees() const { return roots_.size(); }

  std::string bytes() const;
  // Throws ParamError; `part` is what it names: "the forest".
  static NumberTrees read(std::string_view bytes, std::size_t features, const std::string& part);

 private:
  std::vector<std::uint32_t> roots_;
  std::vector<Node> nodes_;
};

}  // namespace radflow
