#include "executive/crt/format_parse.h"

namespace openkmdf::executive::crt {
namespace {

constexpr std::int32_t kLargestNumber = 1 << 30;

template <class Char>
const Char *parse_number(const Char *text, std::int32_t &number)
{
    number = 0;
    for (; *text >= '0' && *text <= '9'; ++text) {
        if (number < kLargestNumber / 10)
            number = number * 10 + static_cast<std::int32_t>(*text - '0');
    }
    return text;
}

template <class Char>
const Char *parse_flags(const Char *text, Spec &spec)
{
    for (;; ++text) {
        switch (*text) {
        case '-':
            spec.left = true;
            break;
        case '+':
            spec.plus = true;
            break;
        case ' ':
            spec.space = true;
            break;
        case '#':
            spec.alternate = true;
            break;
        case '0':
            spec.zero = true;
            break;
        default:
            return text;
        }
    }
}

template <class Char>
const Char *parse_size(const Char *text, Spec &spec)
{
    switch (*text) {
    case 'h':
        spec.size = text[1] == 'h' ? Size::Char : Size::Short;
        return text + (text[1] == 'h' ? 2 : 1);
    case 'l':
        spec.size = text[1] == 'l' ? Size::Int64 : Size::Long;
        return text + (text[1] == 'l' ? 2 : 1);
    case 'w':
        spec.size = Size::Wide;
        return text + 1;
    case 'I':
        if (text[1] == '3' && text[2] == '2') return text + 3;
        spec.size = Size::Int64;
        return text + (text[1] == '6' && text[2] == '4' ? 3 : 1);
    case 'z':
    case 't':
    case 'j':
        spec.size = Size::Int64;
        return text + 1;
    case 'L':  // long double is double
        return text + 1;
    default:
        return text;
    }
}

bool is_conversion(char32_t character)
{
    switch (character) {
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
    case 'p':
    case 'c':
    case 'C':
    case 's':
    case 'S':
    case 'Z':
    case 'n':
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
    case 'a':
    case 'A':
        return true;
    default:
        return false;
    }
}

}  // namespace

template <class Char>
const Char *parse_spec(const Char *text, Spec &spec)
{
    text = parse_flags(text, spec);
    if (*text == '*') {
        spec.width_from_argument = true;
        ++text;
    } else {
        text = parse_number(text, spec.width);
    }
    if (*text == '.') {
        ++text;
        if (*text == '*') {
            spec.precision_from_argument = true;
            ++text;
        } else {
            text = parse_number(text, spec.precision);
        }
    }
    text = parse_size(text, spec);
    if (!is_conversion(static_cast<char32_t>(*text))) return text;
    spec.conversion = static_cast<char>(*text);
    return text + 1;
}

template const char *parse_spec(const char *, Spec &);
template const char16_t *parse_spec(const char16_t *, Spec &);

IntegerValue integer_value(const Spec &spec, std::uint64_t slot)
{
    if (spec.conversion == 'd' || spec.conversion == 'i') {
        std::int64_t value;
        switch (spec.size) {
        case Size::Char:
            value = static_cast<std::int8_t>(slot);
            break;
        case Size::Short:
            value = static_cast<std::int16_t>(slot);
            break;
        case Size::Int64:
            value = static_cast<std::int64_t>(slot);
            break;
        default:
            value = static_cast<std::int32_t>(slot);
            break;
        }
        const auto bits = static_cast<std::uint64_t>(value);
        return {value < 0 ? 0 - bits : bits, value < 0};
    }
    switch (spec.size) {
    case Size::Char:
        return {static_cast<std::uint8_t>(slot), false};
    case Size::Short:
        return {static_cast<std::uint16_t>(slot), false};
    case Size::Int64:
        return {slot, false};
    default:
        return {static_cast<std::uint32_t>(slot), false};
    }
}

std::size_t integer_digits(const Spec &spec, std::uint64_t magnitude, char (&digits)[24])
{
    if (magnitude == 0 && spec.precision == 0) return 0;
    const unsigned base =
        spec.conversion == 'o'                                                       ? 8
        : spec.conversion == 'x' || spec.conversion == 'X' || spec.conversion == 'p' ? 16
                                                                                     : 10;
    const char *alphabet = spec.conversion == 'x' ? "0123456789abcdef" : "0123456789ABCDEF";
    std::size_t count = 0;
    do {
        digits[sizeof digits - ++count] = alphabet[magnitude % base];
        magnitude /= base;
    } while (magnitude != 0);
    return count;
}

}  // namespace openkmdf::executive::crt
