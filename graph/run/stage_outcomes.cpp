// What a worker does with what a node gave for a message.
#include <algorithm>

#include "graph/run/stages.hpp"

namespace radflow {
namespace {

// What a part of a part is called: it stays a part of the same frame of the record.
void become_tile(Identity& identity, const Identity& outer) {
  identity.tiles = outer.tiles;
  identity.tiles.push_back({identity.index, identity.count, identity.corner});
  identity.index = outer.index;
  identity.count = outer.count;
}

}  // namespace

void Stages::report_warnings(std::size_t n) {
  std::vector<SaidWarning>& said = said_warnings();
  for (const SaidWarning& one : said) reports_.warned(run_.plan.nodes[n], one.warning, one.at);
  said.clear();
}

bool Stages::take_outcome(std::size_t n, Message& message, Slot* slots, Step& step, Outcome& outcome,
                          std::size_t stage) {
  const Layout::Node& node = *step.node;
  if (outcome.kind == Outcome::Kind::Failed && outcome.error->transient &&
      retry_later(n, slots[node.output], message, stage))
    return false;
  for (const int slot : node.release) slots[slot].payload = {};

  switch (outcome.kind) {
    case Outcome::Kind::Value: {
      step.counters.results.add();
      for (int port = 0; port < node.ports; ++port) {
        Slot& slot = slots[node.output + port];
        slot.state = port == outcome.port ? Slot::State::Value : Slot::State::Filtered;
        if (port == outcome.port) slot.payload = std::move(outcome.value);
        if (node.delivers) deliver(message, node.output + port, slot.state, slot.payload);
      }
      break;
    }
    case Outcome::Kind::Values:
      step.counters.results.add();
      for (int port = 0; port < node.ports; ++port) {
        Slot& slot = slots[node.output + port];
        slot.payload = std::move(outcome.values[static_cast<std::size_t>(port)]);
        slot.state = state_of(slot.payload);
        if (node.delivers) deliver(message, node.output + port, slot.state, slot.payload);
      }
      break;
    case Outcome::Kind::Filtered:
      step.counters.filtered.add();
      end_slot(n, message, slots, Slot::State::Filtered);
      break;
    case Outcome::Kind::Failed:
      fail(n, message, message.part, message.identity(), std::move(*outcome.error));
      end_slot(n, message, slots, Slot::State::Failed);
      break;
    case Outcome::Kind::Split:
      step.counters.results.add(outcome.pieces.size());
      split(n, message, std::move(outcome.pieces));
      end_slot(n, message, slots,
               Slot::State::Value);  // its parts can reach the sinks; the split itself no longer can
      break;
  }
  return true;
}

bool Stages::retry_later(std::size_t n, Slot& slot, Message& message, std::size_t stage) {
  const std::optional<Retry>& retry = run_.plan.nodes[n].retry;
  if (!retry || slot.attempts >= retry->times) return false;
  const std::chrono::milliseconds delay{retry->backoff_ms << std::min<int>(slot.attempts, 16)};
  ++slot.attempts;
  retried_.add();
  retries_.after(delay, stage, &message);
  return true;
}

// The node gave no value, so everything that could have come of it has ended.
void Stages::end_slot(std::size_t n, Message& message, Slot* slots, Slot::State state) {
  const Layout::Node& node = run_.layout.nodes[n];
  if (node.child >= 0) {
    const std::vector<int>& reachable = run_.region(node.child).reachable;
    for (std::size_t s = 0; s < reachable.size(); ++s)
      if (reachable[s] > 0) endings_.nothing_comes(message.ticket, s, 1);
    return;
  }
  for (int slot = node.output; slot < node.output + node.ports; ++slot) {
    slots[slot].state = state;
    deliver(message, slot, state, {});
  }
}

void Stages::split(std::size_t n, Message& message, std::vector<Outcome::Piece> pieces) {
  const int child = run_.layout.nodes[n].child;
  const bool renames = run_.layout.nodes[n].renames;
  const std::vector<int>& reachable = run_.region(child).reachable;
  Ticket& ticket = message.ticket;
  ticket.add_reachable(reachable, static_cast<int>(pieces.size()));
  run_.budget.add_computing(static_cast<int>(pieces.size()));
  for (Outcome::Piece& piece : pieces) {
    std::vector<std::uint32_t> part = message.part;
    if (!renames) part.push_back(piece.identity.index);
    if (piece.value) {
      Identity identity = std::move(piece.identity);
      if (renames) {
        identity.index = message.identity().index;
        identity.count = message.identity().count;
        identity.tiles = message.identity().tiles;
      } else {
        if (!message.part.empty()) become_tile(identity, message.identity());
        for (const auto& id : message.identity().ids)
          if (!identity.id(id.first)) identity.ids.push_back(id);
      }
      start(ticket.shared_from_this(), ticket.add_part(child, std::move(identity), std::move(part)),
            *std::move(piece.value), std::move(piece.others));
    } else {
      fail(n, message, std::move(part), piece.identity, piece.value.error());
      endings_.nothing_comes(ticket, reachable);
      run_.budget.end_computing();
    }
  }
}

void Stages::fail(std::size_t n, const Message& message, std::vector<std::uint32_t> part,
                  const Identity& identity, Error error) {
  const NodePlan& node = run_.plan.nodes[n];
  reports_.failed(node, error, message.record().position);
  if (node.on_error == OnError::Drop) return;
  endings_.fail(message.ticket, {std::move(part), identity.ids, node.name, node.spec->name, std::move(error)},
                node.on_error == OnError::Stop);
}

// Gives a slot's value to the sinks that take it. Where there is no value, tells them that none comes.
void Stages::deliver(Message& message, int slot, Slot::State state, const Payload& payload) {
  for (const Layout::Delivery& delivery :
       run_.region(message.region).deliveries[static_cast<std::size_t>(slot)])
    if (state == Slot::State::Value)
      endings_.deliver(message, delivery, payload);
    else
      endings_.nothing_comes(message.ticket, static_cast<std::size_t>(delivery.sink));
}

}  // namespace radflow
