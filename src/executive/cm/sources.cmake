list(APPEND openkmdf_executive_sources
  cm/key_information.cpp cm/key_node.cpp cm/registry.cpp cm/registry_ddi.cpp cm/registry_keys.cpp)
list(APPEND openkmdf_executive_tests cm/registry_query_test.cpp cm/registry_test.cpp)
