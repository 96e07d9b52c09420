// slices: takes a volume apart to frames along an axis; every frame becomes a message of its own and knows where it lies.
//   - slices: {along: rows}
#include <opencv2/core.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/planes.hpp"
#include "nodes/types/facts.hpp"

namespace radflow {
namespace {

struct Params {
  Axis along = Axis::Slices;
};

class Slices {
 public:
  explicit Slices(const Params& params) : axis_{params.along} {}

  // Errors: too_large.
  Result<std::vector<Part<Frame>>> operator()(const Volume& volume, const Context& context) const {
    if (auto error = context.charge(volume.bytes())) return *error;
    std::vector<Part<Frame>> parts;
    const auto count = static_cast<std::uint32_t>(planes_along(volume, axis_));
    for (std::uint32_t i = 0; i < count; ++i)
      parts.push_back({plane(volume, axis_, static_cast<int>(i)), {i, count, {}}});
    return parts;
  }

 private:
  Axis axis_;
};

const Register<Slices, Params> registered{
    NodeSpec{"slices", "Takes each volume apart to frames along an axis; one message per frame."}
        .param(&Params::along, "along", any(), "Which way one looks through the volume.")
        .keeps_known<KnownMeaning>()
        .errors({too_large})
        .example("- slices: {along: rows}")};

}  // namespace
}  // namespace radflow
