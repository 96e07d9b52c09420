# What `cmake --install` gives: the program, the headers that authors of nodes, payloads and connectors include, and a
# package for CMake. A project of one's own says
#   find_package(radflow REQUIRED)
#   add_library(mine MODULE mine.cpp)
#   target_link_libraries(mine PRIVATE radflow::radflow)
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

file(GLOB headers CONFIGURE_DEPENDS graph/*.hpp nodes/types/*.hpp nodes/imaging/*.hpp)
add_library(radflow_headers INTERFACE)
set_target_properties(radflow_headers PROPERTIES EXPORT_NAME radflow)
target_sources(radflow_headers INTERFACE FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR} FILES ${headers})
target_compile_features(radflow_headers INTERFACE cxx_std_20)
target_link_libraries(radflow_headers INTERFACE opencv fmt::fmt nlohmann_json::nlohmann_json)

# The functions behind these headers are those of the program that loads the plug-in, which exports them (-rdynamic).
# A shared library beside it would do as well, but every OBJECT library would have to be compiled a second time as
# position-independent code, and two files would have to fit each other instead of one.
set_target_properties(radflow PROPERTIES ENABLE_EXPORTS ON EXPORT_NAME program)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/radflow)
install(TARGETS radflow radflow_headers opencv EXPORT radflow-targets
        FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/radflow)
install(EXPORT radflow-targets NAMESPACE radflow:: DESTINATION ${package})
write_basic_package_version_file(radflow-config-version.cmake COMPATIBILITY ExactVersion)
install(FILES cmake/radflow-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/radflow-config-version.cmake DESTINATION ${package})
