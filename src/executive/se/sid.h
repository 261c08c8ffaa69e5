#pragma once

#include <ntddk.h>

#include <cstddef>
#include <cstring>

namespace openkmdf::executive::se {

// A security identifier of any length, laid out as the WDK's SID.
struct Sid {
    UCHAR revision = SID_REVISION;
    UCHAR count = 0;
    UCHAR authority[6] = {};
    ULONG sub_authority[SID_MAX_SUB_AUTHORITIES] = {};

    PSID get() { return this; }
};

inline std::size_t sid_length(const void *sid)
{
    return 8 + std::size_t{static_cast<const SID *>(sid)->SubAuthorityCount} * sizeof(ULONG);
}

inline bool equal_sids(const void *left, const void *right)
{
    const std::size_t length = sid_length(left);
    return length == sid_length(right) && std::memcmp(left, right, length) == 0;
}

inline bool is_valid_sid(const void *sid)
{
    auto *header = static_cast<const SID *>(sid);
    return header != nullptr && header->Revision == SID_REVISION &&
           header->SubAuthorityCount <= SID_MAX_SUB_AUTHORITIES;
}

// S-1-<authority>-<sub authorities...>
template <class... Parts>
constexpr Sid make_sid(UCHAR authority, Parts... parts)
{
    Sid sid;
    sid.count = sizeof...(parts);
    sid.authority[5] = authority;
    std::size_t index = 0;
    ((sid.sub_authority[index++] = static_cast<ULONG>(parts)), ...);
    return sid;
}

inline constexpr Sid kEveryone = make_sid(1, 0);
inline constexpr Sid kCreatorOwner = make_sid(3, 0);
inline constexpr Sid kInteractive = make_sid(5, 4);
inline constexpr Sid kAuthenticatedUsers = make_sid(5, 11);
inline constexpr Sid kRestricted = make_sid(5, 12);
inline constexpr Sid kLocalSystem = make_sid(5, 18);
inline constexpr Sid kLocalService = make_sid(5, 19);
inline constexpr Sid kNetworkService = make_sid(5, 20);
inline constexpr Sid kAdministrators = make_sid(5, 32, 544);
inline constexpr Sid kUsers = make_sid(5, 32, 545);
inline constexpr Sid kGuests = make_sid(5, 32, 546);
inline constexpr Sid kPowerUsers = make_sid(5, 32, 547);
inline constexpr Sid kAnonymous = make_sid(5, 7);
inline constexpr Sid kNetwork = make_sid(5, 2);
inline constexpr Sid kService = make_sid(5, 6);
inline constexpr Sid kLocalUser = make_sid(5, 21, 1, 2, 3, 1001);

}  // namespace openkmdf::executive::se
