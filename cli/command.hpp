// A command of the program: one file cli/NAME.cpp with one Command object, which main() finds by itself.
//
//   const Command command{"lint", "Checks a graph.", "radflow lint config/pneumonia.yaml", [](CLI::App& app) {
//     auto graph = std::make_shared<std::string>();
//     app.add_option("graph", *graph, "The graph file.")->required();
//     return [graph] { ...; return exit_ok; };
//   }};
//
// Results go to stdout, everything else to stderr. A ConfigError that escapes is printed, exit_config.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <string>
#include <vector>

namespace radflow::cli {

enum ExitCode {
  exit_ok = 0,
  exit_failed = 1,  // it ran and failed: the broker refused, the graph stopped, a file cannot be written
  exit_config = 2,  // the graph, an option or the model is wrong; nothing has run
  exit_dead_letters = 3,  // it ran to its input's end, and some input ended as dead letters
  exit_interrupted =
      130,  // a signal ended it before its input's end, or what was in flight before it was done
};

class Command {
 public:
  using Run = std::function<int()>;
  using Setup = std::function<Run(CLI::App&)>;

  // Watched: the command makes a SignalWatch at once, and until then signals are held back for it. End: a signal
  // ends the process, as Ctrl-C does elsewhere.
  enum class Signals { End, Watched };

  // What is printed on stderr where that is no terminal. Log: each line has time and level, for commands that run graphs or
  // move records. Text: it is as in a terminal.
  enum class Stderr { Text, Log };

  Command(std::string name, std::string sentence, std::string example, Setup setup,
          Signals signals = Signals::End, Stderr on_stderr = Stderr::Text);

  static const std::vector<const Command*>& all();

  std::string name, sentence, example;
  Setup setup;
  Signals signals;
  Stderr on_stderr;
};

}  // namespace radflow::cli
