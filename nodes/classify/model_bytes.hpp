// ModelBytes: the numbers of an algorithm as they lie in a model file, little endian, and reading them back from a file
// that may be hostile: nothing is allocated that the file does not hold.
#pragma once

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/param.hpp"

namespace radflow {

static_assert(std::endian::native == std::endian::little, "a model file holds numbers as they lie in memory");

template <typename T>
void append_values(std::string& bytes, std::span<const T> values) {
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
}
template <typename T>
void append_values(std::string& bytes, const std::vector<T>& values) {
  append_values(bytes, std::span<const T>{values});
}
template <typename T>
void append_value(std::string& bytes, const T& value) {
  append_values(bytes, std::span<const T>{&value, 1});
}

class ModelBytes {
 public:
  // `part` is what messages name: "the support vectors".
  ModelBytes(std::string_view bytes, std::string part) : bytes_{bytes}, part_{std::move(part)} {}

  // All throw ParamError of "model".
  template <typename T>
  std::vector<T> many(std::uint64_t count) {
    if (count > bytes_.size() / sizeof(T)) refuse("it is cut short");
    std::vector<T> values(count);
    if (count > 0) std::memcpy(values.data(), bytes_.data(), count * sizeof(T));
    bytes_.remove_prefix(count * sizeof(T));
    return values;
  }
  template <typename T>
  T one() {
    return many<T>(1).front();
  }
  template <typename T>
  std::vector<T> finite(std::uint64_t count) {
    std::vector<T> values = many<T>(count);
    for (const T value : values)
      if (!std::isfinite(value)) refuse("a number is not finite");
    return values;
  }
  void expect(bool holds, const std::string& what) const {
    if (!holds) refuse(what);
  }
  void expect_end() const { expect(bytes_.empty(), "it is too long"); }
  std::string_view rest() const { return bytes_; }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw ParamError{
        "model", fmt::format("{} in the model file: {}; the file is damaged, train it again", part_, what)};
  }

  std::string_view bytes_;
  std::string part_;
};

}  // namespace radflow
