#pragma once

#include <cstdint>

namespace openkmdf::benchmarks {

void register_measurements();

// Calls of malloc and its kin by the program so far (host_allocations.cpp).
std::uint64_t host_allocations();

}  // namespace openkmdf::benchmarks
