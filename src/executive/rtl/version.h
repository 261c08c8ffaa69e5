#pragma once

#include <ntddk.h>

// The Windows that a machine is: the release that KMDF 1.33 came with.

namespace openkmdf::executive {

inline constexpr ULONG kMajorVersion = 10;
inline constexpr ULONG kMinorVersion = 0;
inline constexpr ULONG kBuildNumber = 22621;
inline constexpr ULONG kDdiVersion = 0x0A00000C;  // NTDDI_WIN10_NI
inline constexpr USHORT kSuites = 0x0100;         // VER_SUITE_SINGLEUSERTS

}  // namespace openkmdf::executive
