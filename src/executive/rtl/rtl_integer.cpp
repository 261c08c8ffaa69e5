#include "executive/rtl/strings.h"

#include <cstring>

using namespace openkmdf::executive;

namespace openkmdf::executive::rtl {
namespace {

bool is_base(ULONG base)
{
    return base == 2 || base == 8 || base == 10 || base == 16;
}

unsigned digit_of(unsigned character)
{
    if (character >= '0' && character <= '9') return character - '0';
    if (character >= 'a' && character <= 'f') return character - 'a' + 10;
    if (character >= 'A' && character <= 'F') return character - 'A' + 10;
    return 99;
}

// Digits of the value from the back of `digits`; their number.
std::size_t make_digits(ULONGLONG value, unsigned base, char (&digits)[64])
{
    std::size_t count = 0;
    do {
        digits[sizeof digits - ++count] = "0123456789ABCDEF"[value % base];
        value /= base;
    } while (value != 0);
    return count;
}

struct Number {
    ULONGLONG value;
    std::size_t end;  // index behind the last digit, 0: no digit
};

template <class View>
Number parse(View text, ULONG base)
{
    std::size_t at = 0;
    while (at < text.size() && static_cast<unsigned>(text[at]) <= ' ') ++at;
    bool negative = false;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) negative = text[at++] == '-';
    if (base == 0) {
        base = 10;
        if (at + 1 < text.size() && text[at] == '0') {
            const auto mark = text[at + 1];
            base = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
            at += base == 10 ? 0 : 2;
        }
    }
    Number number = {0, 0};
    for (; at < text.size(); ++at) {
        const unsigned digit = digit_of(static_cast<unsigned>(text[at]));
        if (digit >= base) break;
        number.value = number.value * base + digit;
        number.end = at + 1;
    }
    if (negative) number.value = 0 - number.value;
    return number;
}

NTSTATUS to_string(ULONGLONG value, ULONG base, PUNICODE_STRING text)
{
    base = base == 0 ? 10 : base;
    if (!is_base(base)) return STATUS_INVALID_PARAMETER;
    char digits[64];
    const std::size_t count = make_digits(value, base, digits);
    if (count * sizeof(WCHAR) > text->MaximumLength) return STATUS_BUFFER_OVERFLOW;
    for (std::size_t index = 0; index < count; ++index)
        text->Buffer[index] = static_cast<unsigned char>(digits[sizeof digits - count + index]);
    text->Length = static_cast<USHORT>(count * sizeof(WCHAR));
    if (text->Length + sizeof(WCHAR) <= text->MaximumLength) text->Buffer[count] = 0;
    return STATUS_SUCCESS;
}

}  // namespace
}  // namespace openkmdf::executive::rtl

NTSTATUS NTAPI RtlIntegerToUnicodeString(ULONG value, ULONG base, PUNICODE_STRING text)
{
    return rtl::to_string(value, base, text);
}

NTSTATUS NTAPI RtlInt64ToUnicodeString(ULONGLONG value, ULONG base, PUNICODE_STRING text)
{
    return rtl::to_string(value, base, text);
}

// A negative length asks for leading zeros up to that width.
NTSTATUS NTAPI RtlIntegerToChar(ULONG value, ULONG base, LONG length, PSTR text)
{
    base = base == 0 ? 10 : base;
    if (!rtl::is_base(base)) return STATUS_INVALID_PARAMETER;
    char digits[64];
    const std::size_t count = rtl::make_digits(value, base, digits);
    const std::size_t width =
        static_cast<std::size_t>(length < 0 ? -static_cast<LONGLONG>(length) : length);
    if (count > width) return STATUS_BUFFER_OVERFLOW;
    if (length < 0) {
        std::memset(text, '0', width - count);
        text += width - count;
    }
    std::memcpy(text, digits + sizeof digits - count, count);
    if (length > 0 && count < width) text[count] = 0;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlUnicodeStringToInteger(PCUNICODE_STRING text, ULONG base, PULONG value)
{
    if (text->Length == 0 || (base != 0 && !rtl::is_base(base))) return STATUS_INVALID_PARAMETER;
    *value = static_cast<ULONG>(rtl::parse(rtl::view(*text), base).value);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlUnicodeStringToInt64(PCUNICODE_STRING text, ULONG base, PLONG64 value, PWSTR *end)
{
    if (text->Length == 0 || (base != 0 && !rtl::is_base(base))) return STATUS_INVALID_PARAMETER;
    const rtl::Number number = rtl::parse(rtl::view(*text), base);
    *value = static_cast<LONG64>(number.value);
    if (end != nullptr) *end = text->Buffer + number.end;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlCharToInteger(PCSZ text, ULONG base, PULONG value)
{
    if (base != 0 && !rtl::is_base(base)) return STATUS_INVALID_PARAMETER;
    *value = static_cast<ULONG>(rtl::parse(std::string_view(text), base).value);
    return STATUS_SUCCESS;
}
