// A node that ends the process, of the program crash_node only: radflow with one node more. With EARLY_SIGNAL=NUMBER in
// its environment it gets that signal in its first moment, before its command line is read.
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "cli/command.hpp"

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

const cli::Command early{"early_signal", "Is there for what happens while commands are set up.", "",
                         [](CLI::App&) {
                           if (const char* number = std::getenv("EARLY_SIGNAL"))
                             kill(getpid(), std::atoi(number));
                           return [] { return cli::exit_ok; };
                         }};

}  // namespace
}  // namespace radflow
