list(APPEND openkmdf_executive_sources wmi/wmi_ddi.cpp)
list(APPEND openkmdf_executive_tests wmi/wmi_test.cpp)
