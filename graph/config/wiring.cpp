// Turns names and `from` into edges: default wiring, named ports, joins.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "graph/config/draft.hpp"

namespace radflow::detail {
namespace {

// One entry of a `from`: `resize`, `split.left`, or with its own input port `image: resize`.
struct Reference {
  std::string port;  // the input port; "" if the list's order says it
  std::string text;
  Mark mark;
};

class Wiring {
 public:
  Wiring(std::vector<Draft> nodes, std::vector<Draft> sinks, Plan& plan, Findings& found)
      : nodes_{std::move(nodes)}, sinks_{std::move(sinks)}, plan_{plan}, found_{found} {}

  void run() && {
    for (const Draft& sink : sinks_) has_errors_ |= takes_errors(sink);
    collect_names();
    for (std::size_t i = 0; i < nodes_.size(); ++i) add_node(i);
    for (Draft& sink : sinks_) add_sink(sink);
  }

 private:
  static bool takes_errors(const Draft& sink) {
    return sink.from && sink.from->kind == Value::Kind::Scalar && sink.from->text == "errors";
  }

  void collect_names() {
    for (std::size_t i = 0; i < nodes_.size(); ++i)
      if (!nodes_[i].type.empty()) index_.emplace(nodes_[i].component.name, static_cast<int>(i));
  }

  // The references of a `from` in order; nothing if it has no usable form (reported).
  std::vector<Reference> references(const Value& from, const Draft& draft) {
    std::vector<Reference> list;
    const auto add = [&](std::string port, const Value& value, const Mark& mark) {
      if (value.kind == Value::Kind::Scalar)
        list.push_back({std::move(port), value.text, mark});
      else
        found_.add(mark, fmt::format("'{}': from names nodes: expected a name", draft.component.name));
    };
    if (from.kind == Value::Kind::List) {
      for (const Value& item : from.items) add("", item, item.mark.line > 0 ? item.mark : from.mark);
    } else if (from.kind == Value::Kind::Map && draft.kind == ComponentKind::Sink) {
      found_.add(from.mark,
                 fmt::format("'{}' is a sink and has no named inputs; give a list", draft.component.name));
    } else if (from.kind == Value::Kind::Map) {
      for (const Value::Entry& entry : from.entries) add(entry.key, entry.value, entry.mark);
    } else {
      add("", from, from.mark);
    }
    return list;
  }

  InputPlan resolve(const Reference& reference, const Draft& taker) {
    InputPlan input{unknown_node, 0, reference.mark};
    const std::size_t dot = reference.text.find('.');
    const std::string name = reference.text.substr(0, dot);
    if (name == "sources") return {InputPlan::from_sources, 0, reference.mark};
    if (name == "errors") {
      found_.add(reference.mark,
                 taker.kind == ComponentKind::Sink
                     ? "a sink takes either errors or nodes: write a sink of its own with `from: errors`"
                     : "only sinks take `from: errors`");
      return input;
    }
    const auto known = index_.find(name);
    if (known == index_.end()) return unknown_name(name, reference.mark);
    const Spec* spec = nodes_[static_cast<std::size_t>(known->second)].component.spec;
    if (!spec) return input;
    if (dot == std::string::npos) {
      if (spec->outputs.size() == 1 || spec->first_is_main) return {known->second, 0, reference.mark};
      found_.add(reference.mark,
                 fmt::format("'{}' has several outputs; say which: {}", name, outputs(name, *spec)));
      return input;
    }
    const std::string port = reference.text.substr(dot + 1);
    for (std::size_t i = 0; i < spec->outputs.size(); ++i)
      if (spec->outputs[i].name == port) return {known->second, static_cast<int>(i), reference.mark};
    found_.add(reference.mark,
               fmt::format("'{}' has no output '{}'; it has {}", name, port, outputs(name, *spec)));
    return input;
  }

  static std::string outputs(const std::string& name, const Spec& spec) {
    std::string text;
    for (const PortSpec& port : spec.outputs)
      text += fmt::format("{}{}.{}", text.empty() ? "" : ", ", name, port.name);
    return text;
  }

  InputPlan unknown_name(const std::string& name, const Mark& mark) {
    std::vector<std::string> names;
    for (const Draft& node : nodes_) names.push_back(node.component.name);
    names.emplace_back("errors");
    names.emplace_back("sources");
    const bool source =
        std::ranges::any_of(plan_.sources, [&](const auto& known) { return known.name == name; });
    found_.add(mark,
               source ? fmt::format("'{}' is a source; the records of all sources are `from: sources`", name)
                      : fmt::format("there is no node named '{}'{}", name, suggestion(name, names)));
    return {unknown_node, 0, mark};
  }

