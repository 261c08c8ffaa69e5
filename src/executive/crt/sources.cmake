list(APPEND openkmdf_executive_sources
  crt/crt_char.cpp crt/crt_math.cpp crt/crt_memory.cpp crt/crt_narrow.cpp crt/crt_number.cpp
  crt/crt_print.cpp crt/crt_random.cpp crt/crt_scan.cpp crt/crt_sort.cpp crt/crt_wide.cpp
  crt/format.cpp crt/format_parse.cpp crt/format_real.cpp)
list(APPEND openkmdf_executive_tests crt/crt_number_test.cpp crt/crt_test.cpp crt/crt_text_test.cpp crt/format_test.cpp)
