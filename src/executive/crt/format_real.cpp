#include "executive/crt/format_real.h"

#include <cmath>
#include <cstdio>
#include <cstring>

namespace openkmdf::executive::crt {
namespace {

// No double has more digits behind the point; the longest has 309 in front of it.
constexpr std::int32_t kMostDigits = 1074;

const char *sign_prefix(const Spec &spec, double value)
{
    if (std::signbit(value)) return "-";
    return spec.plus ? "+" : spec.space ? " " : "";
}

const char *hexadecimal_prefix(const char *sign, bool upper)
{
    switch (sign[0]) {
    case '-':
        return upper ? "-0X" : "-0x";
    case '+':
        return upper ? "+0X" : "+0x";
    case ' ':
        return upper ? " 0X" : " 0x";
    default:
        return upper ? "0X" : "0x";
    }
}

void name_of_special(const Spec &spec, double value, RealText &text)
{
    const bool upper = spec.conversion >= 'A' && spec.conversion <= 'Z';
    const char *name = std::isinf(value) ? (upper ? "INF" : "inf") : (upper ? "NAN" : "nan");
    text.finite = false;
    text.count = std::strlen(name);
    std::memcpy(text.digits, name, text.count);
}

}  // namespace

void format_real(const Spec &spec, double value, RealText &text)
{
    text.prefix = sign_prefix(spec, value);
    if (!std::isfinite(value)) {
        name_of_special(spec, value, text);
        return;
    }
    const bool hexadecimal = spec.conversion == 'a' || spec.conversion == 'A';
    std::int32_t precision = spec.precision;
    if (precision == kNoPrecision) precision = hexadecimal ? 13 : 6;
    if (precision > kMostDigits) precision = kMostDigits;
    char host[8] = {'%'};
    char *next = host + 1;
    if (spec.alternate) *next++ = '#';
    *next++ = '.';
    *next++ = '*';
    *next++ = spec.conversion;
    *next = 0;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    const int count =
        std::snprintf(text.digits, sizeof text.digits, host, precision, std::fabs(value));
#pragma GCC diagnostic pop
    text.count = count < 0 ? 0 : static_cast<std::size_t>(count);
    if (hexadecimal && text.count > 2) {
        text.prefix = hexadecimal_prefix(text.prefix, spec.conversion == 'A');
        text.count -= 2;
        std::memmove(text.digits, text.digits + 2, text.count);
    }
}

}  // namespace openkmdf::executive::crt
