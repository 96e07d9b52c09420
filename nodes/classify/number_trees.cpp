#include "nodes/classify/number_trees.hpp"

#include "nodes/classify/model_bytes.hpp"

namespace radflow {

std::uint32_t NumberTrees::begin_tree() {
  roots_.push_back(static_cast<std::uint32_t>(nodes_.size()));
  nodes_.emplace_back();
  return roots_.back();
}

std::uint32_t NumberTrees::split(std::uint32_t parent, int feature, float threshold) {
  const auto left = static_cast<std::uint32_t>(nodes_.size());
  nodes_[parent] = {feature, threshold, left};
  nodes_.resize(nodes_.size() + 2);
  return left;
}

double NumberTrees::value(std::size_t tree, std::span<const float> features, Equal equal) const {
  std::uint32_t at = roots_[tree];
  while (nodes_[at].feature >= 0) {
    const float value = features[static_cast<std::size_t>(nodes_[at].feature)];
    const bool left = equal == Equal::Left ? value <= nodes_[at].value : value < nodes_[at].value;
    at = nodes_[at].left + !left;
  }
  return double{nodes_[at].value};
}

double NumberTrees::sum(std::span<const float> features, Equal equal) const {
  double sum = 0;
  for (std::size_t tree = 0; tree < roots_.size(); ++tree) sum += value(tree, features, equal);
  return sum;
}

std::string NumberTrees::bytes() const {
  std::string bytes;
  append_value(bytes, static_cast<std::uint32_t>(roots_.size()));
  append_value(bytes, static_cast<std::uint32_t>(nodes_.size()));
  append_values(bytes, roots_);
  append_values(bytes, nodes_);
  return bytes;
}

NumberTrees NumberTrees::read(std::string_view bytes, std::size_t features, const std::string& part) {
  ModelBytes numbers{bytes, part};
  NumberTrees all;
  const auto trees = numbers.one<std::uint32_t>(), nodes = numbers.one<std::uint32_t>();
  all.roots_ = numbers.many<std::uint32_t>(trees);
  all.nodes_ = numbers.many<Node>(nodes);
  numbers.expect_end();
  numbers.expect(trees > 0, "it has no tree");
  for (const std::uint32_t root : all.roots_) numbers.expect(root < nodes, "a tree begins nowhere");
  for (std::size_t i = 0; i < nodes; ++i) {
    const Node& node = all.nodes_[i];
    numbers.expect(std::isfinite(node.value), "a number is not finite");
    if (node.feature < 0) continue;
    numbers.expect(static_cast<std::size_t>(node.feature) < features, "a split has no such feature");
    numbers.expect(node.left > i && std::uint64_t{node.left} + 1 < nodes,
                   "a split has children out of place");
  }
  return all;
}

}  // namespace radflow
