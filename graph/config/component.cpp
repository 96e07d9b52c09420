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
    reading_.found = [this](const Mark& mark, std::string message) { found_.add(mark, std::move(message)); };
    reading_.check_file = [this](const std::string& path, const Limits& limits) {
      return wrong_file(path, limits);
    };
    reading_.training = options.training;
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
      const bool parameter = draft_.component.spec && find_field(draft_.component.spec->params, entry.key);
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
      const Spec* spec = draft_.component.spec;
      const Value inside = spec ? nested(type->value, spec->params) : type->value;
      for (const Value::Entry& entry : inside.entries) read_inside(entry);
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
    reading_.component = type;
    if (component.spec) {
      params_ = component.spec->make_params();
      for (const Leaf& leaf : leaves(component.spec->params, params_.get(), {}, Of::All))
        reading_.all.push_back(leaf.path);
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

  // A key inside the type's map: a parameter, wiring or a property.
  void read_inside(const Value::Entry& entry) {
    const Spec* spec = draft_.component.spec;
    if (const ParamSpec* param = spec ? find_field(spec->params, entry.key) : nullptr) {
      given_.push_back(param->name);
      read_field(*param, params_.get(), entry, reading_);
    } else if (is_wiring_key(entry.key)) {
      read_wiring(entry);
    } else if (!spec) {
      return;  // nothing is known of an unknown type
    } else if (spec->takes_property(entry.key)) {
      if (const std::string wrong = given_properties_.add(entry, spec->shared_block); !wrong.empty())
        found_.add(place(entry), fmt::format("{}: {}", entry.key, wrong));
    } else {
      std::vector<std::string> others = wiring_keys_of(draft_.kind);
      std::ranges::copy(spec->property_names(), std::back_inserter(others));
      given_.push_back(unknown_field(spec->params, entry, others, reading_));
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
    reading_.mark = draft_.component.mark;
    check_missing(draft_.component.spec->params, given_, reading_);
    check_any_of(*draft_.component.spec);
    draft_.component.params = params_;
    draft_.component.param_marks = std::move(reading_.marks);
    draft_.component.info.properties = std::move(given_properties_.values);
    std::ranges::move(given_properties_.marks, std::back_inserter(draft_.component.param_marks));
  }

  // A connector has a check of its own, which knows the properties that are given beside it.
  void check_any_of(const Spec& spec) {
    const auto is_given = [&](const std::string& name) {
      return std::ranges::find(given_, name) != given_.end();
    };
    if (spec.kind != ComponentKind::Node || spec.any_of.empty() || std::ranges::any_of(spec.any_of, is_given))
      return;
    std::string names;
    for (std::size_t i = 0; i < spec.any_of.size(); ++i)
      names += fmt::format("{}'{}'",
                           i == 0                       ? ""
                           : i + 1 < spec.any_of.size() ? ", "
                                                        : " and ",
                           spec.any_of[i]);
    found_.add(draft_.component.mark, fmt::format("'{}' needs one of the parameters {}", spec.name, names));
  }

  // What is wrong with a file that a parameter names, or "".
  std::string wrong_file(const std::string& name, const Limits& limits) const {
    if (name.empty() || (options_.training && limits.trained)) return "";
    const std::string path = draft_.component.info.path(name);
    std::error_code ignored;
    if (std::filesystem::is_regular_file(path, ignored)) return "";
    const std::string way_out =
        limits.trained ? fmt::format(" (`radflow train GRAPH --input FOLDER --output {}` makes it)", path)
                       : "";
    return fmt::format("there is no file '{}'{}; relative paths start at the graph's folder", path, way_out);
  }

  const ReadOptions& options_;
  Findings& found_;
  Draft draft_;
  std::shared_ptr<void> params_;
  Reading reading_;
  GivenProperties given_properties_;
  std::vector<std::string> given_;  // parameters, those that an unknown key is near to among them
  std::set<std::string> wiring_given_;
};

}  // namespace

std::string suggestion_or_all(std::string_view name, const std::vector<std::string>& known) {
  const std::string near = suggestion(name, known);
  return near.empty() ? fmt::format("; it has {}", fmt::join(known, ", ")) : near;
}

Draft read_component(const Value& item, ComponentKind kind, const ReadOptions& options, Findings& found) {
  return Reader{kind, options, found}.read(item);
}

}  // namespace radflow::detail
