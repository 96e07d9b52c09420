// The parameters of combine, without the node: the program asks for them too.
#include "nodes/classify/combining.hpp"

namespace radflow {

Fields<CombineMember> CombineMember::fields() {
  return Fields<CombineMember>{}
      .param(&CombineMember::scale, "scale", range(1e-6, 1e6),
             "Its logits are divided by it; absent: that of the model, else 1.")
      .absent_as("1");
}

Fields<CombineCalibration> CombineCalibration::fields() {
  return Fields<CombineCalibration>{}
      .param(&CombineCalibration::slope, "slope", range(1e-6, 1e6),
             "The sum of the members is multiplied by it.")
      .param(&CombineCalibration::offset, "offset", range(-1e6, 1e6), "Added then.");
}

Choices<CombineFit> choices_of(CombineFit) {
  return {{CombineFit::Platt, "platt",
           "Slope and offset that make the sum a probability; of more than two classes the slope alone."},
          {CombineFit::None, "none", "The sum as it is."}};
}

Fields<CombineTraining> CombineTraining::fields() {
  return Fields<CombineTraining>{}
      .param(&CombineTraining::calibration, "calibration", any(), "How the sum becomes a probability.")
      .param(&CombineTraining::threshold, "threshold", any(),
             "From which probability on the positive of two classes is said; absent: the more probable one.");
}

const CombineParams* combining(const NodePlan& node) {
  return node.spec && node.spec->name == "combine" ? static_cast<const CombineParams*>(node.params.get())
                                                   : nullptr;
}

}  // namespace radflow
