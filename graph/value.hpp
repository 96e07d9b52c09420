// Value: one piece of configuration with the place it stands at. The YAML reader makes a tree of these;
// everything after it (checking, parameters, --set) works on the tree and can name file, line and column.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace radflow {

struct Mark {
  std::string file;  // "--set" for values of the command line
  int line = 0;      // from 1; 0: no place
  int column = 0;    // from 1
};

struct Value {
  enum class Kind { Null, Scalar, List, Map };
  struct Entry;

  Kind kind = Kind::Null;
  std::string text;            // a scalar, after ${NAME:-default} was expanded
  bool quoted = false;         // "8" is a string, 8 may be a number
  bool unset = false;          // a variable in it is not set (reported): it says nothing
  std::vector<Value> items;    // what a list holds
  std::vector<Entry> entries;  // what a map holds, in the file's order, keys unique
  Mark mark;

  const Value* find(std::string_view key) const;
  Value* find(std::string_view key);
};

struct Value::Entry {
  std::string key;
  Mark mark;
  Value value;
};

// Where an entry's value stands; an empty value has no place of its own.
const Mark& place(const Value::Entry& entry);

// Something wrong with a configuration, said so that a person can mend it.
struct Diagnostic {
  Mark mark;
  std::string message;          // what is wrong, what was expected and the way out
  bool unset_variable = false;  // matters only if the value is used

  // "graph.yaml:12:5: message"
  std::string str() const;
};

// Thrown with everything that was found wrong, never with only the first: in the order of the places, each
// once. what() has one line each.
class ConfigError : public std::runtime_error {
 public:
  explicit ConfigError(std::vector<Diagnostic> found);
  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

 private:
  struct InOrder {
    std::vector<Diagnostic> found;
  };
  explicit ConfigError(InOrder all);

  std::vector<Diagnostic> diagnostics_;
};

// Reads YAML text into a tree. Duplicate keys, undefined variables and syntax errors go to `diagnostics`.
Value read_yaml(std::string_view text, const std::string& file, std::vector<Diagnostic>& diagnostics);
Value read_yaml_file(const std::string& path, std::vector<Diagnostic>& diagnostics);

// The entry of `known` nearest to `name` (Damerau-Levenshtein distance of at most a
// third of its length), or "".
std::string nearest(std::string_view name, const std::vector<std::string>& known);

}  // namespace radflow
