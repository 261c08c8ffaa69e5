list(APPEND OPENKMDF_FRAMEWORK_PNP_SOURCES
  api/device_power_api.cpp api/pnp_api.cpp api/resource_api.cpp
  pnp/device_steps.cpp pnp/dispatch_pnp.cpp pnp/pnp_machine.cpp pnp/pnp_state.cpp pnp/queries.cpp
  pnp/resource_lists.cpp pnp/special_files.cpp
  power/dispatch_power.cpp power/policy_machine.cpp power/power_machine.cpp)
list(APPEND OPENKMDF_FRAMEWORK_PNP_TESTS
  pnp/coverage_test.cpp pnp/machines_test.cpp support/state_machine_test.cpp)
