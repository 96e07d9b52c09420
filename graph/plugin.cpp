#include "graph/plugin.hpp"

#include <cxxabi.h>
#include <dlfcn.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "graph/digest.hpp"
#include "graph/plugin_tag.hpp"

namespace radflow {
namespace {

struct Registration {
  bool waits = false;  // a plug-in's constructors run
  std::vector<std::function<void()>> queue;
  std::string plugin;  // whose components are being registered
  std::map<const void*, std::string> origins;
};

Registration& registration() {
  static Registration state;
  return state;
}

std::string read_file(const std::string& file) {
  std::ifstream in{file, std::ios::binary};
  std::string bytes{std::istreambuf_iterator<char>{in}, {}};
  if (!in.is_open() || in.bad())
    throw PluginError{fmt::format("'{}' cannot be read: {}", file, std::strerror(errno))};
  return bytes;
}

void check_tag(const std::string& file, std::string_view bytes) {
  const std::size_t at = bytes.find(RADFLOW_TAG_BEGIN);
  if (at == std::string_view::npos)
    throw PluginError{
        fmt::format("'{}' is no plug-in of radflow; one is built with find_package(radflow) and linked with "
                    "radflow::radflow",
                    file)};
  bytes.remove_prefix(at + std::strlen(RADFLOW_TAG_BEGIN));
  const std::string_view tag = bytes.substr(0, bytes.find('\0'));
  if (tag != RADFLOW_TAG)
    throw PluginError{
        fmt::format("'{}' was built for {}, and this is {}; build it again with the package that was "
                    "installed with this program",
                    file, tag, RADFLOW_TAG)};
}

std::string demangled(const std::string& symbol) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name{
      abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status), &std::free};
  return name ? name.get() : symbol;
}

// What dlopen() says, with a missing symbol as it stands in the source.
std::string explain(const std::string& file, const std::string& said) {
  static constexpr std::string_view missing = "undefined symbol: ";
  const std::size_t at = said.find(missing);
  if (at == std::string::npos) return fmt::format("'{}' cannot be loaded: {}", file, said);
  const std::string symbol = said.substr(at + missing.size());
  return fmt::format(
      "'{}' needs {}, which neither radflow nor the libraries it is linked with have; link it with the "
      "library that "
      "defines it",
      file, demangled(symbol.substr(0, symbol.find_first_of(" ,("))));
}

}  // namespace

bool plugin_loads() { return registration().waits; }

void enlist(std::function<void()> add) { registration().queue.push_back(std::move(add)); }

void note_origin(const void* registered) {
  if (!registration().plugin.empty()) registration().origins[registered] = registration().plugin;
}

const std::string& plugin_of(const void* registered) {
  static const std::string program;
  const auto known = registration().origins.find(registered);
  return known == registration().origins.end() ? program : known->second;
}

std::logic_error name_is_taken(std::string_view kind, std::string_view name, const void* known) {
  return std::logic_error{fmt::format("there is a {} named '{}' already, of {}; give this one another name",
                                      kind, name,
                                      plugin_of(known).empty() ? "radflow itself" : plugin_of(known))};
}

Plugin load_plugin(const std::string& file) {
  static std::map<std::string, Plugin> loaded;
  std::error_code absent;
  const std::string path = std::filesystem::canonical(file, absent).string();
  if (absent) throw PluginError{fmt::format("'{}' cannot be read: {}", file, absent.message())};
  if (const auto known = loaded.find(path); known != loaded.end()) return known->second;

  const std::string bytes = read_file(path);
  check_tag(path, bytes);
  Registration& state = registration();
  state.waits = true;
  const void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  state.waits = false;
  const auto queue = std::exchange(state.queue, {});
  if (!library) throw PluginError{explain(path, dlerror())};
  state.plugin = path;
  try {
    for (const auto& add : queue) add();
  } catch (const std::exception& error) {
    state.plugin.clear();
    throw PluginError{fmt::format("'{}': {}", path, error.what())};
  }
  state.plugin.clear();
  return loaded[path] = {path, xxh3_digest(bytes)};
}

}  // namespace radflow
