#include "graph/param.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace radflow {
namespace {

void add_leaves(const std::vector<ParamSpec>& fields, const void* object, const Writing& how, Of of,
                const std::string& prefix, const std::string& alternative, std::vector<Leaf>& found) {
  for (const ParamSpec& field : fields) {
    const std::string path = prefix + field.name;
    const void* const member = object ? field.at(object) : nullptr;
    if (field.shape.type == ParamType::Struct) {
      add_leaves(field.shape.fields, member, how, of, path + ".", alternative, found);
    } else if (field.shape.type == ParamType::Selection) {
      const Alternatives& alternatives = field.shape.alternatives();
      const Selection given =
          resolved(member ? *static_cast<const Selection*>(member) : Selection{}, alternatives);
      found.push_back(
          {path + "." + alternatives.selector.name, alternatives.selector, given.name, alternative});
      for (const Alternative& one : alternatives.all) {
        const bool selected = one.name == given.name;
        if (!selected && of == Of::Selected) continue;
        const std::shared_ptr<void> params = selected ? given.params : one.make_params();
        add_leaves(one.fields, params.get(), how, of, path + ".", one.name, found);
      }
    } else {
      found.push_back({path, field, object ? field.write(object, how) : "", alternative});
    }
  }
}

}  // namespace

const Alternative* Alternatives::find(std::string_view name) const {
  const auto found = std::ranges::find(all, name, &Alternative::name);
  return found == all.end() ? nullptr : &*found;
}

Selection resolved(const Selection& selection, const Alternatives& alternatives) {
  Selection full = selection;
  if (full.name.empty()) full.name = alternatives.selector.default_text;
  const Alternative* one = alternatives.find(full.name);
  if (!full.params && one) full.params = one->make_params();
  return full;
}

std::vector<Leaf> leaves(const std::vector<ParamSpec>& fields, const void* object, const Writing& how,
                         Of of) {
  std::vector<Leaf> found;
  add_leaves(fields, object, how, of, "", "", found);
  return found;
}

std::string write_fields(const std::vector<ParamSpec>& fields, const void* object, const Writing& how) {
  std::vector<const ParamSpec*> sorted;
  for (const ParamSpec& field : fields)
    if (!(how.digest && field.training)) sorted.push_back(&field);
  std::ranges::sort(sorted, {}, &ParamSpec::name);
  std::string text;
  for (const ParamSpec* field : sorted) {
    std::string value = field->write(object, how);
    if (value.empty() && how.digest) value = field->absent_text;
    if (!value.empty()) text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", field->name, value);
  }
  return "{" + text + "}";
}

std::string write_selection(const Selection& selection, const Alternatives& alternatives,
                            const Writing& how) {
  const Selection full = resolved(selection, alternatives);
  const Alternative* one = alternatives.find(full.name);
  const std::string rest = one ? write_fields(one->fields, full.params.get(), how) : "{}";
  return fmt::format("{{{}: {}{}{}", alternatives.selector.name, full.name, rest == "{}" ? "" : ", ",
                     rest.substr(1));
}

std::string quoted_if_needed(const std::string& text) {
  const bool plain = !text.empty() && text.front() != ' ' && text.back() != ' ' &&
                     text.find_first_of(",:{}[]\"'#\n") == std::string::npos;
  if (plain) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

const ParamSpec* find_field(const std::vector<ParamSpec>& fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &ParamSpec::name);
  return found == fields.end() ? nullptr : &*found;
}

const ParamSpec* find_path(const std::vector<ParamSpec>& fields, std::string_view path) {
  const std::size_t dot = path.find('.');
  const ParamSpec* field = find_field(fields, path.substr(0, dot));
  if (!field || dot == std::string_view::npos) return field;
  const std::string_view rest = path.substr(dot + 1);
  if (field->shape.type == ParamType::Struct) return find_path(field->shape.fields, rest);
  if (field->shape.type != ParamType::Selection) return nullptr;
  const Alternatives& alternatives = field->shape.alternatives();
  if (rest == alternatives.selector.name) return &alternatives.selector;
  for (const Alternative& one : alternatives.all)
    if (const ParamSpec* inner = find_path(one.fields, rest)) return inner;
  return nullptr;
}

bool any_field(const std::vector<ParamSpec>& fields, const std::function<bool(const ParamSpec&)>& test) {
  return std::ranges::any_of(fields, [&](const ParamSpec& field) {
    return test(field) || any_field(field.shape.fields, test) ||
           (!field.shape.item.empty() && any_field(field.shape.item.front().fields, test));
  });
}

}  // namespace radflow
