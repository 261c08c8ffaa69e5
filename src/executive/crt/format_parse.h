#pragma once

#include <cstddef>
#include <cstdint>

// One conversion specification: %[flags][width][.precision][size]conversion.

namespace openkmdf::executive::crt {

inline constexpr std::int32_t kNoPrecision = -1;

enum class Size : std::uint8_t { None, Char, Short, Long, Int64, Wide };

struct Spec {
    bool left = false;
    bool plus = false;
    bool space = false;
    bool alternate = false;
    bool zero = false;
    bool width_from_argument = false;
    bool precision_from_argument = false;
    Size size = Size::None;
    std::int32_t width = 0;
    std::int32_t precision = kNoPrecision;
    char conversion = 0;  // 0: the character at the returned place means nothing
};

// `text` stands behind the percent sign; the result behind the specification.
template <class Char>
const Char *parse_spec(const Char *text, Spec &spec);

extern template const char *parse_spec(const char *, Spec &);
extern template const char16_t *parse_spec(const char16_t *, Spec &);

// Whether %s, %c and their upper-case forms take wide text in a format of this width.
template <class Char>
bool is_wide_text(const Spec &spec)
{
    if (spec.size == Size::Short || spec.size == Size::Char) return false;
    if (spec.size == Size::Long || spec.size == Size::Wide) return true;
    const bool upper = spec.conversion == 'S' || spec.conversion == 'C';
    return (sizeof(Char) == 2) != upper;
}

struct IntegerValue {
    std::uint64_t magnitude;
    bool negative;
};

// What an integer conversion prints of the slot it was passed in.
IntegerValue integer_value(const Spec &spec, std::uint64_t slot);

// Digits of `magnitude`, right-aligned in `digits`; their number. A zero with precision 0 has none.
std::size_t integer_digits(const Spec &spec, std::uint64_t magnitude, char (&digits)[24]);

}  // namespace openkmdf::executive::crt
