#include "executive/rtl/strings.h"

#include <cstring>

using namespace openkmdf::executive;

namespace openkmdf::executive::rtl {
namespace {

template <class View, class Upcase>
LONG compare_with(View left, View right, Upcase upcase)
{
    const std::size_t common = left.size() < right.size() ? left.size() : right.size();
    for (std::size_t index = 0; index < common; ++index) {
        const LONG difference =
            static_cast<LONG>(upcase(left[index])) - static_cast<LONG>(upcase(right[index]));
        if (difference != 0) return difference;
    }
    return static_cast<LONG>(left.size()) - static_cast<LONG>(right.size());
}

// A text of more bytes than a counted string can hold keeps what it can.
template <class String, class Char>
NTSTATUS init(String *text, const Char *source, std::size_t most)
{
    text->Buffer = const_cast<Char *>(source);
    text->Length = text->MaximumLength = 0;
    if (source == nullptr) return STATUS_SUCCESS;
    std::size_t bytes = std::basic_string_view<Char>(source).size() * sizeof(Char);
    NTSTATUS status = STATUS_SUCCESS;
    if (bytes > most - sizeof(Char)) {
        bytes = most - sizeof(Char);
        status = STATUS_NAME_TOO_LONG;
    }
    text->Length = static_cast<USHORT>(bytes);
    text->MaximumLength = static_cast<USHORT>(bytes + sizeof(Char));
    return status;
}

template <class String>
NTSTATUS init_checked(String *text, PCSZ source)
{
    STRING result;
    const NTSTATUS status = init(&result, source, ANSI_STRING_MAX_BYTES);
    if (!NT_SUCCESS(status)) {
        *text = {};
        return status;
    }
    *text = result;
    return status;
}

// Copies as many characters as fit, and a terminator if there is room for one more.
template <class String>
void copy(String *to, const String *from)
{
    using Char = std::remove_pointer_t<decltype(to->Buffer)>;
    if (from == nullptr) {
        to->Length = 0;
        return;
    }
    const USHORT bytes = from->Length < to->MaximumLength ? from->Length : to->MaximumLength;
    if (bytes != 0) std::memmove(to->Buffer, from->Buffer, bytes);
    to->Length = bytes;
    if (sizeof(Char) == 2 && bytes + sizeof(Char) <= to->MaximumLength)
        to->Buffer[bytes / sizeof(Char)] = 0;
}

template <class String, class Char>
NTSTATUS append(String *to, const Char *text, std::size_t bytes)
{
    if (bytes + to->Length > to->MaximumLength) return STATUS_BUFFER_TOO_SMALL;
    if (bytes != 0) std::memmove(reinterpret_cast<char *>(to->Buffer) + to->Length, text, bytes);
    to->Length = static_cast<USHORT>(to->Length + bytes);
    if (sizeof(Char) == 2 && to->Length + sizeof(Char) <= to->MaximumLength)
        to->Buffer[to->Length / sizeof(Char)] = 0;
    return STATUS_SUCCESS;
}

NTSTATUS change_case(PUNICODE_STRING to, PCUNICODE_STRING from, BOOLEAN allocate,
                     char16_t (*change)(char16_t))
{
    if (allocate) {
        UNICODE_STRING made = {};
        if (!allocate_string(made, from->Length)) return STATUS_NO_MEMORY;
        *to = made;
    } else if (from->Length > to->MaximumLength) {
        return STATUS_BUFFER_OVERFLOW;
    }
    for (unsigned index = 0; index < from->Length / sizeof(WCHAR); ++index)
        to->Buffer[index] = change(from->Buffer[index]);
    to->Length = from->Length;
    return STATUS_SUCCESS;
}

template <class String>
bool allocate_terminated(String &text, std::size_t bytes)
{
    using Char = std::remove_pointer_t<decltype(text.Buffer)>;
    text.Buffer =
        static_cast<Char *>(ExAllocatePoolWithTag(PagedPool, bytes + sizeof(Char), kStringTag));
    if (text.Buffer == nullptr) return false;
    text.Length = static_cast<USHORT>(bytes);
    text.MaximumLength =
        static_cast<USHORT>(bytes + sizeof(Char) > 0xFFFE ? 0xFFFE : bytes + sizeof(Char));
    text.Buffer[bytes / sizeof(Char)] = 0;
    return true;
}

template <class String>
void free_string(String *text)
{
    if (text->Buffer != nullptr) ExFreePool(text->Buffer);
    *text = {};
}

}  // namespace

LONG compare(std::u16string_view left, std::u16string_view right, bool ignore_case)
{
    if (ignore_case) return compare_with(left, right, upcase);
    return compare_with(left, right, [](char16_t c) { return c; });
}

LONG compare(std::string_view left, std::string_view right, bool ignore_case)
{
    if (ignore_case)
        return compare_with(left, right,
                            [](char c) { return static_cast<unsigned char>(upcase_narrow(c)); });
    return compare_with(left, right, [](char c) { return static_cast<unsigned char>(c); });
}

bool equal(std::u16string_view left, std::u16string_view right, bool ignore_case)
{
    return left.size() == right.size() && compare(left, right, ignore_case) == 0;
}

bool allocate_string(UNICODE_STRING &text, std::size_t bytes)
{
    return allocate_terminated(text, bytes);
}
bool allocate_string(STRING &text, std::size_t bytes)
{
    return allocate_terminated(text, bytes);
}

}  // namespace openkmdf::executive::rtl

