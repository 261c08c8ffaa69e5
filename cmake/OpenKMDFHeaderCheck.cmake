# Compiles every header of src/ and include/openkmdf alone, so that none depends on what its user
# happened to include before.

file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
  ${PROJECT_SOURCE_DIR}/src/*.h ${PROJECT_SOURCE_DIR}/include/openkmdf/*.h)
# Part of a driver module, compiled for the driver target by `kmdf build`.
list(FILTER headers EXCLUDE REGEX "^src/module/")

set(sources "")
foreach(header IN LISTS headers)
  string(REGEX REPLACE "^(src|include)/" "" spelling ${header})
  set(source ${PROJECT_BINARY_DIR}/header_check/${header}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${spelling}\"\n#include \"${spelling}\"\n")
  list(APPEND sources ${source})
endforeach()

if(sources)
  find_package(GTest REQUIRED)
  add_library(openkmdf_header_check OBJECT ${sources})
  openkmdf_apply_flags(openkmdf_header_check)
  target_compile_options(openkmdf_header_check PRIVATE -O0 -g0)
  target_include_directories(openkmdf_header_check PRIVATE
    ${PROJECT_SOURCE_DIR}/src ${PROJECT_BINARY_DIR}/generated
    ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/include/wdk)
  target_link_libraries(openkmdf_header_check PRIVATE
    fmt::fmt Boost::headers OpenKMDF::libdw OpenKMDF::zydis pugixml::pugixml CLI11::CLI11
    nlohmann_json::nlohmann_json GTest::gmock)
endif()
