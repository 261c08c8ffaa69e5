#include "executive/rtl/version.h"

#include <cstring>

using namespace openkmdf::executive;

namespace {

ULONG condition_of(ULONGLONG mask, ULONG type)
{
    return static_cast<ULONG>(mask >> (3 * __builtin_ctz(type)) & 7);
}

// Whether the system's value stands to the wanted one as the condition says.
bool holds(ULONG condition, ULONG system, ULONG wanted)
{
    switch (condition) {
    case VER_EQUAL:
        return system == wanted;
    case VER_GREATER:
        return system > wanted;
    case VER_GREATER_EQUAL:
        return system >= wanted;
    case VER_LESS:
        return system < wanted;
    case VER_LESS_EQUAL:
        return system <= wanted;
    default:
        return false;
    }
}

bool suites_hold(ULONG condition, ULONG wanted)
{
    if (condition == VER_AND) return (wanted & ~ULONG{kSuites}) == 0;
    return condition == VER_OR && (wanted == 0 || (wanted & kSuites) != 0);
}

// Versions are compared from the most significant part on; a part that differs decides by its own
// condition, or by that of the part before it.
bool version_holds(const RTL_OSVERSIONINFOEXW &wanted, ULONG types, ULONGLONG conditions)
{
    const struct {
        ULONG type;
        ULONG system;
        ULONG wanted;
    } parts[] = {
        {VER_MAJORVERSION, kMajorVersion, wanted.dwMajorVersion},
        {VER_MINORVERSION, kMinorVersion, wanted.dwMinorVersion},
        {VER_SERVICEPACKMAJOR, 0, wanted.wServicePackMajor},
        {VER_SERVICEPACKMINOR, 0, wanted.wServicePackMinor},
    };
    ULONG condition = 0;
    bool compared = false;
    for (const auto &part : parts) {
        if (!(types & part.type)) continue;
        if (condition == 0 || condition == VER_EQUAL)
            condition = condition_of(conditions, part.type);
        compared = true;
        if (part.system != part.wanted) return holds(condition, part.system, part.wanted);
    }
    return !compared || holds(condition, 0, 0);
}

}  // namespace

NTSTATUS NTAPI RtlGetVersion(PRTL_OSVERSIONINFOW information)
{
    const ULONG size = information->dwOSVersionInfoSize;
    if (size != sizeof(RTL_OSVERSIONINFOW) && size != sizeof(RTL_OSVERSIONINFOEXW))
        return STATUS_INVALID_PARAMETER;
    std::memset(information, 0, size);
    information->dwOSVersionInfoSize = size;
    information->dwMajorVersion = kMajorVersion;
    information->dwMinorVersion = kMinorVersion;
    information->dwBuildNumber = kBuildNumber;
    information->dwPlatformId = VER_PLATFORM_WIN32_NT;
    if (size == sizeof(RTL_OSVERSIONINFOEXW)) {
        auto *extended = reinterpret_cast<PRTL_OSVERSIONINFOEXW>(information);
        extended->wSuiteMask = kSuites;
        extended->wProductType = VER_NT_WORKSTATION;
    }
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlVerifyVersionInfo(PRTL_OSVERSIONINFOEXW wanted, ULONG types, ULONGLONG conditions)
{
    if (types == 0 || conditions == 0) return STATUS_INVALID_PARAMETER;
    bool good = version_holds(*wanted, types, conditions);
    if (types & VER_SUITENAME)
        good &= suites_hold(condition_of(conditions, VER_SUITENAME), wanted->wSuiteMask);
    if (types & VER_PRODUCT_TYPE)
        good &= holds(condition_of(conditions, VER_PRODUCT_TYPE), VER_NT_WORKSTATION,
                      wanted->wProductType);
    if (types & VER_BUILDNUMBER)
        good &=
            holds(condition_of(conditions, VER_BUILDNUMBER), kBuildNumber, wanted->dwBuildNumber);
    if (types & VER_PLATFORMID)
        good &= holds(condition_of(conditions, VER_PLATFORMID), VER_PLATFORM_WIN32_NT,
                      wanted->dwPlatformId);
    return good ? STATUS_SUCCESS : STATUS_REVISION_MISMATCH;
}

ULONGLONG NTAPI VerSetConditionMask(ULONGLONG mask, ULONG type, UCHAR condition)
{
    if (type == 0) return 0;
    const int place = 3 * (31 - __builtin_clz(type));
    return (mask & ~(ULONGLONG{7} << place)) | ULONGLONG{condition & 7u} << place |
           ULONGLONG{1} << 63;
}

BOOLEAN NTAPI RtlIsNtDdiVersionAvailable(ULONG version)
{
    return version <= kDdiVersion;
}

BOOLEAN NTAPI RtlIsServicePackVersionInstalled(ULONG version)
{
    return version >> 16 == kDdiVersion >> 16 && (version & 0xFF00) <= (kDdiVersion & 0xFF00);
}
