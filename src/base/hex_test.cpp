#include "base/hex.h"

#include <gtest/gtest.h>

namespace {

using namespace openkmdf::base;

std::string reformat(std::string_view text)
{
    auto bytes = parse_hex_bytes(text);
    return bytes
               ? hex_bytes(*bytes)
               : std::to_string(bytes.error().position) + ": " + std::string(bytes.error().problem);
}

TEST(HexTest, NumbersHaveAtLeastTheDigitsAskedFor)
{
    EXPECT_EQ(to_hex(0), "0x0");
    EXPECT_EQ(to_hex(0x10D, 8), "0x0000010D");
    EXPECT_EQ(to_hex(0xC0000001, 4), "0xC0000001");
    EXPECT_EQ(to_hex(~std::uint64_t{0}), "0xFFFFFFFFFFFFFFFF");
}

TEST(HexTest, BytesAreReadInEveryUsualSpelling)
{
    EXPECT_EQ(reformat(""), "");
    EXPECT_EQ(reformat("48656C6c6f"), "48 65 6C 6C 6F");
    EXPECT_EQ(reformat(" 48 65,6c\t6C\n6f "), "48 65 6C 6C 6F");
    EXPECT_EQ(reformat("0x48, 0X65"), "48 65");
}

TEST(HexTest, BadBytesAreLocated)
{
    EXPECT_EQ(reformat("48 6"), "4: a byte needs two digits");
    EXPECT_EQ(reformat("4 8"), "1: a byte needs two digits");
    EXPECT_EQ(reformat("48 6g"), "4: not a hexadecimal digit");
    EXPECT_EQ(reformat("0x"), "2: a byte needs two digits");
    EXPECT_EQ(reformat("hello"), "0: not a hexadecimal digit");
}

TEST(HexTest, NumbersAreDecimalUnlessPrefixed)
{
    EXPECT_EQ(parse_number("42"), 42u);
    EXPECT_EQ(parse_number("0x222004"), 0x222004u);
    EXPECT_EQ(parse_number("18446744073709551615"), ~std::uint64_t{0});
    for (std::string_view bad : {"", "0x", "0xg", "-1", "12a", "18446744073709551616"}) {
        EXPECT_FALSE(parse_number(bad)) << bad;
    }
    EXPECT_EQ(parse_number("12a").error().position, 2u);
}

}  // namespace
