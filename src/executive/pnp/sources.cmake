list(APPEND openkmdf_executive_sources
  pnp/arrival.cpp pnp/dev_node.cpp pnp/device_interface.cpp pnp/driver_load.cpp
  pnp/guids.cpp
  pnp/notification.cpp pnp/pnp_manager.cpp pnp/properties.cpp pnp/registry_keys.cpp
  pnp/relations.cpp pnp/removal.cpp pnp/removal_set.cpp
  pnp/root_bus.cpp)
list(APPEND openkmdf_executive_tests pnp/interface_test.cpp pnp/pnp_test.cpp pnp/property_test.cpp
  pnp/report_test.cpp pnp/unload_test.cpp)
