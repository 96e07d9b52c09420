// Any bytes as a JPEG XL codestream: columns, rows and samples of the picture that the file around it promises, a byte each,
// then the codestream. The decoder gives that picture or a reason, and takes no more memory than decode asks for on its behalf.
#include <sanitizer/allocator_interface.h>

#include <algorithm>
#include <array>
#include <atomic>

#include "nodes/decode/jpeg_xl_codec.hpp"
#include "tests/fuzz/require.hpp"

namespace radflow::fuzz {
namespace {

// What this process holds beyond what it held when an input began, and the most of it. libjxl works on the caller's thread.
std::atomic<std::int64_t> held{0}, most{0};

void count(const volatile void*, std::size_t size) {
  const std::int64_t now = held += static_cast<std::int64_t>(size);
  if (now > most) most = now;
}
void discount(const volatile void* address) {
  if (address) held -= static_cast<std::int64_t>(__sanitizer_get_allocated_size(address));
}

void decode(ByteSpan bytes, const JpegXlWanted& wanted) {
  constexpr std::size_t memory = std::size_t{64} << 20;
  std::size_t charged = 0;
  const Charge charge = [&](std::size_t more) -> std::optional<Error> {
    charged += more;
    if (charged <= memory) return std::nullopt;
    return Error{"too_large", "more than there is"};
  };
  const std::int64_t before = held;
  most = before;
  const auto picture = decode_jpeg_xl(bytes, wanted, charge);
  const std::uint64_t samples = wanted.columns * wanted.rows * wanted.samples * 2;
  // The rebuilt JPEG file is charged for as it grows, twice while it is moved.
  require(static_cast<std::uint64_t>(most - before) <= jpeg_xl_working_memory(wanted) + samples + 2 * charged,
          "libjxl takes no more memory than was asked for");
  if (!picture) {
    static constexpr std::array<std::string_view, 5> reasons{"left_out", "truncated", "malformed",
                                                             "unsupported_pixels", "too_large"};
    return require(std::ranges::find(reasons, picture.error().reason) != reasons.end(),
                   "a reason of its own");
  }
  if (!picture->jpeg.empty()) return require(picture->samples.empty(), "a JPEG file or pixels");
  require(picture->samples.cols == static_cast<int>(wanted.columns) &&
              picture->samples.rows == static_cast<int>(wanted.rows) &&
              picture->samples.channels() == static_cast<int>(wanted.samples),
          "the picture has the size that was promised");
  require(picture->precision >= 1 && picture->precision <= 16, "1 to 16 bits");
}

}  // namespace
}  // namespace radflow::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace radflow;
  static const int hooks = __sanitizer_install_malloc_and_free_hooks(&fuzz::count, &fuzz::discount);
  fuzz::require(hooks > 0, "allocations are counted");
  if (size < 3) return 0;
  const JpegXlWanted wanted{data[0] + 1u, data[1] + 1u, data[2] % 2 == 0 ? 1u : 3u};
  fuzz::decode({data + 3, size - 3}, wanted);
  return 0;
}
