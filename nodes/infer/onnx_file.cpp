#include "nodes/infer/onnx_file.hpp"

#include <cstdint>
#include <span>
#include <stdexcept>

namespace radflow {
namespace {

// One field of a protobuf message: its number, and its bytes or its value.
struct Field {
  std::uint64_t number = 0;
  std::string_view bytes;
  std::uint64_t value = 0;
};

[[noreturn]] void refuse() { throw std::runtime_error{"it is no ONNX file, or it is cut short"}; }

class Fields {
 public:
  explicit Fields(std::string_view message) : rest_{message} {}

  bool next(Field& field) {
    if (rest_.empty()) return false;
    const std::uint64_t tag = varint();
    field = {tag >> 3, {}, 0};
    if (field.number == 0) refuse();
    switch (tag & 7) {
      case 0:
        field.value = varint();
        return true;
      case 1:
        take(8);
        return true;
      case 2:
        field.bytes = take(varint());
        return true;
      case 5:
        take(4);
        return true;
      default:
        refuse();
    }
  }

 private:
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1).front());
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    refuse();
  }
  std::string_view take(std::uint64_t count) {
    if (count > rest_.size()) refuse();
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  std::string_view rest_;
};

// onnx.proto: where in a message tensors, or messages with tensors in them, may stand.
enum class Message { Model, Training, Graph, Function, Node, Attribute, Sparse, Tensor };
struct Child {
  Message in;
  std::uint64_t field;
  Message what;
};
constexpr Child children[] = {
    {Message::Model, 7, Message::Graph},       {Message::Model, 20, Message::Training},
    {Message::Model, 25, Message::Function},   {Message::Training, 1, Message::Graph},
    {Message::Training, 2, Message::Graph},    {Message::Graph, 1, Message::Node},
    {Message::Graph, 5, Message::Tensor},      {Message::Graph, 15, Message::Sparse},
    {Message::Function, 7, Message::Node},     {Message::Function, 11, Message::Attribute},
    {Message::Node, 5, Message::Attribute},    {Message::Attribute, 5, Message::Tensor},
    {Message::Attribute, 6, Message::Graph},   {Message::Attribute, 10, Message::Tensor},
    {Message::Attribute, 11, Message::Graph},  {Message::Attribute, 22, Message::Sparse},
    {Message::Attribute, 23, Message::Sparse}, {Message::Sparse, 1, Message::Tensor},
    {Message::Sparse, 2, Message::Tensor}};
constexpr int deepest = 64;  // graphs within graphs

// A tensor whose values lie elsewhere says so: data_location (14) is EXTERNAL (1), and external_data (13) are pairs of key
// and value.
std::optional<std::string> of_tensor(std::string_view tensor) {
  bool external = false;
  std::string location;
  Fields fields{tensor};
  for (Field field; fields.next(field);) {
    if (field.number == 14 && field.value == 1) external = true;
    if (field.number != 13) continue;
    external = true;
    std::string_view key, value;
    Fields pair{field.bytes};
    for (Field entry; pair.next(entry);) (entry.number == 1 ? key : value) = entry.bytes;
    if (key == "location") location = value;
  }
  return external ? std::optional{location} : std::nullopt;
}

std::optional<std::string> search(Message what, std::string_view bytes, int depth) {
  if (what == Message::Tensor) return of_tensor(bytes);
  if (depth > deepest) refuse();
  Fields fields{bytes};
  for (Field field; fields.next(field);)
    for (const Child& child : children)
      if (child.in == what && child.field == field.number)
        if (auto found = search(child.what, field.bytes, depth + 1)) return found;
  return std::nullopt;
}

}  // namespace

std::optional<std::string> external_data(std::string_view onnx) {
  // A model has a graph: of nothing, and of most other files, that is not so.
  bool has_graph = false;
  Fields fields{onnx};
  for (Field field; fields.next(field);) has_graph = has_graph || (field.number == 7 && !field.bytes.empty());
  if (!has_graph) refuse();
  return search(Message::Model, onnx, 0);
}

}  // namespace radflow
