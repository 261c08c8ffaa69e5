#pragma once

#include "executive/crt/format_parse.h"

// The floating-point conversions: the host's printf makes the digits, the rest is Windows'.

namespace openkmdf::executive::crt {

struct RealText {
    const char *prefix = "";  // sign, "0x" of %a
    char digits[1424];
    std::size_t count = 0;
    bool finite = true;
};

void format_real(const Spec &spec, double value, RealText &text);

}  // namespace openkmdf::executive::crt
