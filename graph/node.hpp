// How to write a node: a class with a call operator from payloads to a payload, and one Register object.
//
//   class GaussianBlur {
//    public:
//     explicit GaussianBlur(const Params& params);             // may throw ParamError
//     Frame operator()(const Frame& frame) const;              // const: called concurrently
//   };
//   const Register<GaussianBlur, Params> registered{
//       NodeSpec{"gaussian_blur", "Smooths each frame with a Gaussian kernel."}
//           .param(&Params::sigma, "sigma", range(0.1, 50.0), "Standard deviation, in pixels.")};
//
// The arguments of the call operator say what the node takes:
//   const A&, const B&           It joins two inputs, which .inputs({"image", "mask"}) names.
//   const A&, const B*           The second input is optional: the pointer is null where the graph does not wire the
//                                input or where what it comes from was filtered; where that failed, this node's message
//                                fails. `if (mask) cv::bitwise_and(pixels, mask->pixels, pixels);`
//   const OneOf<A, B>&           It takes a value of either type (graph/one_of.hpp).
//   std::span<const A* const>    It joins any number of inputs of one type.
//   Batch<A>                     It takes several messages at once, alone in the list; see graph/batch.hpp.
//   const Context&               As the last argument it gives the record's key, headers and identity.
//
// The return type says what the node gives:
//   T                            It gives one value. Any exception is a failed message.
//   Result<T>                    It gives a value or an error: `return Error{"no_window", "the frame has no window"};`
//   std::optional<T>             It gives a value, or the message ends filtered: `return std::nullopt;`
//   std::tuple<A, B>             Each element leaves by the output at its place, which .outputs({"mask", "features"})
//                                names. An element may be optional: where it is empty, nothing leaves by its output.
//                                `return std::tuple{mask, measured(mask)};`
//   Routed                       A value leaves by one of several outputs: `return Routed{payload, matches ? 0 : 1};`
//   Identified<T>                The identifiers replace those of the message for all that comes after this node.
//                                What comes before it cannot be joined to what comes after it.
//                                `return Identified<Frame>{clean, {{"PatientID", pseudonym}}};`
//   std::vector<Part<T>>         It splits: every part becomes a message with an identity of its own. T may be a tuple:
//                                each part leaves by several outputs, and only elements behind the first may be empty.
// Result may hold any of the others, and std::optional may hold Routed or Identified.
//
// A node that may not be called concurrently says so, and gets an instance for each call at a time that the graph allows
// (`concurrency`, else the workers); it may then do without the const:
//   static constexpr bool exclusive = true;
// The constructor may take (const Params&, const BuildInfo&). What is heavy and can be shared by all instances, and by
// other nodes of the graph, comes from BuildInfo::resources. A node may say what is known of its values before the first
// of them is there, so that what follows can refuse what never comes (graph/known.hpp):
//   Known known() const;             The same of every output.
//   Known known(int output) const;   It differs; outputs count from 0, in the order of .outputs({...}).
// The reasons of its errors and warnings stand in its specification, with a sentence each that `radflow describe` shows:
//   .errors({{"no_window", "The frame has no window, and none is given."}})
// So do counters and gauges of its own, see graph/node_metrics.hpp.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "graph/batch.hpp"
#include "graph/declaration.hpp"
#include "graph/node_body.hpp"
#include "graph/node_metrics.hpp"
#include "graph/signature.hpp"
#include "graph/spec_builder.hpp"

namespace radflow {

namespace detail {

// The rest of the registration of a node whose inputs are named: its outputs, and how it is made.
template <typename Body, typename Params>
void add_node(SpecBuilder& builder) {
  Spec& spec = builder.spec;
  PortTypes given = Body::Out::types();
  if (Body::Out::routed) given.resize(std::max<std::size_t>(builder.output_names.size(), 1));
  spec.outputs = name_ports(given, std::move(builder.output_names), "out", spec);
  spec.make_params = [] { return std::make_shared<Params>(); };
  spec.make_node = [](const void* params, const BuildInfo& info) -> std::unique_ptr<NodeBody> {
    auto body = std::make_unique<Body>(*static_cast<const Params*>(params), info);
    body->metrics = info.metrics;
    return body;
  };
  Registry::instance().add(std::move(spec));
}

}  // namespace detail

// Makes a node known to the program. One object per node, in the node's own .cpp; link node libraries as
// CMake OBJECT libraries, or the linker drops it.
template <typename Node, typename Params = NoParams>
class Register {
 public:
  explicit Register(SpecBuilder builder) {
    using Body = detail::BodyOf<Node>;
    Spec& spec = builder.spec;
    spec.kind = ComponentKind::Node;
    spec.exclusive = Body::exclusive;
    spec.batches = Body::batches;
    spec.variadic = Body::variadic();
    spec.arity = Body::Out::arity;
    spec.inputs = name_ports(Body::input_types(), std::move(builder.input_names), "in", spec);
    const std::vector<bool> optional = Body::optional_inputs();
    for (std::size_t i = 0; i < std::min(optional.size(), spec.inputs.size()); ++i)
      spec.inputs[i].optional = optional[i];
    detail::add_node<Body, Params>(builder);
  }
};

}  // namespace radflow
