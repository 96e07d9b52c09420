// Every plug-in is linked with this file: radflow reads the tag out of the library's bytes before any of its code runs.
#include "graph/plugin_tag.hpp"

namespace {
[[gnu::used]] constexpr char tag[] = RADFLOW_TAG_BEGIN RADFLOW_TAG;
}  // namespace
