#include "cli/preview_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/tap.hpp"
#include "cli/terminal.hpp"
#include "connectors/stand_in.hpp"

namespace radflow::cli {
namespace {

// One output of a node.
struct End {
  std::size_t node = 0;
  int port = 0;
};

// The name of the graph's only source if that reads files; what else is wrong with the graph is said when it is loaded.
std::optional<std::string> files_source(const PreviewOptions& options, const Overrides& overrides) {
  try {
    const Plan own = load_plan(options.graph, overrides);
    if (own.sources.size() == 1 && own.sources.front().spec->name == "files") return own.sources.front().name;
  } catch (const ConfigError&) {
  }
  return std::nullopt;
}

// A graph that reads a folder keeps what it says of it (a mask beside each file, for example), with another path; else a
// source without any of that stands in.
Plan load(const PreviewOptions& options, const std::string& input) {
  Overrides overrides{.set = options.set, .training = !options.until.empty()};
  if (const auto source = files_source(options, overrides))
    overrides.set.push_back(
        fmt::format("sources.{}.path={}", *source, std::filesystem::absolute(input).string()));
  else
    overrides.source = files_at(input);
  return load_plan(options.graph, overrides);
}

// Every output of the nodes up to `until`.
std::vector<End> ends_of(const Plan& plan, const std::string& until) {
  std::vector<bool> shown(plan.nodes.size(), until.empty());
  if (!until.empty()) {
    const auto last = std::ranges::find(plan.nodes, until, &NodePlan::name);
    if (last == plan.nodes.end()) refuse({plan.file, 0, 0}, fmt::format("has no node '{}'", until));
    shown[static_cast<std::size_t>(last - plan.nodes.begin())] = true;
    for (std::size_t i = plan.nodes.size(); i-- > 0;)
      for (const InputPlan& input : plan.nodes[i].inputs)
        if (shown[i] && input.node >= 0) shown[static_cast<std::size_t>(input.node)] = true;
  }
  std::vector<End> ends;
  for (std::size_t i = 0; i < plan.nodes.size(); ++i)
    for (std::size_t port = 0; shown[i] && port < plan.nodes[i].spec->outputs.size(); ++port)
      // What goes to a sink as bytes has nothing to look at.
      if (!is_type<Record>(plan.nodes[i].spec->outputs[port].type))
        ends.push_back({i, static_cast<int>(port)});
  return ends;
}

std::string title_of(const Plan& plan, const End& end) {
  const NodePlan& node = plan.nodes[end.node];
  std::string title = node.name;
  const bool is_main = end.port == 0 && node.spec->first_is_main;
  if (node.spec->outputs.size() > 1 && !is_main)
    title += "." + node.spec->outputs[static_cast<std::size_t>(end.port)].name;
  return title;
}

// What one record became.
class OneRecord {
 public:
  OneRecord(const Plan& plan, const std::vector<End>& ends) : plan_{plan}, ends_{ends} {}

  void add(const Tapped& message) { messages_[message.end].push_back(&message); }

  void add_to(SheetSection& section, std::size_t most) const {
    for (std::size_t end = 0; end < ends_.size(); ++end) {
      const auto given = messages_.find(end);
      if (given == messages_.end()) continue;
      const std::size_t count = given->second.size();
      for (std::size_t i = 0; i < std::min(count, most); ++i)
        section.tiles.push_back(tile(end, *given->second[i], i, count));
      if (count > most && most > 0)
        section.tiles.back().shown.words += fmt::format(", and {} more", count - most);
    }
  }

 private:
  Tile tile(std::size_t end, const Tapped& message, std::size_t i, std::size_t count) const {
    Tile made{title_of(plan_, ends_[end]), show(message.payload, beneath(ends_[end].node, message.part))};
    if (count > 1) made.title += fmt::format(" {}/{}", i + 1, count);
    return made;
  }

  // The nearest frame in front of the node that came of the same frame.
  const Frame* beneath(std::size_t node, const std::vector<std::uint32_t>& part) const {
    for (const InputPlan& input : plan_.nodes[node].inputs) {
      if (input.node < 0) continue;
      if (const Frame* frame = frame_at(static_cast<std::size_t>(input.node), input.port, part)) return frame;
    }
    for (const InputPlan& input : plan_.nodes[node].inputs)
      if (input.node >= 0)
        if (const Frame* frame = beneath(static_cast<std::size_t>(input.node), part)) return frame;
    // The mask that lies beside an image comes of no node, but the image does.
    return frame_at(node, 0, part);
  }
  const Frame* frame_at(std::size_t node, int port, const std::vector<std::uint32_t>& part) const {
    for (const auto& [end, messages] : messages_) {
      if (ends_[end].node != node || ends_[end].port != port) continue;
      for (const Tapped* message : messages)
        if (message->part == part) return message->payload.get<Frame>();
    }
    return nullptr;
  }

  const Plan& plan_;
  const std::vector<End>& ends_;
  std::map<std::size_t, std::vector<const Tapped*>> messages_;  // the key is the end
};

void add_failures(const Record& letter, std::size_t most, SheetSection& section) {
  const auto error = nlohmann::json::parse(letter.header("radflow-error").value_or(""), nullptr, false);
  if (!error.is_object()) return;
  std::size_t count = 0;
  for (const auto& failure : error.value("failures", nlohmann::json::array())) {
    if (++count > most) break;
    section.tiles.push_back({failure.value("node", ""),
                             {{}, failure.value("reason", "") + ": " + failure.value("detail", "")},
                             true});
  }
}

}  // namespace

std::vector<SheetSection> preview_of(const PreviewOptions& options, const std::string& input) {
  const std::uint64_t files = count_input(input);
  if (files > options.most_files)
    refuse({input, 0, 0}, fmt::format("holds {} files, and a preview shows {} at most: name some of them",
                                      files, options.most_files));
  const Plan plan = load(options, input);
  const std::vector<End> ends = ends_of(plan, options.until);
  std::vector<InputPlan> inputs;
  for (const End& end : ends) inputs.push_back({static_cast<int>(end.node), end.port});
  const TappedResults tapped = tap_ends(plan, inputs, "", files);

  std::map<std::string, OneRecord> records;
  for (const Tapped& message : tapped.messages)
    records.try_emplace(message.key, plan, ends).first->second.add(message);
  std::map<std::string, SheetSection> sections;
  for (const auto& [key, record] : records) {
    sections[key].title = key;
    record.add_to(sections[key], options.most);
  }
  for (const Record& letter : tapped.letters) {
    const std::string key = letter.key.value_or("");
    sections[key].title = key;
    add_failures(letter, options.most, sections[key]);
  }
  std::vector<SheetSection> all;
  for (auto& [key, section] : sections) all.push_back(std::move(section));
  return all;
}

}  // namespace radflow::cli
