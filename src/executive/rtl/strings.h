#pragma once

#include "executive/rtl/upcase.h"

#include <ntddk.h>

#include <string_view>

// What the counted-string routines share.

namespace openkmdf::executive::rtl {

// Tag of the strings that Rtl routines allocate and RtlFree*String frees.
inline constexpr ULONG kStringTag = 0x67727453;  // 'Strg'

inline std::u16string_view view(const UNICODE_STRING &text)
{
    return {text.Buffer, text.Length / sizeof(WCHAR)};
}
inline std::string_view view(const STRING &text)
{
    return {text.Buffer, text.Length};
}

inline char upcase_narrow(char character)
{
    return character >= 'a' && character <= 'z' ? static_cast<char>(character - 32) : character;
}

LONG compare(std::u16string_view left, std::u16string_view right, bool ignore_case);
LONG compare(std::string_view left, std::string_view right, bool ignore_case);
bool equal(std::u16string_view left, std::u16string_view right, bool ignore_case);

// A string of `bytes` and a terminator from paged pool. False: no memory.
bool allocate_string(UNICODE_STRING &text, std::size_t bytes);
bool allocate_string(STRING &text, std::size_t bytes);

// Windows-1252, the system's ANSI code page.
char16_t from_ansi(char character);
// '?' for what the code page lacks.
char to_ansi(char16_t character);

}  // namespace openkmdf::executive::rtl
