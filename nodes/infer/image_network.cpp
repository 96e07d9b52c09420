#include "nodes/infer/image_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace radflow {
namespace {

std::shared_ptr<const Network> network_of(const ImageNetworkParams& params, const BuildInfo& info,
                                          const std::string& output) {
  if (params.model.empty()) throw ParamError{"model", "it needs an ONNX file: {model: FILE}"};
  const std::string path = info.path(params.model);
  return info.resources->get<const Network>(
      path + '\n' + output, [&] { return std::make_shared<const Network>(path, output, info.workers); });
}

}  // namespace

ImageNetwork::ImageNetwork(const ImageNetworkParams& params, const BuildInfo& info, std::string_view node,
                           const std::string& output)
    : node_{node},
      photometric_{params.photometric},
      network_{network_of(params, info, output)},
      input_{params.input, network_->input(), info.known.empty() ? Known{} : info.known.front()},
      call_{network_} {}

Result<Tensor> ImageNetwork::input_of(const Frame& frame) const {
  if (auto error = require_values(frame, node_)) return *error;
  if (frame.photometric == Photometric::Monochrome1 && photometric_ == TakesPhotometric::Monochrome2)
    return Error{"monochrome1",
                 fmt::format("{} got MONOCHROME1, where a high value is dark: put window or invert "
                             "before it, or say photometric: as_stored",
                             node_)};
  return input_.of(frame);
}

std::vector<Result<Tensor>> ImageNetwork::operator()(const Batch<Frame>& in) {
  std::vector<Result<Tensor>> results;
  std::map<std::vector<std::int64_t>, std::vector<std::size_t>>
      by_shape;  // only frames of one size share a call
  for (std::size_t i = 0; i < in.size(); ++i) {
    results.push_back(input_of(in[i]));
    if (results[i]) by_shape[results[i]->shape].push_back(i);
  }
  for (const auto& [shape, members] : by_shape) {
    Tensor all{shape, {}};
    all.shape[0] = static_cast<std::int64_t>(members.size());
    for (const std::size_t i : members) {
      all.values.insert(all.values.end(), results[i]->values.begin(), results[i]->values.end());
    }
    const Tensor given = call_(all);
    const std::size_t each = given.values.size() / members.size();
    for (std::size_t k = 0; k < members.size(); ++k) {
      const auto begin = given.values.begin() + static_cast<std::ptrdiff_t>(k * each);
      Tensor one{{given.shape.begin() + 1, given.shape.end()},
                 {begin, begin + static_cast<std::ptrdiff_t>(each)}};
      if (std::ranges::all_of(one.values, [](float value) { return std::isfinite(value); }))
        results[members[k]] = std::move(one);
      else
        results[members[k]] = Error{"not_finite", "the network gave a value that is not finite"};
    }
  }
  return results;
}

}  // namespace radflow
