// Plug-ins: shared libraries with nodes, payloads and connectors of their own, linked with the target
// radflow::radflow of the installed package. Their Register objects are written as in the program.
//
// What a plug-in was built with (version, compiler, headers) is read out of the file's bytes, so none of its code
// has run when it is refused. A plug-in is never unloaded, because plans hold its functions.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace radflow {

struct Plugin {
  std::string file;    // with its folder, made canonical
  std::string digest;  // the digest of the file's bytes
};

// Why a plug-in cannot be used, and the way out.
struct PluginError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Loads a shared library and registers what it holds. A file that is loaded already stays as it is. Called by one
// thread, before a graph is checked. Throws PluginError.
Plugin load_plugin(const std::string& file);

// Registries ask this. While the constructors of a plug-in run, what they register waits until it is loaded: an exception
// may not pass through dlopen().
bool plugin_loads();
void enlist(std::function<void()> add);

// Remembers that a component, or whatever else is registered, is of the plug-in that is being registered.
void note_origin(const void* registered);
// The file of the plug-in it is of; "" of what the program brings itself.
const std::string& plugin_of(const void* registered);
// What a registry throws when `known` has the name already; `kind` is "node" or "payload type".
std::logic_error name_is_taken(std::string_view kind, std::string_view name, const void* known);

}  // namespace radflow
