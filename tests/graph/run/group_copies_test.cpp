// What a group keeps is never a view of a record: whatever may be one comes to add() as a copy.
#include "tests/graph/functions.hpp"
#include "tests/graph/group_graph.hpp"

namespace radflow::testing {
namespace {

struct View {
  static constexpr std::string_view payload_name = "view";
  Bytes of;
  std::size_t bytes() const { return of.size(); }
  View detached() const { return {Bytes::copy(of.data(), of.size())}; }
};

// Keeps what it gets: of views their bytes, of numbers the number.
template <typename Member>
struct Keeps {
  struct State {
    std::vector<Member> kept;
    std::size_t bytes() const { return sizeof(State); }
  };
  Result<std::string> key(const Member&, const Context&) const { return std::string{"one"}; }
  Result<Gathering> add(State& state, const Member& member, const Context&) const {
    state.kept.push_back(member);
    return Gathering::Open;
  }
  Number finish(State&& state, GroupEnd) const { return {static_cast<std::int64_t>(state.kept.size())}; }
};

// What a node's state has kept of one member.
template <typename Member>
Member kept(const Member& member) {
  const detail::GroupNodeBody<Keeps<Member>> body{NoParams{}, BuildInfo{}};
  const auto state = body.open();
  TestGraph graph;
  graph.source(records(1)).node("a", {""}, [&](std::span<const Payload* const>, const Context& context) {
    EXPECT_TRUE(body.add(state.get(), Payload::of(member), context));
    return value(0);
  });
  graph.sink("out", {"a"}).errors();
  EXPECT_TRUE(graph.run());
  return std::static_pointer_cast<typename Keeps<Member>::State>(state)->kept.at(0);
}

TEST(Groups, GetCopiesOfWhatMayBeAViewOfARecord) {
  const Bytes of_record = Bytes::of("pixels");
  const Bytes own = kept(View{of_record}).of;
  EXPECT_EQ(own.text(), "pixels");
  EXPECT_NE(own.data(), of_record.data());

  Record record;
  record.value = of_record;
  record.key = "k";
  const Record copy = kept(record);
  EXPECT_EQ(copy.value.text(), "pixels");
  EXPECT_EQ(copy.key, "k");
  EXPECT_NE(copy.value.data(), of_record.data());
}

TEST(Groups, GetWhatOwnsItsMemoryAsItIs) { EXPECT_EQ(kept(Number{7}).value, 7); }

}  // namespace
}  // namespace radflow::testing
