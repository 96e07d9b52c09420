// radflow lint: everything that is wrong with a graph, without running it.
#include <fmt/format.h>

#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/command.hpp"
#include "cli/log.hpp"
#include "cli/terminal.hpp"
#include "graph/build.hpp"

namespace radflow::cli {
namespace {

// `-` is standard input; its relative paths start at the folder one stands in.
Plan load(const std::string& file, const Overrides& overrides) {
  if (file != "-") return load_plan(file, overrides);
  const std::string text{std::istreambuf_iterator<char>{std::cin}, {}};
  return load_plan_text(text, "stdin", overrides);
}

void lint(const std::string& file, const Overrides& overrides) {
  const Plan plan = load(file, overrides);
  // What only a constructor can tell: parameters that do not fit together, an unusable model. Sources
  // and sinks are not made: that would write files and ask brokers.
  build_nodes(plan);
  check_connectors(plan);
  for (const Diagnostic& warning : plan.warnings)
    log_line(spdlog::level::warn, paint_stderr("warning", Colour::Yellow) + ": " + warning.str(),
             place_fields(warning));
  std::cout << fmt::format("{} {}: graph '{}' of {}, {}, {}; digest {}\n", paint_stdout("ok", Colour::Green),
                           file == "-" ? "stdin" : file, plan.info.name,
                           counted(plan.sources.size(), "source"), counted(plan.nodes.size(), "node"),
                           counted(plan.sinks.size(), "sink"), plan.info.digest);
}

const Command command{
    "lint", "Checks graphs and their files and says everything that is wrong, each with line and column.",
    "radflow lint config/pneumonia.yaml", [](CLI::App& app) {
      auto files = std::make_shared<std::vector<std::string>>();
      auto overrides = std::make_shared<Overrides>();
      app.add_option("graph", *files, "The graph files; - is standard input.")->required();
      app.add_option("--set", overrides->set,
                     "Changes a value first, in each of them: nodes.resize.width=128. May be repeated.")
          ->allow_extra_args(false);
      return [files, overrides] {
        // What is wrong with one file hides nothing of another.
        std::vector<Diagnostic> found;
        for (const std::string& file : *files) try {
            lint(file, *overrides);
          } catch (const ConfigError& error) {
            found.insert(found.end(), error.diagnostics().begin(), error.diagnostics().end());
          }
        if (!found.empty()) throw ConfigError{std::move(found)};
        return exit_ok;
      };
    }};

}  // namespace
}  // namespace radflow::cli
