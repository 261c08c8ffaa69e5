list(APPEND openkmdf_executive_sources
  io/attach.cpp io/cancel.cpp io/client.cpp io/completion.cpp io/csq.cpp io/device.cpp io/driver.cpp
  io/error_log.cpp io/file.cpp io/file_information.cpp io/irp.cpp io/irp_build.cpp io/irp_info.cpp io/remove_lock.cpp
  io/secure.cpp io/share_access.cpp io/shutdown.cpp io/start_io.cpp io/trace_client.cpp io/work_item.cpp
  io/zw_file.cpp)
list(APPEND openkmdf_executive_tests
  io/device_services_test.cpp io/device_variants_test.cpp io/file_information_test.cpp
  io/file_test.cpp io/irp_build_test.cpp io/irp_test.cpp io/irp_variants_test.cpp
  io/kernel_io_test.cpp)
