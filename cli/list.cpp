// radflow list: what a graph can be made of.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <memory>

#include "cli/command.hpp"
#include "cli/terminal.hpp"
#include "graph/spec.hpp"
#include "nodes/classify/algorithm.hpp"

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

void print_algorithms() {
  const std::vector<Alternative>& all = Algorithms::instance().all().all;
  std::size_t width = 0;
  for (const Alternative& one : all) width = std::max(width, one.name.size());
  std::cout << paint_stdout("algorithms", Colour::Bold) << '\n';
  for (const Alternative& one : all)
    std::cout << fmt::format("  {:<{}}  {}\n", one.name, width, one.sentence);
}

const Command command{"list", "Lists the sources, nodes, sinks and algorithms, each with a sentence.",
                      "radflow list nodes", [](CLI::App& app) {
                        auto what = std::make_shared<std::string>("all");
                        app.add_option("what", *what, "sources, nodes, sinks, algorithms or all.")
                            ->check(CLI::IsMember({"sources", "nodes", "sinks", "algorithms", "all"}))
                            ->capture_default_str();
                        return [what] {
                          if (*what == "all" || *what == "sources") print("sources", ComponentKind::Source);
                          if (*what == "all" || *what == "nodes") print("nodes", ComponentKind::Node);
                          if (*what == "all" || *what == "sinks") print("sinks", ComponentKind::Sink);
                          if (*what == "all" || *what == "algorithms") print_algorithms();
                          return exit_ok;
                        };
                      }};

}  // namespace
}  // namespace radflow::cli
