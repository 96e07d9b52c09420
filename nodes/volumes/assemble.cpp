// assemble: puts the slices of a series together as a volume, in the order in which they lie in the patient, whatever order
// they came in. A series whose number of slices is known is whole when all are there; of others it is taken for whole when no
// more come, if no slice is missing between those that came.
//   - assemble: {count: header:slices}
//   - assemble:
//     group: {idle: 30s, memory: 2GiB, incomplete: emit}
#include <fmt/format.h>

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "graph/group_node.hpp"
#include "graph/membership.hpp"
#include "nodes/imaging/require.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/volumes/stack.hpp"

namespace radflow {
namespace {

struct Params {
  std::string by = "SeriesInstanceUID";
  std::optional<std::string> count;
};

class Assemble {
 public:
  struct State {
    Stack stack;
    int count = 0;
    std::size_t bytes() const { return sizeof *this + stack.bytes(); }
  };

  Assemble(const Params& params, const BuildInfo& info) : key_{params.by} {
    if (params.count)
      count_.emplace(*params.count);
    else if (!info.emits_incomplete)
      throw ParamError{
          "count",
          "no group would ever be whole: say how many slices it has, or end it by time, `group: {idle: "
          "30s, incomplete: emit}`"};
    if (!info.known.empty())
      if (const auto* meaning = info.known.front().get<KnownMeaning>()) facts_.set(*meaning);
  }

  Known known() const { return facts_; }

  Result<std::string> key(const Frame&, const Context& context) const { return key_.of(context); }

  Result<Gathering> add(State& state, const Frame& slice, const Context& context) const {
    int count = 0;
    if (count_) {
      const Result<int> said = count_->of(context, state.count);
      if (!said) return said.error();
      count = *said;
    }
    if (auto error = state.stack.add(slice)) return *error;
    state.count = count;
    return count != 0 && state.stack.size() >= static_cast<std::size_t>(count) ? Gathering::Complete
                                                                               : Gathering::Open;
  }

  // Errors: cut_off, too_few_slices, same_place, uneven_slices, sheared, too_large.
  Result<Volume> finish(State&& state, GroupEnd end, const Context& context) const {
    if (auto error = cut_off(state.stack, end, context)) return *error;
    if (auto error = state.stack.sort()) return *error;
    if (auto error = context.charge(state.stack.bytes())) return *error;
    return std::move(state.stack).volume();
  }

 private:
  // Half of a series may lie as evenly as the whole of it, and so may the rest.
  std::optional<Error> cut_off(const Stack& stack, GroupEnd end, const Context& context) const {
    if (count_) return std::nullopt;
    const Result<std::string> key = key_.of(context);
    const bool more_may_come = end != GroupEnd::Idle && end != GroupEnd::EndOfInput;
    const std::lock_guard lock{cut_->mutex};
    if (more_may_come && key) cut_->keys.insert(*key);
    if (more_may_come)
      return Error{"cut_off",
                   fmt::format("{} slices came, and more may have, but {}: raise that bound of `group`",
                               stack.size(), describe(end))};
    if (key && cut_->keys.erase(*key) > 0)
      return Error{"cut_off",
                   fmt::format("{} slices are the rest of a series of which others were cut off before",
                               stack.size())};
    return std::nullopt;
  }

  struct Cut {
    std::mutex mutex;
    std::set<std::string> keys;  // Groups that were cut off and whose rest has not come to its end.
  };

  GroupKey key_;
  std::optional<GroupCount> count_;
  std::unique_ptr<Cut> cut_ = std::make_unique<Cut>();
  Known facts_;
};

const RegisterGroup<Assemble, Params> registered{
    NodeSpec{
        "assemble",
        "Puts the slices of a series together as a volume, in the order in which they lie in the patient. "
        "They "
        "must have one size, spacing and orientation and lie evenly, to 1 % of their distance; nothing is "
        "interpolated."}
        .param(&Params::by, "by", any(),
               "What the slices of a volume have in common: key (the record's), header:NAME, or an "
               "identifier of "
               "DICOM that `decode` reads, such as SeriesInstanceUID.")
        .param(&Params::count, "count", any(),
               "How many slices a volume has: a number, header:NAME of each of its records, or frames: as "
               "many as "
               "its record has. Absent: a group ends by time, and needs `incomplete: emit`.")
        .errors(
            {no_group_key,
             no_group_count,
             colour_not_supported,
             codes_not_supported,
             too_large,
             {"no_position", "The slice's spacing, position or orientation is unknown."},
             {"other_slice",
              "Its size, depth, units, photometric interpretation, spacing or orientation is not that of the "
              "slices before: a localizer, or another reconstruction."},
             {"cut_off",
              "Without `count`: its memory, most or longest ended the group while slices may still have "
              "come."},
             {"too_few_slices", "One slice is no volume."},
             {"same_place", "Two slices lie at one place: phases, echoes, or one came twice."},
             {"uneven_slices", "Slices are missing between others, or were not made evenly."},
             {"sheared", "Slices are shifted against each other within their plane, as by a tilted gantry."}})
        .example("- assemble: {count: header:slices}\n  group: {idle: 30s, memory: 2GiB}")};

}  // namespace
}  // namespace radflow
