// What libjxl may allocate for one picture. From version 0.9 on it asks here for all that grows with a picture; 0.7 for
// little of it.
#pragma once

#include <jxl/memory_manager.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace radflow {

class LimitedMemory {
 public:
  explicit LimitedMemory(std::uint64_t limit) : limit_{limit} {}
  LimitedMemory(const LimitedMemory&) = delete;
  LimitedMemory& operator=(const LimitedMemory&) = delete;

  const JxlMemoryManager* manager() { return &manager_; }
  bool refused() const { return refused_; }
  std::uint64_t limit() const { return limit_; }

 private:
  // In front of each block, which stays aligned as malloc's are.
  static constexpr std::size_t header = alignof(std::max_align_t);

  static void* allocate(void* self, std::size_t size) {
    auto& memory = *static_cast<LimitedMemory*>(self);
    if (size > memory.limit_ - memory.used_) {
      memory.refused_ = true;
      return nullptr;
    }
    auto* block = static_cast<std::byte*>(std::malloc(size + header));
    if (!block) return nullptr;
    *reinterpret_cast<std::size_t*>(block) = size;
    memory.used_ += size;
    return block + header;
  }
  static void release(void* self, void* address) {
    if (!address) return;
    auto* block = static_cast<std::byte*>(address) - header;
    static_cast<LimitedMemory*>(self)->used_ -= *reinterpret_cast<std::size_t*>(block);
    std::free(block);
  }

  std::uint64_t limit_, used_ = 0;
  bool refused_ = false;
  JxlMemoryManager manager_{this, allocate, release};
};

}  // namespace radflow
