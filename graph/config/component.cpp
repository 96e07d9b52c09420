// Reads one component: `- type`, `- type: {parameters}`, with its wiring keys inside the map or beside it.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "graph/config/draft.hpp"
#include "graph/config/wiring_keys.hpp"
#include "graph/left_out.hpp"

namespace radflow::detail {
namespace {

class Reader {
 public:
  Reader(ComponentKind kind, const ReadOptions& options, Findings& found) : options_{options}, found_{found} {
    draft_.kind = kind;
    draft_.component.info.folder = options.folder;
  }

  Draft read(const Value& item) && {
    const std::size_t before = found_.list.size();
    read_item(item);
    draft_.component.sound = found_.list.size() == before && !unset(item);
    return std::move(draft_);
  }

 private:
  static bool unset(const Value& value) {
    return value.unset || std::ranges::any_of(value.items, unset) ||
           std::ranges::any_of(value.entries, [](const Value::Entry& entry) { return unset(entry.value); });
  }

  void read_item(const Value& item) {
    draft_.component.mark = item.mark;  // what is wrong with the wiring of a nameless one has a place too
    if (item.kind == Value::Kind::Scalar) {
      start(item.text, item.mark);
    } else if (item.kind == Value::Kind::Map) {
      read_map(item);
    } else {
      found_.add(item.mark,
                 fmt::format("{}expected a {} such as `- type: {{parameter: value}}`",
                             item.kind == Value::Kind::Null ? "an empty entry in the list; " : "", kind()));
      return;
    }
    if (draft_.component.spec) finish();
  }

  std::string_view kind() const { return kind_name(draft_.kind); }

  void read_map(const Value& item) {
    const auto type =
        std::ranges::find_if(item.entries, [](const auto& entry) { return !is_wiring_key(entry.key); });
    if (type == item.entries.end()) {
      found_.add(item.mark,
                 fmt::format("this {} has no type: expected `- type: {{parameter: value}}`", kind()));
      return;
    }
    start(type->key, type->mark);
    for (const Value::Entry& entry : item.entries) {
      if (&entry == &*type) continue;
      const bool parameter = draft_.component.spec && draft_.component.spec->param(entry.key);
      const std::string near = parameter ? "" : suggestion(entry.key, wiring_keys_of(draft_.kind));
      if (is_wiring_key(entry.key))
        read_wiring(entry);
      else if (!near.empty())
        found_.add(entry.mark, fmt::format("there is no key '{}' beside '{}'{}", entry.key, type->key, near));
      else
        found_.add(entry.mark,
                   fmt::format("'{0}' stands beside '{1}'; its parameters stand inside: `{1}: {{{0}: ...}}`",
                               entry.key, type->key));
    }
    if (type->value.kind == Value::Kind::Map) {
      for (const Value::Entry& entry : type->value.entries) read_inside(entry, "");
    } else if (type->value.kind != Value::Kind::Null && draft_.component.spec) {
      found_.add(
          type->value.mark,
          fmt::format("expected the parameters of '{0}' as a map: `{0}: {{parameter: value}}`", type->key));
    }
  }

  void start(const std::string& type, const Mark& mark) {
    ComponentPlan& component = draft_.component;
    draft_.type = type;
    component.name = type;
    component.mark = mark;
    component.spec = Registry::instance().find(draft_.kind, type);
    if (component.spec) {
      params_ = component.spec->make_params();
      return;
    }
    // `- resize {width: 8}`
    if (const std::string name = type.substr(0, type.find_first_of(" {")); name != type)
      if (Registry::instance().find(draft_.kind, name))
        return found_.add(mark,
                          fmt::format("a `:` is missing behind '{0}': `{0}: {{parameter: value}}`", name));
    if (const std::string why = node_left_out(type); draft_.kind == ComponentKind::Node && !why.empty())
      return found_.add(mark, fmt::format("there is no node '{}' here: {}", type, why));
    std::vector<std::string> known;
    for (const Spec* spec : Registry::instance().all(draft_.kind)) known.push_back(spec->name);
    std::string elsewhere;
    for (ComponentKind other : {ComponentKind::Source, ComponentKind::Node, ComponentKind::Sink})
      if (Registry::instance().find(other, type))
        elsewhere = fmt::format(" (there is a {} of that name)", kind_name(other));
    const std::string near = suggestion(type, known);
    found_.add(mark, fmt::format("there is no {0} '{1}'{2}{3} `radflow list {0}s` lists them", kind(), type,
                                 elsewhere, near.empty() ? ";" : near));
  }

