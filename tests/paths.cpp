#include "tests/paths.hpp"

namespace radflow {

const char* const source_folder = RADFLOW_SOURCE_DIR;
const char* const radflow_program = RADFLOW_PROGRAM;
const char* const crash_program = CRASH_PROGRAM;
const char* const plugin_folder = PLUGIN_FOLDER;

}  // namespace radflow
