// Any bytes as a record's value: decode gives frames or one of its reasons, within the memory it asked for.
#include <algorithm>
#include <array>

#include "graph/plan.hpp"
#include "nodes/types/frame.hpp"
#include "tests/fake_context.hpp"
#include "tests/fuzz/require.hpp"

namespace radflow::fuzz {
namespace {

constexpr std::size_t memory = std::size_t{64} << 20;
constexpr std::array<std::string_view, 9> reasons{"left_out",
                                                  "empty",
                                                  "unknown_format",
                                                  "truncated",
                                                  "malformed",
                                                  "no_pixel_data",
                                                  "too_large",
                                                  "unsupported_pixels",
                                                  "unsupported_transfer_syntax"};

void require_known(const Error& error) {
  require(std::ranges::find(reasons, error.reason) != reasons.end(), "a reason that reader.hpp names");
}

void decode(NodeBody& node, const Record& record) {
  FakeContext context;
  context.the_memory = memory;
  const Payload payload = Payload::of(record);
  const Payload* inputs[]{&payload};
  const Outcome outcome = node.call(inputs, context);
  if (outcome.kind == Outcome::Kind::Failed) return require_known(*outcome.error);
  std::size_t bytes = 0;
  for (const Outcome::Piece& piece : outcome.pieces) {
    if (!piece.value) {
      require_known(piece.value.error());
      continue;
    }
    const Frame& frame = piece.value->as<Frame>();
    require(!frame.pixels.empty(), "a frame has pixels");
    require(frame.valid.empty() || frame.valid.size() == frame.pixels.size(),
            "validity has the pixels' size");
    bytes += frame.pixels.total() * frame.pixels.elemSize();
  }
  require(bytes <= context.the_charged, "frames take no more memory than decode asked for");
}

}  // namespace
}  // namespace radflow::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace radflow;
  static const auto in_units = make_node("decode: {max_pixels: 16000000}");
  static const auto as_stored = make_node("decode: {max_pixels: 16000000, rescale: false}");
  Record record;
  record.value = Bytes::copy(data, size);
  fuzz::decode(size % 4 == 3 ? *as_stored : *in_units, record);  // files of DICOM have an even size
  return 0;
}
