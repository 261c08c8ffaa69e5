list(APPEND OPENKMDF_FRAMEWORK_PNP_SOURCES
  pnp/pnp_machine.cpp
  power/policy_machine.cpp power/power_machine.cpp)
list(APPEND OPENKMDF_FRAMEWORK_PNP_TESTS
  pnp/coverage_test.cpp pnp/machines_test.cpp support/state_machine_test.cpp)
