#include "executive/crt/strings.h"

#include <limits>
#include <type_traits>

namespace openkmdf::executive::crt {
namespace {

int digit_of(int character)
{
    if (character >= '0' && character <= '9') return character - '0';
    if (character >= 'a' && character <= 'z') return character - 'a' + 10;
    if (character >= 'A' && character <= 'Z') return character - 'A' + 10;
    return 99;
}

struct Parsed {
    std::uint64_t magnitude = 0;
    bool negative = false;
    bool overflow = false;
};

// White space, sign, prefix of the base, digits. `end` gets where it stopped, `text` if there is no
// number.
template <class Char>
Parsed parse(const Char *text, Char **end, int base)
{
    Parsed result;
    if (end != nullptr) *end = const_cast<Char *>(text);
    if (base < 0 || base == 1 || base > 36) return result;
    const Char *next = text;
    while (crt_isspace(strings::value_of(*next))) ++next;
    if (*next == '+' || *next == '-') result.negative = *next++ == '-';
    const bool hexadecimal = next[0] == '0' && (next[1] == 'x' || next[1] == 'X') &&
                             digit_of(strings::value_of(next[2])) < 16;
    if ((base == 0 || base == 16) && hexadecimal) {
        next += 2;
        base = 16;
    } else if (base == 0) {
        base = *next == '0' ? 8 : 10;
    }
    const Char *first = next;
    for (;; ++next) {
        const int digit = digit_of(strings::value_of(*next));
        if (digit >= base) break;
        result.overflow |= __builtin_mul_overflow(
            result.magnitude, static_cast<std::uint64_t>(base), &result.magnitude);
        result.overflow |= __builtin_add_overflow(
            result.magnitude, static_cast<std::uint64_t>(digit), &result.magnitude);
    }
    if (next == first) return {};
    if (end != nullptr) *end = const_cast<Char *>(next);
    return result;
}

template <class Signed, class Char>
Signed to_signed(const Char *text, Char **end, int base)
{
    using Limits = std::numeric_limits<Signed>;
    const Parsed parsed = parse(text, end, base);
    const auto largest = static_cast<std::uint64_t>(Limits::max());
    if (parsed.overflow || parsed.magnitude > largest + (parsed.negative ? 1 : 0))
        return parsed.negative ? Limits::min() : Limits::max();
    return static_cast<Signed>(parsed.negative ? 0 - parsed.magnitude : parsed.magnitude);
}

template <class Unsigned, class Char>
Unsigned to_unsigned(const Char *text, Char **end, int base)
{
    const Parsed parsed = parse(text, end, base);
    if (parsed.overflow || parsed.magnitude > std::numeric_limits<Unsigned>::max())
        return std::numeric_limits<Unsigned>::max();
    return static_cast<Unsigned>(parsed.negative ? 0 - parsed.magnitude : parsed.magnitude);
}

// Least significant digit first; their number.
std::size_t make_digits(std::uint64_t magnitude, unsigned base, char (&digits)[64])
{
    std::size_t count = 0;
    do {
        digits[count++] = "0123456789abcdefghijklmnopqrstuvwxyz"[magnitude % base];
        magnitude /= base;
    } while (magnitude != 0);
    return count;
}

template <class Char>
ErrorCode print(std::uint64_t magnitude, bool negative, Char *text, std::size_t room, int base)
{
    if (text == nullptr || room == 0) return kInvalid;
    if (base < 2 || base > 36) {
        text[0] = 0;
        return kInvalid;
    }
    char digits[64];
    std::size_t count = make_digits(magnitude, static_cast<unsigned>(base), digits);
    if (count + (negative ? 1 : 0) + 1 > room) {
        text[0] = 0;
        return kInvalid;
    }
    if (negative) *text++ = '-';
    while (count != 0) *text++ = static_cast<Char>(digits[--count]);
    *text = 0;
    return 0;
}

// Only base 10 prints a sign; in any other the bits of the value are printed.
template <class Signed, class Char>
ErrorCode print_signed(Signed value, Char *text, std::size_t room, int base)
{
    using Unsigned = std::make_unsigned_t<Signed>;
    const bool negative = base == 10 && value < 0;
    const auto bits = static_cast<Unsigned>(value);
    return print<Char>(negative ? static_cast<Unsigned>(0 - bits) : bits, negative, text, room,
                       base);
}

constexpr std::size_t kUnbounded = ~std::size_t{0};

}  // namespace

std::int32_t CRT_ABI crt_strtol(const char *text, char **end, int base)
{
    return to_signed<std::int32_t>(text, end, base);
}
std::int64_t CRT_ABI crt_strtoi64(const char *text, char **end, int base)
{
    return to_signed<std::int64_t>(text, end, base);
}
std::uint32_t CRT_ABI crt_strtoul(const char *text, char **end, int base)
{
    return to_unsigned<std::uint32_t>(text, end, base);
}
std::uint64_t CRT_ABI crt_strtoui64(const char *text, char **end, int base)
{
    return to_unsigned<std::uint64_t>(text, end, base);
}
std::int32_t CRT_ABI crt_wcstol(const Wide *text, Wide **end, int base)
{
    return to_signed<std::int32_t>(text, end, base);
}
std::int64_t CRT_ABI crt_wcstoi64(const Wide *text, Wide **end, int base)
{
    return to_signed<std::int64_t>(text, end, base);
}
std::uint32_t CRT_ABI crt_wcstoul(const Wide *text, Wide **end, int base)
{
    return to_unsigned<std::uint32_t>(text, end, base);
}
std::uint64_t CRT_ABI crt_wcstoui64(const Wide *text, Wide **end, int base)
{
    return to_unsigned<std::uint64_t>(text, end, base);
}

int CRT_ABI crt_atoi(const char *text)
{
    return crt_strtol(text, nullptr, 10);
}
std::int32_t CRT_ABI crt_atol(const char *text)
{
    return crt_strtol(text, nullptr, 10);
}
std::int64_t CRT_ABI crt_atoi64(const char *text)
{
    return crt_strtoi64(text, nullptr, 10);
}
int CRT_ABI crt_wtoi(const Wide *text)
{
    return crt_wcstol(text, nullptr, 10);
}
std::int32_t CRT_ABI crt_wtol(const Wide *text)
{
    return crt_wcstol(text, nullptr, 10);
}
std::int64_t CRT_ABI crt_wtoi64(const Wide *text)
{
    return crt_wcstoi64(text, nullptr, 10);
}

char *CRT_ABI crt_itoa(int value, char *text, int base)
{
    print_signed(value, text, kUnbounded, base);
    return text;
}
Wide *CRT_ABI crt_itow(int value, Wide *text, int base)
{
    print_signed(value, text, kUnbounded, base);
    return text;
}
char *CRT_ABI crt_ultoa(std::uint32_t value, char *text, int base)
{
    print(value, false, text, kUnbounded, base);
    return text;
}
char *CRT_ABI crt_i64toa(std::int64_t value, char *text, int base)
{
    print_signed(value, text, kUnbounded, base);
    return text;
}
char *CRT_ABI crt_ui64toa(std::uint64_t value, char *text, int base)
{
    print(value, false, text, kUnbounded, base);
    return text;
}
Wide *CRT_ABI crt_ultow(std::uint32_t value, Wide *text, int base)
{
    print(value, false, text, kUnbounded, base);
    return text;
}
Wide *CRT_ABI crt_i64tow(std::int64_t value, Wide *text, int base)
{
    print_signed(value, text, kUnbounded, base);
    return text;
}
Wide *CRT_ABI crt_ui64tow(std::uint64_t value, Wide *text, int base)
{
    print(value, false, text, kUnbounded, base);
    return text;
}
ErrorCode CRT_ABI crt_itoa_s(int value, char *text, std::size_t room, int base)
{
    return print_signed(value, text, room, base);
}
ErrorCode CRT_ABI crt_itow_s(int value, Wide *text, std::size_t room, int base)
{
    return print_signed(value, text, room, base);
}
ErrorCode CRT_ABI crt_ultoa_s(std::uint32_t value, char *text, std::size_t room, int base)
{
    return print(value, false, text, room, base);
}
ErrorCode CRT_ABI crt_ultow_s(std::uint32_t value, Wide *text, std::size_t room, int base)
{
    return print(value, false, text, room, base);
}
ErrorCode CRT_ABI crt_i64toa_s(std::int64_t value, char *text, std::size_t room, int base)
{
    return print_signed(value, text, room, base);
}
ErrorCode CRT_ABI crt_i64tow_s(std::int64_t value, Wide *text, std::size_t room, int base)
{
    return print_signed(value, text, room, base);
}
ErrorCode CRT_ABI crt_ui64toa_s(std::uint64_t value, char *text, std::size_t room, int base)
{
    return print(value, false, text, room, base);
}
ErrorCode CRT_ABI crt_ui64tow_s(std::uint64_t value, Wide *text, std::size_t room, int base)
{
    return print(value, false, text, room, base);
}

int CRT_ABI crt_abs(int value)
{
    return value < 0 ? static_cast<int>(0u - static_cast<unsigned>(value)) : value;
}
std::int64_t CRT_ABI crt_abs64(std::int64_t value)
{
    return value < 0 ? static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(value)) : value;
}

}  // namespace openkmdf::executive::crt
