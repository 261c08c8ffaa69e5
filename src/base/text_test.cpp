#include "base/text.h"

#include <gtest/gtest.h>

#include <array>

namespace {

using namespace openkmdf::base;

TEST(TextTest, ConvertsBothWays)
{
    struct {
        std::string_view utf8;
        std::u16string_view utf16;
    } cases[] = {
        {"", u""},
        {R"(\\.\Echo)", uR"(\\.\Echo)"},
        {"\x7F\u0080\u07FF\u0800\uFFFF", u"\x7F\u0080\u07FF\u0800\uFFFF"},
        {"gr\u00FC\u00DFe \u20AC \u4E2D", u"gr\u00FC\u00DFe \u20AC \u4E2D"},
        {"\U00010000\U0001F600\U0010FFFF", u"\U00010000\U0001F600\U0010FFFF"},
        {"\uD7FF\uE000", u"\uD7FF\uE000"},
        {std::string_view("a\0b", 3), std::u16string_view(u"a\0b", 3)},
        {"\uFFFD", u"\uFFFD"},
    };
    for (const auto &c : cases) {
        EXPECT_EQ(to_utf16(c.utf8), c.utf16) << c.utf8;
        EXPECT_EQ(to_utf8(c.utf16), c.utf8) << c.utf8;
        EXPECT_TRUE(is_well_formed(c.utf8));
        EXPECT_TRUE(is_well_formed(c.utf16));
    }
}

// The rows of table 3-8 to 3-11 of the Unicode standard, and truncated sequences.
TEST(TextTest, EachMaximalIllFormedPartBecomesOneReplacement)
{
    struct {
        std::string_view utf8;
        std::u16string_view utf16;
    } cases[] = {
        {"\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41",
         u"\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDA"},
        {"\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41",
         u"\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDA"},
        {"\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", u"\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDA\uFFFD\uFFFDB"},
        {"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", u"\uFFFD\uFFFD\uFFFD\uFFFDA"},
        {"\xE2\x82", u"\uFFFD"},
        {"\xF0\x9F\x98", u"\uFFFD"},
        {"x\xC3", u"x\uFFFD"},
    };
    for (const auto &c : cases) {
        EXPECT_EQ(to_utf16(c.utf8), c.utf16);
        EXPECT_FALSE(is_well_formed(c.utf8));
    }
}

TEST(TextTest, LoneSurrogatesAreReplaced)
{
    const char16_t high = 0xD83D;
    const char16_t low = 0xDE00;
    const std::u16string cases[] = {{high}, {low}, {low, high}, {high, u'a'}, {high, high, low}};
    const std::string_view expected[] = {"\uFFFD", "\uFFFD", "\uFFFD\uFFFD", "\uFFFD\u0061",
                                         "\uFFFD\U0001F600"};
    for (std::size_t i = 0; i < std::size(cases); ++i) {
        EXPECT_EQ(to_utf8(cases[i]), expected[i]) << i;
        EXPECT_FALSE(is_well_formed(cases[i])) << i;
    }
}

TEST(TextTest, EveryScalarValueSurvivesTheRoundTrip)
{
    for (char32_t character = 0; character <= 0x10FFFF; ++character) {
        if (character == 0xD800) {
            character = 0xE000;
        }
        std::array<char, 4> utf8;
        std::array<char16_t, 2> utf16;
        std::string_view narrow(utf8.data(), put_character(character, utf8));
        std::u16string_view wide(utf16.data(), put_character(character, utf16));
        ASSERT_EQ(take_character(narrow), character);
        ASSERT_EQ(take_character(wide), character);
        ASSERT_TRUE(narrow.empty() && wide.empty());
    }
}

TEST(TextTest, FixedBuffersEndAtAWholeCharacter)
{
    std::array<char, 4> utf8 = {'?', '?', '?', '?'};
    EXPECT_EQ(to_utf8(u"ab\u20AC", utf8), 2u);
    EXPECT_EQ(std::string_view(utf8.data(), 4), "ab??");
    EXPECT_EQ(to_utf8(u"a\u20AC", utf8), 4u);
    std::array<char16_t, 2> utf16;
    EXPECT_EQ(to_utf16("a\U0001F600", utf16), 1u);
    EXPECT_EQ(to_utf16("\U0001F600", utf16), 2u);
}

}  // namespace
