// A random forest of these parameters, as `classify: {train: {...}}` gives it.
#pragma once

#include <memory>

#include "nodes/classify/random_forest.hpp"

namespace radflow {

inline Training training(const RandomForestParams& params) {
  return {{"random_forest",
           std::make_shared<TrainParams<RandomForestParams>>(TrainParams<RandomForestParams>{params, {}})}};
}

}  // namespace radflow
