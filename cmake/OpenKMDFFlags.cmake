# Language level, warnings and code generation of our own code. Nothing here reaches a consumer of
# the installed package, nor the drivers: those are compiled by `kmdf build`.

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS ON)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12)
  message(FATAL_ERROR "OpenKMDF needs GCC 12 or later; found ${CMAKE_CXX_COMPILER_VERSION}.")
elseif(CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR "OpenKMDF needs Clang 19 or later; found ${CMAKE_CXX_COMPILER_VERSION}.")
endif()

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()
# No NDEBUG anywhere: assertions, also those inside Boost's containers, are on in every build.
foreach(language IN ITEMS C CXX ASM)
  set(CMAKE_${language}_FLAGS_RELWITHDEBINFO "-O1 -g")
  set(CMAKE_${language}_FLAGS_RELEASE "-O2 -g")
endforeach()

find_program(OPENKMDF_CCACHE ccache)
mark_as_advanced(OPENKMDF_CCACHE)
set(launcher ${OPENKMDF_CCACHE})
if(OPENKMDF_PRECOMPILE)
  # Clang calls the headers that it precompiles system headers; ours keep their warnings.
  set(CMAKE_PCH_PROLOGUE "")
  if(launcher)
    set(launcher env CCACHE_SLOPPINESS=pch_defines,time_macros ${launcher})
  endif()
endif()
foreach(language IN ITEMS C CXX)
  if(OPENKMDF_CCACHE AND NOT CMAKE_${language}_COMPILER_LAUNCHER)
    set(CMAKE_${language}_COMPILER_LAUNCHER ${launcher})
  endif()
endforeach()

set(openkmdf_compile_options
  -Wall -Wextra -Werror
  -fno-omit-frame-pointer     # stacks are captured by frame pointers
  -mno-omit-leaf-frame-pointer
  -fno-strict-aliasing        # Windows structures are used through views of other types
  -mcx16
  -fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=)
# A designated initializer that leaves members at their default is how tables are written here.
list(APPEND openkmdf_compile_options $<$<COMPILE_LANGUAGE:CXX>:-Wno-missing-field-initializers -Wno-multichar>)
set(openkmdf_link_options "")

if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  list(APPEND openkmdf_compile_options $<$<COMPILE_LANGUAGE:CXX>:-Wthread-safety>)
  if(OPENKMDF_PRECOMPILE)  # the cache compares contents
    list(APPEND openkmdf_compile_options "SHELL:-Xclang -fno-pch-timestamp")
  endif()
  list(APPEND openkmdf_link_options -fuse-ld=lld)
endif()

if(OPENKMDF_SANITIZER STREQUAL "address")
  # -fsanitize=function reads bytes in front of every function called through a pointer; driver
  # code has none of the data that it looks for there. -fsanitize=enum is about enumerations without a
  # fixed type, which are those of the Windows headers: in the C of drivers any int may stand in them.
  set(sanitize -fsanitize=address,undefined -fno-sanitize-recover=all)
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    list(APPEND sanitize -fno-sanitize=function,enum)
  endif()
elseif(OPENKMDF_SANITIZER STREQUAL "thread")
  set(sanitize -fsanitize=thread)
elseif(NOT OPENKMDF_SANITIZER STREQUAL "")
  message(FATAL_ERROR "OPENKMDF_SANITIZER is '${OPENKMDF_SANITIZER}'; it may be address, thread or empty.")
endif()
list(APPEND openkmdf_compile_options ${sanitize})
list(APPEND openkmdf_link_options ${sanitize})

if(OPENKMDF_COVERAGE)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "OPENKMDF_COVERAGE needs Clang; use the preset 'coverage'.")
  endif()
  list(APPEND openkmdf_compile_options -fprofile-instr-generate -fcoverage-mapping)
  list(APPEND openkmdf_link_options -fprofile-instr-generate)
endif()

function(openkmdf_apply_flags target)
  target_compile_options(${target} PRIVATE ${openkmdf_compile_options})
  target_link_options(${target} PRIVATE ${openkmdf_link_options})
endfunction()
