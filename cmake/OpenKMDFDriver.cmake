# Windows drivers as targets of a CMake project.
#
#   kmdf_add_driver(<name>
#     SOURCES <file>... | VCXPROJ <file>
#     [DEFINITIONS <macro>...] [INCLUDES <folder>...] [OPTIONS <option of kmdf build>...]
#     [KMDF_VERSION 1.33] [WDM] [SANITIZE address|undefined|thread...] [COVERAGE] [RELEASE]
#     [OUTPUT_NAME <name>])
#
# builds <name>.so, and again when a source, a header or the project file changes. The module's
# path is in the target's property KMDF_DRIVER_FILE.
#
#   kmdf_target_drivers(<target> <driver>...)
#
# makes a test depend on drivers and gives it a macro for each: the driver `echo` is ECHO_DRIVER,
# a string with the module's path.

include_guard()

function(kmdf_add_driver name)
  cmake_parse_arguments(arg "COVERAGE;WDM;RELEASE" "VCXPROJ;KMDF_VERSION;OUTPUT_NAME"
    "SOURCES;DEFINITIONS;INCLUDES;OPTIONS;SANITIZE" ${ARGN})
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "kmdf_add_driver(${name}): unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if((arg_SOURCES AND arg_VCXPROJ) OR NOT (arg_SOURCES OR arg_VCXPROJ))
    message(FATAL_ERROR "kmdf_add_driver(${name}): give either SOURCES or VCXPROJ")
  endif()
  if(NOT arg_OUTPUT_NAME)
    set(arg_OUTPUT_NAME ${name})
  endif()

  set(inputs "")
  foreach(input IN LISTS arg_SOURCES arg_VCXPROJ)
    cmake_path(ABSOLUTE_PATH input BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
    list(APPEND inputs ${input})
  endforeach()
  set(options ${arg_OPTIONS})
  foreach(folder IN LISTS arg_INCLUDES)
    cmake_path(ABSOLUTE_PATH folder BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
    list(APPEND options -I ${folder})
  endforeach()
  foreach(macro IN LISTS arg_DEFINITIONS)
    list(APPEND options -D ${macro})
  endforeach()
  if(arg_KMDF_VERSION)
    list(APPEND options --kmdf-version ${arg_KMDF_VERSION})
  endif()
  foreach(kind IN LISTS arg_SANITIZE)
    if(kind MATCHES "^(address|asan)$")
      list(APPEND options --asan)
    elseif(kind MATCHES "^(undefined|ubsan)$")
      list(APPEND options --ubsan)
    elseif(kind MATCHES "^(thread|tsan)$")
      list(APPEND options --tsan)
    else()
      message(FATAL_ERROR "kmdf_add_driver(${name}): SANITIZE takes address, undefined and thread")
    endif()
  endforeach()
  foreach(flag IN ITEMS COVERAGE WDM RELEASE)
    if(arg_${flag})
      string(TOLOWER ${flag} lower)
      list(APPEND options --${lower})
    endif()
  endforeach()

  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${name}.driver)
  set(module ${folder}/${arg_OUTPUT_NAME}.so)
  _kmdf_build_command(command depends)
  add_custom_command(OUTPUT ${module}
    COMMAND ${command} ${inputs} --output ${module} --intermediate ${folder}/objects
            --depfile ${folder}/driver.d --quiet ${options}
    DEPENDS ${inputs} ${depends}
    DEPFILE ${folder}/driver.d
    COMMENT "Building driver ${name}"
    VERBATIM COMMAND_EXPAND_LISTS)
  add_custom_target(${name} ALL DEPENDS ${module})
  set_target_properties(${name} PROPERTIES KMDF_DRIVER_FILE ${module})
endfunction()

function(kmdf_target_drivers target)
  foreach(driver IN LISTS ARGN)
    set(module "")
    if(TARGET ${driver})
      get_target_property(module ${driver} KMDF_DRIVER_FILE)
    endif()
    if(NOT module)
      message(FATAL_ERROR "kmdf_target_drivers(${target}): ${driver} is no driver of kmdf_add_driver")
    endif()
    string(MAKE_C_IDENTIFIER ${driver} macro)
    string(TOUPPER ${macro} macro)
    target_compile_definitions(${target} PRIVATE ${macro}_DRIVER="${module}")
    add_dependencies(${target} ${driver})
  endforeach()
endfunction()

# The command that builds a driver, and the targets that it is made of: in the project's own tree
# the small program that needs none of the layers above, else the installed one.
function(_kmdf_build_command command depends)
  if(TARGET kmdf-build)
    set(${command} $<TARGET_FILE:kmdf-build> PARENT_SCOPE)
    set(${depends} kmdf-build openkmdf_module_objects PARENT_SCOPE)
  elseif(TARGET OpenKMDF::kmdf)
    set(${command} $<TARGET_FILE:OpenKMDF::kmdf> build PARENT_SCOPE)
    set(${depends} "" PARENT_SCOPE)
  else()
    find_program(KMDF_EXECUTABLE kmdf REQUIRED)
    set(${command} ${KMDF_EXECUTABLE} build PARENT_SCOPE)
    set(${depends} "" PARENT_SCOPE)
  endif()
endfunction()
