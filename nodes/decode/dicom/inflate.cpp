#include "nodes/decode/dicom/inflate.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <memory>

namespace radflow {
namespace {

constexpr std::size_t limit = std::size_t{2} << 30;  // an element of DICOM can hold 4 GiB

}  // namespace

Result<std::vector<std::uint8_t>> inflate_dataset(ByteSpan deflated, const Charge& charge) {
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return Error{"malformed", "zlib cannot be started"};
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end{&stream, inflateEnd};

  std::vector<std::uint8_t> out;
  std::size_t used = 0;
  stream.next_in = const_cast<Bytef*>(deflated.data());
  std::size_t left = deflated.size();
  for (;;) {
    if (used == out.size()) {
      const std::size_t more = std::clamp<std::size_t>(out.size(), 64 * 1024, 64 << 20);
      if (out.size() + more > limit) return Error{"too_large", "the data set inflates to more than 2 GiB"};
      if (charge)
        if (auto refused = charge(more)) return *std::move(refused);
      out.resize(out.size() + more);
    }
    const std::size_t in = std::min<std::size_t>(left, 1 << 30),
                      room = std::min<std::size_t>(out.size() - used, 1 << 30);
    stream.avail_in = static_cast<uInt>(in);
    stream.next_out = out.data() + used;
    stream.avail_out = static_cast<uInt>(room);
    const int state = inflate(&stream, Z_NO_FLUSH);
    left -= in - stream.avail_in;
    used += room - stream.avail_out;
    if (state == Z_STREAM_END) break;
    if (state != Z_OK && state != Z_BUF_ERROR) return Error{"malformed", "the deflated data set is damaged"};
    if (left == 0 && stream.avail_out > 0) return Error{"truncated", "the deflated data set is cut short"};
  }
  out.resize(used);
  return out;
}

Result<std::vector<std::uint8_t>> inflate_frame(ByteSpan deflated, std::size_t size) {
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return Error{"malformed", "zlib cannot be started"};
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end{&stream, inflateEnd};
  std::vector<std::uint8_t> out(size + size % 2);
  if (deflated.size() > limit || out.size() > limit)
    return Error{"too_large", "a deflated frame of more than 2 GiB"};
  stream.next_in = const_cast<Bytef*>(deflated.data());
  stream.avail_in = static_cast<uInt>(deflated.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  const int state = inflate(&stream, Z_FINISH);
  if (state == Z_BUF_ERROR && stream.avail_in == 0)
    return Error{"truncated", "the deflated frame is cut short"};
  if (state == Z_BUF_ERROR && stream.avail_out == 0)
    return Error{"malformed", fmt::format("the deflated frame holds more than its {} bytes", size)};
  if (state != Z_STREAM_END) return Error{"malformed", "the deflated frame is damaged"};
  if (out.size() - stream.avail_out < size)
    return Error{"malformed",
                 fmt::format("the deflated frame holds {} of {} bytes", out.size() - stream.avail_out, size)};
  if (std::ranges::any_of(deflated.last(stream.avail_in), [](std::uint8_t byte) { return byte != 0; }))
    return Error{"malformed", fmt::format("{} bytes behind the deflated frame", stream.avail_in)};
  return out;
}

}  // namespace radflow
