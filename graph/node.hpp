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
// The call operator's signature says the ports and what the node is:
//   T f(const A&, const B&)             a join of two ports, named by .inputs({"image", "mask"})
//   T f(std::span<const A* const>)      a join of any number of inputs of one type
//   T f(const A&, const Context&)       as the last argument: the record's key, headers, identity
//   T                                   one result             (any exception is one too: a failed message)
//   Result<T>                           a result or an error
//   std::optional<T>                    a result, or the message ends filtered; in a Result: or an error
//   Routed                              a result that leaves by one of several outputs; in a Result, as above
//   std::vector<Part<T>>                a split: one message per part
// A call operator that is not const may not be called concurrently: such a node gets one instance per worker.
// The constructor may take (const Params&, const BuildInfo&). A node that predicts may have
//   std::vector<std::string> labels() const;
// so that what follows can refuse a label that never comes.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "graph/node_body.hpp"
#include "graph/signature.hpp"
#include "graph/spec.hpp"

namespace radflow {

// Makes a node known to the program. One object per node, in the node's own .cpp; link node libraries as
// CMake OBJECT libraries, or the linker drops it.
template <typename Node, typename Params = NoParams>
class Register {
 public:
  explicit Register(SpecBuilder builder) {
    using Body = detail::Body<Node>;
    Spec& spec = builder.spec;
    spec.kind = ComponentKind::Node;
    spec.exclusive = Body::exclusive;
    spec.variadic = Body::variadic();
    spec.arity = Body::Out::arity;
    spec.inputs = name_ports(Body::input_types(), std::move(builder.input_names), "in", spec);
    std::vector<const PayloadType*> given{detail::port_type<typename Body::Out::Type>()};
    if (Body::Out::routed) given.resize(std::max<std::size_t>(builder.output_names.size(), 1));
    spec.outputs = name_ports(given, std::move(builder.output_names), "out", spec);
    spec.make_params = [] { return std::make_shared<Params>(); };
    spec.make_node = [](const void* params, const BuildInfo& info) -> std::unique_ptr<NodeBody> {
      return std::make_unique<Body>(*static_cast<const Params*>(params), info);
    };
    Registry::instance().add(std::move(spec));
  }
};

}  // namespace radflow
