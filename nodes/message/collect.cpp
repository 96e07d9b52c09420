// collect: gathers the features of many records by a key and gives the mean of each feature and the number of members. The
// mean is over the members that have the feature, as numpy.nanmean; where some lack it, a warning says so, and `counts: true`
// says of each feature how many have it. Where none has it the mean is missing.
//   - collect: {by: SeriesInstanceUID, count: header:slices}
// The sums are taken when the group is whole, by offset, so the result is the same whatever came first.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <optional>

#include "graph/group_node.hpp"
#include "graph/membership.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/features.hpp"

namespace radflow {
namespace {

struct Params {
  std::string by = "key";
  std::string count;
  std::optional<bool> counts;
};

class Collect {
 public:
  struct Member {
    std::int64_t offset;
    std::vector<std::uint32_t> part;
    std::vector<double> values;
  };
  struct State {
    std::shared_ptr<const std::vector<std::string>> names;
    std::string units, photometric;
    std::vector<Member> members;
    int count = 0;

    std::size_t bytes() const {
      return sizeof(State) + members.size() * (sizeof(Member) + (names ? names->size() : 0) * sizeof(double));
    }
  };

  Collect(const Params& params, const BuildInfo& info)
      : key_{params.by}, count_{params.count}, counts_each_{params.counts.value_or(false)} {
    if (info.known.empty()) return;
    if (const auto* features = info.known.front().get<KnownFeatures>())
      facts_.set(KnownFeatures{mean_names(features->names, counts_each_)});
    if (const auto* meaning = info.known.front().get<KnownMeaning>()) facts_.set(*meaning);
  }

  Known known() const { return facts_; }

  // Errors: no_group_key.
  Result<std::string> key(const Features&, const Context& context) const { return key_.of(context); }

  // Errors: no_group_count, other_features.
  Result<Gathering> add(State& state, const Features& features, const Context& context) const {
    const Result<int> count = count_.of(context, state.count);
    if (!count) return count.error();
    if (!state.members.empty() && !alike(state, features))
      return Error{"other_features",
                   "its features, their units or their photometric interpretation are not those "
                   "of the members before it"};
    state.count = *count;
    state.names = features.names;
    state.units = features.units;
    state.photometric = features.photometric;
    state.members.push_back({context.record().position.offset, context.identity().path(), features.values});
    return state.members.size() >= static_cast<std::size_t>(*count) ? Gathering::Complete : Gathering::Open;
  }

  Features finish(State&& state, GroupEnd, const Context& context) const {
    std::ranges::sort(state.members, [](const Member& a, const Member& b) {
      return a.offset != b.offset ? a.offset < b.offset : a.part < b.part;
    });
    Features mean{names(state), {}, state.units, state.photometric};
    mean.values.resize(state.names->size());
    std::vector<double> counts(state.names->size());
    for (const Member& member : state.members)
      for (std::size_t i = 0; i < member.values.size(); ++i) {
        if (std::isnan(member.values[i])) continue;
        mean.values[i] += member.values[i];
        ++counts[i];
      }
    for (std::size_t i = 0; i < counts.size(); ++i)
      mean.values[i] = counts[i] > 0 ? mean.values[i] / counts[i] : std::nan("");
    const auto number = static_cast<double>(state.members.size());
    warn_of_missing(*state.names, counts, number, context);
    mean.values.push_back(number);
    if (counts_each_) mean.values.insert(mean.values.end(), counts.begin(), counts.end());
    return mean;
  }

 private:
  static void warn_of_missing(const std::vector<std::string>& names, const std::vector<double>& counts,
                              double members, const Context& context) {
    const auto missing = std::ranges::count_if(counts, [&](double count) { return count < members; });
    if (missing == 0) return;
    const auto fewest = static_cast<std::size_t>(std::ranges::min_element(counts) - counts.begin());
    context.warn(
        {"missing_values",
         fmt::format("{} of {} features are missing in some of the {} members and their means are over "
                     "the others; {} is there in {}",
                     missing, counts.size(), members, names[fewest], counts[fewest])});
  }

  static std::vector<std::string> mean_names(const std::vector<std::string>& names, bool counts_each) {
    std::vector<std::string> all;
    for (const std::string& name : names) all.push_back("mean_" + name);
    all.emplace_back("members");
    if (counts_each)
      for (const std::string& name : names) all.push_back("count_" + name);
    return all;
  }
  static bool alike(const State& state, const Features& features) {
    return (state.names == features.names || *state.names == *features.names) &&
           state.units == features.units && state.photometric == features.photometric;
  }

  // The names of one group are nearly always those of the next: they are shared.
  std::shared_ptr<const std::vector<std::string>> names(const State& state) const {
    const std::lock_guard lock{shared_->mutex};
    if (shared_->of != state.names) {
      shared_->of = state.names;
      shared_->all = std::make_shared<const std::vector<std::string>>(mean_names(*state.names, counts_each_));
    }
    return shared_->all;
  }

  struct SharedNames {
    std::mutex mutex;
    std::shared_ptr<const std::vector<std::string>> of, all;
  };

  GroupKey key_;
  GroupCount count_;
  bool counts_each_;
  std::unique_ptr<SharedNames> shared_ = std::make_unique<SharedNames>();
  Known facts_;
};

const RegisterGroup<Collect, Params> registered{
    NodeSpec{
        "collect",
        "Gathers the features of many records by a key and gives their means and the number of members. A "
        "feature that is missing in some members has the mean of the others, and a warning says so."}
        .param(&Params::by, "by", any(),
               "What the members of a group have in common: key (the record's), header:NAME, or an "
               "identifier of "
               "DICOM that `decode` reads, such as SeriesInstanceUID.")
        .param(&Params::count, "count", required(),
               "How many members a group has: a number, header:NAME of each of its records, or frames: as "
               "many as its record has.")
        .param(&Params::counts, "counts", any(),
               "Whether count_<feature> says of each feature how many members have it.")
        .warnings({{"missing_values", "Some members lack a feature, whose mean is over the others."}})
        .errors({no_group_key,
                 no_group_count,
                 {"other_features",
                  "Its features, units or photometric interpretation are not those of the "
                  "members before."}})
        .example("- collect: {by: SeriesInstanceUID, count: header:slices}\n  group: {idle: 30s}")};

}  // namespace
}  // namespace radflow
