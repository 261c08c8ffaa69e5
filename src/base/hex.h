#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace openkmdf::base {

// "0x0000010D": upper case digits, at least `digits` of them.
std::string to_hex(std::uint64_t value, int digits = 1);

// "48 65 6C 6C 6F"
std::string hex_bytes(std::span<const std::byte> bytes);

struct HexError {
    std::size_t position;
    std::string_view problem;
};

// Pairs of digits, with white space, commas or nothing between pairs, and an optional 0x before
// each: "48656C", "48 65 6c", "0x48, 0x65".
std::expected<std::vector<std::byte>, HexError> parse_hex_bytes(std::string_view text);

// Hexadecimal after 0x, else decimal.
std::expected<std::uint64_t, HexError> parse_number(std::string_view text);

}  // namespace openkmdf::base
