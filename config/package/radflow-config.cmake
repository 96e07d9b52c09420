# find_package(radflow): radflow::radflow for plug-ins, radflow::program to run them.
include(CMakeFindDependencyMacro)
find_dependency(fmt)
find_dependency(nlohmann_json)
include(${CMAKE_CURRENT_LIST_DIR}/radflow-targets.cmake)
