// encode: makes the record that leaves: a result as JSON (`radflow schema --results`), the pixels of a frame or a
// mask as NPY or PNG.
//   - encode: {format: json}
// The graph puts it in by itself before a sink that takes records.
//
// The value depends on input and graph alone, so that the same input gives the same bytes. What does not, the
// duration, travels in a header. Headers follow the CloudEvents 1.0 binding for Kafka, binary mode.
//
// The record's own timestamp is left open: Kafka deletes by it, so a result of an old frame would be gone at once.
// The time of the source stands in ce_time; one that came with the record goes on, as do traceparent and tracestate, if
// they are what their standards say.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "graph/node.hpp"
#include "nodes/encode/image_bytes.hpp"
#include "nodes/encode/result_json.hpp"
#include "nodes/types/frame.hpp"
#include "nodes/types/mask.hpp"

namespace radflow {
namespace {

enum class Format { Json, Npy, Nrrd, Png };
Choices<Format> choices_of(Format) {
  return {{Format::Json, "json", "A result, or a description of a frame."},
          {Format::Npy, "npy", "The exact values of a frame, a mask or a volume."},
          {Format::Nrrd, "nrrd", "The exact values of a volume and where they lie."},
          {Format::Png, "png", "Pixels of 8 or 16 bit, or the labels of a mask."}};
}

struct Params {
  Format format = Format::Json;
};

// Percent-encodes what may not stand in a URI (RFC 3986), but for '/'.
std::string uri(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view{"-._~/"}.find(c) != std::string_view::npos;
    out += plain ? std::string{c} : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string rfc3339(std::int64_t ms) {
  const auto seconds =
      std::chrono::sys_seconds{std::chrono::floor<std::chrono::seconds>(std::chrono::milliseconds{ms})};
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", seconds, ms - seconds.time_since_epoch().count() * 1000);
}

// In the pattern 0 stands for a digit and x for a hexadecimal one in small letters.
bool fits(std::string_view text, std::string_view pattern) {
  return std::ranges::equal(text, pattern, [](char c, char p) {
    const bool digit = c >= '0' && c <= '9';
    return p == '0' ? digit : p == 'x' ? digit || (c >= 'a' && c <= 'f') : c == p;
  });
}

bool is_rfc3339(std::string_view text) {
  constexpr std::string_view seconds = "0000-00-00T00:00:00";
  if (!fits(text.substr(0, seconds.size()), seconds)) return false;
  text.remove_prefix(seconds.size());
  if (text.starts_with('.')) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789", 1), text.size());
    if (end == 1) return false;
    text.remove_prefix(end);
  }
  return text == "Z" || fits(text, "+00:00") || fits(text, "-00:00");
}

// W3C Trace Context, of version 0.
bool is_traceparent(std::string_view text) {
  return fits(text, "00-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-xxxxxxxxxxxxxxxx-xx");
}

// Which payload types can be written, or that the sink takes a record as it is.
std::string way_out(const PayloadType* type) {
  if (is_type<Record>(type)) return "a record goes to a sink as it is, without `encode`";
  std::vector<std::string_view> names;
  for (const PayloadFormat* format : PayloadRegistry::instance().all()) names.push_back(format->type->name);
  return fmt::format("put a node behind it that makes one of: {}", fmt::join(names, ", "));
}

std::string_view held_by(Format format) {
  switch (format) {
    case Format::Npy:
      return "frames, masks and volumes";
    case Format::Nrrd:
      return "volumes";
    case Format::Png:
      return "frames and masks";
    case Format::Json:
      break;
  }
  return "all that says how it is written";
}

bool holds(Format format, const PayloadType* type) {
  const bool picture = is_type<Frame>(type) || is_type<Mask>(type), volume = is_type<Volume>(type);
  return format == Format::Json || (picture && format != Format::Nrrd) || (volume && format != Format::Png);
}

class Encode {
 public:
  Encode(const Params& params, const BuildInfo& info) : format_{params.format}, name_{info.name} {
    const PayloadType* arrives = info.inputs.empty() ? nullptr : info.inputs.front();
    if (!arrives) return;
    if (!holds(format_, arrives))
      throw ParamError{"format", fmt::format("{} is for {}, and {} arrives here; say `format: json`",
                                             choice_name(format_), held_by(format_), arrives->name)};
    if (format_ == Format::Json && !PayloadRegistry::instance().find(arrives->name))
      throw ParamError{"", fmt::format("{} cannot be written to a sink: nothing says how it becomes JSON; {}",
                                       arrives->name, way_out(arrives))};
  }

