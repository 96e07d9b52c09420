// Payload: a shared, immutable value of one of the types that travel on an edge: record, frame, features,
// prediction and whatever a node library adds. A payload type names itself:
//   static constexpr std::string_view payload_name = "frame";
#pragma once

#include <memory>
#include <string_view>
#include <utility>

namespace radflow {

// Compared by address: one object per C++ type.
struct PayloadType {
  std::string_view name;
};

template <typename T>
inline constexpr PayloadType payload_type{T::payload_name};

class Payload {
 public:
  Payload() = default;

  template <typename T>
  static Payload of(T value) {
    return {std::make_shared<const T>(std::move(value)), &payload_type<T>};
  }
  template <typename T>
  static Payload share(std::shared_ptr<const T> value) {
    return {std::move(value), &payload_type<T>};
  }

  explicit operator bool() const { return value_ != nullptr; }
  const PayloadType* type() const { return type_; }

  // The value, or null if it is of another type.
  template <typename T>
  const T* get() const {
    return type_ == &payload_type<T> ? static_cast<const T*>(value_.get()) : nullptr;
  }
  // The value; the checker has made sure of the type.
  template <typename T>
  const T& as() const {
    return *static_cast<const T*>(value_.get());
  }
  template <typename T>
  std::shared_ptr<const T> shared() const {
    return std::static_pointer_cast<const T>(value_);
  }

 private:
  Payload(std::shared_ptr<const void> value, const PayloadType* type)
      : value_{std::move(value)}, type_{type} {}

  std::shared_ptr<const void> value_;
  const PayloadType* type_ = nullptr;
};

}  // namespace radflow
