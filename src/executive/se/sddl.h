#pragma once

#include <ntddk.h>

#include <cstddef>
#include <string_view>

// The text form of security descriptors, as IoCreateDeviceSecure, WdfDeviceInitAssignSDDLString and
// INF files use it: "D:P(A;;GA;;;SY)(A;;GRGW;;;BA)".

namespace openkmdf::executive::se {

inline constexpr std::size_t kMostDescriptorBytes = 4096;

// Writes the self-relative descriptor into `buffer` of kMostDescriptorBytes.
// STATUS_INVALID_PARAMETER: the text is not SDDL, or uses a form that devices do not have
// (conditional and object entries).
NTSTATUS parse_sddl(std::u16string_view text, void *buffer, std::size_t *length);

}  // namespace openkmdf::executive::se
