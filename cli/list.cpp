// radflow list: what a graph can be made of.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <memory>

#include "cli/command.hpp"
#include "cli/terminal.hpp"
#include "graph/spec.hpp"

namespace radflow::cli {
namespace {

void print(std::string_view title, ComponentKind kind) {
  const auto specs = Registry::instance().all(kind);
  std::size_t width = 0;
  for (const Spec* spec : specs) width = std::max(width, spec->name.size());
  std::cout << paint_stdout(title, Colour::Bold) << '\n';
  for (const Spec* spec : specs)
    std::cout << fmt::format("  {:<{}}  {}\n", spec->name, width, spec->sentence);
}

const Command command{"list", "Lists the sources, nodes and sinks, each with a sentence.",
                      "radflow list nodes", [](CLI::App& app) {
                        auto what = std::make_shared<std::string>("all");
                        app.add_option("what", *what, "sources, nodes, sinks or all.")
                            ->check(CLI::IsMember({"sources", "nodes", "sinks", "all"}))
                            ->capture_default_str();
                        return [what] {
                          if (*what == "all" || *what == "sources") print("sources", ComponentKind::Source);
                          if (*what == "all" || *what == "nodes") print("nodes", ComponentKind::Node);
                          if (*what == "all" || *what == "sinks") print("sinks", ComponentKind::Sink);
                          return exit_ok;
                        };
                      }};

}  // namespace
}  // namespace radflow::cli
