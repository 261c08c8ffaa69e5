list(APPEND openkmdf_executive_sources po/power.cpp)
list(APPEND openkmdf_executive_tests po/power_test.cpp)
