// How to write a node that gathers messages of many records by a key (a series, a study) and gives one value for each
// group: a class with a state and three functions, and one RegisterGroup object.
//
//   class MeanOfSeries {
//    public:
//     struct State {                                             // one group's; begins as State{}
//       std::vector<double> sums;
//       std::size_t bytes() const;                               // the memory that it and all it owns take
//     };
//     explicit MeanOfSeries(const Params& params);               // may throw ParamError
//     Result<std::string> key(const Features&, const Context&) const;             // which group it belongs to
//     Result<Gathering> add(State&, const Features&, const Context&) const;       // Open, or Complete
//     Result<Features> finish(State&&, GroupEnd, const Context&) const;           // may leave the context out
//   };
//   const RegisterGroup<MeanOfSeries, Params> registered{NodeSpec{"mean_of_series", "..."}};
//
// Members come to add() one at a time for each key, those of a partition by offset and the parts of a record by index;
// functions for different keys may be called concurrently, so all are const. A state lives for minutes, and a record's
// bytes are given back as soon as it waits: a payload that may be a view of them comes to add() as a copy
// (graph/payload.hpp, detached()), which the state may keep. It may not keep the value of context.record(). When add()
// gives an error, or throws, only its message fails, and the state must be as it was. finish() may not depend on the order
// of members, and asks for what it allocates besides the state by Context::charge. It may return what the call operator of
// a node may (graph/node.hpp), but not parts; its context has the key, headers and position of the group's lowest member.
#pragma once

#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include "graph/group_body.hpp"
#include "graph/node.hpp"

namespace radflow {
namespace detail {

template <typename T>
struct MemberFunction;
template <typename C, typename R, typename... A>
struct MemberFunction<R (C::*)(A...) const> {
  using Return = R;
  using Arguments = std::tuple<A...>;
};

template <typename T>
struct IsOneOf : std::false_type {};
template <typename... T>
struct IsOneOf<OneOf<T...>> : std::true_type {};

template <typename Node>
class GroupNodeBody final : public GroupBody {
  using State = typename Node::State;
  using Finish = MemberFunction<decltype(&Node::finish)>;
  using Key = MemberFunction<decltype(&Node::key)>;

 public:
  using Member = std::remove_cvref_t<std::tuple_element_t<0, typename Key::Arguments>>;
  using Out = Output<typename Finish::Return>;
  static_assert(
      !std::is_same_v<Member, Payload> && !IsOneOf<Member>::value,
      "a node that gathers says of which one type its members are: a view of a record is copied for it");

  template <typename Params>
  GroupNodeBody(const Params& params, const BuildInfo& info) : node_{make<Node>(params, info)} {}

  Result<std::string> key(const Payload& member, const Context& context) const override {
    return node_.key(Input<Member>::of(&member), context);
  }
  std::shared_ptr<void> open() const override { return std::make_shared<State>(); }
  Result<Gathering> add(void* state, const Payload& member, const Context& context) const override {
    State& group = *static_cast<State*>(state);
    const Member& value = Input<Member>::of(&member);
    if constexpr (may_be_view)
      return node_.add(group, value.detached(), context);
    else
      return node_.add(group, value, context);
  }
  std::size_t bytes(const void* state) const override { return static_cast<const State*>(state)->bytes(); }
  Outcome finish(void* state, GroupEnd end, const Context& context) const override {
    State& whole = *static_cast<State*>(state);
    if constexpr (std::tuple_size_v<typename Finish::Arguments> == 3)
      return Out::outcome(node_.finish(std::move(whole), end, context));
    else
      return Out::outcome(node_.finish(std::move(whole), end));
  }
  Known known(int output) const override { return known_of(node_, output); }

 private:
  static constexpr bool may_be_view = requires(const Member& member) { member.detached(); };

  const Node node_;
};

}  // namespace detail

// As Register, for a node that gathers.
template <typename Node, typename Params = NoParams>
class RegisterGroup {
 public:
  explicit RegisterGroup(SpecBuilder builder) {
    using Body = detail::GroupNodeBody<Node>;
    static_assert(Body::Out::arity == Arity::One, "a group gives one value, or one by each of its outputs");
    Spec& spec = builder.spec;
    spec.kind = ComponentKind::Node;
    spec.arity = Arity::Gathered;
    spec.inputs =
        name_ports({detail::port_type<typename Body::Member>()}, std::move(builder.input_names), "in", spec);
    spec.errors.insert(spec.errors.end(), std::begin(errors_of_groups), std::end(errors_of_groups));
    detail::add_node<Body, Params>(builder);
  }
};

}  // namespace radflow
