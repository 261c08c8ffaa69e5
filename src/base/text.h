#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

// Windows speaks UTF-16, everything of ours UTF-8. Ill-formed input never fails: each maximal
// ill-formed part becomes one U+FFFD, as the Unicode standard recommends (chapter 3.9).

namespace openkmdf::base {

inline constexpr char32_t replacement_character = U'\uFFFD';

// Take one character off the front of a text that is not empty.
char32_t take_character(std::string_view &text);
char32_t take_character(std::u16string_view &text);

// Put one character at the front of `out`; return the number of code units, 0 if it has no room.
std::size_t put_character(char32_t character, std::span<char> out);
std::size_t put_character(char32_t character, std::span<char16_t> out);

// For code on kernel stacks, which has no heap. Stop at the last whole character that fits; return
// the number of code units written. Nothing is terminated by a zero.
std::size_t to_utf8(std::u16string_view text, std::span<char> out);
std::size_t to_utf16(std::string_view text, std::span<char16_t> out);

std::string to_utf8(std::u16string_view text);
std::u16string to_utf16(std::string_view text);

bool is_well_formed(std::string_view text);
bool is_well_formed(std::u16string_view text);

}  // namespace openkmdf::base
