// Payload: a shared, immutable value of one of the types that travel on an edge: record, frame, features,
// prediction and whatever a node library adds. A payload type names itself and says its size:
//   static constexpr std::string_view payload_name = "frame";
//   std::size_t bytes() const;   // its memory, with all that it owns alone; may be absent where sizeof is all
//   T detached() const;          // where it may be a view of a record's bytes: the same value, with a copy of what it views
// How a type is written to a sink: graph/register_payload.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace radflow {

// There is one object per C++ type in the program and in each plug-in: types are compared by name, with
// same_type(), never by address.
struct PayloadType {
  std::string_view name;
  std::size_t (*bytes)(const void* value);
  // What an input takes that is for several types (graph/one_of.hpp); no value is of such a type.
  std::span<const PayloadType* const> among = {};
};

template <typename T>
std::size_t payload_bytes(const void* value) {
  if constexpr (requires(const T& of_type) { of_type.bytes(); }) {
    return static_cast<const T*>(value)->bytes();
  } else {
    static_assert(std::is_trivially_copyable_v<T>,
                  "a payload type that owns memory says how much: std::size_t bytes() const");
    return sizeof(T);
  }
}

template <typename T>
inline constexpr PayloadType payload_type{T::payload_name, &payload_bytes<T>};

inline bool same_type(const PayloadType* a, const PayloadType* b) {
  return a == b || (a && b && a->name == b->name);
}
// Whether an input of the type `taken` takes values of the type `given`.
inline bool takes(const PayloadType* taken, const PayloadType* given) {
  return same_type(taken, given) ||
         (taken && std::ranges::any_of(taken->among, [&](auto* one) { return same_type(one, given); }));
}
// False of an unknown type.
template <typename T>
bool is_type(const PayloadType* type) {
  return same_type(type, &payload_type<T>);
}

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
  // Bytes of memory that the value takes.
  std::size_t bytes() const { return value_ ? type_->bytes(value_.get()) : 0; }

  // The value, or null if it is of another type.
  template <typename T>
  const T* get() const {
    return is_type<T>(type_) ? static_cast<const T*>(value_.get()) : nullptr;
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
  // Whether both are one object, and not just equal.
  bool same_value(const Payload& other) const { return value_ == other.value_; }

  // What a running graph keeps of its memory for the value: copies of the payload share it, and it is given
  // back with the last of them. A sink gets the value without it.
  const std::shared_ptr<const void>& charge() const { return charge_; }
  void set_charge(std::shared_ptr<const void> charge) { charge_ = std::move(charge); }
  Payload without_charge() const { return {value_, type_}; }

 private:
  Payload(std::shared_ptr<const void> value, const PayloadType* type)
      : value_{std::move(value)}, type_{type} {}

  std::shared_ptr<const void> value_;
  std::shared_ptr<const void> charge_;
  const PayloadType* type_ = nullptr;
};

}  // namespace radflow
