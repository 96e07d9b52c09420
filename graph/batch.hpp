// How to write a node that is called for several messages at once, as a network is:
//
//   class Infer {
//    public:
//     std::vector<Result<Prediction>> operator()(Batch<Frame> in) const {
//       for (std::size_t i = 0; i < in.size(); ++i) fill(i, in[i].pixels);    // in.context(i) is the message's context
//       ...                                                                  // one result for each message, in order
//     }
//   };
//   const Register<Infer, Params> registered{NodeSpec{"infer", "..."}};
//
// The graph says how many messages share a call, and how long the first of them waits for the others: `batch: {size: 16,
// wait: 5ms}`. Without that key the node is called for one message at a time. A result may not depend on the other
// messages of its batch. If a call throws, or gives too few results, the node is called again for each message alone, so
// that only the message fails that was the cause.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "graph/signature.hpp"

namespace radflow {

// The messages of one call: at least one. It is valid during the call.
template <typename A>
class Batch {
 public:
  explicit Batch(std::span<const BatchMember> members) : members_{members} {}

  std::size_t size() const { return members_.size(); }
  decltype(auto) operator[](std::size_t i) const { return detail::Input<A>::of(members_[i].inputs[0]); }
  const Context& context(std::size_t i) const { return *members_[i].context; }

 private:
  std::span<const BatchMember> members_;
};

// What a graph says of a node's batches; the wiring key `batch`.
struct BatchPlan {
  int size = 16;
  std::int64_t wait_ms = 5;
  bool operator==(const BatchPlan&) const = default;
};

namespace detail {

template <typename T>
struct ResultsOf;
template <typename T>
struct ResultsOf<std::vector<Result<T>>> {
  using Out = Output<Result<T>>;
};

template <typename Node, typename A>
class BatchNodeBody final : public NodeBody {
  using Sig = Signature<decltype(&Node::operator())>;

 public:
  static constexpr bool exclusive = is_exclusive<Node>();
  static_assert(
      Sig::is_const || exclusive,
      "a call operator is const, because it is called concurrently; a node that cannot bear that says "
      "`static constexpr bool exclusive = true;`");
  using Out = typename ResultsOf<std::remove_cvref_t<typename Sig::Return>>::Out;
  static_assert(Out::arity == Arity::One, "of each message of a batch comes one message");

  static constexpr bool variadic() { return false; }
  static constexpr bool batches = true;
  static PortTypes input_types() { return {port_type<typename Input<A>::Type>()}; }
  static std::vector<bool> optional_inputs() { return {false}; }

  template <typename Params>
  BatchNodeBody(const Params& params, const BuildInfo& info) : node_{make<Node>(params, info)} {}

  Outcome call(std::span<const Payload* const> inputs, const Context& context) override {
    const BatchMember alone{inputs, &context};
    return std::move(call_all({&alone, 1}).front());
  }
  std::vector<Outcome> call_all(std::span<const BatchMember> members) override {
    auto results = node_(Batch<A>{members});
    if (results.size() != members.size())
      throw std::logic_error{
          fmt::format("the node gave {} results for {} messages", results.size(), members.size())};
    std::vector<Outcome> outcomes;
    outcomes.reserve(results.size());
    for (auto& result : results) outcomes.push_back(Out::outcome(std::move(result)));
    return outcomes;
  }
  Known known(int output) const override { return known_of(node_, output); }

 private:
  Node node_;
};

// The body of a node: of one that takes a Batch, or of any other.
template <typename Node, typename Arguments>
struct BodyFor {
  using Type = Body<Node>;
};
template <typename Node, typename A>
struct BodyFor<Node, std::tuple<Batch<A>>> {
  using Type = BatchNodeBody<Node, A>;
};
template <typename Node>
using BodyOf = typename BodyFor<Node, typename Signature<decltype(&Node::operator())>::Arguments>::Type;

}  // namespace detail
}  // namespace radflow
