# Libraries of the distribution. `tools/setup` installs all of them. Each layer links only what it
# needs, by these names:
#   fmt::fmt  Boost::headers  Boost::context  CLI11::CLI11  nlohmann_json::nlohmann_json
#   pugixml::pugixml  OpenKMDF::libdw  OpenKMDF::zydis  Threads::Threads
# The installed package looks for them with this same file.

include(CMakeFindDependencyMacro)
macro(openkmdf_find)
  if(CMAKE_FIND_PACKAGE_NAME)
    find_dependency(${ARGN})
  else()
    find_package(${ARGN} REQUIRED)
  endif()
endmacro()

set(THREADS_PREFER_PTHREAD_FLAG ON)
openkmdf_find(Threads)
openkmdf_find(fmt)
openkmdf_find(Boost 1.74 COMPONENTS context)
openkmdf_find(CLI11)
openkmdf_find(nlohmann_json)
openkmdf_find(pugixml)

function(openkmdf_system_library target header library package)
  if(TARGET OpenKMDF::${target})
    return()
  endif()
  find_path(OPENKMDF_${target}_INCLUDE ${header})
  find_library(OPENKMDF_${target}_LIBRARY ${library})
  mark_as_advanced(OPENKMDF_${target}_INCLUDE OPENKMDF_${target}_LIBRARY)
  if(NOT OPENKMDF_${target}_INCLUDE OR NOT OPENKMDF_${target}_LIBRARY)
    message(FATAL_ERROR "OpenKMDF needs ${library} (package ${package}); tools/setup installs it.")
  endif()
  add_library(OpenKMDF::${target} UNKNOWN IMPORTED GLOBAL)
  set_target_properties(OpenKMDF::${target} PROPERTIES
    IMPORTED_LOCATION ${OPENKMDF_${target}_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${OPENKMDF_${target}_INCLUDE})
endfunction()

openkmdf_system_library(libdw elfutils/libdwfl.h dw libdw-dev)
openkmdf_system_library(zydis Zydis/Zydis.h Zydis libzydis-dev)
