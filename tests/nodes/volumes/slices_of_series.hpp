// Slices as a scanner makes them, and what puts them together.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <opencv2/core.hpp>

#include "graph/group_body.hpp"
#include "graph/plan.hpp"
#include "nodes/types/volume.hpp"
#include "tests/fake_context.hpp"

namespace radflow {

// An axial slice of 2 x 3 pixels of .5 x .75 mm at this height; its values are 100 n + 10 row + column.
inline Frame axial(int n, double z) {
  Frame slice;
  slice.pixels.create(2, 3, CV_16S);
  for (int row = 0; row < 2; ++row)
    for (int column = 0; column < 3; ++column)
      slice.pixels.at<short>(row, column) = static_cast<short>(100 * n + 10 * row + column);
  slice.units = "HU";
  slice.modality = "CT";
  slice.bits_stored = 12;
  slice.geometry.spacing = {.row = 0.5, .column = 0.75};
  slice.geometry.spacing_source = SpacingSource::Patient;
  slice.geometry.position = {-10, -20, z};
  slice.geometry.orientation = {1, 0, 0, 0, 1, 0};
  return slice;
}

// A group node that is called without a pipeline.
class Assembling {
 public:
  explicit Assembling(const std::string& yaml) : Assembling{make_node(yaml)} {}
  // Without parameters, where groups that are not complete are given too.
  static Assembling until_idle() {
    BuildInfo info;
    info.emits_incomplete = true;
    const Spec& spec = *Registry::instance().find(ComponentKind::Node, "assemble");
    return Assembling{spec.make_node(spec.make_params().get(), info)};
  }

  // Begins another group.
  void open() { state_ = body_->open(); }
  Result<std::string> key(Frame slice) { return body_->key(Payload::of(std::move(slice)), context); }
  Result<Gathering> add(Frame slice) {
    return body_->add(state_.get(), Payload::of(std::move(slice)), context);
  }
  Outcome finish(GroupEnd end = GroupEnd::Complete) { return body_->finish(state_.get(), end, context); }
  std::size_t bytes() const { return body_->bytes(state_.get()); }

  FakeContext context;

 private:
  explicit Assembling(std::unique_ptr<NodeBody> node)
      : node_{std::move(node)}, body_{dynamic_cast<GroupBody*>(node_.get())}, state_{body_->open()} {}

  std::unique_ptr<NodeBody> node_;
  GroupBody* body_;
  std::shared_ptr<void> state_;
};

inline Volume assembled(const std::vector<Frame>& slices) {
  Assembling assemble{"assemble: {count: " + std::to_string(slices.size()) + "}"};
  for (const Frame& slice : slices) assemble.add(slice);
  return assemble.finish().value.as<Volume>();
}

inline short voxel(const Volume& volume, int slice, int row, int column) {
  return volume.voxels.at<short>(slice, row, column);
}

}  // namespace radflow
