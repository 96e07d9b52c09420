#include "nodes/infer/tensor.hpp"

#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <cstring>
#include <stdexcept>

namespace radflow {
namespace {

static_assert(std::endian::native == std::endian::little, "the values are copied as they lie in the file");

[[noreturn]] void refuse(const std::string& what) { throw std::runtime_error{what}; }

// The numbers of "(1, 3, 8, 8)".
std::vector<std::int64_t> read_shape(std::string_view text) {
  std::vector<std::int64_t> shape;
  while (!text.empty()) {
    if (text.front() == ' ' || text.front() == ',') {
      text.remove_prefix(1);
      continue;
    }
    std::int64_t extent = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), extent);
    if (error != std::errc{} || extent < 0) refuse("its shape cannot be read");
    shape.push_back(extent);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
  return shape;
}

// The text between two marks of the header.
std::string_view between(std::string_view header, std::string_view from, std::string_view to) {
  const std::size_t begin = header.find(from);
  if (begin == std::string_view::npos) refuse("its header cannot be read");
  const std::string_view rest = header.substr(begin + from.size());
  const std::size_t end = rest.find(to);
  if (end == std::string_view::npos) refuse("its header cannot be read");
  return rest.substr(0, end);
}

}  // namespace

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text;
  for (const std::int64_t extent : shape)
    text += fmt::format("{}{}", text.empty() ? "" : " x ", extent < 0 ? "any" : std::to_string(extent));
  return text;
}

Tensor read_npy(std::string_view bytes) {
  if (!bytes.starts_with("\x93NUMPY") || bytes.size() < 12) refuse("it is no file of numpy.save");
  const auto byte = [&](std::size_t at) {
    return static_cast<std::size_t>(static_cast<unsigned char>(bytes[at]));
  };
  const bool old = bytes[6] == 1;  // The header's length has two bytes in version 1, then four.
  const std::size_t begin = old ? 10 : 12;
  const std::size_t length = byte(8) | byte(9) << 8 | (old ? 0 : byte(10) << 16 | byte(11) << 24);
  if (length > bytes.size() - begin) refuse("it is cut short");
  const std::string_view header = bytes.substr(begin, length);
  const std::string_view type = between(header, "'descr': '", "'");
  if (type != "<f4") refuse(fmt::format("it holds values of '{}', and '<f4' (float32) is needed", type));
  if (between(header, "'fortran_order': ", ",") != "False")
    refuse("it is in Fortran order, and C order is needed");
  Tensor tensor{read_shape(between(header, "'shape': (", ")")), {}};
  const std::string_view data = bytes.substr(begin + length);
  std::uint64_t count = 1;
  for (const std::int64_t extent : tensor.shape) {
    if (extent > 0 && count > data.size() / static_cast<std::uint64_t>(extent)) refuse("it is cut short");
    count *= static_cast<std::uint64_t>(extent);
  }
  if (data.size() != count * sizeof(float)) refuse("its length does not fit its shape");
  tensor.values.resize(count);
  if (count > 0) std::memcpy(tensor.values.data(), data.data(), data.size());
  return tensor;
}

}  // namespace radflow
