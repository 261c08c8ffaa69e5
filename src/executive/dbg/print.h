#pragma once

#include <cstdint>

namespace openkmdf::executive::dbg {

inline constexpr std::uint32_t kComponents = 256;
inline constexpr std::uint32_t kDefaultComponent = 101;  // DPFLTR_DEFAULT_ID

// Which messages are shown.
struct Filter {
    bool show_all = true;           // false: by the masks, as on Windows
    std::uint32_t system_wide = 1;  // DPFLTR_ERROR_LEVEL
    std::uint32_t masks[kComponents] = {};
};

}  // namespace openkmdf::executive::dbg
