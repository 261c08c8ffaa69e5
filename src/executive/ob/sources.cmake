list(APPEND openkmdf_executive_sources
  ob/directory.cpp ob/handle_table.cpp ob/handles.cpp ob/name_space.cpp ob/object_ddi.cpp
  ob/objects.cpp ob/path_walker.cpp ob/types.cpp)
list(APPEND openkmdf_executive_tests ob/object_manager_test.cpp ob/reference_test.cpp)