  // Errors: unsupported_payload, unsupported_depth.
  Result<Record> operator()(const Payload& payload, const Context& context) const {
    Result<std::string> value = encoded(payload, context);
    if (!value) return value.error();
    const Record& input = context.record();
    Record record{Bytes::of(*std::move(value)), input.key, {}, Record::open_timestamp, input.position};
    record.headers = headers(payload, context);
    return record;
  }

 private:
  Result<std::string> encoded(const Payload& payload, const Context& context) const {
    if (!holds(format_, payload.type()))
      return Error{"unsupported_payload", fmt::format("{} is for {}, not for {}", choice_name(format_),
                                                      held_by(format_), payload.type()->name)};
    if (format_ != Format::Json) {
      if (const auto* frame = payload.get<Frame>())
        return format_ == Format::Npy ? to_npy(frame->pixels) : to_png(*frame);
      if (const auto* mask = payload.get<Mask>())
        return format_ == Format::Npy ? to_npy(mask->labels) : to_png(*mask);
      const auto& volume = payload.as<Volume>();
      return format_ == Format::Npy ? to_npy(volume.voxels) : to_nrrd(volume);
    }
    if (const PayloadFormat* known = PayloadRegistry::instance().find(payload.type()->name))
      return result_json(payload, *known, context);
    return Error{"unsupported_payload", fmt::format("encode does not know {}", payload.type()->name)};
  }

  std::vector<Header> headers(const Payload& payload, const Context& context) const {
    const Record& input = context.record();
    const Position& at = input.position;
    // Names the event for good: where its record stood, which frame and tile of it, which encoder.
    std::string id = fmt::format("{}/{}/{}", at.topic, at.partition, at.offset);
    for (const std::uint32_t index : context.identity().path()) id += fmt::format("/{}", index + 1);
    id += "/" + name_;
    std::vector<Header> headers;
    headers.reserve(9);
    headers.push_back({"content-type", content_type()});
    headers.push_back({"ce_specversion", "1.0"});
    headers.push_back({"ce_id", uri(id)});
    headers.push_back({"ce_source", "/radflow/" + uri(context.graph().name)});
    headers.push_back(
        {"ce_type", fmt::format("radflow.{}.v{}", payload.type()->name, result_schema_version)});
    headers.push_back({"radflow-duration-us", std::to_string(context.elapsed_us())});
    if (const auto time = input.header("ce_time"); time && is_rfc3339(*time))
      headers.push_back({"ce_time", std::string{*time}});
    else if (input.timestamp_ms > 0)
      headers.push_back({"ce_time", rfc3339(input.timestamp_ms)});
    if (const auto trace = input.header("traceparent"); trace && is_traceparent(*trace))
      for (const char* passed : {"traceparent", "tracestate"})
        if (const auto found = input.header(passed)) headers.push_back({passed, std::string{*found}});
    return headers;
  }

  std::string content_type() const {
    switch (format_) {
      case Format::Json:
        return "application/json";
      case Format::Png:
        return "image/png";
      case Format::Npy:
        return "application/x-npy";
      case Format::Nrrd:
        return "application/x-nrrd";
    }
    return "";
  }

  Format format_;
  std::string name_;
};

const Register<Encode, Params> registered{
    NodeSpec{"encode",
             "Makes the record that leaves: a result as JSON, or the values of a frame, a mask or a volume."}
        .param(&Params::format, "format", any(), "What the record holds.")
        .errors({{"unsupported_payload",
                  "The format cannot hold what arrives: png is for frames and masks, nrrd for volumes, npy "
                  "for all three."},
                 {"unsupported_depth", "PNG holds 8 or 16 bit only, NRRD no floating point of 16 bit."}})
        .makes_records()
        .example("- encode: {format: json}")};

}  // namespace
}  // namespace radflow
