// The headers that let `decode` read bytes as pixels.
#pragma once

#include <string>
#include <vector>

#include "graph/record.hpp"

namespace radflow {

// Of a square frame of 8-bit shades, with `more` behind them.
inline std::vector<Header> raw_headers(std::size_t side, const std::vector<Header>& more = {}) {
  std::vector<Header> headers{{"content-type", "application/x-radflow-raw"},
                              {"radflow-rows", std::to_string(side)},
                              {"radflow-columns", std::to_string(side)},
                              {"radflow-depth", "u8"},
                              {"radflow-channels", "1"},
                              {"radflow-byte-order", "little"}};
  headers.insert(headers.end(), more.begin(), more.end());
  return headers;
}

}  // namespace radflow
