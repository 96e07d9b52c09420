#include "cli/importances.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <tuple>

#include "cli/chart.hpp"
#include "nodes/classify/fit.hpp"
#include "nodes/classify/regression_fit.hpp"

namespace radflow::cli {
namespace {

constexpr std::size_t most_on_page = 20;

// One row's bar. Its picture is stretched to the column's width, so it holds no text.
std::string bar(const Importance& one, double low, double high) {
  const auto at = [&](double value) { return 100 * (value - low) / (high - low); };
  const double from = at(std::min(0.0, one.mean)), to = at(std::max(0.0, one.mean));
  return fmt::format(R"(<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">)"
                     R"(<rect class="fill" x="{:.2f}" y="1" width="{:.2f}" height="8"/>)"
                     R"(<line class="spread" x1="{:.2f}" y1="5" x2="{:.2f}" y2="5"/>)"
                     R"(<line class="zero" x1="{:.2f}" y1="0" x2="{:.2f}" y2="10"/></svg>)",
                     from, to - from, at(one.mean - one.deviation), at(one.mean + one.deviation), at(0),
                     at(0));
}

// What arrived before the node and gave a prediction, in the same order.
std::vector<Tapped> split_off_features(std::vector<Tapped>& messages) {
  const auto whose = [](const Tapped& one) { return std::tie(one.key, one.offset, one.part); };
  std::vector<Tapped> predictions, features;
  for (Tapped& message : messages) (message.end == 0 ? predictions : features).push_back(std::move(message));
  std::erase_if(features, [&](const Tapped& one) {
    return !std::ranges::binary_search(predictions, whose(one), {}, whose);
  });
  messages = std::move(predictions);
  return features;
}

}  // namespace

TappedPredictions tap_predictions(const Plan& plan, std::size_t node, bool with_features,
                                  std::uint64_t total) {
  std::vector<InputPlan> ends{{static_cast<int>(node), 0}};
  if (with_features) ends.push_back(plan.nodes[node].inputs.front());
  TappedPredictions tapped{tap_ends(plan, ends, "evaluate", total), {}};
  tapped.features = split_off_features(tapped.results.messages);
  return tapped;
}

std::vector<Importance> importances(const Model& model, const std::vector<Tapped>& messages,
                                    const Permutation& permutation) {
  std::vector<std::vector<float>> rows;
  std::vector<std::size_t> expected;
  std::vector<double> numbers;
  for (const Tapped& message : messages) {
    const auto& features = message.payload.as<Features>();
    if (const std::string what = name_difference(model.manifest, *features.names); !what.empty())
      throw std::runtime_error{what};
    const std::string label = message.label.value_or("");
    const auto at = std::ranges::find(model.manifest.classes, label);
    if (model.regressor)
      numbers.push_back(number_of(label, message.key));
    else if (at == model.manifest.classes.end())
      throw std::runtime_error{
          fmt::format("{} has the label '{}', which is no class of the model", message.key, label)};
    std::vector<float> row(features.values.begin(), features.values.end());
    // As `classify` does, whose messages would fail.
    if (!std::ranges::all_of(row, [&](float value) {
          return std::isfinite(value) || (std::isnan(value) && model.takes_missing);
        }))
      throw std::runtime_error{fmt::format("{} has a feature that is no finite number", message.key)};
    rows.push_back(std::move(row));
    expected.push_back(static_cast<std::size_t>(at - model.manifest.classes.begin()));
  }
  if (model.regressor)
    return importance_of_numbers(model, rows, numbers, permutation.permuted, permutation.repeats,
                                 permutation.seed);
  return importance_of(model, rows, expected, permutation.permuted, permutation.repeats, permutation.seed);
}

std::string what_falls(const Model& model) { return model.regressor ? "R^2" : "AUC"; }

std::string importance_lines(const std::vector<Importance>& all, std::size_t most) {
  std::size_t width = 0;
  for (const Importance& one : all) width = std::max(width, one.name.size());
  const double largest = std::max(1e-12, all.front().mean);
  std::string text;
  for (std::size_t i = 0; i < std::min(all.size(), most); ++i) {
    std::string blocks;
    for (long n = std::lround(30 * all[i].mean / largest); n > 0; --n) blocks += "█";
    text += fmt::format("  {:<{}}  {:>7.4f} ± {:.4f}  {}\n", all[i].name, width, all[i].mean,
                        all[i].deviation, blocks);
  }
  if (all.size() > most) text += fmt::format("  and {} more\n", all.size() - most);
  return text;
}

nlohmann::ordered_json importance_json(const std::vector<Importance>& all) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const Importance& one : all)
    json.push_back({{"name", one.name}, {"mean", one.mean}, {"deviation", one.deviation}});
  return json;
}

std::string importance_section(const std::vector<Importance>& all, const Permutation& permutation,
                               const std::string& falls) {
  double low = 0, high = 1e-12;
  const std::size_t count = std::min(all.size(), most_on_page);
  for (std::size_t i = 0; i < count; ++i) {
    low = std::min(low, all[i].mean - all[i].deviation);
    high = std::max(high, all[i].mean + all[i].deviation);
  }
  const bool blocks = permutation.permuted == Permuted::Blocks;
  std::string rows =
      fmt::format(R"(<tr><th scope="col">{}</th><th scope="col"></th><th scope="col">{} falls by</th></tr>)"
                  "\n",
                  blocks ? "features of" : "feature", falls);
  for (std::size_t i = 0; i < count; ++i)
    rows +=
        fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{:.4f} <small>± {:.4f}</small></td></tr>\n",
                    escaped(all[i].name), bar(all[i], low, high), all[i].mean, all[i].deviation);
  std::string more;
  if (all.size() > count)
    more = fmt::format("<p class=\"faint\">And {} weaker ones.</p>\n", all.size() - count);
  return fmt::format(
      "<h2>Importance</h2>\n<p class=\"faint\">How much the {} falls when {} exchanged among the images: "
      "mean and "
      "standard deviation of {} exchanges. What others can stand in for seems less important than it "
      "is.</p>\n<div class=\"scroll\"><table class=\"bars\">\n{}</table></div>\n{}",
      falls, blocks ? "the features of a node are" : "a feature is", permutation.repeats, rows, more);
}

}  // namespace radflow::cli
