// Reading: the way through a tree of values while parameters are read. It knows where the value at hand stands, and
// collects what is wrong with it.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "graph/param.hpp"
#include "graph/value.hpp"

namespace radflow {

class Reading {
 public:
  using Found = std::function<void(const Mark& mark, std::string message)>;

  std::string component;  // the type that messages name: "resize"
  Found found;
  // What is wrong with a file that a value names, or "". Empty: files are not looked at.
  std::function<std::string(const std::string& path, const Limits& limits)> check_file = {};
  bool training = false;              // what `radflow train` makes may be missing
  std::vector<std::string> all = {};  // the paths of all the component's parameters
  std::string way = {};               // the path of the value at hand: "train.trees"
  Mark mark = {};                     // where the value at hand stands
  std::vector<std::pair<std::string, Mark>> marks =
      {};  // where every value that was read stands, by its path

  // "resize.width: expected an integer, found 'x'", at the value at hand.
  void wrong(const std::string& message) const;
  // Calls `read` for the value that stands at `key` in the one at hand.
  void inside(const std::string& key, const Mark& at, const std::function<void()>& read);
  std::string path_of(const std::string& key) const { return way.empty() ? key : way + "." + key; }
};

// Reads a map into an object that has these fields: unknown keys and missing ones are found too.
void read_fields(const std::vector<ParamSpec>& fields, void* object, const Value& map, Reading& reading);
// One entry of such a map.
void read_field(const ParamSpec& field, void* object, const Value::Entry& entry, Reading& reading);
// There is no field of that key. Gives the nearest of the parameters' names and of `others`, or "".
std::string unknown_field(const std::vector<ParamSpec>& fields, const Value::Entry& entry,
                          const std::vector<std::string>& others, const Reading& reading);
// Those that are required and not among `given`; a name that another key is near to counts as given.
void check_missing(const std::vector<ParamSpec>& fields, const std::vector<std::string>& given,
                   const Reading& reading);
// The key that selects, then the fields of the one that is selected.
void read_selection(const Alternatives& alternatives, Selection& selection, const Value& map,
                    Reading& reading);

// `a.b: 1` becomes `a: {b: 1}` where `a` is a parameter that holds others.
Value nested(const Value& map, const std::vector<ParamSpec>& fields);

}  // namespace radflow
