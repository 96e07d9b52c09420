// The plug-ins that a graph names: loaded before its components are looked up.
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "graph/config/draft.hpp"

namespace radflow::detail {

std::vector<Plugin> read_plugins(const Value& root, const std::string& folder, Findings& found) {
  std::vector<Plugin> plugins;
  const Value* list = root.find("plugins");
  if (!list) return plugins;
  if (list->kind != Value::Kind::List)
    found.add(list->mark, "plugins: expected a list of shared libraries such as [libmine.so]");
  for (const Value& item : list->items) {
    std::string file;
    std::string wrong = parse_value(item, any(), file);
    if (item.unset) continue;
    try {
      if (wrong.empty()) plugins.push_back(load_plugin(std::filesystem::path{folder} / file));
    } catch (const PluginError& error) {
      wrong = error.what();
    }
    if (!wrong.empty()) found.add(item.mark, "plugins: " + wrong);
  }
  return plugins;
}

}  // namespace radflow::detail
