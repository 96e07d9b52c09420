#include "nodes/classify/cut_off.hpp"

namespace radflow {
namespace {

thread_local const Limit* limit = nullptr;

}  // namespace

LimitedBy::LimitedBy(const Limit* now) : before_{limit} { limit = now; }
LimitedBy::~LimitedBy() { limit = before_; }

const Limit* current_limit() { return limit; }

void end_if_cut_off() {
  if (limit && *limit && (*limit)()) throw CutOff{};
}

}  // namespace radflow
