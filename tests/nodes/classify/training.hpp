// A random forest of these parameters, as `classify: {train: {...}}` gives it.
#pragma once

#include <memory>
#include <string>

#include "nodes/classify/random_forest.hpp"

namespace radflow {

inline Training training(const RandomForestParams& params) {
  return {{"random_forest",
           std::make_shared<TrainParams<RandomForestParams>>(TrainParams<RandomForestParams>{params, {}})}};
}

// A model file as older versions wrote it. What is changed in it is found by what reads it, not by the checksum.
inline std::string without_checksum(std::string model) {
  const std::size_t at = model.find(" xxh3:");
  return model.erase(at, model.find('\n') - at);
}

}  // namespace radflow
