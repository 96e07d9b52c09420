#include "nodes/imaging/plain_png.hpp"

#include <libdeflate.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

namespace radflow {
namespace {

using Bytes = std::span<const std::uint8_t>;

std::uint32_t word(Bytes bytes, std::size_t at) {
  return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 |
         std::uint32_t{bytes[at + 2]} << 8 | bytes[at + 3];
}

bool take_signature(Bytes& bytes) {
  static constexpr std::uint8_t signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  if (bytes.size() < sizeof signature || std::memcmp(bytes.data(), signature, sizeof signature) != 0)
    return false;
  bytes = bytes.subspan(sizeof signature);
  return true;
}

constexpr std::size_t around_chunk = 12;  // length, name and checksum

// A chunk: its length, four letters, what it holds and a checksum of both.
struct Chunk {
  Bytes letters, content;
  bool is(const char* name) const { return std::memcmp(letters.data(), name, 4) == 0; }
};

// Takes the next chunk off `bytes`; nothing if it is cut short or its checksum differs.
std::optional<Chunk> next_chunk(Bytes& bytes) {
  if (bytes.size() < around_chunk) return std::nullopt;
  const std::size_t length = word(bytes, 0);
  if (length > bytes.size() - around_chunk) return std::nullopt;
  const Chunk chunk{bytes.subspan(4, 4), bytes.subspan(8, length)};
  if (libdeflate_crc32(0, chunk.letters.data(), 4 + length) != word(bytes, 8 + length)) return std::nullopt;
  bytes = bytes.subspan(around_chunk + length);
  return chunk;
}

struct Shape {
  std::uint32_t columns = 0, rows = 0;
  int channels = 1, depth = CV_8U;
  std::size_t pixel_bytes() const { return static_cast<std::size_t>(channels) * (depth == CV_16U ? 2 : 1); }
  std::size_t row_bytes() const { return columns * pixel_bytes(); }
};

std::optional<Shape> shape_of(Bytes header) {
  if (header.size() != 13) return std::nullopt;
  const std::uint8_t bits = header[8], colour = header[9];
  const bool is_plain = (bits == 8 || bits == 16) && (colour == 0 || colour == 2) && header[10] == 0 &&
                        header[11] == 0 && header[12] == 0;
  const Shape shape{word(header, 0), word(header, 4), colour == 0 ? 1 : 3, bits == 8 ? CV_8U : CV_16U};
  // The rows are inflated beside the pixels, which is memory that nobody charged for: libspng reads larger ones row by row.
  constexpr std::uint32_t most = 64 << 20;
  if (!is_plain || shape.columns == 0 || shape.rows == 0 || shape.columns > most || shape.rows > most ||
      shape.row_bytes() * shape.rows > most)
    return std::nullopt;
  return shape;
}

std::uint8_t paeth(int left, int above, int corner) {
  const int estimate = left + above - corner;
  const int to_left = std::abs(estimate - left), to_above = std::abs(estimate - above),
            to_corner = std::abs(estimate - corner);
  if (to_left <= to_above && to_left <= to_corner) return static_cast<std::uint8_t>(left);
  return static_cast<std::uint8_t>(to_above <= to_corner ? above : corner);
}

// Undoes a row's filter in place (PNG specification, 9.2). `above` is the row before, zeros for the first; `step` the bytes of
// a pixel. False for a filter that there is not.
bool undo_filter(int filter, std::uint8_t* row, const std::uint8_t* above, std::size_t size,
                 std::size_t step) {
  const auto add = [row](std::size_t i, int value) { row[i] = static_cast<std::uint8_t>(row[i] + value); };
  switch (filter) {
    case 0:
      return true;
    case 1:
      for (std::size_t i = step; i < size; ++i) add(i, row[i - step]);
      return true;
    case 2:
      for (std::size_t i = 0; i < size; ++i) add(i, above[i]);
      return true;
    case 3:
      for (std::size_t i = 0; i < step; ++i) add(i, above[i] / 2);
      for (std::size_t i = step; i < size; ++i) add(i, (row[i - step] + above[i]) / 2);
      return true;
    case 4:
      for (std::size_t i = 0; i < step; ++i) add(i, above[i]);
      for (std::size_t i = step; i < size; ++i) add(i, paeth(row[i - step], above[i], above[i - step]));
      return true;
    default:
      return false;
  }
}

// Exactly `size` bytes, of all of `packed`.
bool inflate(Bytes packed, std::uint8_t* to, std::size_t size) {
  struct Free {
    void operator()(libdeflate_decompressor* inflater) const { libdeflate_free_decompressor(inflater); }
  };
  // 10 KiB that are made once for a thread: making them for every picture would take as long as a small one.
  thread_local const std::unique_ptr<libdeflate_decompressor, Free> inflater{libdeflate_alloc_decompressor()};
  std::size_t taken = 0;
  return inflater &&
         libdeflate_zlib_decompress_ex(inflater.get(), packed.data(), packed.size(), to, size, &taken,
                                       nullptr) == LIBDEFLATE_SUCCESS &&
         taken == packed.size();
}

// Of 16 bits the higher byte comes first.
void take_row(const std::uint8_t* from, std::size_t size, int depth, std::uint8_t* to) {
  if (depth == CV_8U) {
    std::memcpy(to, from, size);
    return;
  }
  auto* values = reinterpret_cast<std::uint16_t*>(to);
  for (std::size_t i = 0; i < size / 2; ++i)
    values[i] = static_cast<std::uint16_t>(from[2 * i] << 8 | from[2 * i + 1]);
}

}  // namespace

std::optional<cv::Mat> read_plain_png(Bytes bytes) {
  if (!take_signature(bytes)) return std::nullopt;
  const auto header = next_chunk(bytes), data = next_chunk(bytes);
  if (!header || !header->is("IHDR") || !data || !data->is("IDAT")) return std::nullopt;
  const auto shape = shape_of(header->content);
  if (!shape) return std::nullopt;
  Bytes packed = data->content;
  std::vector<std::uint8_t> joined;
  for (;;) {
    const auto more = next_chunk(bytes);
    if (!more) return std::nullopt;
    if (more->is("IEND") && more->content.empty() && bytes.empty()) break;
    if (!more->is("IDAT")) return std::nullopt;
    if (joined.empty()) joined.assign(packed.begin(), packed.end());
    joined.insert(joined.end(), more->content.begin(), more->content.end());
    packed = joined;
  }

  const std::size_t row_bytes = shape->row_bytes(), stride = row_bytes + 1;
  const auto rows = std::make_unique_for_overwrite<std::uint8_t[]>(stride * shape->rows);
  if (!inflate(packed, rows.get(), stride * shape->rows)) return std::nullopt;
  cv::Mat pixels(static_cast<int>(shape->rows), static_cast<int>(shape->columns),
                 CV_MAKETYPE(shape->depth, shape->channels));
  const std::vector<std::uint8_t> zeros(row_bytes);
  const std::uint8_t* above = zeros.data();
  for (int y = 0; y < pixels.rows; ++y) {
    std::uint8_t* row = rows.get() + static_cast<std::size_t>(y) * stride + 1;
    if (!undo_filter(row[-1], row, above, row_bytes, shape->pixel_bytes())) return std::nullopt;
    take_row(row, row_bytes, shape->depth, pixels.ptr(y));
    above = row;
  }
  return pixels;
}

std::vector<std::uint8_t> without_ancillary_chunks(Bytes bytes) {
  const Bytes file = bytes;
  if (!take_signature(bytes)) return {};
  std::vector<std::uint8_t> critical(file.begin(), bytes.begin());
  while (bytes.size() >= around_chunk) {
    const Bytes chunk = bytes.first(std::min(bytes.size(), around_chunk + word(bytes, 0)));
    const bool is_ancillary = (chunk[4] & 0x20) != 0;  // its name begins with a small letter
    if (!is_ancillary) critical.insert(critical.end(), chunk.begin(), chunk.end());
    bytes = bytes.subspan(chunk.size());
  }
  return critical;
}

}  // namespace radflow
