#include "executive/crt/crt.h"
#include "executive/crt/format.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace openkmdf::executive::crt {
namespace {

struct Counted {
    std::uint16_t length;
    std::uint16_t maximum_length;
    const void *buffer;
};

template <class... Arguments>
std::string narrow(const char *text, Arguments... arguments)
{
    char buffer[512];
    const int result = crt_snprintf(buffer, sizeof buffer, text, arguments...);
    return result < 0 ? "error" : std::string(buffer, static_cast<std::size_t>(result));
}

template <class... Arguments>
std::u16string wide(const char16_t *text, Arguments... arguments)
{
    char16_t buffer[512];
    const int result = crt_snwprintf(buffer, 512, text, arguments...);
    return result < 0 ? u"error" : std::u16string(buffer, static_cast<std::size_t>(result));
}

TEST(Format, Integers)
{
    EXPECT_EQ(narrow("%d %i %u", -5, 7, 4294967295u), "-5 7 4294967295");
    EXPECT_EQ(narrow("%x %X %o", 0xbeefu, 0xBEEFu, 8u), "beef BEEF 10");
    EXPECT_EQ(narrow("%#x %#X %#o %#x", 255u, 255u, 8u, 0u), "0xff 0XFF 010 0");
    EXPECT_EQ(narrow("[%5d] [%-5d] [%05d] [%+d] [% d]", 42, 42, 42, 42, 42),
              "[   42] [42   ] [00042] [+42] [ 42]");
    EXPECT_EQ(narrow("[%8.3d] [%-8.3d] [%08.3d] [%.0d]", 7, 7, 7, 0),
              "[     007] [007     ] [     007] []");
    EXPECT_EQ(narrow("%*d|%-*d|%.*d", 4, 1, 4, 2, 3, 3), "   1|2   |003");
    EXPECT_EQ(narrow("%*d|%.*d", -4, 1, -1, 2), "1   |2");
}

TEST(Format, SizesAreThoseOfWindows)
{
    constexpr long long big = 0x1122334455667788;
    EXPECT_EQ(narrow("%lx %x", big, big), "55667788 55667788");
    EXPECT_EQ(narrow("%I64x %llx %Ix %zx %I32x", big, big, big, big, big),
              "1122334455667788 1122334455667788 1122334455667788 1122334455667788 55667788");
    EXPECT_EQ(narrow("%hd %hu %hhd %hhu", 70000, 70000, 200, 511), "4464 4464 -56 255");
    EXPECT_EQ(narrow("%I64d %lld", INT64_MIN, INT64_MAX),
              "-9223372036854775808 9223372036854775807");
}

TEST(Format, PointersHaveSixteenUpperCaseDigits)
{
    EXPECT_EQ(narrow("%p", reinterpret_cast<void *>(0xFFFFA001deadbeef)), "FFFFA001DEADBEEF");
    EXPECT_EQ(narrow("%p", nullptr), "0000000000000000");
    EXPECT_EQ(wide(u"<%18p>", reinterpret_cast<void *>(0x10)), u"<  0000000000000010>");
}

TEST(Format, Strings)
{
    EXPECT_EQ(narrow("%s|%5s|%-5s|%.2s|%hs", "abc", "abc", "abc", "abc", "abc"),
              "abc|  abc|abc  |ab|abc");
    EXPECT_EQ(narrow("%S %ls %ws", u"one", u"two", u"three"), "one two three");
    EXPECT_EQ(wide(u"%s %S %hs %ls", u"w", "n", "h", u"l"), u"w n h l");
    EXPECT_EQ(narrow("%s %S", nullptr, nullptr), "(null) (null)");
    EXPECT_EQ(wide(u"%s %.3s", nullptr, nullptr), u"(null) (nu");
    const char unterminated[3] = {'x', 'y', 'z'};
    EXPECT_EQ(narrow("%.3s", static_cast<const char *>(unterminated)), "xyz");
}

TEST(Format, CountedStrings)
{
    const Counted unicode{8, 20, u"Echo...."};
    const Counted ansi{4, 20, "Echo...."};
    const Counted empty{0, 0, nullptr};
    EXPECT_EQ(narrow("%wZ|%Z|%10wZ|%-8Z|", &unicode, &ansi, &unicode, &ansi),
              "Echo|Echo|      Echo|Echo    |");
    EXPECT_EQ(narrow("%wZ %Z", &empty, nullptr), "(null) (null)");
    EXPECT_EQ(wide(u"%wZ %Z", &unicode, &ansi), u"Echo Echo");
}

TEST(Format, Characters)
{
    EXPECT_EQ(narrow("%c%C%lc%hc", 'a', u'b', u'c', 'd'), "abcd");
    EXPECT_EQ(wide(u"%c%C", u'\u20AC', 'x'), u"\u20ACx");
    EXPECT_EQ(narrow("[%3c]", 'a'), "[  a]");
    EXPECT_EQ(narrow("%c", 0), std::string(1, '\0'));
}

TEST(Format, Reals)
{
    EXPECT_EQ(narrow("%f %.2f %10.3f", 1.5, 2.345, -3.14159), "1.500000 2.35 "
                                                              "    -3.142");
    EXPECT_EQ(narrow("%e %E %g %G", 12345.678, 0.00012, 1e20, 1e-10),
              "1.234568e+04 1.200000E-04 1e+20 1E-10");
    EXPECT_EQ(narrow("%a", 1.0), "0x1.0000000000000p+0");
    EXPECT_EQ(narrow("%05f|%+.1f", -INFINITY, 2.0), " -inf|+2.0");
    EXPECT_EQ(wide(u"%08.2f", -1.5), u"-0001.50");
}

TEST(Format, WhatMeansNothingStandsForItself)
{
    EXPECT_EQ(narrow("100%% %y %"), "100% y ");
    EXPECT_EQ(narrow(""), "");
}

TEST(Format, RefusesToWriteThroughPointers)
{
    int untouched = 7;
    EXPECT_EQ(narrow("abc%n", &untouched), "error");
    EXPECT_EQ(untouched, 7);
}

TEST(Format, WideCharactersWithoutNarrowFormFail)
{
    EXPECT_EQ(narrow("%S", u"\u20AC"), "error");
    EXPECT_EQ(narrow("%S", u"\u00E4"), "\xE4");
    EXPECT_EQ(narrow("<%C>", u'\u20AC'), "<>");
}

TEST(Format, CountedBuffersKeepTheHistoricRules)
{
    char buffer[5] = "zzzz";
    EXPECT_EQ(crt_snprintf(buffer, 4, "abc"), 3);
    EXPECT_STREQ(buffer, "abc");
    buffer[4] = 'z';
    EXPECT_EQ(crt_snprintf(buffer, 4, "abcd"), 4);
    EXPECT_EQ(buffer[4], 'z');
    EXPECT_EQ(crt_snprintf(buffer, 4, "abcde"), -1);
    EXPECT_EQ(std::string(buffer, 4), "abcd");
    EXPECT_EQ(crt_snprintf(nullptr, 0, "abcde"), 5);
}

TEST(Format, SecureBuffers)
{
    char buffer[5] = {};
    EXPECT_EQ(crt_sprintf_s(buffer, 5, "%d", 1234), 4);
    EXPECT_EQ(crt_sprintf_s(buffer, 5, "%d", 12345), -1);
    EXPECT_STREQ(buffer, "");
    EXPECT_EQ(crt_snprintf_s(buffer, 5, kTruncate, "%s", "abcdefgh"), -1);
    EXPECT_STREQ(buffer, "abcd");
    EXPECT_EQ(crt_snprintf_s(buffer, 5, 2, "%s", "abcdefgh"), -1);
    EXPECT_STREQ(buffer, "ab");
    EXPECT_EQ(crt_snprintf_s(buffer, 5, 9, "%s", "abcdefgh"), -1);
    EXPECT_STREQ(buffer, "");
    char16_t wide_buffer[4];
    EXPECT_EQ(crt_swprintf_s(wide_buffer, 4, u"%d", 12), 2);
    EXPECT_EQ(std::u16string(wide_buffer), u"12");
}

}  // namespace
}  // namespace openkmdf::executive::crt
