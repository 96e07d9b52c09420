// Bytes: an immutable run of bytes with a shared owner. Copies share; nothing is written after construction,
// so any number of threads may read.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace radflow {

class Bytes {
 public:
  Bytes() = default;

  // Takes over a buffer.
  static Bytes of(std::string text) {
    auto owner = std::make_shared<const std::string>(std::move(text));
    return {owner, owner->data(), owner->size()};
  }
  static Bytes copy(const void* data, std::size_t size) {
    return of(std::string{static_cast<const char*>(data), size});
  }
  // Refers to memory that `owner` keeps alive.
  static Bytes view(std::shared_ptr<const void> owner, const void* data, std::size_t size) {
    return {std::move(owner), static_cast<const char*>(data), size};
  }

  const char* data() const { return data_; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::string_view text() const { return {data_, size_}; }
  std::span<const std::byte> span() const { return {reinterpret_cast<const std::byte*>(data_), size_}; }

 private:
  Bytes(std::shared_ptr<const void> owner, const char* data, std::size_t size)
      : owner_{std::move(owner)}, data_{data}, size_{size} {}

  std::shared_ptr<const void> owner_;
  const char* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace radflow
