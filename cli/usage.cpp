#include "cli/usage.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "cli/command.hpp"
#include "graph/suggestion.hpp"

namespace radflow::cli {
namespace {

bool is_option(std::string_view argument) { return argument.starts_with('-'); }

// Of an option with its value behind it, the option.
std::string_view name_of(std::string_view argument) {
  return is_option(argument) ? argument.substr(0, argument.find('=')) : argument;
}

void add_options(const CLI::App& app, std::vector<std::string>& names) {
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
}

std::string no_command(const CLI::App& app, const CLI::ParseError& error, std::string_view first) {
  first = name_of(first);
  std::vector<std::string> names;
  add_options(app, names);
  for (const Command* command : Command::all()) names.push_back(command->name);
  if (first.empty() || std::ranges::find(names, first) != names.end()) return error.what();
  return fmt::format("there is no {} '{}'{}", is_option(first) ? "option" : "command", first,
                     suggestion(first, names));
}

std::string left_over(const CLI::App& app, const CLI::App& command) {
  const std::vector<std::string> arguments = app.remaining(true);
  const auto option = std::ranges::find_if(arguments, is_option);
  if (option == arguments.end())
    return fmt::format("{} takes fewer arguments: '{}' is left over", command.get_name(),
                       fmt::join(arguments, "', '"));
  std::vector<std::string> names;
  add_options(command, names);
  add_options(app, names);
  const std::string_view name = name_of(*option);
  return fmt::format("{} has no option '{}'{}", command.get_name(), name, suggestion(name, names));
}

}  // namespace

std::string usage_message(const CLI::App& app, const CLI::ParseError& error, std::string_view first) {
  const std::vector<CLI::App*> commands = app.get_subcommands();
  std::string wrong = commands.empty()                                ? no_command(app, error, first)
                      : dynamic_cast<const CLI::ExtrasError*>(&error) ? left_over(app, *commands.front())
                                                                      : error.what();
  wrong += wrong.ends_with('?') ? " " : "; ";
  return wrong + (commands.empty()
                      ? "`radflow --help` lists commands and options"
                      : fmt::format("`radflow {} --help` says what it takes", commands.front()->get_name()));
}

}  // namespace radflow::cli
