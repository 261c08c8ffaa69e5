#include "base/hex.h"

#include <charconv>

namespace openkmdf::base {
namespace {

constexpr char digits_upper[] = "0123456789ABCDEF";

constexpr int digit_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

constexpr bool is_separator(char c)
{
    return c == ' ' || c == ',' || c == '\t' || c == '\n' || c == '\r';
}

bool has_prefix(std::string_view text)
{
    return text.starts_with("0x") || text.starts_with("0X");
}

}  // namespace

std::string to_hex(std::uint64_t value, int digits)
{
    std::string result;
    for (; value != 0 || digits > 0; value >>= 4, --digits) {
        result.insert(result.begin(), digits_upper[value & 15]);
    }
    return "0x" + result;
}

std::string hex_bytes(std::span<const std::byte> bytes)
{
    std::string result;
    result.reserve(bytes.size() * 3);
    for (std::byte byte : bytes) {
        if (!result.empty()) {
            result += ' ';
        }
        result += digits_upper[std::to_integer<unsigned>(byte) >> 4];
        result += digits_upper[std::to_integer<unsigned>(byte) & 15];
    }
    return result;
}

std::expected<std::vector<std::byte>, HexError> parse_hex_bytes(std::string_view text)
{
    std::vector<std::byte> bytes;
    std::size_t position = 0;
    while (position < text.size()) {
        if (is_separator(text[position])) {
            ++position;
            continue;
        }
        if (has_prefix(text.substr(position))) {
            position += 2;
        }
        int digits[2];
        for (int &digit : digits) {
            digit = position < text.size() ? digit_value(text[position]) : -1;
            if (digit < 0) {
                bool ended = position == text.size() || is_separator(text[position]);
                return std::unexpected(HexError{position, ended ? "a byte needs two digits"
                                                                : "not a hexadecimal digit"});
            }
            ++position;
        }
        bytes.push_back(static_cast<std::byte>(digits[0] << 4 | digits[1]));
    }
    return bytes;
}

std::expected<std::uint64_t, HexError> parse_number(std::string_view text)
{
    std::size_t start = has_prefix(text) ? 2 : 0;
    std::uint64_t value = 0;
    const char *end = text.data() + text.size();
    auto [stop, error] = std::from_chars(text.data() + start, end, value, start == 0 ? 10 : 16);
    auto position = static_cast<std::size_t>(stop - text.data());
    if (error == std::errc::result_out_of_range) {
        return std::unexpected(HexError{start, "larger than 64 bits"});
    }
    if (error != std::errc() || stop != end) {
        return std::unexpected(HexError{position, "not a number"});
    }
    return value;
}

}  // namespace openkmdf::base
