#include "graph/run/guarded_call.hpp"

#include <oneapi/tbb/task_arena.h>

#include <exception>
#include <new>

namespace radflow {

Outcome guarded_call(NodeBody& body, std::span<const Payload* const> inputs, const Context& context) {
  const auto failed = [](std::string reason, std::string detail) {
    return Outcome::failed({std::move(reason), std::move(detail)});
  };
  try {
    return oneapi::tbb::this_task_arena::isolate([&] { return body.call(inputs, context); });
  } catch (const std::bad_alloc&) {
    return failed("out_of_memory", "the node could not allocate");
  } catch (const std::exception& e) {
    return failed("exception", e.what());
  } catch (...) {
    return failed("exception", "of no standard type");
  }
}

}  // namespace radflow
