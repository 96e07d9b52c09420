// concat: puts the features of several nodes behind each other, in the order of `from`. The result names the
// units and photometric interpretations of its parts, each once.
//   - concat:
//       from: [texture, edges]
#include <algorithm>
#include <mutex>
#include <set>

#include "graph/node.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/features.hpp"

namespace radflow {
namespace {

using Names = std::shared_ptr<const std::vector<std::string>>;

void add_once(std::string& list, const std::string& item) {
  const std::string known = ", " + list + ", ";
  if (item.empty() || known.find(", " + item + ", ") != std::string::npos) return;
  if (!list.empty()) list += ", ";
  list += item;
}

class Concat {
 public:
  // Throws ParamError where two inputs are known to have a feature of one name.
  Concat(const NoParams&, const BuildInfo& info) {
    KnownFeatures features;
    KnownMeaning meaning;
    bool names_known = !info.known.empty(), meaning_known = names_known;
    std::set<std::string> unique;
    for (const Known& input : info.known) {
      const auto* its_features = input.get<KnownFeatures>();
      const auto* its_meaning = input.get<KnownMeaning>();
      names_known = names_known && its_features;
      meaning_known = meaning_known && its_meaning;
      if (its_features)
        for (const std::string& name : its_features->names) {
          if (!unique.insert(name).second) throw ParamError{"", duplicate(name)};
          features.names.push_back(name);
        }
      if (its_meaning) {
        add_once(meaning.units, its_meaning->units);
        add_once(meaning.photometric, its_meaning->photometric);
      }
    }
    if (names_known) known_.set(std::move(features));
    if (meaning_known) known_.set(std::move(meaning));
  }
  // Moves while a node is built, before it is called.
  Concat(Concat&& other) noexcept
      : known_{std::move(other.known_)}, parts_{std::move(other.parts_)}, names_{std::move(other.names_)} {}

  Known known() const { return known_; }

  Result<Features> operator()(std::span<const Features* const> inputs) const {
    auto names = joined(inputs);
    if (!names) return names.error();
    Features features{*std::move(names), {}, "", ""};
    features.values.reserve(features.names->size());
    for (const Features* input : inputs) {
      features.values.insert(features.values.end(), input->values.begin(), input->values.end());
      add_once(features.units, input->units);
      add_once(features.photometric, input->photometric);
    }
    return features;
  }

 private:
  // The last message nearly always has the names of the next: nodes share them.
  Result<Names> joined(std::span<const Features* const> inputs) const {
    const std::scoped_lock lock{mutex_};
    if (names_ && std::equal(inputs.begin(), inputs.end(), parts_.begin(), parts_.end(),
                             [](const Features* input, const Names& part) { return input->names == part; }))
      return names_;
    std::vector<Names> parts;
    std::vector<std::string> list;
    for (const Features* input : inputs) {
      parts.push_back(input->names);
      list.insert(list.end(), input->names->begin(), input->names->end());
    }
    std::set<std::string_view> unique;
    for (const std::string& name : list)
      if (!unique.insert(name).second) return Error{"duplicate_feature", duplicate(name)};
    parts_ = std::move(parts);
    names_ = std::make_shared<const std::vector<std::string>>(std::move(list));
    return names_;
  }

  static std::string duplicate(const std::string& name) {
    return "two inputs of concat have a feature " + name + ": give nodes names of their own";
  }

  Known known_;
  mutable std::mutex mutex_;
  mutable std::vector<Names> parts_;
  mutable Names names_;
};

const Register<Concat> registered{
    NodeSpec{"concat", "Joins the features of several nodes into one list; what is missing stays so."}
        .errors(
            {{"duplicate_feature", "Two inputs have a feature of one name: give nodes names of their own."}})
        .example("- concat:\n    from: [texture, edges]")};

}  // namespace
}  // namespace radflow
