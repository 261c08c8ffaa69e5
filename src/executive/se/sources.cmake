list(APPEND openkmdf_executive_sources
  se/access_check.cpp se/descriptor_ddi.cpp se/se_ddi.cpp se/security_descriptor.cpp se/sddl.cpp
  se/sid_ddi.cpp se/token.cpp)
list(APPEND openkmdf_executive_tests se/descriptor_test.cpp se/se_test.cpp)
