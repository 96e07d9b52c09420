// radflow lint: everything that is wrong with a graph, without running it.
#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "cli/command.hpp"
#include "cli/terminal.hpp"
#include "graph/build.hpp"

namespace radflow::cli {
namespace {

const Command command{
    "lint", "Checks a graph and its files and says everything that is wrong, each with line and column.",
    "radflow lint config/article.yaml", [](CLI::App& app) {
      auto file = std::make_shared<std::string>();
      auto overrides = std::make_shared<Overrides>();
      app.add_option("graph", *file, "The graph file.")->required();
      app.add_option("--set", overrides->set,
                     "Changes a value first: nodes.resize.width=128. May be repeated.")
          ->allow_extra_args(false);
      return [file, overrides] {
        const Plan plan = load_plan(*file, *overrides);
        // What only a constructor can tell: parameters that do not fit together, an unusable model. Sources
        // and sinks are not made: that would write files and ask brokers.
        build_nodes(plan);
        check_connectors(plan);
        std::cout << fmt::format("{} {}: graph '{}' of {}, {}, {}; digest {}\n",
                                 paint_stdout("ok", Colour::Green), *file, plan.info.name,
                                 counted(plan.sources.size(), "source"), counted(plan.nodes.size(), "node"),
                                 counted(plan.sinks.size(), "sink"), plan.info.digest);
        return exit_ok;
      };
    }};

}  // namespace
}  // namespace radflow::cli