  // A key inside the type's map: a parameter, a nested one (`train: {trees: 100}`), wiring or a property.
  void read_inside(const Value::Entry& entry, const std::string& prefix) {
    const Spec* spec = draft_.component.spec;
    const std::string name = prefix + entry.key;
    if (spec && spec->param(name)) return read_param(*spec->param(name), entry);
    if (prefix.empty() && is_wiring_key(entry.key)) return read_wiring(entry);
    if (!spec) return;  // of an unknown type nothing is known
    const bool nested = std::ranges::any_of(
        spec->params, [&](const ParamSpec& param) { return param.name.starts_with(name + "."); });
    if (nested && entry.value.kind == Value::Kind::Map) {
      for (const Value::Entry& inner : entry.value.entries) read_inside(inner, name + ".");
    } else if (nested) {
      found_.add(place(entry), fmt::format("{}.{}: expected a map", spec->name, name));
    } else if (prefix.empty() && spec->takes_property(entry.key)) {
      if (const std::string wrong = given_properties_.add(entry, spec->shared_block); !wrong.empty())
        found_.add(place(entry), fmt::format("{}: {}", name, wrong));
    } else {
      unknown_param(*spec, name, entry.mark);
    }
  }

  void unknown_param(const Spec& spec, const std::string& name, const Mark& mark) {
    std::vector<std::string> known;
    for (const ParamSpec& param : spec.params) known.push_back(param.name);
    std::string tail =
        spec.params.empty() ? "; it has none" : fmt::format("; it has {}", fmt::join(known, ", "));
    std::ranges::copy(wiring_keys_of(draft_.kind), std::back_inserter(known));
    std::ranges::copy(spec.property_names(), std::back_inserter(known));
    meant_.insert(nearest(name, known));
    if (std::string near = suggestion(name, known); !near.empty()) tail = near;
    found_.add(mark, fmt::format("'{}' has no parameter '{}'{}", spec.name, name, tail));
  }

  void read_param(const ParamSpec& param, const Value::Entry& entry) {
    draft_.component.param_marks.emplace_back(param.name, place(entry));
    given_.insert(param.name);
    if (const std::string wrong = param.set(params_.get(), entry.value); !wrong.empty()) {
      found_.add(place(entry), fmt::format("{}.{}: {}", draft_.type, param.name, wrong));
      wrong_.insert(param.name);
    }
  }

  void read_wiring(const Value::Entry& entry) {
    if (!wiring_given_.insert(entry.key).second)
      return found_.add(
          entry.mark, fmt::format("'{}' is given twice: beside '{}' and inside it", entry.key, draft_.type));
    read_wiring_key(entry, draft_, found_);
  }

  // What is missing, once everything that is given has been read.
  void finish() {
    for (const ParamSpec& param : draft_.component.spec->params) {
      const bool made_later = options_.training && param.limits.digest;
      const bool given = given_.contains(param.name) || meant_.contains(param.name);
      if (param.limits.required && !given && !made_later)
        found_.add(draft_.component.mark,
                   fmt::format("'{}' needs the parameter '{}': {}", draft_.type, param.name, param.sentence));
      if (param.limits.file && !made_later && !wrong_.contains(param.name)) check_file(param);
    }
    draft_.component.params = params_;
    draft_.component.info.properties = std::move(given_properties_.values);
    std::ranges::move(given_properties_.marks, std::back_inserter(draft_.component.param_marks));
  }

  void check_file(const ParamSpec& param) {
    const std::string name = param.get(params_.get());
    if (name.empty()) return;
    const std::string path = draft_.component.info.path(name);
    std::error_code ignored;
    if (std::filesystem::is_regular_file(path, ignored)) return;
    Mark mark = draft_.component.mark;
    for (const auto& [known, at] : draft_.component.param_marks)
      if (known == param.name) mark = at;
    const std::string way_out =
        param.limits.digest
            ? fmt::format(" (`radflow train GRAPH --input FOLDER --output {}` makes it)", path)
            : "";
    found_.add(mark, fmt::format("{}.{}: there is no file '{}'{}; relative paths start at the graph's folder",
                                 draft_.type, param.name, path, way_out));
  }

  const ReadOptions& options_;
  Findings& found_;
  Draft draft_;
  std::shared_ptr<void> params_;
  GivenProperties given_properties_;
  std::set<std::string> given_, wrong_, wiring_given_;
  std::set<std::string> meant_;  // what the unknown keys are near to
};

}  // namespace

std::string suggestion(std::string_view name, const std::vector<std::string>& known) {
  const std::string near = nearest(name, known);
  return near.empty() ? "" : fmt::format("; did you mean '{}'?", near);
}

std::string suggestion_or_all(std::string_view name, const std::vector<std::string>& known) {
  const std::string near = suggestion(name, known);
  return near.empty() ? fmt::format("; it has {}", fmt::join(known, ", ")) : near;
}

Draft read_component(const Value& item, ComponentKind kind, const ReadOptions& options, Findings& found) {
  return Reader{kind, options, found}.read(item);
}

}  // namespace radflow::detail
