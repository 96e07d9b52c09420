// Small components for the tests of the loader: payload types, ports, splits and joins without any imaging.
#pragma once

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "graph/build.hpp"
#include "graph/plan.hpp"
#include "graph/register_payload.hpp"

namespace radflow::checking {

struct Picture {
  static constexpr std::string_view payload_name = "picture";
};
struct Numbers {
  static constexpr std::string_view payload_name = "numbers";
};

struct Open {  // the bridge from records
  Picture operator()(const Record&) const { return {}; }
};
enum class Border { Reflect, Zero };
inline Choices<Border> choices_of(Border) {
  return {{Border::Reflect, "reflect", "Mirrored."}, {Border::Zero, "zero", "Nothing."}};
}
struct SmoothParams {
  int radius = 2;
  Border border = Border::Reflect;
  std::optional<double> limit;
};
struct Smooth {
  explicit Smooth(const SmoothParams&) {}
  Picture operator()(const Picture& picture) const { return picture; }
};
struct Measure {
  Numbers operator()(const Picture&) const { return {}; }
};
struct Tile {  // a split
  std::vector<Part<Picture>> operator()(const Picture&) const { return {}; }
};
struct Overlay {  // a join of named ports
  Picture operator()(const Picture& image, const Picture&) const { return image; }
};
struct Gather {  // a join of any number
  Numbers operator()(std::span<const Numbers* const>) const { return {}; }
};
struct Keep {  // passes on what it is given
  Payload operator()(const Payload& any) const { return any; }
};
struct JudgeTraining {
  int trees = 100;
  static Fields<JudgeTraining> fields() {
    return Fields<JudgeTraining>{}.param(&JudgeTraining::trees, "trees", range(1, 1000), "Trees.");
  }
};
struct JudgeParams {
  std::string model;
  JudgeTraining train;
};
struct Judge {
  Judge(const JudgeParams& params, const BuildInfo& info) {
    if (std::filesystem::file_size(info.path(params.model)) > 100)
      throw ParamError{"model", "made for other features"};
  }
  static constexpr bool exclusive = true;
  Numbers operator()(const Numbers& numbers) { return numbers; }
};

// Their results have no fields of their own.
inline const RegisterPayload<Picture> written_picture{
    {.sentence = "A picture.", .json = [](const Picture&, ResultFields&) {}, .schema = "{}"}};
inline const RegisterPayload<Numbers> written_numbers{
    {.sentence = "Numbers.", .json = [](const Numbers&, ResultFields&) {}, .schema = "{}"}};

inline const Register<Open> open{NodeSpec{"t_open", "Makes a picture of a record."}};
inline const Register<Smooth, SmoothParams> smooth{
    NodeSpec{"t_smooth", "Smooths."}
        .param(&SmoothParams::radius, "radius", range(0, 10), "In pixels.")
        .param(&SmoothParams::border, "border", any(), "Beyond the edge.")
        .param(&SmoothParams::limit, "limit", any(), "Largest change.")};
inline const Register<Measure> measure{NodeSpec{"t_measure", "Measures."}};
inline const Register<Tile> tile{NodeSpec{"t_tile", "Cuts into tiles."}};
inline const Register<Overlay> overlay{
    NodeSpec{"t_overlay", "Lays a mask over an image."}.inputs({"image", "mask"})};
inline const Register<Gather> gather{NodeSpec{"t_gather", "Gathers numbers."}};
inline const Register<Keep> keep{NodeSpec{"t_keep", "Keeps all."}};
inline const Register<Judge, JudgeParams> judge{
    NodeSpec{"t_judge", "Judges."}
        .param(&JudgeParams::model, "model", required(model_file()), "The model.")
        .param(&JudgeParams::train, "train", any(), "How the model is made.")
        .of_training()};

struct EndParams {
  std::string topic = "frames";
};
struct In : Source {
  explicit In(const EndParams&) {}
  void run(Intake&, std::stop_token) override {}
};
struct Out : Sink {
  explicit Out(const EndParams&) {}
  void submit(Payload, const Context&, Acknowledge acknowledge) override { acknowledge({}); }
  bool flush(std::chrono::milliseconds) override { return true; }
};
inline const RegisterSource<In, EndParams> in{SourceSpec{"t_in", "Gives records."}
                                                  .param(&EndParams::topic, "topic", any(), "Where from.")
                                                  .free_params()};
inline const RegisterSink<Out, EndParams> out{
    SinkSpec{"t_out", "Takes records."}.param(&EndParams::topic, "topic", any(), "Where to.")};
inline const RegisterSink<Out, EndParams> disk{SinkSpec{"t_disk", "May be full."}.transient()};
inline const RegisterSink<Out, EndParams> broker{
    SinkSpec{"t_broker", "Has a way of its own."}.own_retry("set its property")};
inline const RegisterSource<In, EndParams> begin{
    SourceSpec{"t_begin", "Begins transactions."}.transactional()};
inline const RegisterSink<Out, EndParams> commit{
    SinkSpec{"t_commit", "Commits transactions."}.transactional()};
inline const RegisterSink<Out, EndParams, Picture> wall{
    SinkSpec{"t_wall", "Takes pictures."}.param(&EndParams::topic, "topic", any(), "Where to.")};

// Everything that is wrong with a graph, one line each; "" if nothing is.
inline std::string errors(std::string_view yaml, const Overrides& overrides = {}) {
  try {
    load_plan_text(yaml, "g.yaml", overrides);
    return "";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

inline std::vector<std::string> names(const auto& components) {
  std::vector<std::string> list;
  for (const auto& component : components) list.push_back(component.name);
  return list;
}

// A folder that goes away with the test.
struct Folder {
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  void write(const std::string& name, const std::string& text) const { std::ofstream{path / name} << text; }
  std::string file(const std::string& name) const { return (path / name).string(); }

  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("radflow_graph_" + std::to_string(getpid()));
};

// "open, measure, measure": the nodes a component takes, by name.
inline std::string inputs(const Plan& plan, const auto& component) {
  std::string text;
  for (const InputPlan& input : component.inputs)
    text += (text.empty() ? "" : ", ") +
            (input.node < 0 ? "sources" : plan.nodes[static_cast<std::size_t>(input.node)].name);
  return text;
}

}  // namespace radflow::checking
