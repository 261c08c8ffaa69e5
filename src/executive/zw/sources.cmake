list(APPEND openkmdf_executive_sources
  zw/zw_objects.cpp zw/zw_process.cpp zw/zw_security.cpp zw/zw_waitable.cpp)
list(APPEND openkmdf_executive_tests zw/zw_file_test.cpp zw/zw_more_test.cpp zw/zw_test.cpp)
