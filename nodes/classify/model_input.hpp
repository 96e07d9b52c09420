// ModelInput: whether features are those that a model was trained on, for the nodes that answer with a model.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "graph/node.hpp"
#include "nodes/classify/model.hpp"
#include "nodes/types/features.hpp"

namespace radflow {

class ModelInput {
 public:
  // Throws ParamError of "model" where the graph before the node, or what is known of the features, does not fit.
  ModelInput(std::shared_ptr<const Model> model, const BuildInfo& info);

  // The features as the model takes them; any thread. Errors: feature_mismatch, not_finite.
  Result<std::vector<float>> operator()(const Features& features) const;

 private:
  std::string known_difference(const Known& features) const;
  std::string meaning_difference(const std::string& units, const std::string& photometric) const;
  void remember(const std::shared_ptr<const std::vector<std::string>>& names) const;

  std::shared_ptr<const Model> model_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const std::vector<std::string>> kept_;
  mutable std::atomic<const std::vector<std::string>*> known_names_ = nullptr;
};

// The model that a node names, read once for all that name it. `node` stands in messages. Throws ParamError.
std::shared_ptr<const Model> model_of(const BuildInfo& info, const std::string& model,
                                      const std::string& node);

}  // namespace radflow
