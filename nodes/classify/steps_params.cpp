#include "nodes/classify/steps.hpp"

namespace radflow {

Choices<Blocks> choices_of(Blocks) {
  return {{Blocks::One, "one", "All features are one block."},
          {Blocks::UpstreamNode, "upstream_node",
           "The features of one node are a block: what stands before the dot of their names."}};
}
Choices<Scale> choices_of(Scale) {
  return {{Scale::Deviation, "deviation", "Every feature gets the mean 0 and the deviation 1."},
          {Scale::Rms, "rms",
           "Then every block is divided by the root of its mean squared distance between training samples, "
           "and of the "
           "number of blocks: an RBF of gamma 1 sees the mean of the blocks' distances."}};
}
Choices<Missing> choices_of(Missing) {
  return {{Missing::Refuse, "refuse", "A message with a missing value fails."},
          {Missing::Mean, "mean", "A missing value counts as the mean of the training samples."}};
}
Choices<SelectBy> choices_of(SelectBy) {
  return {
      {SelectBy::Anova, "anova", "Largest F value: variance between the classes over variance within them."}};
}

Fields<StandardizeParams> StandardizeParams::fields() {
  return Fields<StandardizeParams>{}
      .param(&StandardizeParams::blocks, "blocks", any(), "Which features share a scale.")
      .param(&StandardizeParams::scale, "scale", any(), "What the features are divided by.")
      .param(&StandardizeParams::missing, "missing", any(), "What a missing value becomes.")
      .param(&StandardizeParams::together, "together", any(),
             "Of blocks: upstream_node: lists of nodes whose features are one block, [[mean, shades], ...].");
}
Fields<PcaParams> PcaParams::fields() {
  return Fields<PcaParams>{}.param(&PcaParams::components, "components", range(1, 10000),
                                   "Principal components that stand for the features.");
}
Fields<SelectParams> SelectParams::fields() {
  return Fields<SelectParams>{}
      .param(&SelectParams::by, "by", any(), "What makes a feature worth keeping.")
      .param(&SelectParams::k, "k", range(1, 1000000), "Features that are kept.");
}

std::vector<std::string> StepParams::names() const {
  std::vector<std::string> names;
  if (standardize) names.emplace_back("standardize");
  if (pca) names.emplace_back("pca");
  if (select) names.emplace_back("select");
  return names;
}

}  // namespace radflow
