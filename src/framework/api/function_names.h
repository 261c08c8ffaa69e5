#pragma once

#include <cstdint>

namespace openkmdf::framework {

// "WdfRequestComplete" by slot; "?" beyond the table.
const char *function_name(std::uint16_t index);

}  // namespace openkmdf::framework
