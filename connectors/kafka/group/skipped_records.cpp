#include "connectors/kafka/group/skipped_records.hpp"

#include <algorithm>

#include "connectors/log.hpp"
#include "graph/dead_letter.hpp"

namespace radflow::kafka {

SkippedRecords::SkippedRecords(const std::vector<std::string>& ranges, std::string source)
    : source_{std::move(source)} {
  for (const std::string& range : ranges) ranges_.push_back(parse_range(range, "skip"));
}

Admission SkippedRecords::let_in(Record& record, Intake& intake) const {
  const Position& at = record.position;
  if (std::ranges::none_of(ranges_, [&](const Range& range) { return range.holds(at); }))
    return intake.admit(record);
  const std::string text = to_text({at.topic, at.partition, at.offset, at.offset + 1});
  const LogFields fields = named(
      "source " + source_,
      {{"cause", skipped_reason}, {"topic", at.topic}, {"partition", at.partition}, {"offset", at.offset}});
  const Admission done = intake.refuse(record, {skipped_reason, "passed by with --skip " + text}, 0);
  if (done == Admission::Admitted)
    log_warning(text + " goes to the dead letters: it is to be skipped", fields);
  return done;
}

}  // namespace radflow::kafka
