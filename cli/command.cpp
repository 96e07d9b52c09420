#include "cli/command.hpp"

namespace radflow::cli {
namespace {

// Filled by the Command objects before main().
std::vector<const Command*>& commands() {
  static std::vector<const Command*> all;
  return all;
}

}  // namespace

Command::Command(std::string command_name, std::string command_sentence, std::string command_example,
                 Setup make, Signals taken, Stderr printed)
    : name{std::move(command_name)},
      sentence{std::move(command_sentence)},
      example{std::move(command_example)},
      setup{std::move(make)},
      signals{taken},
      on_stderr{printed} {
  commands().push_back(this);
}

const std::vector<const Command*>& Command::all() { return commands(); }

}  // namespace radflow::cli
