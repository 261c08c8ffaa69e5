#pragma once

#include <cstdint>

namespace openkmdf::loader {

// Grows whenever a module is mapped or unmapped in this process, so that what was read about its
// addresses can be forgotten.
std::uint64_t module_generation();

}  // namespace openkmdf::loader
