list(APPEND openkmdf_executive_sources etw/etw_ddi.cpp etw/wpp_ddi.cpp)
list(APPEND openkmdf_executive_tests etw/etw_test.cpp etw/wpp_test.cpp)
