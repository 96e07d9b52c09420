#include "nodes/infer/image_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace radflow {
namespace {

// As many as bound the memory of a call: what a network holds in between grows with them.
constexpr std::size_t tiles_in_a_call = 16;

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
      layout_{params.input.layout},
      network_{network_of(params, info, output)},
      input_{params.input, network_->input(), info.known.empty() ? Known{} : info.known.front(),
             params.tiles ? ImageInput::Size::AtLeast : ImageInput::Size::Equal},
      call_{network_} {
  if (params.tiles) tiles_.emplace(*params.tiles, input_.extent(2), input_.extent(3));
}

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
  std::vector<Result<Tensor>> inputs;
  for (std::size_t i = 0; i < in.size(); ++i) inputs.push_back(input_of(in[i]));
  return given_for(std::move(inputs));
}

Result<TilesGiven> ImageNetwork::by_tile(const Frame& frame) {
  const Result<Tensor> image = input_of(frame);
  if (!image) return image.error();
  TilesGiven result{tiles_->over(frame.pixels.size()), {}};
  for (std::size_t begin = 0; begin < result.tiles.size(); begin += tiles_in_a_call) {
    std::vector<Result<Tensor>> inputs;
    for (std::size_t i = begin; i < std::min(begin + tiles_in_a_call, result.tiles.size()); ++i)
      inputs.push_back(cut(*image, layout_, result.tiles[i]));
    for (Result<Tensor>& given : given_for(std::move(inputs))) {
      if (!given) return given.error();
      result.given.push_back(std::move(*given));
    }
  }
  return result;
}

// In the place of each input that is none, the reason why stays.
std::vector<Result<Tensor>> ImageNetwork::given_for(std::vector<Result<Tensor>> results) {
  std::map<std::vector<std::int64_t>, std::vector<std::size_t>>
      by_shape;  // only frames of one size share a call
  for (std::size_t i = 0; i < results.size(); ++i)
    if (results[i]) by_shape[results[i]->shape].push_back(i);
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
