# The installed package: libraries, public headers, driver headers, the kmdf program and
# kmdf_add_driver(). tests/consumer uses it as a stranger would.

include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/OpenKMDF)

get_property(libraries GLOBAL PROPERTY OPENKMDF_LIBRARIES)

# What a test or tool links: everything that include/openkmdf declares.
add_library(openkmdf INTERFACE)
add_library(OpenKMDF::openkmdf ALIAS openkmdf)
target_compile_features(openkmdf INTERFACE cxx_std_23)
foreach(library IN ITEMS openkmdf_machine openkmdf_win32)
  if(TARGET ${library})
    target_link_libraries(openkmdf INTERFACE ${library})
  endif()
endforeach()

install(TARGETS openkmdf ${libraries} EXPORT OpenKMDFTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/openkmdf)
if(TARGET kmdf)
  install(TARGETS kmdf EXPORT OpenKMDFTargets RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(EXPORT OpenKMDFTargets NAMESPACE OpenKMDF:: DESTINATION ${package_dir})

install(DIRECTORY include/openkmdf DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
 OPTIONAL)
install(DIRECTORY include/wdk include/win32 DESTINATION ${OPENKMDF_INSTALL_DATADIR}/include
  OPTIONAL)
# What the link step of `kmdf build` takes beside the driver's own objects.
get_property(module_objects GLOBAL PROPERTY OPENKMDF_MODULE_OBJECT_FILES)
install(FILES ${module_objects} DESTINATION ${OPENKMDF_INSTALL_DATADIR}/module)
install(FILES src/executive/exports.table DESTINATION ${OPENKMDF_INSTALL_DATADIR} OPTIONAL)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

configure_package_config_file(cmake/OpenKMDFConfig.cmake.in
  ${PROJECT_BINARY_DIR}/package/OpenKMDFConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/package/OpenKMDFConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/package/OpenKMDFConfig.cmake
  ${PROJECT_BINARY_DIR}/package/OpenKMDFConfigVersion.cmake
  cmake/OpenKMDFDependencies.cmake
  DESTINATION ${package_dir})
install(FILES cmake/OpenKMDFDriver.cmake DESTINATION ${package_dir} OPTIONAL)

# The build tree is such a package too, for the project beside that nobody wants to install for.
export(EXPORT OpenKMDFTargets NAMESPACE OpenKMDF::
  FILE ${PROJECT_BINARY_DIR}/package/OpenKMDFTargets.cmake)
foreach(file IN ITEMS OpenKMDFDependencies OpenKMDFDriver)
  configure_file(cmake/${file}.cmake ${PROJECT_BINARY_DIR}/package/${file}.cmake COPYONLY)
endforeach()
