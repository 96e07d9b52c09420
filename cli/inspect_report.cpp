#include "cli/inspect_format.hpp"

#include <fmt/format.h>

#include <map>
#include <opencv2/core.hpp>

#include "cli/value_summary.hpp"
#include "graph/node.hpp"
#include "graph/plan.hpp"
#include "nodes/decode/format_name.hpp"

namespace radflow::cli {
namespace {

using Json = nlohmann::ordered_json;

Json geometry_report(const Geometry& geometry) {
  Json report;
  report["row_spacing_mm"] = geometry.spacing ? Json(geometry.spacing->row) : Json();
  report["column_spacing_mm"] = geometry.spacing ? Json(geometry.spacing->column) : Json();
  report["spacing_source"] = name(geometry.spacing_source);
  report["position_mm"] = geometry.position ? Json(*geometry.position) : Json();
  report["orientation"] = geometry.orientation ? Json(*geometry.orientation) : Json();
  report["laterality"] = geometry.laterality.empty() ? Json() : Json(geometry.laterality);
  return report;
}

Json display_report(const Frame& frame) {
  static constexpr std::array<std::string_view, 3> functions{"LINEAR", "LINEAR_EXACT", "SIGMOID"};
  Json report;
  for (const VoiWindow& window : frame.windows) {
    Json& entry = report["windows"].emplace_back();
    entry["center"] = window.center;
    entry["width"] = window.width;
    entry["function"] = functions.at(static_cast<std::size_t>(window.function));
    if (!window.explanation.empty()) entry["explanation"] = window.explanation;
  }
  for (const VoiLut& lut : frame.voi_luts)
    report["voi_luts"].push_back({{"first", lut.first}, {"bits", lut.bits}, {"entries", lut.entries.size()}});
  return report;
}

Json values_report(const Frame& frame) {
  const ValueSummary values = summarise(frame);
  Json report;
  report["depth"] = depth_name(frame.pixels.depth());
  report["channels"] = frame.pixels.channels();
  report["photometric"] = name(frame.photometric);
  report["units"] = frame.units;
  report["least"] = values.low;
  report["greatest"] = values.high;
  for (const auto& [percent, value] : values.percentiles)
    report["percentiles"][std::to_string(percent)] = value;
  report["histogram"] = {{"low", values.low}, {"high", values.high}, {"counts", values.histogram}};
  report["padding_pixels"] = values.padding;
  if (values.not_finite > 0) report["not_finite_pixels"] = values.not_finite;
  return report;
}

Json identity_report(const Identity& identity) {
  Json report = Json::object();
  for (const auto& [id, value] : identity.ids) report[id] = value;
  return report;
}

Result<Inspected> report_of(Format format, const Frame& frame, const Identity& identity, Json details) {
  Inspected inspected;
  Json& report = inspected.report;
  report["file"]["format"] = format_name(format);
  report["file"]["rows"] = frame.pixels.rows;
  report["file"]["columns"] = frame.pixels.cols;
  report["file"]["frames"] = identity.count;
  report["file"]["frame"] = identity.index + 1;
  if (!details.is_null()) report["file"].update(details);
  report["values"] = values_report(frame);
  report["geometry"] = geometry_report(frame.geometry);
  if (Json display = display_report(frame); !display.is_null()) report["display"] = std::move(display);
  if (Json ids = identity_report(identity); !ids.empty()) report["identity"] = std::move(ids);
  inspected.frame = frame;
  return inspected;
}

// A node asks nothing of its surroundings here.
class NoContext final : public Context {
 public:
  const Record& record() const override { return record_; }
  const Identity& identity() const override { return identity_; }
  const GraphInfo& graph() const override { return graph_; }
  const std::string& input_digest() const override { return digest_; }
  std::int64_t elapsed_us() const override { return 0; }
  std::optional<Error> charge(std::size_t) const override { return std::nullopt; }

 private:
  Record record_;
  Identity identity_;
  GraphInfo graph_;
  std::string digest_;
};

std::map<Format, InspectFormat>& formats() {
  static std::map<Format, InspectFormat> known;
  return known;
}

Result<InspectedFrame> inspect_any(Format format, const Record& record, std::int64_t index,
                                   const ReadOptions& options) {
  const auto frames = read_frames(format, record, options, {});
  if (!frames) return frames.error();
  const auto count = static_cast<std::int64_t>(frames->size());
  if (index < 0 || index >= count) return no_such_frame(index, count);
  const Part<Frame>& part = (*frames)[static_cast<std::size_t>(index)];
  if (!part.value) return part.value.error();
  return InspectedFrame{*part.value, part.identity, {}};
}

}  // namespace

std::string_view depth_name(int depth) {
  static constexpr std::array<std::string_view, 7> names{"uint8", "int8",    "uint16", "int16",
                                                         "int32", "float32", "float64"};
  return names.at(static_cast<std::size_t>(depth));
}

RegisterInspect::RegisterInspect(Format format, InspectFormat inspect) { formats()[format] = inspect; }

InspectFormat RegisterInspect::of(Format format) {
  const auto known = formats().find(format);
  return known == formats().end() ? nullptr : known->second;
}

Error no_such_frame(std::int64_t frame, std::int64_t count) {
  return {"no_such_frame", fmt::format("there is no frame {}: give --frame 1 to {}", frame + 1, count)};
}

Result<Inspected> inspect(const Record& record, std::int64_t index) {
  const Format format = format_of(record);
  Json warnings = Json::array();
  ReadOptions hearing;
  hearing.warn = [&warnings](const Error& warning) { warnings.push_back(warning.detail); };
  const InspectFormat by_format = record.value.empty() ? nullptr : RegisterInspect::of(format);
  auto seen = by_format ? by_format(record, index, hearing) : inspect_any(format, record, index, hearing);
  if (!seen) return seen.error();
  if (!warnings.empty()) seen->details["warnings"] = std::move(warnings);
  return report_of(format, seen->frame, seen->identity, std::move(seen->details));
}

Result<Frame> displayed(const Frame& frame) {
  if (frame.photometric == Photometric::Rgb) return frame;
  std::string yaml = "window: {}";
  if (frame.windows.empty() && frame.voi_luts.empty()) {
    const ValueSummary values = summarise(frame);
    const double low = values.low, high = values.high;
    yaml = fmt::format("window: {{center: {:.17g}, width: {:.17g}, function: linear_exact}}",
                       (low + high) / 2, high > low ? high - low : 1);
  }
  const Payload payload = Payload::of(frame);
  const Payload* inputs[]{&payload};
  const Outcome outcome = make_node(yaml)->call(inputs, NoContext{});
  if (outcome.kind == Outcome::Kind::Failed) return *outcome.error;
  return outcome.value.as<Frame>();
}

}  // namespace radflow::cli