  void add_node(std::size_t index) {
    Draft& draft = nodes_[index];
    NodePlan node{draft.component, {}, draft.concurrency, has_errors_ ? OnError::DeadLetter : OnError::Stop};
    if (draft.on_error) node.on_error = *draft.on_error;
    node.retry = draft.retry;
    node.group = draft.group;
    node.batch = draft.batch;
    if (node.on_error == OnError::DeadLetter && !has_errors_)
      found_.add(
          node.mark,
          fmt::format("'{}' sends to the dead letters (on_error: dead_letter), but no sink takes them; add "
                      "one with `from: errors`",
                      node.name));
    if (draft.from) {
      bind(node, references(*draft.from, draft), draft);
    } else {
      const Reference before{"", index == 0 ? "sources" : nodes_[index - 1].component.name, node.mark};
      // The index is taken, so that an unknown or repeated name before this one is not reported again.
      InputPlan input{index == 0 ? InputPlan::from_sources : static_cast<int>(index) - 1, 0, node.mark};
      if (index > 0 && (!nodes_[index - 1].component.spec || draft.type.empty()))
        input.node = unknown_node;
      else if (index > 0 && nodes_[index - 1].component.spec->outputs.size() != 1)
        input = resolve(before, draft);
      node.inputs = {input};
      check_count(node, 1);
    }
    plan_.nodes.push_back(std::move(node));
  }

  void bind(NodePlan& node, const std::vector<Reference>& list, const Draft& draft) {
    const bool by_name = draft.from->kind == Value::Kind::Map;
    if (!node.spec) return;
    if (by_name && node.spec->variadic)
      return found_.add(draft.from->mark,
                        fmt::format("'{}' takes any number of inputs without names; give a list", node.name));
    if (!by_name) {
      for (const Reference& reference : list) {
        node.inputs.push_back(resolve(reference, draft));
        if (!node.spec->variadic) node.inputs.back().taker = static_cast<int>(node.inputs.size()) - 1;
      }
      if (check_count(node, list.size())) check_repeated(node.name, list);
      return;
    }
    std::vector<std::string> ports;
    for (const PortSpec& port : node.spec->inputs) ports.push_back(port.name);
    for (const Reference& reference : list)
      if (std::ranges::find(ports, reference.port) == ports.end())
        found_.add(reference.mark,
                   fmt::format("'{}' has no input '{}'; it has {}{}", node.name, reference.port,
                               fmt::join(ports, ", "), suggestion(reference.port, ports)));
    for (std::size_t i = 0; i < ports.size(); ++i) {
      const auto given = std::ranges::find(list, ports[i], &Reference::port);
      if (given == list.end() && node.spec->inputs[i].optional) continue;
      if (given == list.end())
        found_.add(draft.from->mark,
                   fmt::format("'{0}' needs its input '{1}': `from: {{{1}: NODE}}`", node.name, ports[i]));
      node.inputs.push_back(given == list.end() ? InputPlan{unknown_node, 0, node.mark}
                                                : resolve(*given, draft));
      node.inputs.back().taker = static_cast<int>(i);
    }
    if (list.empty() && node.inputs.empty())
      found_.add(draft.from->mark,
                 fmt::format("'{}' takes nothing: wire at least one of its inputs", node.name));
    check_repeated(node.name, list);
  }

  bool check_count(const NodePlan& node, std::size_t count) {
    if (!node.spec) return false;
    const std::string wrong = wrong_count(node, count);
    if (!wrong.empty()) found_.add(node.inputs.empty() ? node.mark : node.inputs.front().mark, wrong);
    return wrong.empty();
  }

  // Two nodes have that name, which is reported: each may have been meant.
  bool ambiguous(const std::string& name) const {
    return std::ranges::count(nodes_, name, [](const Draft& node) { return node.component.name; }) > 1;
  }

  void check_repeated(const std::string& taker, const std::vector<Reference>& list) {
    for (std::size_t i = 1; i < list.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (list[i].text == list[j].text && !ambiguous(list[i].text)) {
          found_.add(list[i].mark, fmt::format("'{}' takes '{}' twice; once is enough", taker, list[i].text));
          break;
        }
  }

  void add_sink(Draft& draft) {
    SinkPlan sink{draft.component, {}, takes_errors(draft), draft.order.value_or(Order::Key)};
    if (draft.retry) sink.info.retry = *draft.retry;
    if (sink.errors) {
      if (draft.order && *draft.order != Order::None)
        found_.add(sink.mark,
                   fmt::format("'{}' takes dead letters, which have no order: remove `order`", sink.name));
      sink.order = Order::None;
    } else if (draft.from) {
      const std::vector<Reference> list = references(*draft.from, draft);
      for (const Reference& reference : list) sink.inputs.push_back(resolve(reference, draft));
      check_repeated(sink.name, list);
      if (list.empty() && draft.from->kind == Value::Kind::List)
        found_.add(draft.from->mark, fmt::format("'{}' takes nothing: name at least one node", sink.name));
    } else if (nodes_.empty()) {
      sink.inputs = {{InputPlan::from_sources, 0, sink.mark}};
    } else {
      const Draft& last = nodes_.back();
      InputPlan input{static_cast<int>(nodes_.size()) - 1, 0, sink.mark};
      if (!last.component.spec)
        input.node = unknown_node;
      else if (last.component.spec->outputs.size() != 1)
        input = resolve({"", last.component.name, sink.mark}, draft);
      sink.inputs = {input};
    }
    plan_.sinks.push_back(std::move(sink));
  }

  std::vector<Draft> nodes_, sinks_;
  Plan& plan_;
  Findings& found_;
  std::unordered_map<std::string, int> index_;
  bool has_errors_ = false;
};

}  // namespace

void wire(std::vector<Draft> nodes, std::vector<Draft> sinks, Plan& plan, Findings& found) {
  Wiring{std::move(nodes), std::move(sinks), plan, found}.run();
}

}  // namespace radflow::detail
