// --set PATH=VALUE, on the tree of a graph file.
#include <fmt/format.h>

#include <algorithm>

#include "graph/config/edit.hpp"
#include "graph/config/wiring_keys.hpp"

namespace radflow::detail {
namespace {

class Setter {
 public:
  Setter(Value& root, Findings& found) : root_{root}, found_{found} {}

  void set(const std::string& assignment) {
    const std::size_t equals = assignment.find('=');
    const std::string path = assignment.substr(0, equals);
    const Mark mark{"--set " + path, 0, 0};
    if (equals == std::string::npos || path.empty())
      return found_.add({"--set " + assignment, 0, 0}, "expected PATH=VALUE such as nodes.resize.width=128");
    Value value = read_yaml(assignment.substr(equals + 1), mark.file, found_.list);
    place_at(value, mark);

    const std::size_t dot = path.find('.');
    const std::string head = path.substr(0, dot);
    const std::string rest = dot == std::string::npos ? "" : path.substr(dot + 1);
    if (head == "nodes" || head == "sources" || head == "sinks")
      return set_component(head, rest, std::move(value), mark);
    std::vector<std::string> maps;  // the keys that hold maps
    for (const SharedBlock& block : Registry::instance().shared_blocks()) maps.push_back(block.name);
    maps.emplace_back("http");
    if (std::ranges::find(maps, head) != maps.end()) {
      if (rest.empty()) return found_.add(mark, fmt::format("expected {}.KEY=VALUE", head));
      assign(child(root_, head, mark), rest, std::move(value), mark);
      return;
    }
    if (!rest.empty()) {
      std::vector<std::string> heads{"nodes", "sources", "sinks"};
      heads.insert(heads.end(), maps.begin(), maps.end());
      const std::string near = suggestion(head, heads);
      heads.pop_back();
      return found_.add(mark, fmt::format("there is nothing named '{}'{}", head,
                                          near.empty() ? fmt::format("; paths begin with {} or http",
                                                                     fmt::join(heads, ", "))
                                                       : near));
    }
    assign(root_, head, std::move(value), mark);  // an unknown key is reported with the file's own
  }

 private:
  // The parts of a value from the command line have no lines and columns.
  static void place_at(Value& value, const Mark& mark) {
    value.mark = mark;
    for (Value& item : value.items) place_at(item, mark);
    for (Value::Entry& entry : value.entries) {
      entry.mark = mark;
      place_at(entry.value, mark);
    }
  }

  void set_component(const std::string& section, const std::string& rest, Value value, const Mark& mark) {
    const std::size_t dot = rest.find('.');
    if (dot == std::string::npos)
      return found_.add(mark, fmt::format("expected {}.NAME.PARAMETER=VALUE", section));
    const std::string name = rest.substr(0, dot);
    const std::string param = rest.substr(dot + 1);
    std::vector<std::string> names;
    Value* item = nullptr;
    std::string type;
    for (Found& component : components(root_, section)) {
      names.push_back(component.name);
      if (component.name == name && !item) {
        item = component.item;
        type = component.type;
      }
    }
    if (!item) {
      std::string tail = suggestion(name, names);
      if (tail.empty())
        tail = names.empty() ? "; there are none" : fmt::format("; there are {}", fmt::join(names, ", "));
      return found_.add(mark, fmt::format("there is nothing named '{}' in {}{}", name, section, tail));
    }
    if (item->kind == Value::Kind::Scalar) {  // `- decode` becomes `- decode: {}`
      const Mark at = item->mark;
      *item = map({{type, at, {}}}, at);
    }
    const ComponentKind kind = section == "nodes"   ? ComponentKind::Node
                               : section == "sinks" ? ComponentKind::Sink
                                                    : ComponentKind::Source;
    const Spec* spec = Registry::instance().find(kind, type);
    const std::string key = param.substr(0, param.find('.'));
    const bool wiring = is_wiring_key(key) && !(spec && spec->param(key));
    if (wiring && item->find(key)) return set_param(*item, param, nullptr, std::move(value), mark);
    Value* params = item->find(type);
    if (!params)  // it is reported again, with the file's own mistakes
      return found_.add(mark, fmt::format("'{}' in {} has no type, so it has no parameters", name, section));
    set_param(*params, param, spec, std::move(value), mark);
  }

  // `train.trees` is nested unless keys with dots are properties: `fetch.wait.max.ms`.
  static void set_param(Value& params, std::string_view path, const Spec* spec, Value value,
                        const Mark& mark) {
    Value* target = &params;
    const bool property = spec && spec->takes_property(path);
    for (std::size_t dot; !property && (dot = path.find('.')) != std::string_view::npos;
         path.remove_prefix(dot + 1))
      target = &child(*target, std::string{path.substr(0, dot)}, mark);
    assign(*target, std::string{path}, std::move(value), mark);
  }

  Value& root_;
  Findings& found_;
};

}  // namespace

void apply_set(Value& root, const std::string& assignment, Findings& found) {
  Setter{root, found}.set(assignment);
}

}  // namespace radflow::detail
