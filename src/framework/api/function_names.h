#pragma once

#include <cstdint>

namespace openkmdf::framework {

// In trace records the functions of the framework stand above the executive's exports.
inline constexpr std::uint16_t kFirstFunctionId = 0x8000;

// "WdfRequestComplete" by slot; "?" beyond the table.
const char *function_name(std::uint16_t index);

}  // namespace openkmdf::framework
