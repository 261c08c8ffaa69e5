#include "base/text.h"

#include "base/assert.h"

namespace openkmdf::base {
namespace {

// What the first byte of a UTF-8 sequence says about the rest of it. Only the second byte is ever
// restricted further; that excludes overlong forms, surrogates and what lies beyond U+10FFFF.
struct Lead {
    int continuation_bytes;
    unsigned char second_min;
    unsigned char second_max;
};

constexpr Lead classify(unsigned char byte)
{
    if (byte >= 0xC2 && byte <= 0xDF) return {1, 0x80, 0xBF};
    if (byte == 0xE0) return {2, 0xA0, 0xBF};
    if (byte == 0xED) return {2, 0x80, 0x9F};
    if (byte >= 0xE1 && byte <= 0xEF) return {2, 0x80, 0xBF};
    if (byte == 0xF0) return {3, 0x90, 0xBF};
    if (byte >= 0xF1 && byte <= 0xF3) return {3, 0x80, 0xBF};
    if (byte == 0xF4) return {3, 0x80, 0x8F};
    return {0, 0, 0};
}

constexpr bool is_high_surrogate(char32_t unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}
constexpr bool is_low_surrogate(char32_t unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}
constexpr bool is_scalar(char32_t character)
{
    return character <= 0x10FFFF && !is_high_surrogate(character) && !is_low_surrogate(character);
}

template <typename Unit, typename Text>
std::size_t convert(Text text, std::span<Unit> out)
{
    std::size_t length = 0;
    while (!text.empty()) {
        std::size_t units = put_character(take_character(text), out.subspan(length));
        if (units == 0) {
            break;
        }
        length += units;
    }
    return length;
}

// A character that is U+FFFD in the input is as good as any other.
template <typename Text>
bool all_characters_well_formed(Text text)
{
    while (!text.empty()) {
        Text before = text;
        if (take_character(text) != replacement_character) {
            continue;
        }
        typename Text::value_type units[4];
        std::size_t length = put_character(replacement_character, std::span(units));
        if (before.substr(0, before.size() - text.size()) != Text(units, length)) {
            return false;
        }
    }
    return true;
}

}  // namespace

char32_t take_character(std::string_view &text)
{
    OPENKMDF_ASSERT(!text.empty());
    auto first = static_cast<unsigned char>(text.front());
    text.remove_prefix(1);
    if (first < 0x80) {
        return first;
    }
    Lead lead = classify(first);
    if (lead.continuation_bytes == 0) {
        return replacement_character;
    }
    char32_t character = first & (0x3Fu >> lead.continuation_bytes);
    for (int i = 0; i < lead.continuation_bytes; ++i) {
        unsigned char min = i == 0 ? lead.second_min : 0x80;
        unsigned char max = i == 0 ? lead.second_max : 0xBF;
        if (text.empty()) {
            return replacement_character;
        }
        auto next = static_cast<unsigned char>(text.front());
        if (next < min || next > max) {
            return replacement_character;
        }
        character = character << 6 | (next & 0x3F);
        text.remove_prefix(1);
    }
    return character;
}

char32_t take_character(std::u16string_view &text)
{
    OPENKMDF_ASSERT(!text.empty());
    char32_t unit = text.front();
    text.remove_prefix(1);
    if (is_high_surrogate(unit) && !text.empty() && is_low_surrogate(text.front())) {
        char32_t low = text.front();
        text.remove_prefix(1);
        return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    }
    return is_scalar(unit) ? unit : replacement_character;
}

std::size_t put_character(char32_t character, std::span<char> out)
{
    OPENKMDF_ASSERT(is_scalar(character));
    std::size_t length = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    if (out.size() < length) {
        return 0;
    }
    for (std::size_t i = length - 1; i > 0; --i) {
        out[i] = static_cast<char>(0x80 | (character & 0x3F));
        character >>= 6;
    }
    constexpr unsigned lead_bits[] = {0, 0x00, 0xC0, 0xE0, 0xF0};
    out[0] = static_cast<char>(lead_bits[length] | character);
    return length;
}

std::size_t put_character(char32_t character, std::span<char16_t> out)
{
    OPENKMDF_ASSERT(is_scalar(character));
    std::size_t length = character < 0x10000 ? 1 : 2;
    if (out.size() < length) {
        return 0;
    }
    if (length == 1) {
        out[0] = static_cast<char16_t>(character);
    } else {
        out[0] = static_cast<char16_t>(0xD800 + ((character - 0x10000) >> 10));
        out[1] = static_cast<char16_t>(0xDC00 + (character & 0x3FF));
    }
    return length;
}

std::size_t to_utf8(std::u16string_view text, std::span<char> out)
{
    return convert(text, out);
}

std::size_t to_utf16(std::string_view text, std::span<char16_t> out)
{
    return convert(text, out);
}

std::string to_utf8(std::u16string_view text)
{
    // One unit becomes at most three bytes, a pair four.
    std::string result(text.size() * 3, '\0');
    result.resize(convert(text, std::span(result)));
    return result;
}

std::u16string to_utf16(std::string_view text)
{
    std::u16string result(text.size(), u'\0');
    result.resize(convert(text, std::span(result)));
    return result;
}

bool is_well_formed(std::string_view text)
{
    return all_characters_well_formed(text);
}

bool is_well_formed(std::u16string_view text)
{
    return all_characters_well_formed(text);
}

}  // namespace openkmdf::base
