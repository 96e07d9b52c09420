// Records that are claims.
#pragma once

#include "graph/digest.hpp"
#include "graph/record.hpp"

namespace radflow {

inline Record claim_record(const std::string& address, const std::string& bytes, std::int64_t offset = 0,
                           std::int32_t partition = 0) {
  Record record;
  record.key = "key";
  record.headers = {{"ce_dataref", address},
                    {"ce_datarefsha256", sha256_digest(bytes).substr(std::string_view{"sha256:"}.size())}};
  record.position = {"frames", partition, offset};
  return record;
}

}  // namespace radflow
