#include "cli/select.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iostream>

#include "cli/terminal.hpp"

namespace radflow::cli {

Training chosen_algorithm(const std::vector<Sample>& samples, const Training& graph, double budget_seconds) {
  std::vector<Ranked> candidates = default_candidates(graph);
  SelectedAlgorithm selected;
  {
    ProgressBar bar{"select", candidates.size()};
    bar.update(0);
    selected = select_algorithm(samples, std::move(candidates), std::chrono::duration<double>{budget_seconds},
                                [&](std::size_t done) { bar.update(done); });
  }
  std::cout << "AUC (spread over folds)  seconds  algorithm\n";
  for (std::size_t i = 0; i < selected.ranking.size(); ++i) {
    const Ranked& one = selected.ranking[i];
    std::cout << fmt::format("{} {:.4f} ({:.4f})      {:>7.1f}  {}\n", i == selected.chosen ? ">" : " ",
                             one.mean, one.error * std::sqrt(static_cast<double>(one.auc.size())),
                             one.seconds, one.title);
  }
  if (selected.ranking.size() < selected.candidates)
    std::cout << fmt::format("cut off by --budget after {} of {} candidates\n", selected.ranking.size(),
                             selected.candidates);
  const Ranked& chosen = selected.ranking[selected.chosen];
  std::cout << fmt::format(
      "chosen, as the simplest within one standard error of the best: train: {}\n"
      "its AUC above is optimistic, as it was chosen by it: --val judges on other images\n",
      chosen.yaml);
  return chosen.training;
}

}  // namespace radflow::cli
