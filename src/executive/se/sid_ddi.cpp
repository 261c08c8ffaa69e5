#include "executive/crt/crt.h"
#include "executive/rtl/strings.h"
#include "executive/se/sid.h"

// Rtl*: security identifiers.

using namespace openkmdf::executive;

NTSTATUS NTAPI RtlInitializeSid(PSID sid, PSID_IDENTIFIER_AUTHORITY authority, UCHAR count)
{
    if (count > SID_MAX_SUB_AUTHORITIES) return STATUS_INVALID_PARAMETER;
    auto *made = static_cast<SID *>(sid);
    made->Revision = SID_REVISION;
    made->SubAuthorityCount = count;
    made->IdentifierAuthority = *authority;
    return STATUS_SUCCESS;
}

ULONG NTAPI RtlLengthSid(PSID sid)
{
    return static_cast<ULONG>(se::sid_length(sid));
}
ULONG NTAPI RtlLengthRequiredSid(ULONG count)
{
    return 8 + count * static_cast<ULONG>(sizeof(ULONG));
}
PULONG NTAPI RtlSubAuthoritySid(PSID sid, ULONG index)
{
    return &static_cast<SID *>(sid)->SubAuthority[index];
}
PUCHAR NTAPI RtlSubAuthorityCountSid(PSID sid)
{
    return &static_cast<SID *>(sid)->SubAuthorityCount;
}
BOOLEAN NTAPI RtlEqualSid(PSID left, PSID right)
{
    return se::equal_sids(left, right);
}
BOOLEAN NTAPI RtlValidSid(PSID sid)
{
    return se::is_valid_sid(sid);
}

NTSTATUS NTAPI RtlCopySid(ULONG room, PSID to, PSID from)
{
    const std::size_t length = se::sid_length(from);
    if (length > room) return STATUS_BUFFER_TOO_SMALL;
    std::memcpy(to, from, length);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlConvertSidToUnicodeString(PUNICODE_STRING text, PSID sid, BOOLEAN allocate)
{
    if (!se::is_valid_sid(sid)) return STATUS_INVALID_SID;
    auto *source = static_cast<const SID *>(sid);
    std::uint64_t authority = 0;
    for (UCHAR byte : source->IdentifierAuthority.Value) authority = authority << 8 | byte;
    WCHAR buffer[200];
    constexpr std::uint64_t kMostDecimal = std::uint64_t{1} << 32;
    int length = crt::crt_snwprintf(
        buffer, 200, authority > kMostDecimal ? u"S-1-0x%I64X" : u"S-1-%I64u", authority);
    for (unsigned index = 0; index < source->SubAuthorityCount; ++index)
        length += crt::crt_snwprintf(buffer + length, 200 - static_cast<std::size_t>(length),
                                     u"-%u", source->SubAuthority[index]);
    const std::size_t bytes = static_cast<std::size_t>(length) * sizeof(WCHAR);
    if (allocate) {
        UNICODE_STRING made = {};
        if (!rtl::allocate_string(made, bytes)) return STATUS_NO_MEMORY;
        *text = made;
    } else if (bytes > text->MaximumLength) {
        return STATUS_BUFFER_OVERFLOW;
    }
    std::memcpy(text->Buffer, buffer, bytes);
    text->Length = static_cast<USHORT>(bytes);
    return STATUS_SUCCESS;
}
