// radflow draw: a picture of a graph, as DOT, Mermaid or (by Graphviz) SVG.
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <stdexcept>

#include "cli/command.hpp"
#include "graph/plan.hpp"

namespace radflow::cli {
namespace {

// What both languages draw: boxes and arrows.
struct Box {
  enum class Shape { Source, Node, Sink, Errors };
  std::string id, title, subtitle;
  Shape shape;
};
struct Arrow {
  std::string from, to, label;
  bool errors = false;
};
struct Picture {
  std::string title;
  std::vector<Box> boxes;
  std::vector<Arrow> arrows;
};

// The type where the name does not say it, and the parameters that are not as by default.
std::string subtitle(const ComponentPlan& component) {
  std::string text = component.name == component.spec->name ? "" : component.spec->name;
  for (const Leaf& leaf : leaves(component.spec->params, component.params.get(), {.mask = true}))
    if (!leaf.text.empty() && (leaf.text != leaf.spec.default_text || leaf.spec.limits().required))
      text += fmt::format("{}{}: {}", text.empty() ? "" : "\n", leaf.path, leaf.text);
  return text;
}

Picture picture(const Plan& plan) {
  Picture out{plan.info.name, {}, {}};
  for (std::size_t i = 0; i < plan.sources.size(); ++i)
    out.boxes.push_back(
        {fmt::format("source{}", i), plan.sources[i].name, subtitle(plan.sources[i]), Box::Shape::Source});
  const auto connect = [&](const std::string& id, const InputPlan& input, const std::string& port) {
    const std::string label =
        std::string{arriving_type(input, plan)->name} + (port.empty() ? "" : " as " + port);
    if (input.node >= 0) return out.arrows.push_back({fmt::format("node{}", input.node), id, label});
    for (std::size_t i = 0; i < plan.sources.size(); ++i)
      out.arrows.push_back({fmt::format("source{}", i), id, label});
  };
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    const NodePlan& node = plan.nodes[i];
    const std::string id = fmt::format("node{}", i);
    out.boxes.push_back({id, node.name, subtitle(node), Box::Shape::Node});
    for (const InputPlan& input : node.inputs)
      connect(id, input,
              node.spec->inputs.size() > 1 && (node.inputs.size() > 1 || input.taker > 0)
                  ? node.spec->inputs[static_cast<std::size_t>(input.taker)].name
                  : "");
  }
  for (std::size_t i = 0; i < plan.sinks.size(); ++i) {
    const SinkPlan& sink = plan.sinks[i];
    const std::string id = fmt::format("sink{}", i);
    out.boxes.push_back({id, sink.name, subtitle(sink), sink.errors ? Box::Shape::Errors : Box::Shape::Sink});
    for (const InputPlan& input : sink.inputs) connect(id, input, "");
    if (!sink.errors) continue;
    // Dead letters come from everywhere; one arrow from each source stands for the whole record.
    for (std::size_t j = 0; j < plan.sources.size(); ++j)
      out.arrows.push_back({fmt::format("source{}", j), id, "dead letters", true});
  }
  return out;
}

std::string replace_all(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
  return text;
}

std::string dot(const Picture& picture) {
  const auto quoted = [](const std::string& text) {
    return '"' + replace_all(replace_all(replace_all(text, "\\", "\\\\"), "\"", "\\\""), "\n", "\\n") + '"';
  };
  std::string text = fmt::format(
      "digraph {} {{\n  rankdir=LR;\n  node [fontname=\"sans-serif\", shape=box, style=rounded];\n"
      "  edge [fontname=\"sans-serif\", fontsize=10];\n",
      quoted(picture.title));
  for (const Box& box : picture.boxes) {
    const std::string_view shape = box.shape == Box::Shape::Node     ? ""
                                   : box.shape == Box::Shape::Errors ? ", shape=cylinder, style=dashed"
                                                                     : ", shape=cylinder, style=solid";
    text += fmt::format("  {} [label={}{}];\n", box.id,
                        quoted(box.title + (box.subtitle.empty() ? "" : "\n" + box.subtitle)), shape);
  }
  for (const Arrow& arrow : picture.arrows)
    text += fmt::format("  {} -> {} [label={}{}];\n", arrow.from, arrow.to, quoted(arrow.label),
                        arrow.errors ? ", style=dashed" : "");
  return text + "}\n";
}

std::string mermaid(const Picture& picture) {
  const auto quoted = [](const std::string& text) {
    return '"' + replace_all(replace_all(text, "\"", "#quot;"), "\n", "<br/>") + '"';
  };
  std::string text = "flowchart LR\n";
  for (const Box& box : picture.boxes) {
    const std::string label = quoted(box.title + (box.subtitle.empty() ? "" : "\n" + box.subtitle));
    text += box.shape == Box::Shape::Node ? fmt::format("  {}[{}]\n", box.id, label)
                                          : fmt::format("  {}[({})]\n", box.id, label);
  }
  for (const Arrow& arrow : picture.arrows)
    text += fmt::format("  {} {}|{}| {}\n", arrow.from, arrow.errors ? "-.->" : "-->", arrow.label, arrow.to);
  return text;
}

void print_svg(const std::string& text) {
  if (std::system("command -v dot > /dev/null 2>&1") != 0)
    throw std::runtime_error{
        "SVG needs Graphviz: apt-get install graphviz, or ask for --format dot or mermaid"};
  std::cout.flush();
  std::signal(SIGPIPE, SIG_IGN);  // a dot that dies is reported by pclose
  FILE* pipe = popen("dot -Tsvg", "w");
  if (!pipe) throw std::runtime_error{"Graphviz cannot be started"};
  std::fwrite(text.data(), 1, text.size(), pipe);
  if (pclose(pipe) != 0) throw std::runtime_error{"Graphviz failed; see above"};
}

int draw(const std::string& file, const std::string& format) {
  // A picture needs no model.
  const Picture drawn = picture(load_plan(file, {.training = true}));
  if (format == "mermaid")
    std::cout << mermaid(drawn);
  else if (format == "dot")
    std::cout << dot(drawn);
  else
    print_svg(dot(drawn));
  return exit_ok;
}

const Command command{"draw", "Draws a graph on stdout.",
                      "radflow draw config/pneumonia.yaml --format svg > pneumonia.svg", [](CLI::App& app) {
                        auto file = std::make_shared<std::string>();
                        auto format = std::make_shared<std::string>("dot");
                        app.add_option("graph", *file, "The graph file.")->required();
                        app.add_option("--format", *format, "dot, mermaid or svg (svg needs Graphviz).")
                            ->check(CLI::IsMember({"dot", "mermaid", "svg"}))
                            ->capture_default_str();
                        return [file, format] { return draw(*file, *format); };
                      }};

}  // namespace
}  // namespace radflow::cli
