// PNG files, by libspng; most of them are read by libdeflate.
#pragma once

#include <cstdint>
#include <opencv2/core.hpp>
#include <optional>
#include <span>
#include <string>

namespace radflow {

// The pixels as stored: 8 or 16 bit, one channel or R, G, B. Fewer than 8 bits are spread over 8, a palette becomes
// RGB, alpha is dropped, gamma is not applied. Nothing if the file is damaged or cut short.
std::optional<cv::Mat> read_png(std::span<const std::uint8_t> bytes);

// `pixels`: 8 or 16 bit, one channel or R, G, B.
std::string write_png(const cv::Mat& pixels);

}  // namespace radflow
