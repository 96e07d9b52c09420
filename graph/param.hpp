// Parameters: what one may be, a tree of values with limits, choices and sentences. Parsing, checking, the digest,
// `radflow describe` and the JSON Schema read this tree. How a C++ type becomes one: graph/param_codec.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "graph/value.hpp"

namespace radflow {

// Thrown by a component's constructor when parameters, each right by itself, do not fit together or a file they
// name is unusable. `param` is the parameter's path, "train.trees", and may be empty; the checker adds file,
// line and column.
struct ParamError : std::runtime_error {
  ParamError(std::string param_name, const std::string& message)
      : std::runtime_error{message}, param{std::move(param_name)} {}
  std::string param;
};

// Adds what `look` throws: for checks that find more than one thing wrong.
template <typename Look>
void collect(std::vector<ParamError>& wrong, const Look& look) {
  try {
    look();
  } catch (const ParamError& error) {
    wrong.push_back(error);
  }
}

enum class ParamType {
  Boolean,
  Integer,
  Number,
  Text,
  Choice,
  Bytes,
  Duration,
  Interval,
  List,
  Map,
  Struct,
  Selection
};

// What a value may be, apart from its type. Of lists and maps it is about each value in them.
struct Limits {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool required = false;
  bool file = false;     // names a file that must exist when the graph is checked
  bool digest = false;   // the graph's digest covers the file's bytes, not its path
  bool trained = false;  // `radflow train` makes the file: it may be missing then
  bool secret = false;   // masked wherever it is shown
};

inline Limits range(double low, double high) { return {.low = low, .high = high}; }
inline Limits at_least(double low) { return {.low = low}; }
inline Limits any() { return {}; }
inline Limits required(Limits limits = {}) {
  limits.required = true;
  return limits;
}
// A file of the model kind: must exist, and its bytes are part of the graph's digest.
inline Limits model_file() { return {.file = true, .digest = true, .trained = true}; }
// A file that a node reads when it is built, such as a reference picture: likewise, but training needs it too.
inline Limits input_file() { return {.file = true, .digest = true}; }

struct ParamSpec;
struct Alternatives;
class Reading;  // graph/param_reading.hpp

struct NamedChoice {
  std::string name;
  std::string sentence;
};

// What a value may be, and what may stand in it.
struct Shape {
  ParamType type = ParamType::Text;
  Limits limits;
  bool optional = false;                            // absent unless the graph gives it
  std::vector<NamedChoice> choices;                 // Choice
  std::vector<Shape> item;                          // List and Map: the one shape of all their values
  std::size_t length = 0;                           // List: how many there must be; 0: any number
  std::vector<ParamSpec> fields;                    // Struct
  const Alternatives& (*alternatives)() = nullptr;  // Selection
};

// How a value is written where it is not for a person who edits the graph.
struct Writing {
  bool digest = false;  // writes the digest's text: what is of training only is left out
  bool mask = false;    // secrets become ***
  bool inside = false;  // a map: a text that could be taken for more than one is quoted
  // Stands for the path of a file of which the digest covers the bytes; empty: the path itself.
  std::function<std::string(const std::string& path)> model = {};
};

struct ParamSpec {
  std::string name;
  Shape shape;
  std::string sentence;
  std::string default_text;  // what would stand in YAML; "" if there is none
  bool training = false;     // says how a model is made: no part of the digest
  std::string absent_text;   // stands in the digest where it is absent; "": it is not in the digest then

  // Reads `value` into the member of `object`; what is wrong goes to `reading`.
  std::function<void(void* object, const Value& value, Reading& reading)> set;
  // The member as it would stand in YAML, "" if it is absent.
  std::function<std::string(const void* object, const Writing& how)> write;
  // The member itself, of a selection its Selection; null if it is optional and absent.
  std::function<const void*(const void* object)> at;

  std::string get(const void* object) const { return write(object, {}); }
  const Limits& limits() const { return shape.limits; }
};

// Several registered things of which a graph selects one, each with parameters of its own.
struct Alternative {
  std::string name;
  std::string sentence;
  std::vector<ParamSpec> fields;
  std::function<std::shared_ptr<void>()> make_params;
};
struct Alternatives {
  // The parameter that selects: its choices are the names, and its default is taken where none is given.
  ParamSpec selector;
  std::vector<Alternative> all;

  const Alternative* find(std::string_view name) const;
};
// What a graph selected. An empty name is the default one, with its default parameters.
struct Selection {
  std::string name;
  std::shared_ptr<void> params;
};
// With the name and the parameters that an empty one stands for.
Selection resolved(const Selection& selection, const Alternatives& alternatives);

// A leaf of a tree of parameters: its path, what it is, and its value, "" if that is absent.
struct Leaf {
  std::string path;
  const ParamSpec& spec;
  std::string text;
  std::string alternative;  // the name of the only one of several alternatives that has the parameter
};
// Every parameter that a graph may give as one value, "train.trees" for those inside others, in the order of declaration.
// What is in lists and maps belongs to their leaf. `object` holds the parameters. Of a selection: those of the selected
// one, or those of every one.
enum class Of { Selected, All };
std::vector<Leaf> leaves(const std::vector<ParamSpec>& fields, const void* object, const Writing& how = {},
                         Of of = Of::Selected);

// "{height: 256, width: 256}": by name, without what is absent.
std::string write_fields(const std::vector<ParamSpec>& fields, const void* object, const Writing& how = {});
// The same of what is selected, the parameter that selects first.
std::string write_selection(const Selection& selection, const Alternatives& alternatives, const Writing& how);
// "a, b" in quotes, because it would look like two texts.
std::string quoted_if_needed(const std::string& text);

const ParamSpec* find_field(const std::vector<ParamSpec>& fields, std::string_view name);
// The same by path: "train.trees".
const ParamSpec* find_path(const std::vector<ParamSpec>& fields, std::string_view path);
bool any_field(const std::vector<ParamSpec>& fields, const std::function<bool(const ParamSpec&)>& test);

}  // namespace radflow
