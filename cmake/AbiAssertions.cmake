# Tests that a compiler runs alone: a source is good if it compiles, in all worlds that include
# include/wdk knows (include/wdk/openkmdf_target.h), as C and as C++.
#
#   openkmdf_abi_test(<name> SOURCE a.c [OPTIONS -D...] [WORLDS elf pe ...])
#   openkmdf_abi_assertions(<name> INCLUDES a.h ... TABLES a.abi ...)
#
# The worlds are host, elf and pe. The second function makes the source from tables, see
# tools/abi/generate_assertions.py.

find_program(OPENKMDF_DRIVER_CLANG NAMES clang-19 clang
  DOC "The Clang that compiles drivers: 19 or later")
find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)

set(openkmdf_abi_driver_flags -ffreestanding -fno-omit-frame-pointer -mcx16
  -I${PROJECT_SOURCE_DIR}/include/wdk/crt)
set(openkmdf_abi_elf ${OPENKMDF_DRIVER_CLANG} --target=x86_64-pc-windows-msvc-elf
  ${openkmdf_abi_driver_flags})
set(openkmdf_abi_pe ${OPENKMDF_DRIVER_CLANG} --target=x86_64-pc-windows-msvc
  ${openkmdf_abi_driver_flags})
set(openkmdf_abi_driver_cxx -x c++ -std=c++17 -fno-rtti -fno-exceptions)

function(openkmdf_abi_test name)
  cmake_parse_arguments(arg "" "SOURCE" "OPTIONS;WORLDS;TARGETS" ${ARGN})
  openkmdf_refuse_leftovers(openkmdf_abi_test "${arg_UNPARSED_ARGUMENTS}")
  if(NOT arg_WORLDS)
    set(arg_WORLDS host elf pe)
  endif()
  cmake_path(ABSOLUTE_PATH arg_SOURCE)

  set(common -Wall -Wextra -Werror -fsyntax-only -I${PROJECT_SOURCE_DIR}/include/wdk
    -I${PROJECT_SOURCE_DIR}/src ${arg_OPTIONS} ${arg_SOURCE})
  foreach(world IN LISTS arg_WORLDS)
    if(world STREQUAL "host")
      set(c ${CMAKE_C_COMPILER} -x c -std=gnu11)
      set(cxx ${CMAKE_CXX_COMPILER} -x c++ -std=gnu++23)
    else()
      set(c ${openkmdf_abi_${world}} -x c -std=c11)
      set(cxx ${openkmdf_abi_${world}} ${openkmdf_abi_driver_cxx})
    endif()
    foreach(language IN ITEMS c cxx)
      set(test abi_${name}_${world}_${language})
      add_test(NAME ${test} COMMAND ${${language}} ${common})
      openkmdf_test_properties(${test} LABELS abi TARGETS ${arg_TARGETS})
    endforeach()
  endforeach()
endfunction()

function(openkmdf_abi_assertions name)
  cmake_parse_arguments(arg "" "" "INCLUDES;TABLES" ${ARGN})
  openkmdf_refuse_leftovers(openkmdf_abi_assertions "${arg_UNPARSED_ARGUMENTS}")
  set(generator ${PROJECT_SOURCE_DIR}/tools/abi/generate_assertions.py)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${name}_assertions.c)
  list(TRANSFORM arg_INCLUDES PREPEND --include= OUTPUT_VARIABLE includes)

  add_custom_command(OUTPUT ${output}
    COMMAND Python3::Interpreter ${generator} -o ${output} ${includes} ${arg_TABLES}
    DEPENDS ${generator} ${arg_TABLES} VERBATIM)
  add_custom_target(abi_${name} ALL DEPENDS ${output})
  openkmdf_abi_test(${name} SOURCE ${output} TARGETS abi_${name})
endfunction()
