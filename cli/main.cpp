// The program: finds the commands that are linked in, parses the command line, runs one of them.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <streambuf>

#include "cli/command.hpp"
#include "cli/held_signals.hpp"
#include "cli/log.hpp"
#include "cli/terminal.hpp"
#include "cli/usage.hpp"
#include "graph/left_out.hpp"
#include "graph/param.hpp"
#include "graph/plugin.hpp"
#include "graph/value.hpp"

namespace radflow::cli {
namespace {

// CLI11's help, with an example under every command's sentence.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_subcommand(const CLI::App* sub) const override {
    std::string text = CLI::Formatter::make_subcommand(sub);
    for (const Command* command : Command::all())
      if (command->name == sub->get_name())
        text += std::string(get_column_width(), ' ') + "$ " + command->example + "\n";
    return text;
  }
};

void print_error(std::string_view message) {
  std::cerr << paint_stderr("error:", Colour::Red) << ' ' << message << '\n';
}

// A command that cannot begin is answered to the person who typed it, in a log without time too: FILE:LINE comes
// first on the line for editors. With JSON it is an object as all else is, the place in fields.
void print_config_error(std::string_view message, const nlohmann::ordered_json& fields = {}) {
  if (cerr_is_text_log()) return past_the_log("error: " + std::string{message} + "\n");
  if (cerr_is_json()) return log_line(spdlog::level::err, message, fields);
  print_error(message);
}

void print_config_error(const Diagnostic& found) { print_config_error(found.str(), place_fields(found)); }

// Whether `--log-format json` stands anywhere: a command line that is wrong may be wrong before it.
bool asks_for_json(int argc, char** argv) {
  const char* const otherwise = std::getenv("RADFLOW_LOG_FORMAT");
  std::string_view format = otherwise ? otherwise : "";
  constexpr std::string_view option = "--log-format";
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == option && i + 1 < argc)
      format = argv[++i];
    else if (argument.starts_with(option) && argument.substr(option.size()).starts_with('='))
      format = argument.substr(option.size() + 1);
  }
  return format == "json";
}

int usage_error(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  if (error.get_exit_code() == 0) {  // --help and --version
    app.exit(error, std::cout, std::cerr);
    return exit_ok;
  }
  if (asks_for_json(argc, argv)) log_to_stderr("info", LogFormat::Json, true);
  print_error(usage_message(app, error, argv[1]));
  return exit_config;
}

// "radflow 0.1.0, built without nodes/decode/tiff"
std::string version() {
  std::string text = std::string{"radflow "} + RADFLOW_VERSION;
  for (const LeftOut& left_out : families_left_out())
    text += (&left_out == &families_left_out().front() ? ", built without " : ", ") + left_out.family;
  return text;
}

void load(const std::string& plugin) {
  try {
    load_plugin(plugin);
  } catch (const PluginError& error) {
    throw ParamError{"--plugin", error.what()};
  }
}

int run(int argc, char** argv, const HeldSignals& held) {
  CLI::App app{"Streams medical images through a graph of nodes that one YAML file wires.", "radflow"};
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_version_flag("--version", version());
  app.require_subcommand(1);
  app.fallthrough();
  std::string level = "info";
  app.add_option("--log-level", level,
                 "The least that is logged on stderr. The summary and the progress are info; in a terminal "
                 "they are shown all "
                 "the same.")
      ->envname("RADFLOW_LOG_LEVEL")
      ->check(CLI::IsMember({"trace", "debug", "info", "warning", "error", "off"}))
      ->capture_default_str();

  std::string format = "text";
  app.add_option("--log-format", format, "How stderr is written: as text, or one JSON object per line.")
      ->envname("RADFLOW_LOG_FORMAT")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();

  std::vector<std::string> plugins;
  app.add_option("--plugin", plugins,
                 "A shared library with components of its own, known to this command; in a graph: the key "
                 "`plugins`. May be repeated.")
      ->allow_extra_args(false);

  std::vector<const Command*> commands = Command::all();
  std::ranges::sort(commands, {}, &Command::name);
  struct Runnable {
    const CLI::App* sub;
    Command::Run run;
    const Command* command;
  };
  std::vector<Runnable> runs;
  for (const Command* command : commands) {
    CLI::App* sub = app.add_subcommand(command->name, command->sentence);
    sub->footer("Example:\n  $ " + command->example);
    sub->fallthrough();
    runs.push_back({sub, command->setup(*sub), command});
  }
  if (argc == 1) {
    std::cerr << app.help();
    return exit_config;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error, argc, argv);
  }
  const LogFormat written = format == "json" ? LogFormat::Json : LogFormat::Text;
  for (const auto& [sub, run, command] : runs)
    if (sub->parsed()) {
      const bool logs = command->on_stderr == Command::Stderr::Log;
      log_to_stderr(level, written, written == LogFormat::Json || logs);
      for (const std::string& file : plugins) load(file);
      if (command->signals == Command::Signals::End) held.release();
      return run();
    }
  return exit_config;
}

// std::cout's way to stdout. It remembers why the first write failed: whoever prints does not look.
class Stdout final : public std::streambuf {
 public:
  Stdout() : before_{std::cout.rdbuf(this)} {}
  ~Stdout() override { std::cout.rdbuf(before_); }

  // 0: everything is written.
  int close() {
    sync();
    return error_ == 0 && std::ferror(stdout) ? EIO : error_;
  }

 private:
  int_type overflow(int_type character) override {
    if (traits_type::eq_int_type(character, traits_type::eof())) return 0;
    return noted(std::fputc(character, stdout) != EOF) ? character : traits_type::eof();
  }
  std::streamsize xsputn(const char* text, std::streamsize size) override {
    const auto wanted = static_cast<std::size_t>(size);
    const std::size_t written = std::fwrite(text, 1, wanted, stdout);
    noted(written == wanted);
    return static_cast<std::streamsize>(written);
  }
  int sync() override { return noted(std::fflush(stdout) == 0) ? 0 : -1; }

  bool noted(bool good) {
    if (!good && error_ == 0) error_ = errno;
    return good;
  }

  std::streambuf* before_;
  int error_ = 0;
};

int run_caught(int argc, char** argv, const HeldSignals& held) {
  try {
    return run(argc, argv, held);
  } catch (const radflow::ConfigError& error) {
    for (const radflow::Diagnostic& diagnostic : error.diagnostics()) print_config_error(diagnostic);
    return exit_config;
  } catch (const radflow::ParamError& error) {
    print_config_error((error.param.empty() ? "" : error.param + ": ") + error.what());
    return exit_config;
  } catch (const std::exception& error) {
    print_error(error.what());
    return exit_failed;
  }
}

}  // namespace
}  // namespace radflow::cli

int main(int argc, char** argv) {
  using namespace radflow::cli;
  const HeldSignals held;
  Stdout out;
  const int code = run_caught(argc, argv, held);
  const int error = out.close();
  if (error == 0) return code;
  print_error(std::string{"cannot write to stdout: "} + std::strerror(error));
  return code == exit_ok || code == exit_dead_letters ? exit_failed : code;
}
