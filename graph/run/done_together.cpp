#include "graph/run/done_together.hpp"

#include <algorithm>
#include <iterator>

namespace radflow {

// The search shortens the way of the next one.
std::shared_ptr<Bundle> DoneTogether::root(std::shared_ptr<Bundle> at) {
  while (at->merged_into_) {
    if (at->merged_into_->merged_into_) at->merged_into_ = at->merged_into_->merged_into_;
    at = at->merged_into_;
  }
  return at;
}

std::shared_ptr<Bundle> DoneTogether::open() {
  auto bundle = std::make_shared<Bundle>();
  bundle->alive_ = 1;
  return bundle;
}

void DoneTogether::join(std::shared_ptr<Bundle>& of, const std::shared_ptr<Bundle>& group) {
  const std::lock_guard lock{mutex_};
  const std::shared_ptr<Bundle> into = root(group);
  if (!of) {
    of = into;
    ++into->alive_;
    return;
  }
  const std::shared_ptr<Bundle> from = root(of);
  if (from == into) return;
  into->alive_ += from->alive_;
  into->lost_ |= from->lost_;
  std::ranges::move(from->ended_, std::back_inserter(into->ended_));
  from->ended_.clear();
  from->merged_into_ = into;
}

void DoneTogether::lose(const std::shared_ptr<Bundle>& of) {
  const std::lock_guard lock{mutex_};
  root(of)->lost_ = true;
}

void DoneTogether::group_ended(const std::shared_ptr<Bundle>& of) {
  const std::lock_guard lock{mutex_};
  --root(of)->alive_;
}

std::vector<Position> DoneTogether::record_ended(const std::shared_ptr<Bundle>& of, const Position& at,
                                                 bool done) {
  const std::lock_guard lock{mutex_};
  const std::shared_ptr<Bundle> bundle = root(of);
  bundle->lost_ |= !done;
  if (!bundle->lost_) bundle->ended_.push_back(at);
  if (--bundle->alive_ > 0 || bundle->lost_) return {};
  std::ranges::sort(bundle->ended_, {}, &Position::offset);
  return std::move(bundle->ended_);
}

}  // namespace radflow
