#pragma once

// Case of single UTF-16 code units, one to one and independent of any language, as the name space,
// the registry and the counted strings compare.

namespace openkmdf::executive::rtl {

char16_t upcase(char16_t character);
char16_t downcase(char16_t character);

}  // namespace openkmdf::executive::rtl
