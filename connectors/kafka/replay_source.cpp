// The source that a graph has while it replays.
#include <chrono>
#include <mutex>

#include "connectors/kafka/client/durations.hpp"
#include "connectors/kafka/group/durations.hpp"
#include "connectors/kafka/replay.hpp"

namespace radflow::kafka {
namespace {

class ReplaySource final : public Source {
 public:
  ReplaySource(std::shared_ptr<Replay> replay, const SourceParams& params, const BuildInfo& info)
      : replay_{std::move(replay)}, claims_{claim_check(params, info)} {}

  void run(Intake& graph, std::stop_token stop) override {
    ClaimQueue claim_queue{claims_, "replay", graph, [](const Position&) { return true; }};
    while (!stop.stop_requested() && !(replay_->ended() && claim_queue.empty())) {
      claim_queue.serve();
      if (const auto now = std::chrono::steady_clock::now(); now - committed_ > between_settlements) {
        committed_ = now;
        replay_->commit(longest_settlement);
      }
      std::optional<Replay::Found> found = replay_->next(claim_queue.empty() ? idle_turn : busy_turn);
      {
        const std::lock_guard lock{mutex_};
        not_ready_ = replay_->not_ready();
      }
      while (found && claim_queue.admit(found->record) == Admission::Full) {
        if (stop.stop_requested()) return;
        claim_queue.wait(longest_turn);
      }
    }
  }
  void done(const Position& position) override { replay_->done(position); }
  void finish(std::chrono::milliseconds longest) override { replay_->commit(longest); }
  std::string not_ready() const override {
    const std::lock_guard lock{mutex_};
    return not_ready_.empty() ? claims_.not_ready() : not_ready_;
  }

 private:
  std::shared_ptr<Replay> replay_;
  ClaimCheck claims_;
  std::chrono::steady_clock::time_point committed_ = std::chrono::steady_clock::now();
  mutable std::mutex mutex_;
  std::string not_ready_;
};

}  // namespace

std::unique_ptr<Source> make_source(std::shared_ptr<Replay> replay, const SourceParams& params,
                                    const BuildInfo& info) {
  return std::make_unique<ReplaySource>(std::move(replay), params, info);
}

}  // namespace radflow::kafka
