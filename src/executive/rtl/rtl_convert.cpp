#include "executive/rtl/strings.h"

#include "base/text.h"

#include <cstring>

using namespace openkmdf::executive;

namespace openkmdf::executive::rtl {
namespace {

// Windows-1252 differs from ISO 8859-1 in this block; 0: the control character of the same number.
constexpr char16_t kHighBlock[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

// Prepares the destination of a conversion: allocates it, or checks that it has room.
template <class String>
NTSTATUS prepare(String *to, std::size_t bytes, BOOLEAN allocate)
{
    using Char = std::remove_pointer_t<decltype(to->Buffer)>;
    if (bytes + sizeof(Char) > 0xFFFF) return STATUS_INVALID_PARAMETER_2;
    if (allocate) {
        String made = {};
        if (!allocate_string(made, bytes)) return STATUS_NO_MEMORY;
        *to = made;
        return STATUS_SUCCESS;
    }
    if (bytes + sizeof(Char) > to->MaximumLength) return STATUS_BUFFER_OVERFLOW;
    to->Length = static_cast<USHORT>(bytes);
    to->Buffer[bytes / sizeof(Char)] = 0;
    return STATUS_SUCCESS;
}

// Transcodes into `to` (null: only measures). Stops at the last whole character that fits.
template <class To, class From>
NTSTATUS transcode(To *to, std::size_t capacity, ULONG *bytes, std::basic_string_view<From> from)
{
    const bool clean = base::is_well_formed(from);
    std::size_t used = 0;
    bool fits = true;
    while (!from.empty()) {
        To units[4];
        const std::size_t count = base::put_character(base::take_character(from), units);
        if (to != nullptr && used + count > capacity) {
            fits = false;
            break;
        }
        if (to != nullptr) std::memcpy(to + used, units, count * sizeof(To));
        used += count;
    }
    if (bytes != nullptr) *bytes = static_cast<ULONG>(used * sizeof(To));
    if (!fits) return STATUS_BUFFER_TOO_SMALL;
    return clean ? STATUS_SUCCESS : STATUS_SOME_NOT_MAPPED;
}

// As much as there is room for; a terminator, if there is room for it, too.
template <class String, class From>
NTSTATUS transcode_string(String *to, std::basic_string_view<From> from, BOOLEAN allocate)
{
    using Char = std::remove_pointer_t<decltype(to->Buffer)>;
    ULONG bytes = 0;
    transcode<Char>(nullptr, 0, &bytes, from);
    if (bytes + sizeof(Char) > 0xFFFF) return STATUS_INVALID_PARAMETER_2;
    if (allocate) {
        String made = {};
        if (!allocate_string(made, bytes)) return STATUS_NO_MEMORY;
        *to = made;
    }
    const std::size_t room = to->MaximumLength / sizeof(Char);
    const NTSTATUS status = transcode(to->Buffer, room, &bytes, from);
    to->Length = static_cast<USHORT>(bytes);
    if (bytes / sizeof(Char) < room) to->Buffer[bytes / sizeof(Char)] = 0;
    return status == STATUS_BUFFER_TOO_SMALL ? STATUS_BUFFER_OVERFLOW : status;
}

}  // namespace

char16_t from_ansi(char character)
{
    const auto value = static_cast<unsigned char>(character);
    if (value < 0x80 || value >= 0xA0 || kHighBlock[value - 0x80] == 0) return value;
    return kHighBlock[value - 0x80];
}

char to_ansi(char16_t character)
{
    if (character < 0x80 || (character >= 0xA0 && character <= 0xFF))
        return static_cast<char>(character);
    for (unsigned index = 0; index < 32; ++index) {
        if (kHighBlock[index] == character || (kHighBlock[index] == 0 && character == 0x80 + index))
            return static_cast<char>(0x80 + index);
    }
    return '?';
}

}  // namespace openkmdf::executive::rtl

NTSTATUS NTAPI RtlAnsiStringToUnicodeString(PUNICODE_STRING to, PCANSI_STRING from,
                                            BOOLEAN allocate)
{
    const NTSTATUS status = rtl::prepare(to, from->Length * sizeof(WCHAR), allocate);
    if (!NT_SUCCESS(status)) return status;
    for (unsigned index = 0; index < from->Length; ++index)
        to->Buffer[index] = rtl::from_ansi(from->Buffer[index]);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlUnicodeStringToAnsiString(PANSI_STRING to, PCUNICODE_STRING from,
                                            BOOLEAN allocate)
{
    const unsigned count = from->Length / sizeof(WCHAR);
    const NTSTATUS status = rtl::prepare(to, count, allocate);
    if (!NT_SUCCESS(status)) return status;
    for (unsigned index = 0; index < count; ++index)
        to->Buffer[index] = rtl::to_ansi(from->Buffer[index]);
    return STATUS_SUCCESS;
}

ULONG NTAPI RtlxAnsiStringToUnicodeSize(PCANSI_STRING text)
{
    return (text->Length + 1u) * sizeof(WCHAR);
}
ULONG NTAPI RtlxUnicodeStringToAnsiSize(PCUNICODE_STRING text)
{
    return text->Length / sizeof(WCHAR) + 1;
}

NTSTATUS NTAPI RtlUTF8StringToUnicodeString(PUNICODE_STRING to, PUTF8_STRING from, BOOLEAN allocate)
{
    return rtl::transcode_string(to, rtl::view(*from), allocate);
}

NTSTATUS NTAPI RtlUnicodeStringToUTF8String(PUTF8_STRING to, PCUNICODE_STRING from,
                                            BOOLEAN allocate)
{
    return rtl::transcode_string(to, rtl::view(*from), allocate);
}

NTSTATUS NTAPI RtlUnicodeToUTF8N(PCHAR to, ULONG capacity, PULONG bytes, PCWCH from,
                                 ULONG from_bytes)
{
    if (from == nullptr) return STATUS_INVALID_PARAMETER_4;
    if (to == nullptr && bytes == nullptr) return STATUS_INVALID_PARAMETER;
    if (from_bytes % sizeof(WCHAR) != 0) return STATUS_INVALID_PARAMETER_5;
    return rtl::transcode(to, capacity, bytes,
                          std::u16string_view(from, from_bytes / sizeof(WCHAR)));
}

NTSTATUS NTAPI RtlUTF8ToUnicodeN(PWSTR to, ULONG capacity, PULONG bytes, PCCH from,
                                 ULONG from_bytes)
{
    if (from == nullptr) return STATUS_INVALID_PARAMETER_4;
    if (to == nullptr && bytes == nullptr) return STATUS_INVALID_PARAMETER;
    return rtl::transcode(to, capacity / sizeof(WCHAR), bytes, std::string_view(from, from_bytes));
}

NTSTATUS NTAPI RtlMultiByteToUnicodeN(PWCH to, ULONG capacity, PULONG bytes, const CHAR *from,
                                      ULONG from_bytes)
{
    const ULONG count = from_bytes < capacity / sizeof(WCHAR)
                            ? from_bytes
                            : static_cast<ULONG>(capacity / sizeof(WCHAR));
    for (ULONG index = 0; index < count; ++index) to[index] = rtl::from_ansi(from[index]);
    if (bytes != nullptr) *bytes = count * sizeof(WCHAR);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlMultiByteToUnicodeSize(PULONG bytes, const CHAR *, ULONG from_bytes)
{
    *bytes = from_bytes * sizeof(WCHAR);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlUnicodeToMultiByteN(PCHAR to, ULONG capacity, PULONG bytes, PCWCH from,
                                      ULONG from_bytes)
{
    const ULONG wanted = from_bytes / sizeof(WCHAR);
    const ULONG count = wanted < capacity ? wanted : capacity;
    for (ULONG index = 0; index < count; ++index) to[index] = rtl::to_ansi(from[index]);
    if (bytes != nullptr) *bytes = count;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlUnicodeToMultiByteSize(PULONG bytes, PCWCH, ULONG from_bytes)
{
    *bytes = from_bytes / sizeof(WCHAR);
    return STATUS_SUCCESS;
}
