// CutOff: a fit that may take long asks now and then whether anybody still wants it. Who fits says who decides:
//   const LimitedBy limit{over_budget};          // for this thread, and those of in_parallel that it starts
//   try { algorithm.train(...); } catch (const CutOff&) { ... }
// and an algorithm calls end_if_cut_off() in its loop. What a library does in one call is asked before and after.
#pragma once

#include <exception>
#include <functional>

namespace radflow {

// No error: the limit was reached.
class CutOff : public std::exception {
 public:
  const char* what() const noexcept override { return "cut off before it was through"; }
};

// Asked by any thread, often.
using Limit = std::function<bool()>;

// The limit of this thread as long as it lives; it need not be one: null, or an empty function.
class LimitedBy {
 public:
  explicit LimitedBy(const Limit* limit);
  ~LimitedBy();
  LimitedBy(const LimitedBy&) = delete;
  LimitedBy& operator=(const LimitedBy&) = delete;

 private:
  const Limit* before_;
};

// That of this thread, for another one that works for it.
const Limit* current_limit();

// Throws CutOff if this thread's limit is reached.
void end_if_cut_off();

}  // namespace radflow
