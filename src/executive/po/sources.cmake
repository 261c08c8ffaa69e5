list(APPEND openkmdf_executive_sources po/power.cpp)
