// Where a test finds the project's files and programs.
//
// Only paths.cpp is compiled with these paths, so that the compiler's cache serves a checkout in another
// folder for all other files.
#pragma once

namespace radflow {

extern const char* const source_folder;
extern const char* const radflow_program;
// The same program with a node that ends the process.
extern const char* const crash_program;
// Where the plug-ins of tests/plugins are: NAME.so.
extern const char* const plugin_folder;

}  // namespace radflow
