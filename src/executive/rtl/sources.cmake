list(APPEND openkmdf_executive_sources
  rtl/registry_query.cpp rtl/rtl_avl_table.cpp rtl/rtl_bitmap.cpp rtl/rtl_convert.cpp
  rtl/rtl_generic_table.cpp rtl/rtl_guid.cpp rtl/rtl_integer.cpp rtl/rtl_memory.cpp
  rtl/rtl_random.cpp rtl/rtl_registry.cpp rtl/rtl_run_once.cpp rtl/rtl_splay.cpp rtl/rtl_stack.cpp
  rtl/rtl_status.cpp rtl/rtl_string.cpp rtl/rtl_time.cpp rtl/rtl_version.cpp rtl/upcase.cpp)
list(APPEND openkmdf_executive_tests rtl/bits_test.cpp rtl/rtl_table_test.cpp rtl/rtl_test.cpp
  rtl/string_test.cpp rtl/support_test.cpp)
