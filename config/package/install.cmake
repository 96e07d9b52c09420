# What authors of nodes, payloads, algorithms and connectors get: the headers, and by `cmake --install` a package for CMake beside the
# program. A project of one's own says
#   find_package(radflow REQUIRED)
#   add_library(mine MODULE mine.cpp)
#   target_link_libraries(mine PRIVATE radflow::radflow)
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/radflow)
set(generated ${CMAKE_BINARY_DIR}/generated)

file(GLOB headers CONFIGURE_DEPENDS graph/*.hpp nodes/types/*.hpp nodes/imaging/*.hpp nodes/imaging/simd/binning.hpp
     nodes/imaging/simd/blur.hpp nodes/imaging/simd/finite.hpp nodes/imaging/simd/float_bins.hpp nodes/imaging/simd/resample.hpp
     nodes/classify/algorithm.hpp nodes/classify/classifier.hpp nodes/classify/model_bytes.hpp nodes/classify/regressor.hpp
     nodes/classify/search_space.hpp nodes/classify/steps.hpp nodes/classify/threshold.hpp)
add_custom_command(OUTPUT ${generated}/graph/plugin_tag.hpp DEPENDS ${headers} config/package/plugin_tag.cmake config/package/plugin_tag.hpp.in
                   COMMAND ${CMAKE_COMMAND} -D version=${PROJECT_VERSION} -D template=${CMAKE_SOURCE_DIR}/config/package/plugin_tag.hpp.in
                           -D out=${generated}/graph/plugin_tag.hpp -P ${CMAKE_SOURCE_DIR}/config/package/plugin_tag.cmake -- ${headers})
add_custom_target(plugin_tag DEPENDS ${generated}/graph/plugin_tag.hpp)

add_library(radflow_headers INTERFACE)
add_dependencies(radflow_headers plugin_tag)
set_target_properties(radflow_headers PROPERTIES EXPORT_NAME radflow)
target_sources(radflow_headers INTERFACE FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR} FILES ${headers}
                               FILE_SET generated TYPE HEADERS BASE_DIRS ${generated} FILES ${generated}/graph/plugin_tag.hpp)
target_sources(radflow_headers INTERFACE $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/config/package/plugin_tag.cpp>
                                         $<INSTALL_INTERFACE:$<INSTALL_PREFIX>/${package}/plugin_tag.cpp>)
target_compile_features(radflow_headers INTERFACE cxx_std_20)
target_link_libraries(radflow_headers INTERFACE opencv fmt::fmt nlohmann_json::nlohmann_json)

install(TARGETS radflow_headers opencv EXPORT radflow-targets
        FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/radflow
        FILE_SET generated DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/radflow)
install(EXPORT radflow-targets NAMESPACE radflow:: DESTINATION ${package})
write_basic_package_version_file(radflow-config-version.cmake COMPATIBILITY ExactVersion)
install(FILES config/package/radflow-config.cmake config/package/plugin_tag.cpp ${CMAKE_CURRENT_BINARY_DIR}/radflow-config-version.cmake
        DESTINATION ${package})
