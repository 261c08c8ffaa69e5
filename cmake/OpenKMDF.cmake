# The functions with which the folders of this project describe themselves.
#
#   openkmdf_library(openkmdf_<layer> SOURCES a.cpp ... [DEPENDS targets...] [PRIVATE targets...]
#                    [TESTS a_test.cpp ...] [TEST_DEPENDS targets...] [TEST_LABELS labels...]
#                    [PRECOMPILE headers...] [TEST_PRECOMPILE headers...])
#   openkmdf_test(<name> SOURCES a.cpp ... [LIBRARIES targets...] [LABELS labels...] [NO_MAIN]
#                 [PRECOMPILE headers...])
#   openkmdf_executable(<name> SOURCES a.cpp ... [LIBRARIES targets...] [PRECOMPILE headers...])
#
# PRECOMPILE names the heavy headers that most of the sources include anyway. They are precompiled
# where OPENKMDF_PRECOMPILE is on; the preset dev has it off, so a forgotten include is an error there.
# Those of a test are precompiled everywhere.

# Where an installed kmdf finds what it needs beside itself; inside, the folders are those of this
# repository (include/wdk, ...).
set(OPENKMDF_INSTALL_DATADIR ${CMAKE_INSTALL_DATADIR}/openkmdf)

# These layers do not know NT: include/wdk is not on their path.
set(OPENKMDF_LAYERS_WITHOUT_WDK base scheduler build)
# No exceptions below the public API; a bugcheck abandons stacks without unwinding them.
set(OPENKMDF_LAYERS_WITHOUT_EXCEPTIONS base scheduler executive framework)

function(openkmdf_add_folder folder)
  if(EXISTS ${PROJECT_SOURCE_DIR}/${folder}/CMakeLists.txt)
    add_subdirectory(${PROJECT_SOURCE_DIR}/${folder})
  endif()
endfunction()

