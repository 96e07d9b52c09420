// Features: named numbers that describe one message. Names are shared between messages:
// compare the pointer first.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace radflow {

struct Features {
  static constexpr std::string_view payload_name = "features";

  std::shared_ptr<const std::vector<std::string>> names;
  std::vector<double> values;  // there are as many as names
  // What the pixels behind them meant: a model is for features of the same meaning. Of several frames that
  // differ, each once, joined by ", "; "" where no frame is behind the numbers.
  std::string units;        // Frame::units: "stored", "HU", ...
  std::string photometric;  // "MONOCHROME2", ...

  // Without the names, which are shared.
  std::size_t bytes() const;
};

}  // namespace radflow
