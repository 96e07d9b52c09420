# What people who run graphs get beside the program: graphs with their models, dashboard, alerts, a unit for systemd; and
# a package for Debian, whose dependencies are those of the Debian that it is built on:
#   cpack -G DEB --config build/release/CPackConfig.cmake -B build && apt install ./build/radflow_*.deb
install(DIRECTORY config/ DESTINATION ${CMAKE_INSTALL_DATADIR}/radflow/config FILES_MATCHING PATTERN "*.yaml" PATTERN package EXCLUDE)
install(DIRECTORY models monitoring/grafana monitoring/prometheus DESTINATION ${CMAKE_INSTALL_DATADIR}/radflow)
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
install(FILES config/package/radflow@.service DESTINATION lib/systemd/system)

set(CPACK_PACKAGE_CONTACT "the authors of radflow")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "streams medical images from Kafka through a graph of nodes")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_DEPENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${RADFLOW_OPENVINO}/libs)
include(CPack)