function(openkmdf_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS;PRIVATE;TESTS;TEST_DEPENDS;TEST_LABELS;PRECOMPILE;TEST_PRECOMPILE" ${ARGN})
  openkmdf_refuse_leftovers(openkmdf_library "${arg_UNPARSED_ARGUMENTS}")
  string(REGEX REPLACE "^openkmdf_" "" layer ${name})

  if(arg_SOURCES)
    add_library(${name} STATIC ${arg_SOURCES})
    set(scope PUBLIC)
    openkmdf_apply_flags(${name})
    target_link_libraries(${name} PRIVATE ${arg_PRIVATE})
    if(layer IN_LIST OPENKMDF_LAYERS_WITHOUT_EXCEPTIONS)
      target_compile_options(${name} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions>)
    endif()
    openkmdf_precompile(${name} ${arg_PRECOMPILE})
  else()
    add_library(${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(OpenKMDF::${layer} ALIAS ${name})
  set_target_properties(${name} PROPERTIES EXPORT_NAME ${layer})
  target_include_directories(${name} ${scope}
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/generated>
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  if(NOT layer IN_LIST OPENKMDF_LAYERS_WITHOUT_WDK)
    target_include_directories(${name} ${scope}
      $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include/wdk>
      $<INSTALL_INTERFACE:${OPENKMDF_INSTALL_DATADIR}/include/wdk>)
  endif()
  target_link_libraries(${name} ${scope} ${arg_DEPENDS})
  set_property(GLOBAL APPEND PROPERTY OPENKMDF_LIBRARIES ${name})

  if(arg_TESTS)
    openkmdf_test(${layer}_test SOURCES ${arg_TESTS}
      LIBRARIES ${name} ${arg_PRIVATE} ${arg_TEST_DEPENDS}
      LABELS unit ${arg_TEST_LABELS}
      PRECOMPILE ${arg_TEST_PRECOMPILE})
  endif()
endfunction()

function(openkmdf_executable name)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBRARIES;PRECOMPILE" ${ARGN})
  openkmdf_refuse_leftovers(openkmdf_executable "${arg_UNPARSED_ARGUMENTS}")
  add_executable(${name} ${arg_SOURCES})
  openkmdf_apply_flags(${name})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES})
  openkmdf_precompile(${name} ${arg_PRECOMPILE})
endfunction()

function(openkmdf_precompile target)
  if(OPENKMDF_PRECOMPILE AND ARGN)
    list(TRANSFORM ARGN REPLACE "^([^<].*)$" "\"\\1\"" OUTPUT_VARIABLE headers)
    target_precompile_headers(${target} PRIVATE ${headers})
  endif()
endfunction()

# One ctest entry per executable: starting a process per case would cost more than the cases do.
# GoogleTest's own --gtest_filter selects within it; the results of each case are written to
# <build>/test-results/<name>.xml.
function(openkmdf_test name)
  cmake_parse_arguments(arg "NO_MAIN" "" "SOURCES;LIBRARIES;LABELS;PRECOMPILE" ${ARGN})
  openkmdf_refuse_leftovers(openkmdf_test "${arg_UNPARSED_ARGUMENTS}")
  if(NOT OPENKMDF_TESTS)
    return()
  endif()
  find_package(GTest REQUIRED)
  set(main GTest::gmock_main)
  if(arg_NO_MAIN)
    set(main GTest::gmock)
  endif()
  openkmdf_executable(${name} SOURCES ${arg_SOURCES} LIBRARIES ${arg_LIBRARIES} ${main} GTest::gtest)
  openkmdf_compile_quickly(${name})
  if(arg_PRECOMPILE)
    target_precompile_headers(${name} PRIVATE ${arg_PRECOMPILE})
  else()
    openkmdf_share_precompiled(${name})
  endif()
  # For tests/support.
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  add_test(NAME ${name} COMMAND ${name})
  openkmdf_test_properties(${name} LABELS ${arg_LABELS} TARGETS ${name})
  set_property(TEST ${name} APPEND PROPERTY
    ENVIRONMENT "GTEST_OUTPUT=xml:${PROJECT_BINARY_DIR}/test-results/${name}.xml")
endfunction()

# For code that takes the optimizer of a sanitizer build longer than it ever runs.
function(openkmdf_compile_quickly target)
  if(OPENKMDF_SANITIZER)
    target_compile_options(${target} PRIVATE -O0)
  endif()
endfunction()

# Most test programs have one source: all share what is precompiled.
function(openkmdf_share_precompiled target)
  if(NOT OPENKMDF_PRECOMPILE)
    return()
  endif()
  set(owner openkmdf_test_headers)
  if(NOT TARGET ${owner})
    set(source ${PROJECT_BINARY_DIR}/generated/test_headers.cpp)
    file(CONFIGURE OUTPUT ${source} CONTENT "int main() {}\n")
    openkmdf_executable(${owner} SOURCES ${source} LIBRARIES GTest::gmock PRECOMPILE
      <gmock/gmock.h> <gtest/gtest.h> <chrono> <functional> <optional> <span> <string> <vector>)
    openkmdf_compile_quickly(${owner})
    set_target_properties(${owner} PROPERTIES EXCLUDE_FROM_ALL ON)
  endif()
  target_precompile_headers(${target} REUSE_FROM ${owner})
endfunction()

# What every ctest entry gets; for those that are registered by a plain add_test(). TARGETS is what
# must be built before it runs: `./test -L <label>` builds the target tests-<label>.
function(openkmdf_test_properties name)
  cmake_parse_arguments(arg "" "" "LABELS;TARGETS" ${ARGN})
  foreach(label IN LISTS arg_LABELS)
    if(NOT TARGET tests-${label})
      add_custom_target(tests-${label})
    endif()
    if(arg_TARGETS)
      add_dependencies(tests-${label} ${arg_TARGETS})
    endif()
  endforeach()
  set_tests_properties(${name} PROPERTIES TIMEOUT 300 LABELS "${arg_LABELS}")
  set_property(TEST ${name} APPEND PROPERTY ENVIRONMENT
    "ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:handle_segv=1"
    "UBSAN_OPTIONS=print_stacktrace=1"
    "TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1"
    "LLVM_PROFILE_FILE=${PROJECT_BINARY_DIR}/profile/${name}.%p.profraw")
endfunction()

function(openkmdf_refuse_leftovers function leftovers)
  if(leftovers)
    message(FATAL_ERROR "${function}: unknown arguments: ${leftovers}")
  endif()
endfunction()
