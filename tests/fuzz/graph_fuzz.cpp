// Any text as a graph file: a plan whose nodes can be built, or a ConfigError that says something at a place.
#include "graph/build.hpp"
#include "graph/plan.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/graph/components.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace radflow;
  try {
    const Plan plan = load_plan_text(fuzz::text(data, size), "graph.yaml");
    fuzz::require(!plan.sources.empty() && !plan.sinks.empty(), "a plan has two ends");
    build_nodes(plan);
  } catch (const ConfigError& error) {
    fuzz::require(!error.diagnostics().empty(), "a refusal says why");
    for (const Diagnostic& diagnostic : error.diagnostics())
      fuzz::require(!diagnostic.message.empty() && !diagnostic.mark.file.empty() && diagnostic.mark.line > 0,
                    "a diagnostic has a place");
  }
  return 0;
}
