#include "nodes/infer/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <openvino/openvino.hpp>
#include <random>

#include "graph/digest.hpp"
#include "graph/param.hpp"
#include "nodes/infer/numa_library.hpp"
#include "nodes/infer/onnx_file.hpp"

namespace radflow {

// What is known of calls for so many inputs.
enum class SameBits : char { Unknown, Yes, No };
constexpr std::size_t most_inputs_known = 1024;

struct Network::Compiled {
  ov::Core core;
  ov::CompiledModel model;
  std::size_t output = 0;
  // By the number of inputs: whether each gets the bits that it gets alone. Kernels are chosen by the shape.
  mutable std::array<std::atomic<SameBits>, most_inputs_known + 1> same_bits{};
};

struct NetworkCall::Request {
  ov::InferRequest request;
};

namespace {

std::string read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) throw ParamError{"model", fmt::format("{} cannot be read", path)};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::vector<std::int64_t> extents(const ov::PartialShape& shape) {
  std::vector<std::int64_t> list;
  for (const ov::Dimension& extent : shape) list.push_back(extent.is_static() ? extent.get_length() : -1);
  return list;
}

// OpenVINO's messages begin with lines about its own sources; the last line says what is wrong.
std::string last_line(std::string text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

std::shared_ptr<ov::Model> read_model(ov::Core& core, const std::string& name, const std::string& bytes) {
  std::optional<std::string> external;
  try {
    external = external_data(bytes);
  } catch (const std::runtime_error& error) {
    throw ParamError{"model", fmt::format("{}: {}", name, error.what())};
  }
  if (external)
    throw ParamError{"model",
                     fmt::format("{} has weights in another file{}, which the graph's digest does not cover; "
                                 "write it as one file: onnx.save(onnx.load(\"{}\"), \"{}\")",
                                 name, external->empty() ? "" : " (" + *external + ")", name, name)};
  try {
    return core.read_model(bytes, ov::Tensor{});
  } catch (const std::exception& error) {
    throw ParamError{"model", fmt::format("OpenVINO cannot read {}: {}", name, last_line(error.what()))};
  }
}

void check_input(const ov::Model& model, const std::string& name) {
  if (model.inputs().size() != 1)
    throw ParamError{"model", fmt::format("{} takes {} inputs, and one image is given to it", name,
                                          model.inputs().size())};
  const ov::Output<const ov::Node> input = model.input();
  if (!input.get_element_type().is_real())
    throw ParamError{
        "model", fmt::format("{} takes values of type {}, and images are given as float32; export it with "
                             "a float input",
                             name, input.get_element_type().get_type_name())};
  const ov::PartialShape& shape = input.get_partial_shape();
  if (shape.rank().is_dynamic() || shape.size() != 4)
    throw ParamError{
        "model", fmt::format("{} takes an input of {}: no image, which has four extents (batch, channels, "
                             "height, width)",
                             name, shape.rank().is_dynamic() ? "any shape" : shape_text(extents(shape)))};
  if (shape[0].is_static() && shape[0].get_length() != 1)
    throw ParamError{
        "model", fmt::format("{} takes {} images in each call; export it for one, or for any number", name,
                             shape[0].get_length())};
}

std::size_t output_index(const ov::Model& model, const std::string& file, const std::string& name) {
  std::string names;
  for (std::size_t i = 0; i < model.outputs().size(); ++i) {
    const auto& known = model.outputs()[i].get_names();
    if (name.empty() ? model.outputs().size() == 1 : known.contains(name)) return i;
    for (const std::string& one : known) names += (names.empty() ? "" : ", ") + one;
  }
  throw ParamError{"output.name", name.empty()
                                      ? fmt::format("{} has several outputs; name one: {}", file, names)
                                      : fmt::format("{} has no output '{}'; it has {}", file, name, names)};
}

// Numbers of the input's range that differ from image to image: blank images would look alike whatever the kernel.
Tensor noise_like(const Tensor& input) {
  const auto [least, most] = std::ranges::minmax(input.values);
  Tensor noise = input;
  std::mt19937 random{1};
  std::uniform_real_distribution<float> between{least, least < most ? most : least + 1};
  for (float& value : noise.values) value = between(random);
  return noise;
}

}  // namespace

Network::Network(const std::string& path, const std::string& output, int calls)
    : name_{std::filesystem::path{path}.filename().string()}, compiled_{std::make_unique<Compiled>()} {
  const std::string bytes = read_file(path);
  digest_ = sha256_digest(bytes);
  std::shared_ptr<ov::Model> model = read_model(compiled_->core, name_, bytes);
  check_input(*model, name_);
  compiled_->output = output_index(*model, name_, output);
  load_numa_library();
  try {
    ov::preprocess::PrePostProcessor types{model};
    types.input().tensor().set_element_type(ov::element::f32);
    types.output(compiled_->output).tensor().set_element_type(ov::element::f32);
    model = types.build();
    input_ = extents(model->input().get_partial_shape());
    const ov::PartialShape given = model->output(compiled_->output).get_partial_shape();
    if (given.rank().is_dynamic() || given.size() == 0)
      throw ParamError{"model",
                       fmt::format("{} gives an output whose extents are not known, or a single number for "
                                   "all images of a call",
                                   name_)};
    output_ = extents(given);
    // Without f32 a processor with bfloat16 gives other numbers. With fewer streams than workers they wait for each other.
    compiled_->model = compiled_->core.compile_model(
        model, "CPU", ov::hint::inference_precision(ov::element::f32),
        ov::hint::execution_mode(ov::hint::ExecutionMode::ACCURACY), ov::num_streams(calls),
        ov::inference_num_threads(calls), ov::hint::enable_cpu_pinning(false));
  } catch (const ov::Exception& error) {
    throw ParamError{"model", fmt::format("OpenVINO cannot run {}: {}", name_, last_line(error.what()))};
  }
  self_test(path, output);
}
Network::~Network() = default;

void Network::self_test(const std::string& path, const std::string& output_name) {
  const std::string stem = std::filesystem::path{path}.replace_extension().string();
  const std::string given = stem + ".input.npy";
  const std::string expected = stem + (output_name.empty() ? "" : "." + output_name) + ".output.npy";
  for (const std::string& file : {given, expected})
    if (!std::filesystem::exists(file))
      throw ParamError{"model",
                       fmt::format("{} has no self-test: {} is missing; write there, as float32, what the "
                                   "network {} where it was trained: numpy.save(\"{}\", ...)",
                                   name_, file, file == given ? "was given once" : "gave for that input",
                                   std::filesystem::path{file}.filename().string())};
  const auto read = [&](const std::string& file) {
    try {
      return read_npy(read_file(file));
    } catch (const std::runtime_error& error) {
      throw ParamError{"model", fmt::format("{}: {}", file, error.what())};
    }
  };
  const Tensor in = read(given), out = read(expected);
  Tensor got;
  try {
    got = NetworkCall{std::shared_ptr<const Network>{std::shared_ptr<void>{}, this}}(in);
  } catch (const std::exception& error) {
    throw ParamError{"model",
                     fmt::format("{} fails on its self-test {}: {}", name_, given, last_line(error.what()))};
  }
  if (got.shape != out.shape)
    throw ParamError{"model", fmt::format("{} gives {} for its self-test, and {} holds {}", name_,
                                          shape_text(got.shape), expected, shape_text(out.shape))};
  for (std::size_t i = 0; i < got.values.size(); ++i)
    if (!(std::abs(got.values[i] - out.values[i]) <= tolerance * std::max(1.0F, std::abs(out.values[i]))))
      throw ParamError{
          "model", fmt::format("{} does not give the numbers of its self-test here: value {} of {} is {}, "
                               "and {} is expected within {}",
                               name_, i, expected, got.values[i], out.values[i], tolerance)};
}

NetworkCall::NetworkCall(std::shared_ptr<const Network> network)
    : network_{std::move(network)},
      request_{std::make_unique<Request>(Request{network_->compiled_->model.create_infer_request()})} {}
NetworkCall::NetworkCall(NetworkCall&&) noexcept = default;
NetworkCall::~NetworkCall() = default;

Tensor NetworkCall::run(const Tensor& input, std::int64_t first, std::int64_t count) {
  ov::Shape shape(input.shape.begin(), input.shape.end());
  const std::size_t each = input.values.size() / shape.at(0);
  shape[0] = static_cast<std::size_t>(count);
  const ov::Tensor view{ov::element::f32, shape,
                        const_cast<float*>(input.values.data()) + static_cast<std::size_t>(first) * each};
  request_->request.set_input_tensor(view);
  request_->request.infer();
  const ov::Tensor given = request_->request.get_output_tensor(network_->compiled_->output);
  const ov::Shape got = given.get_shape();
  Tensor output{{got.begin(), got.end()}, {}};
  if (output.shape.empty() || output.shape[0] != count)
    throw std::runtime_error{
        fmt::format("the network gave {} for {} images", shape_text(output.shape), count)};
  const auto* values = given.data<const float>();
  output.values.assign(values, values + given.get_size());
  return output;
}

Tensor NetworkCall::one_by_one(const Tensor& input) {
  Tensor all = run(input, 0, 1);
  for (std::int64_t i = 1; i < input.shape[0]; ++i) {
    const Tensor one = run(input, i, 1);
    all.values.insert(all.values.end(), one.values.begin(), one.values.end());
  }
  all.shape[0] = input.shape[0];
  return all;
}

Tensor NetworkCall::operator()(const Tensor& input) {
  if (input.shape.empty() || input.shape[0] < 1 || input.values.empty())
    throw std::runtime_error{"the network was given nothing"};
  const auto count = static_cast<std::size_t>(input.shape[0]);
  if (count == 1 || network_->input_[0] == 1 || count > most_inputs_known) return one_by_one(input);
  std::atomic<SameBits>& same = network_->compiled_->same_bits[count];
  if (same == SameBits::Unknown)
    same = same_bits(noise_like(input)) && same_bits(input) ? SameBits::Yes : SameBits::No;
  return same == SameBits::Yes ? run(input, 0, input.shape[0]) : one_by_one(input);
}

bool NetworkCall::same_bits(const Tensor& input) {
  const Tensor together = run(input, 0, input.shape[0]), alone = one_by_one(input);
  return together.values.size() == alone.values.size() &&
         std::memcmp(together.values.data(), alone.values.data(), alone.values.size() * sizeof(float)) == 0;
}

}  // namespace radflow
