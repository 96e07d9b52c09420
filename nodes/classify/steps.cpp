#include "nodes/classify/steps.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <opencv2/core.hpp>
#include <set>
#include <stdexcept>

namespace radflow {
namespace {

struct Header {
  std::uint8_t standardize = 0, takes_missing = 0, pca = 0, select = 0;
  std::uint32_t components = 0, kept = 0;
};

// Which block each feature is of.
std::vector<std::string> blocks_of(const StandardizeParams& params, const std::vector<std::string>& names) {
  const auto together = params.together.value_or(std::vector<std::vector<std::string>>{});
  if (params.blocks != Blocks::UpstreamNode) {
    if (!together.empty()) throw std::runtime_error{"standardize.together belongs to blocks: upstream_node"};
    return std::vector<std::string>(names.size());
  }
  std::vector<std::string> blocks;
  std::set<std::string> nodes;
  for (const std::string& name : names)
    nodes.insert(blocks.emplace_back(name.substr(0, std::min(name.find('.'), name.size()))));
  std::map<std::string, std::string> joined;
  for (const auto& list : together)
    for (const std::string& node : list) {
      if (!nodes.contains(node))
        throw std::runtime_error{
            fmt::format("standardize.together names '{}', and no features are of that node: "
                        "they are of {}",
                        node, fmt::join(nodes, ", "))};
      if (!joined.try_emplace(node, list.front()).second)
        throw std::runtime_error{fmt::format("standardize.together names '{}' twice", node)};
    }
  for (std::string& block : blocks)
    if (const auto found = joined.find(block); found != joined.end()) block = found->second;
  return blocks;
}

}  // namespace

Steps::Steps(const StepParams& params, const TrainingSet& set, const std::vector<std::string>& names)
    : inputs_{static_cast<std::size_t>(set.samples.cols)}, outputs_{inputs_} {
  takes_missing_ = params.takes_missing();
  if (params.standardize) fit_standardize(*params.standardize, set, names);
  if (params.pca) fit_pca(params.pca->components, (*this)(set));
  if (params.select) fit_select(params.select->k, (*this)(set));
}

void Steps::fit_standardize(const StandardizeParams& params, const TrainingSet& set,
                            const std::vector<std::string>& names) {
  mean_.assign(inputs_, 0);
  factor_.assign(inputs_, 0);
  std::vector<double> count(inputs_), variance(inputs_);
  const auto each = [&](const auto& visit) {
    for (int i = 0; i < set.samples.rows; ++i)
      for (std::size_t j = 0; j < inputs_; ++j)
        if (const float value = set.samples.ptr<float>(i)[j]; !std::isnan(value)) visit(j, value);
  };
  each([&](std::size_t j, double value) { mean_[j] += value, ++count[j]; });
  for (std::size_t j = 0; j < inputs_; ++j) mean_[j] = count[j] > 0 ? mean_[j] / count[j] : 0;
  each([&](std::size_t j, double value) { variance[j] += (value - mean_[j]) * (value - mean_[j]); });
  // A sum of equal values leaves rounding behind; a feature that is constant on the training samples says nothing, and
  // stays 0 whatever it is later.
  // Squared, for each block: twice the sum of its features' variances.
  const std::vector<std::string> blocks = blocks_of(params, names);
  std::map<std::string, double> distance;
  for (std::size_t j = 0; j < inputs_; ++j) {
    variance[j] /= std::max(count[j], 1.0);
    const double deviation = std::sqrt(variance[j]);
    factor_[j] = deviation > 1e-12 * std::abs(mean_[j]) ? 1 / deviation : 0;
    double& of_block = distance[blocks[j]];
    if (factor_[j] > 0)
      of_block += 2 * count[j] / static_cast<double>(set.samples.rows);  // what is missing becomes the mean
  }
  if (params.scale == Scale::Deviation) return;
  for (std::size_t j = 0; j < inputs_; ++j)
    if (factor_[j] > 0) factor_[j] /= std::sqrt(distance[blocks[j]] * static_cast<double>(distance.size()));
}

void Steps::fit_pca(int components, const TrainingSet& set) {
  const int most = std::min(set.samples.rows, set.samples.cols);
  if (components > most)
    throw std::runtime_error{
        fmt::format("pca wants {} components of {} samples with {} features: it can have {}", components,
                    set.samples.rows, set.samples.cols, most)};
  cv::Mat samples, mean;
  set.samples.convertTo(samples, CV_64F);
  cv::reduce(samples, mean, 0, cv::REDUCE_AVG);
  for (int i = 0; i < samples.rows; ++i) samples.row(i) -= mean;
  // The smaller of the two products has the same eigenvalues.
  const bool by_sample = samples.rows < samples.cols;
  cv::Mat product, values, vectors;
  cv::mulTransposed(samples, product, !by_sample);
  cv::eigen(product, values, vectors);
  cv::Mat rows = vectors.rowRange(0, components);
  if (by_sample) rows = rows * samples;
  centre_.assign(mean.begin<double>(), mean.end<double>());
  for (int c = 0; c < components; ++c) {
    // The sign is arbitrary: the largest weight is positive, as scikit-learn has it.
    cv::Mat row = rows.row(c);
    const double length = cv::norm(row);
    const auto largest = std::max_element(row.begin<double>(), row.end<double>(),
                                          [](double a, double b) { return std::abs(a) < std::abs(b); });
    if (length > 0) row /= std::copysign(length, *largest);
    components_.insert(components_.end(), row.begin<double>(), row.end<double>());
  }
  outputs_ = static_cast<std::size_t>(components);
}

void Steps::fit_select(int k, const TrainingSet& set) {
  if (static_cast<std::size_t>(k) > outputs_)
    throw std::runtime_error{fmt::format("select wants {} of {} features", k, outputs_)};
  const std::vector<double> f = anova(set);
  kept_.resize(outputs_);
  std::iota(kept_.begin(), kept_.end(), 0U);
  std::ranges::stable_sort(kept_, std::ranges::greater{}, [&](std::uint32_t j) { return f[j]; });
  kept_.resize(static_cast<std::size_t>(k));
  std::ranges::sort(kept_);
  outputs_ = kept_.size();
}

Steps::Steps(ModelBytes& bytes, std::size_t features) : inputs_{features}, outputs_{features} {
  const auto header = bytes.one<Header>();
  takes_missing_ = header.takes_missing;
  bytes.expect(!takes_missing_ || header.standardize, "nothing replaces what is missing");
  if (header.standardize) {
    mean_ = bytes.finite<double>(inputs_);
    factor_ = bytes.finite<double>(inputs_);
  }
  if (header.pca) {
    bytes.expect(header.components > 0 && header.components <= inputs_,
                 "it has no such number of components");
    centre_ = bytes.finite<double>(inputs_);
    components_ = bytes.finite<double>(std::uint64_t{header.components} * inputs_);
    outputs_ = header.components;
  }
  if (header.select) {
    bytes.expect(header.kept > 0 && header.kept <= outputs_, "it keeps no such number of features");
    kept_ = bytes.many<std::uint32_t>(header.kept);
    for (const std::uint32_t j : kept_) bytes.expect(j < outputs_, "it keeps a feature that is not there");
    outputs_ = kept_.size();
  }
}

std::string Steps::bytes() const {
  Header header{!mean_.empty(), takes_missing_, !components_.empty(), !kept_.empty()};
  if (header.pca) header.components = static_cast<std::uint32_t>(components_.size() / inputs_);
  header.kept = static_cast<std::uint32_t>(kept_.size());
  std::string bytes;
  append_value(bytes, header);
  append_values(bytes, mean_);
  append_values(bytes, factor_);
  append_values(bytes, centre_);
  append_values(bytes, components_);
  append_values(bytes, kept_);
  return bytes;
}

std::vector<float> Steps::operator()(std::span<const float> features) const {
  std::vector<double> values(features.begin(), features.end());
  for (std::size_t j = 0; j < mean_.size(); ++j)
    values[j] = std::isnan(values[j]) ? 0 : (values[j] - mean_[j]) * factor_[j];
  if (!components_.empty()) {
    std::vector<double> projected(components_.size() / inputs_);
    for (std::size_t c = 0; c < projected.size(); ++c)
      for (std::size_t j = 0; j < inputs_; ++j)
        projected[c] += (values[j] - centre_[j]) * components_[c * inputs_ + j];
    values = std::move(projected);
  }
  std::vector<float> out;
  out.reserve(outputs_);
  if (kept_.empty())
    out.assign(values.begin(), values.end());
  else
    for (const std::uint32_t j : kept_) out.push_back(static_cast<float>(values[j]));
  // Of a damaged file, or of a value far outside the training's: what follows is promised finite numbers.
  constexpr float most = std::numeric_limits<float>::max();
  for (float& value : out) value = std::isnan(value) ? 0 : std::clamp(value, -most, most);
  return out;
}

TrainingSet Steps::operator()(const TrainingSet& set) const {
  TrainingSet out{cv::Mat(set.samples.rows, static_cast<int>(outputs_), CV_32F), set.labels, set.classes,
                  set.groups};
  for (int i = 0; i < set.samples.rows; ++i)
    std::ranges::copy((*this)({set.samples.ptr<float>(i), inputs_}), out.samples.ptr<float>(i));
  return out;
}

std::vector<double> anova(const TrainingSet& set) {
  const auto features = static_cast<std::size_t>(set.samples.cols),
             classes = static_cast<std::size_t>(set.classes);
  const auto n = static_cast<double>(set.samples.rows);
  std::vector<double> f(features), count(classes);
  for (const int label : set.labels) ++count[static_cast<std::size_t>(label)];
  for (std::size_t j = 0; j < features; ++j) {
    std::vector<double> mean(classes);
    double all = 0, within = 0, between = 0;
    const auto value = [&](std::size_t i) { return double{set.samples.ptr<float>(static_cast<int>(i))[j]}; };
    for (std::size_t i = 0; i < set.labels.size(); ++i)
      mean[static_cast<std::size_t>(set.labels[i])] += value(i), all += value(i) / n;
    for (std::size_t c = 0; c < classes; ++c) {
      mean[c] /= count[c];
      between += count[c] * (mean[c] - all) * (mean[c] - all);
    }
    for (std::size_t i = 0; i < set.labels.size(); ++i) {
      const double deviation = value(i) - mean[static_cast<std::size_t>(set.labels[i])];
      within += deviation * deviation;
    }
    const double degrees = n - static_cast<double>(classes);
    if (within > 0 && degrees > 0)
      f[j] = between / static_cast<double>(classes - 1) / (within / degrees);
    else
      f[j] = between > 0 ? std::numeric_limits<double>::infinity() : 0;
  }
  return f;
}

}  // namespace radflow
