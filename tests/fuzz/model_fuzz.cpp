// Any bytes as a model file: a ParamError of `model`, or a model that answers and writes itself as it was
// read.
#include <cmath>

#include "graph/param.hpp"
#include "nodes/classify/model.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace radflow;
  try {
    const Model model = read_model(fuzz::text(data, size), "fuzz.model");
    const std::vector<float> features(model.manifest.features.size(), 1);
    std::vector<double> probabilities(model.manifest.classes.size());
    model.classifier->probabilities(features, probabilities);
    double sum = 0;
    for (const double probability : probabilities) sum += probability;
    fuzz::require(std::abs(sum - 1) < 1e-9, "probabilities add up to 1");
    const std::string bytes = model.classifier->bytes();
    fuzz::require(fuzz::text(data, size).ends_with(bytes), "the numbers are written as they were read");
  } catch (const ParamError& error) {
    fuzz::require(error.param == "model", "an error of the parameter model");
  }
  return 0;
}
