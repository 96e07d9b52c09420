#include "nodes/decode/pixel_view.hpp"

#include <cstdint>
#include <utility>

namespace radflow {
namespace {

// How OpenCV lets memory of others be shared among matrices: the last one to go calls deallocate().
class BorrowedMemory final : public cv::MatAllocator {
 public:
  cv::UMatData* lend(Bytes bytes) const {
    auto* lent = new cv::UMatData{this};
    lent->data = lent->origdata = reinterpret_cast<uchar*>(const_cast<char*>(bytes.data()));
    lent->size = bytes.size();
    lent->userdata = new Bytes{std::move(bytes)};
    lent->refcount = 1;
    return lent;
  }
  void deallocate(cv::UMatData* lent) const override {
    if (!lent) return;
    delete static_cast<Bytes*>(lent->userdata);
    delete lent;
  }

  // Never asked: the matrices' own allocator stays the default one.
  cv::UMatData* allocate(int, const int*, int, void*, std::size_t*, cv::AccessFlag,
                         cv::UMatUsageFlags) const override {
    return nullptr;
  }
  bool allocate(cv::UMatData*, cv::AccessFlag, cv::UMatUsageFlags) const override { return false; }
};

}  // namespace

cv::Mat view_pixels(Bytes bytes, int rows, int columns, int type) {
  static const BorrowedMemory memory;
  cv::Mat pixels{rows, columns, type, const_cast<char*>(bytes.data())};
  pixels.u = memory.lend(std::move(bytes));
  return pixels;
}

bool is_aligned(const Bytes& bytes, int type) {
  return reinterpret_cast<std::uintptr_t>(bytes.data()) % CV_ELEM_SIZE1(type) == 0;
}

}  // namespace radflow
