#include "build/text_encoding.h"

#include <cstdint>

namespace openkmdf::build {
namespace {

void append_utf8(std::string &text, std::uint32_t code)
{
    auto put = [&](std::uint32_t byte) { text.push_back(static_cast<char>(byte)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xc0 | code >> 6);
        put(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        put(0xe0 | code >> 12);
        put(0x80 | (code >> 6 & 0x3f));
        put(0x80 | (code & 0x3f));
    } else {
        put(0xf0 | code >> 18);
        put(0x80 | (code >> 12 & 0x3f));
        put(0x80 | (code >> 6 & 0x3f));
        put(0x80 | (code & 0x3f));
    }
}

}  // namespace

std::optional<std::string> utf8_from_utf16(std::string_view bytes)
{
    bool little = bytes.starts_with("\xff\xfe");
    if (!little && !bytes.starts_with("\xfe\xff")) {
        return std::nullopt;
    }
    auto unit = [&](std::size_t i) {
        auto low = static_cast<unsigned char>(bytes[little ? i : i + 1]);
        auto high = static_cast<unsigned char>(bytes[little ? i + 1 : i]);
        return static_cast<std::uint32_t>(high << 8 | low);
    };
    constexpr std::uint32_t kReplacement = 0xfffd;
    std::string text;
    for (std::size_t i = 2; i + 1 < bytes.size(); i += 2) {
        std::uint32_t code = unit(i);
        if (code >= 0xd800 && code < 0xe000) {
            std::uint32_t next = i + 3 < bytes.size() ? unit(i + 2) : 0;
            bool paired = code < 0xdc00 && next >= 0xdc00 && next < 0xe000;
            code = paired ? 0x10000 + ((code - 0xd800) << 10) + (next - 0xdc00) : kReplacement;
            i += paired ? 2 : 0;
        }
        append_utf8(text, code);
    }
    return text;
}

}  // namespace openkmdf::build
