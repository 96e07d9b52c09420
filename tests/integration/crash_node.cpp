// A node that ends the process, of the program crash_node only: radflow with one node more.
#include <cstdlib>

#include "graph/node.hpp"
#include "graph/record.hpp"

namespace radflow {
namespace {

class Crash {
 public:
  Record operator()(const Record& record) const {
    if (record.value.text().starts_with("poison")) std::abort();
    return record;
  }
};

const Register<Crash> registered{NodeSpec{"crash", "Aborts on a record that begins with 'poison'."}};

}  // namespace
}  // namespace radflow
