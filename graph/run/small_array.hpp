// SmallArray: elements whose number is known when it is made; up to `few` of them lie in the object itself.
#pragma once

#include <array>
#include <cstddef>
#include <memory>

namespace radflow {

template <typename T, std::size_t few>
class SmallArray {
 public:
  explicit SmallArray(std::size_t size)
      : many_{size > few ? std::make_unique<T[]>(size) : nullptr},
        first_{many_ ? many_.get() : few_.data()} {}
  SmallArray(const SmallArray&) = delete;
  SmallArray& operator=(const SmallArray&) = delete;

  T& operator[](std::size_t i) { return first_[i]; }
  const T& operator[](std::size_t i) const { return first_[i]; }

 private:
  std::array<T, few> few_{};
  const std::unique_ptr<T[]> many_;
  T* const first_;
};

}  // namespace radflow
