// Context: what a node may know of a message besides its payload. All messages that came of one record share
// its record; all that came of one frame share its identity. Immutable but for `charge` and `warn`; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/record.hpp"
#include "graph/result.hpp"

namespace radflow {

// Where a tile was cut out: its first column and row, in pixels of what was cut.
struct Corner {
  int x = 0, y = 0;
};

// Which part of a frame a message is, where a node splits frames further.
struct TileNumber {
  std::uint32_t index = 0;  // position among its siblings, from 0
  std::uint32_t count = 1;  // how many siblings the split made
  std::optional<Corner> corner;
};

// Which part of a record a message is: for a multi-frame object one identity per frame. Names and values are
// the field's (SOPInstanceUID, Modality).
struct Identity {
  std::uint32_t index = 0;  // position among its siblings, from 0: which frame of the record it came of
  std::uint32_t count = 1;  // how many siblings the split made
  std::vector<std::pair<std::string, std::string>> ids;
  std::optional<Corner> corner = {};  // a node that splits frames says it
  std::vector<TileNumber> tiles =
      {};  // one for each further split, the outer first; the pipeline fills it in

  // All numbers from the record down; no two messages at one place of a graph that came of one record share them.
  std::vector<std::uint32_t> path() const {
    std::vector<std::uint32_t> all{index};
    for (const TileNumber& tile : tiles) all.push_back(tile.index);
    return all;
  }

  std::optional<std::string_view> id(std::string_view name) const {
    for (const auto& [known, value] : ids)
      if (known == name) return value;
    return std::nullopt;
  }
};

// What the graph says of itself in every result.
struct GraphInfo {
  std::string name;
  std::string digest;                 // covers nodes, parameters and models, not connectors
  std::string input_digest = "xxh3";  // xxh3 | sha256
};

class Context {
 public:
  virtual const Record& record() const = 0;
  virtual const Identity& identity() const = 0;
  virtual const GraphInfo& graph() const = 0;

  // Digest of the record's bytes, "xxh3:<32 hex>" or "sha256:<64 hex>"; computed once per record.
  virtual const std::string& input_digest() const = 0;

  // Of a message that a group gave: where its members stood, by offset; they are of one partition. Else empty.
  virtual std::span<const Position> members() const { return {}; }

  // Microseconds since the record was admitted.
  virtual std::int64_t elapsed_us() const = 0;

  // Asks for memory, in bytes, before a node allocates it; a second call adds. Only on the thread that called the node, during
  // the call. What that returns uses it up, the rest is given back. Never waits. Error "too_large": above the whole budget.
  virtual std::optional<Error> charge(std::size_t bytes) const = 0;

  // Says what is odd about a message of which a value comes all the same ("more_images"). Warnings are counted by
  // node and reason, under the rules of errors; the first of each is said. Only the thread that calls the node
  // may call it, during the call.
  virtual void warn(Error warning) const { (void)warning; }

 protected:
  ~Context() = default;
};

}  // namespace radflow