VOID NTAPI RtlInitString(PSTRING text, PCSZ source)
{
    rtl::init(text, source, ANSI_STRING_MAX_BYTES);
}
NTSTATUS NTAPI RtlInitStringEx(PSTRING text, PCSZ source)
{
    return rtl::init_checked(text, source);
}
VOID NTAPI RtlInitAnsiString(PANSI_STRING text, PCSZ source)
{
    rtl::init(text, source, ANSI_STRING_MAX_BYTES);
}
NTSTATUS NTAPI RtlInitAnsiStringEx(PANSI_STRING text, PCSZ source)
{
    return rtl::init_checked(text, source);
}
VOID NTAPI RtlInitUTF8String(PUTF8_STRING text, PCSZ source)
{
    rtl::init(text, source, ANSI_STRING_MAX_BYTES);
}
NTSTATUS NTAPI RtlInitUTF8StringEx(PUTF8_STRING text, PCSZ source)
{
    return rtl::init_checked(text, source);
}
VOID NTAPI RtlInitUnicodeString(PUNICODE_STRING text, PCWSTR source)
{
    rtl::init(text, source, UNICODE_STRING_MAX_BYTES);
}

VOID NTAPI RtlCopyString(PSTRING to, const STRING *from)
{
    rtl::copy(to, from);
}
VOID NTAPI RtlCopyUnicodeString(PUNICODE_STRING to, PCUNICODE_STRING from)
{
    rtl::copy(to, from);
}

NTSTATUS NTAPI RtlAppendUnicodeToString(PUNICODE_STRING to, PCWSTR source)
{
    if (source == nullptr) return STATUS_SUCCESS;
    return rtl::append(to, source, std::u16string_view(source).size() * sizeof(WCHAR));
}

NTSTATUS NTAPI RtlAppendUnicodeStringToString(PUNICODE_STRING to, PCUNICODE_STRING source)
{
    return rtl::append(to, source->Buffer, source->Length);
}

NTSTATUS NTAPI RtlAppendStringToString(PSTRING to, const STRING *source)
{
    return rtl::append(to, source->Buffer, source->Length);
}

LONG NTAPI RtlCompareString(const STRING *left, const STRING *right, BOOLEAN ignore_case)
{
    return rtl::compare(rtl::view(*left), rtl::view(*right), ignore_case);
}

BOOLEAN NTAPI RtlEqualString(const STRING *left, const STRING *right, BOOLEAN ignore_case)
{
    return left->Length == right->Length && RtlCompareString(left, right, ignore_case) == 0;
}

LONG NTAPI RtlCompareUnicodeString(PCUNICODE_STRING left, PCUNICODE_STRING right,
                                   BOOLEAN ignore_case)
{
    return rtl::compare(rtl::view(*left), rtl::view(*right), ignore_case);
}

LONG NTAPI RtlCompareUnicodeStrings(PCWCH left, SIZE_T left_length, PCWCH right,
                                    SIZE_T right_length, BOOLEAN ignore_case)
{
    return rtl::compare({left, left_length}, {right, right_length}, ignore_case);
}

