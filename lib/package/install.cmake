include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

# An installation has these components: `runtime` is the shared library, `arrow` the one that Arrow takes part in, if it
# is built, `development` is what a build with them needs, and `tools` are the programs of apps/, with their manuals and
# completions.
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME development)
set(BULKMARC_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/bulkmarc)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/bulkmarc DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

# Two export sets, so that those who use the shared library need none of the static one's dependencies.
install(TARGETS bulkmarc EXPORT bulkmarcTargets
        LIBRARY COMPONENT runtime NAMELINK_COMPONENT development
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS bulkmarc_static EXPORT bulkmarcStaticTargets INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT bulkmarcTargets NAMESPACE bulkmarc:: DESTINATION ${BULKMARC_CMAKE_DIR})
install(EXPORT bulkmarcStaticTargets NAMESPACE bulkmarc:: DESTINATION ${BULKMARC_CMAKE_DIR})
if(TARGET bulkmarc_arrow)
  install(TARGETS bulkmarc_arrow EXPORT bulkmarcArrowTargets
          LIBRARY COMPONENT arrow NAMELINK_COMPONENT development
          INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  install(EXPORT bulkmarcArrowTargets NAMESPACE bulkmarc:: DESTINATION ${BULKMARC_CMAKE_DIR})
endif()

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/bulkmarcConfig.cmake.in bulkmarcConfig.cmake
  INSTALL_DESTINATION ${BULKMARC_CMAKE_DIR})
write_basic_package_version_file(bulkmarcConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/bulkmarcConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/bulkmarcConfigVersion.cmake
  DESTINATION ${BULKMARC_CMAKE_DIR})

cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig
           OUTPUT_VARIABLE BULKMARC_PC_PREFIX)
if(BULKMARC_ICU_TARGET)
  set(BULKMARC_PC_ICU -licuuc)
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/bulkmarc.pc.in bulkmarc.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/bulkmarc.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
