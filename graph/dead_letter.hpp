// The dead letter of a record: its original bytes, key and headers,
// and what went wrong with which part of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "graph/context.hpp"
#include "graph/failure.hpp"
#include "graph/record.hpp"

namespace radflow {

// What is left out of a dead letter that a sink has called too large, step by step: after Headers each step
// leaves out the largest of the record's own headers until a quarter of their bytes is left, the last the key.
enum class Cut : int { Nothing, Bytes, Failures, Headers };
// The step behind `cut`; absent: nothing more can be left out.
std::optional<Cut> cut_more(const Record& original, Cut cut);

// Headers added to the original ones:
//   radflow-error-reason, radflow-error-node   of the first failure
//   radflow-error       JSON: graph, digest, topic, partition, offset, timestamp_ms, size, and `failures`,
//                       a list of {node, type, reason, detail, frame?, part?, ids?};
//                       frame counts from 1; part has the indices from 0 of the frame, its tile and so on
// Of many failures the first 100 are listed, the others are `more_failures`, a list of {node, reason, count}.
// Without the bytes (they are too large for the topic) `input_digest` says which they were, `headers_left_out`
// and `key_left_out` say what else is missing. A claimed record goes as it came: its headers say where the
// bytes are, size and digest are theirs.
Record make_dead_letter(const Record& original, const GraphInfo& graph, const std::vector<Failure>& failures,
                        const std::string& input_digest, Cut cut, std::size_t size);
inline Record make_dead_letter(const Record& original, const GraphInfo& graph,
                               const std::vector<Failure>& failures, const std::string& input_digest,
                               Cut cut = Cut::Nothing) {
  return make_dead_letter(original, graph, failures, input_digest, cut, original.value.size());
}

// Why a record is a dead letter that somebody asked to pass by.
inline constexpr const char* skipped_reason = "skipped";

// A dead letter that was read back: the record as it was once admitted, and why it failed.
struct DeadLetter {
  Record original;  // with the position it had; without its value if that was left out
  bool with_bytes = true;
  bool with_headers = true;  // and its key
  std::string input_digest;
  std::string graph;
  // One for each failure that is listed, and one for each kind of failure that is only counted.
  std::vector<std::string> nodes, reasons;
};

// Absent: the record is no dead letter.
std::optional<DeadLetter> read_dead_letter(const Record& letter);

}  // namespace radflow
