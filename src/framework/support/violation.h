#pragma once

#include "framework/object/object.h"

#include <ntddk.h>
#include <wdf.h>

// Where a broken rule of the framework ends: bugcheck 0x10D WDF_VIOLATION with the documented
// parameters and a sentence that says what the driver did and what to do instead.

namespace openkmdf::framework {

[[noreturn, gnu::format(printf, 5, 6)]] void violation(const Globals *globals, std::uint32_t code,
                                                       std::uint64_t p2, std::uint64_t p3,
                                                       const char *format, ...);

}  // namespace openkmdf::framework
