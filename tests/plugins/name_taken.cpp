// A plug-in with a node whose name radflow has given away.
#include "graph/node.hpp"
#include "graph/record.hpp"

namespace weighing {
namespace {

struct Window {
  radflow::Record operator()(const radflow::Record& record) const { return record; }
};

const radflow::Register<Window> registered{radflow::NodeSpec{"window", "Is not radflow's window."}};

}  // namespace
}  // namespace weighing
