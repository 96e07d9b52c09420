// SkippedRecords: records that --skip passes to the dead letters instead of computing them. Immutable.
#pragma once

#include <string>
#include <vector>

#include "connectors/kafka/client/range.hpp"
#include "graph/connector.hpp"

namespace radflow::kafka {

class SkippedRecords {
 public:
  // `ranges` as TOPIC:PARTITION:OFFSET or FROM-TO; `source` is the name that the log says. Throws ParamError.
  SkippedRecords(const std::vector<std::string>& ranges, std::string source);

  // Admits the record, or refuses it if it is to be skipped.
  Admission let_in(Record& record, Intake& intake) const;

 private:
  std::vector<Range> ranges_;
  std::string source_;
};

}  // namespace radflow::kafka
