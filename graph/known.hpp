// Known: what is known of a node's values before the first of them is there, beyond their type: the names of features,
// the labels of predictions. What follows the node hears it while the graph is checked, and refuses what can never fit.
// A fact is a struct that names itself, as payloads do:
//   struct KnownLabels { static constexpr std::string_view fact_name = "labels"; std::vector<std::string> labels; };
// The families' facts: nodes/types/facts.hpp. A fact that is absent is unknown.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace radflow {

class Known {
 public:
  template <typename T>
  Known& set(T fact) {
    facts_[std::string{T::fact_name}] = std::make_shared<const T>(std::move(fact));
    return *this;
  }
  // Null: not known.
  template <typename T>
  const T* get() const {
    const auto found = facts_.find(T::fact_name);
    return found == facts_.end() ? nullptr : static_cast<const T*>(found->second.get());
  }
  // Takes over all facts of `newer`, in place of older ones of their names.
  void update(const Known& newer) {
    for (const auto& [name, fact] : newer.facts_) facts_[name] = fact;
  }
  // Only the facts of these names.
  Known only(const std::vector<std::string>& names) const {
    Known some;
    for (const std::string& name : names)
      if (const auto fact = facts_.find(name); fact != facts_.end()) some.facts_.insert(*fact);
    return some;
  }

 private:
  std::map<std::string, std::shared_ptr<const void>, std::less<>> facts_;
};

}  // namespace radflow