BOOLEAN NTAPI RtlEqualUnicodeString(PCUNICODE_STRING left, PCUNICODE_STRING right,
                                    BOOLEAN ignore_case)
{
    return rtl::equal(rtl::view(*left), rtl::view(*right), ignore_case);
}

BOOLEAN NTAPI RtlPrefixUnicodeString(PCUNICODE_STRING prefix, PCUNICODE_STRING text,
                                     BOOLEAN ignore_case)
{
    return prefix->Length <= text->Length &&
           rtl::equal(rtl::view(*prefix),
                      rtl::view(*text).substr(0, prefix->Length / sizeof(WCHAR)), ignore_case);
}

BOOLEAN NTAPI RtlPrefixString(const STRING *prefix, const STRING *text, BOOLEAN ignore_case)
{
    return prefix->Length <= text->Length &&
           rtl::compare(rtl::view(*prefix), rtl::view(*text).substr(0, prefix->Length),
                        ignore_case) == 0;
}

BOOLEAN NTAPI RtlSuffixUnicodeString(PCUNICODE_STRING suffix, PCUNICODE_STRING text,
                                     BOOLEAN ignore_case)
{
    return suffix->Length <= text->Length &&
           rtl::equal(rtl::view(*suffix),
                      rtl::view(*text).substr((text->Length - suffix->Length) / sizeof(WCHAR)),
                      ignore_case);
}

NTSTATUS NTAPI RtlHashUnicodeString(PCUNICODE_STRING text, BOOLEAN ignore_case, ULONG algorithm,
                                    PULONG value)
{
    if (text == nullptr || value == nullptr || algorithm > HASH_STRING_ALGORITHM_X65599)
        return STATUS_INVALID_PARAMETER;
    ULONG hash = 0;
    for (char16_t character : rtl::view(*text))
        hash = hash * 65599 + (ignore_case ? rtl::upcase(character) : character);
    *value = hash;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlUpcaseUnicodeString(PUNICODE_STRING to, PCUNICODE_STRING from, BOOLEAN allocate)
{
    return rtl::change_case(to, from, allocate, rtl::upcase);
}

NTSTATUS NTAPI RtlDowncaseUnicodeString(PUNICODE_STRING to, PCUNICODE_STRING from, BOOLEAN allocate)
{
    return rtl::change_case(to, from, allocate, rtl::downcase);
}

WCHAR NTAPI RtlUpcaseUnicodeChar(WCHAR character)
{
    return rtl::upcase(character);
}
WCHAR NTAPI RtlDowncaseUnicodeChar(WCHAR character)
{
    return rtl::downcase(character);
}
CHAR NTAPI RtlUpperChar(CHAR character)
{
    const char16_t upper = rtl::upcase(rtl::from_ansi(character));
    const char result = rtl::to_ansi(upper);
    return rtl::from_ansi(result) == upper ? result : character;
}

VOID NTAPI RtlUpperString(PSTRING to, const STRING *from)
{
    const USHORT length = from->Length < to->MaximumLength ? from->Length : to->MaximumLength;
    for (USHORT index = 0; index < length; ++index)
        to->Buffer[index] = RtlUpperChar(from->Buffer[index]);
    to->Length = length;
}

BOOLEAN NTAPI RtlCreateUnicodeString(PUNICODE_STRING text, PCWSTR source)
{
    const std::size_t bytes = std::u16string_view(source).size() * sizeof(WCHAR);
    UNICODE_STRING made = {};
    if (bytes > UNICODE_STRING_MAX_BYTES - sizeof(WCHAR) || !rtl::allocate_string(made, bytes))
        return FALSE;
    std::memcpy(made.Buffer, source, bytes);
    *text = made;
    return TRUE;
}

VOID NTAPI RtlFreeUnicodeString(PUNICODE_STRING text)
{
    rtl::free_string(text);
}
VOID NTAPI RtlFreeAnsiString(PANSI_STRING text)
{
    rtl::free_string(text);
}
VOID NTAPI RtlFreeUTF8String(PUTF8_STRING text)
{
    rtl::free_string(text);
}
