// What `radflow inspect` shows of a file, as data.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "graph/record.hpp"
#include "graph/result.hpp"
#include "nodes/types/frame.hpp"

namespace radflow::cli {

struct Inspected {
  nlohmann::ordered_json report;  // section -> name -> value; null: the file does not say
  Frame frame;                    // the one that was asked for, rescaled
};

// `frame` from 0. Errors: those of decode; no_such_frame.
Result<Inspected> inspect(const Record& record, std::int64_t frame);

// The frame in shades, as a viewer would show it: its first window or VOI LUT, else from the least to the
// greatest value that is no padding; MONOCHROME1 inverted. Colour stays as it is.
Result<Frame> displayed(const Frame& frame);

std::string_view depth_name(int depth);  // "uint8"

}  // namespace radflow::cli
