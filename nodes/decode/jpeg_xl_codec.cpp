#include "nodes/decode/jpeg_xl_codec.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "graph/left_out.hpp"

namespace radflow {
namespace {

using namespace std::string_view_literals;

RegisterJpegXl::Decode& the_decoder() {
  static RegisterJpegXl::Decode decoder = nullptr;
  return decoder;
}

}  // namespace

RegisterJpegXl::RegisterJpegXl(Decode decode) { the_decoder() = decode; }

RegisterJpegXl::Decode RegisterJpegXl::registered() { return the_decoder(); }

std::uint64_t jpeg_xl_working_memory(const JpegXlWanted& wanted) {
  constexpr std::uint64_t bytes_per_sample = 24, fixed = std::uint64_t{16} << 20;
  return wanted.columns * wanted.rows * wanted.samples * bytes_per_sample + fixed;
}

bool is_jpeg_xl(ByteSpan bytes) {
  const auto begins = [&](std::string_view magic) {
    return bytes.size() >= magic.size() && std::ranges::equal(bytes.first(magic.size()), as_span(magic));
  };
  return begins("\xff\x0a"sv) || begins("\0\0\0\x0cJXL \r\n\x87\n"sv);
}

Result<JpegXlPicture> decode_jpeg_xl(ByteSpan codestream, const JpegXlWanted& wanted, const Charge& charge) {
  if (!is_jpeg_xl(codestream)) return Error{"malformed", "no JPEG XL codestream"};
  if (const auto decode = RegisterJpegXl::registered()) return decode(codestream, wanted, charge);
  return Error{"left_out",
               fmt::format("JPEG XL cannot be read: {}", family_left_out("nodes/decode/jpeg_xl"))};
}

}  // namespace radflow
