list(APPEND openkmdf_executive_sources ps/process_ddi.cpp ps/processes.cpp ps/thread_ddi.cpp)
list(APPEND openkmdf_executive_tests ps/processes_test.cpp ps/thread_test.cpp)
