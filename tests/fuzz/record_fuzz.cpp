// Any headers: lines `name: value`, then an empty line and the value. The raw shape, content-type and trace
// headers are read by decode and encode; every header then travels in a dead letter and in a line of NDJSON.
#include <nlohmann/json.hpp>

#include "connectors/ndjson/line.hpp"
#include "graph/dead_letter.hpp"
#include "graph/plan.hpp"
#include "tests/fake_context.hpp"
#include "tests/fuzz/require.hpp"

namespace radflow::fuzz {
namespace {

Record read_record(std::string_view text) {
  Record record;
  record.position = {"frames", 0, 7, 0};
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty()) break;
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos)
      record.key = line;
    else
      record.headers.push_back({std::string{line.substr(0, colon)}, std::string{line.substr(colon + 2)}});
  }
  record.value = Bytes::copy(text.data(), text.size());
  return record;
}

void require_line(const Record& record) {
  const std::string line = ndjson_line("errors", record);
  require(line.find('\n') == line.size() - 1, "one line");
  require(nlohmann::json::accept(line), "a line is JSON");
}

void travel(const Record& record) {
  static const auto decode = make_node("decode: {max_pixels: 1000000}");
  static const auto encode = make_node("encode: {format: json}");
  static const auto filter = make_node("filter: {header: label, equals: [normal], modality: [CT]}");
  FakeContext context;
  context.the_memory = std::size_t{16} << 20;
  context.the_record = record;
  const Payload payload = Payload::of(record);
  const Payload* inputs[]{&payload};
  filter->call(inputs, context);
  const Outcome decoded = decode->call(inputs, context);
  if (decoded.kind == Outcome::Kind::Failed) {
    const Record letter = make_dead_letter(
        record, context.the_graph, {{{0, 1}, {}, "decode", "decode", *decoded.error}}, context.the_digest);
    require_line(letter);
    const auto read = read_dead_letter(letter);
    require(read && read->original.headers == record.headers && read->original.key == record.key,
            "a dead letter gives its record back");
  }
  read_dead_letter(record);
  for (const Outcome::Piece& piece : decoded.pieces) {
    if (!piece.value) continue;
    context.the_identity = piece.identity;
    const Payload* frame[]{&*piece.value};
    filter->call(frame, context);
    const Outcome result = encode->call(frame, context);
    require(result.kind == Outcome::Kind::Value, "a frame becomes a result");
    require(nlohmann::json::accept(result.value.as<Record>().value.text()), "a result is JSON");
    require_line(result.value.as<Record>());
  }
  require_line(record);
}

}  // namespace
}  // namespace radflow::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  radflow::fuzz::travel(radflow::fuzz::read_record(radflow::fuzz::text(data, size)));
  return 0;
}
