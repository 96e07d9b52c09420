// A plug-in that was not linked with all it needs.
#include "graph/node.hpp"
#include "graph/record.hpp"

namespace weighing {

double calibrate(double grams, const radflow::Record& record);

namespace {

struct Calibrate {
  radflow::Record operator()(const radflow::Record& record) const {
    return calibrate(1, record) > 0 ? record : radflow::Record{};
  }
};

const radflow::Register<Calibrate> registered{
    radflow::NodeSpec{"calibrate", "Calls a function that nobody has."}};

}  // namespace
}  // namespace weighing
