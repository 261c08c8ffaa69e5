#include "executive/crt/crt.h"
#include "executive/crt/format.h"
#include "executive/crt_exports.h"
#include "executive/testing.h"
#include "tests/support/tested.h"

#include <cmath>
#include <optional>
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
    OPENKMDF_TESTS(_snprintf);
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
    OPENKMDF_TESTS(_snprintf, _snwprintf);
    EXPECT_EQ(narrow("%p", reinterpret_cast<void *>(0xFFFFA001deadbeef)), "FFFFA001DEADBEEF");
    EXPECT_EQ(narrow("%p", nullptr), "0000000000000000");
    EXPECT_EQ(wide(u"<%18p>", reinterpret_cast<void *>(0x10)), u"<  0000000000000010>");
}

TEST(Format, Strings)
{
    OPENKMDF_TESTS(_snprintf, _snwprintf);
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
    OPENKMDF_TESTS(_snprintf, _snwprintf);
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
    OPENKMDF_TESTS(_snprintf, _snwprintf);
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
    OPENKMDF_TESTS(_snprintf);
    EXPECT_EQ(narrow("%S", u"\u20AC"), "error");
    EXPECT_EQ(narrow("%S", u"\u00E4"), "\xE4");
    EXPECT_EQ(narrow("<%C>", u'\u20AC'), "<>");
}

TEST(Format, CountedBuffersKeepTheHistoricRules)
{
    OPENKMDF_TESTS(_snprintf);
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
    OPENKMDF_TESTS(sprintf_s, _snprintf_s, swprintf_s);
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

// Room for eight characters, marked so that every write shows.
template <class Char>
struct Marked {
    Char text[8] = {'#', '#', '#', '#', '#', '#', '#', '#'};

    operator Char *() { return text; }
    // All of it, with dots for the terminators.
    std::string all() const
    {
        std::string result;
        for (const Char character : text)
            result += character == 0 ? '.' : static_cast<char>(character);
        return result;
    }
};

// Calls `print` with the arguments as a Windows va_list.
template <class Print>
int CRT_ABI listed(const Print *print, ...)
{
    VaList arguments;
    __builtin_ms_va_start(arguments, print);
    const int result = (*print)(arguments);
    __builtin_ms_va_end(arguments);
    return result;
}

TEST(Format, UnboundedPrintsTerminate)
{
    OPENKMDF_TESTS(sprintf, vsprintf, swprintf, _swprintf, _vswprintf);
    Marked<char> narrow;
    EXPECT_EQ(crt_sprintf(narrow, "%d-%s", 42, "ab"), 5);
    EXPECT_EQ(narrow.all(), "42-ab.##");
    EXPECT_EQ(crt_sprintf(narrow, ""), 0);
    EXPECT_EQ(narrow.all(), ".2-ab.##");
    Marked<Wide> wide;
    EXPECT_EQ(crt_swprintf(wide, u"%d-%s", 42, u"ab"), 5);
    EXPECT_EQ(wide.all(), "42-ab.##");

    Marked<char> narrow_list;
    const auto print = [&](VaList list) { return crt_vsprintf(narrow_list, "%s%lld%c", list); };
    EXPECT_EQ(listed(&print, "x", -7LL, 'y'), 4);
    EXPECT_EQ(narrow_list.all(), "x-7y.###");
    Marked<Wide> wide_list;
    const auto wide_print = [&](VaList list) { return crt_vswprintf(wide_list, u"%s%d", list); };
    EXPECT_EQ(listed(&wide_print, u"x", -7), 3);
    EXPECT_EQ(wide_list.all(), "x-7.####");
    // Two names for the form that takes no count.
    const auto *swprintf_entry = reinterpret_cast<const void *>(&crt_swprintf);
    EXPECT_EQ(find_crt_export("swprintf"), swprintf_entry);
    EXPECT_EQ(find_crt_export("_swprintf"), swprintf_entry);
    // A text that cannot be printed to its end is an error.
    EXPECT_EQ(crt_sprintf(narrow, "a%S", u"\u20AC"), -1);
    EXPECT_EQ(crt_swprintf(wide, u"a%n", nullptr), -1);
}

TEST(Format, CountedPrintsTerminateOnlyWithRoom)
{
    OPENKMDF_TESTS(_snprintf, _vsnprintf, _snwprintf, _vsnwprintf);
    const auto expect = [](std::size_t count, int result, const char *all) {
        SCOPED_TRACE(count);
        Marked<char> narrow;
        EXPECT_EQ(crt_snprintf(narrow, count, "%d%s", 12, "ab"), result);
        EXPECT_EQ(narrow.all(), all);
        Marked<char> narrow_list;
        const auto print = [&](VaList list) {
            return crt_vsnprintf(narrow_list, count, "%d%s", list);
        };
        EXPECT_EQ(listed(&print, 12, "ab"), result);
        EXPECT_EQ(narrow_list.all(), all);
        Marked<Wide> wide;
        EXPECT_EQ(crt_snwprintf(wide, count, u"%d%s", 12, u"ab"), result);
        EXPECT_EQ(wide.all(), all);
        Marked<Wide> wide_list;
        const auto wide_print = [&](VaList list) {
            return crt_vsnwprintf(wide_list, count, u"%d%s", list);
        };
        EXPECT_EQ(listed(&wide_print, 12, u"ab"), result);
        EXPECT_EQ(wide_list.all(), all);
    };
    expect(8, 4, "12ab.###");
    expect(5, 4, "12ab.###");
    expect(4, 4, "12ab####");
    expect(3, -1, "12a#####");
    expect(1, -1, "1#######");
    const auto measure = [](VaList list) { return crt_vsnprintf(nullptr, 0, "%d%s", list); };
    EXPECT_EQ(listed(&measure, 12, "ab"), 4);
    const auto wide_measure = [](VaList list) { return crt_vsnwprintf(nullptr, 0, u"%d%s", list); };
    EXPECT_EQ(listed(&wide_measure, 12, u"ab"), 4);
    EXPECT_EQ(crt_snwprintf(nullptr, 0, u"%d%s", 12, u"ab"), 4);
    Marked<char> untouched;
    const auto none = [&](VaList list) { return crt_vsnprintf(untouched, 0, "%d", list); };
    EXPECT_EQ(listed(&none, 12), -1);
    EXPECT_EQ(untouched.all(), "########");
}

TEST(Format, SecurePrintsEmptyTheBufferThatIsTooSmall)
{
    OPENKMDF_TESTS(sprintf_s, vsprintf_s, swprintf_s, vswprintf_s);
    const auto expect = [](std::size_t room, const char *format, const char16_t *wide_format,
                           int result, const char *all) {
        SCOPED_TRACE(room);
        Marked<char> narrow;
        EXPECT_EQ(crt_sprintf_s(narrow, room, format, 1234), result);
        Marked<char> narrow_list;
        const auto print = [&](VaList list) {
            return crt_vsprintf_s(narrow_list, room, format, list);
        };
        EXPECT_EQ(listed(&print, 1234), result);
        Marked<Wide> wide;
        EXPECT_EQ(crt_swprintf_s(wide, room, wide_format, 1234), result);
        Marked<Wide> wide_list;
        const auto wide_print = [&](VaList list) {
            return crt_vswprintf_s(wide_list, room, wide_format, list);
        };
        EXPECT_EQ(listed(&wide_print, 1234), result);
        for (std::string shown : {narrow.all(), narrow_list.all(), wide.all(), wide_list.all()}) {
            // An emptied buffer may hold anything behind its terminator.
            if (all[0] == '.') shown = shown.substr(0, 1) + shown.substr(room);
            EXPECT_EQ(shown, all);
        }
    };
    expect(8, "%d", u"%d", 4, "1234.###");
    expect(5, "%d", u"%d", 4, "1234.###");
    expect(4, "%d", u"%d", -1, ".####");
    expect(1, "%d", u"%d", -1, ".#######");
    expect(0, "%d", u"%d", -1, "########");
    Marked<char> narrow;
    EXPECT_EQ(crt_sprintf_s(nullptr, 8, "a"), -1);
    EXPECT_EQ(crt_sprintf_s(narrow, 8, nullptr), -1);
    Marked<Wide> wide;
    EXPECT_EQ(crt_swprintf_s(nullptr, 8, u"a"), -1);
    EXPECT_EQ(crt_swprintf_s(wide, 8, nullptr), -1);
    EXPECT_EQ(crt_vsprintf_s(nullptr, 8, "a", VaList{}), -1);
    EXPECT_EQ(crt_vsprintf_s(narrow, 8, nullptr, VaList{}), -1);
    EXPECT_EQ(crt_vswprintf_s(nullptr, 8, u"a", VaList{}), -1);
    EXPECT_EQ(crt_vswprintf_s(wide, 8, nullptr, VaList{}), -1);
}

TEST(Format, SecureCountedPrintsCutAtTheCountOrOnRequest)
{
    OPENKMDF_TESTS(_snprintf_s, _vsnprintf_s, _snwprintf_s, _vsnwprintf_s);
    const auto expect = [](std::size_t room, std::size_t count, int result, const char *all) {
        SCOPED_TRACE(std::to_string(room) + ", " + std::to_string(count));
        Marked<char> narrow;
        EXPECT_EQ(crt_snprintf_s(narrow, room, count, "%d", 1234), result);
        Marked<char> narrow_list;
        const auto print = [&](VaList list) {
            return crt_vsnprintf_s(narrow_list, room, count, "%d", list);
        };
        EXPECT_EQ(listed(&print, 1234), result);
        Marked<Wide> wide;
        EXPECT_EQ(crt_snwprintf_s(wide, room, count, u"%d", 1234), result);
        Marked<Wide> wide_list;
        const auto wide_print = [&](VaList list) {
            return crt_vsnwprintf_s(wide_list, room, count, u"%d", list);
        };
        EXPECT_EQ(listed(&wide_print, 1234), result);
        for (std::string shown : {narrow.all(), narrow_list.all(), wide.all(), wide_list.all()}) {
            // An emptied buffer may hold anything behind its terminator.
            if (all[0] == '.') shown = shown.substr(0, 1) + shown.substr(room);
            EXPECT_EQ(shown, all);
        }
    };
    expect(8, 6, 4, "1234.###");
    expect(8, 4, 4, "1234.###");
    expect(8, 3, -1, "123.####");
    expect(5, 100, 4, "1234.###");
    expect(5, kTruncate, 4, "1234.###");
    expect(4, kTruncate, -1, "123.####");
    expect(1, kTruncate, -1, ".#######");
    expect(4, 4, -1, ".####");
    expect(4, 100, -1, ".####");
    expect(4, 0, -1, ".####");
    expect(0, 4, -1, "########");
}

TEST(Format, SecureCountedPrintsRefuseInvalidParameters)
{
    OPENKMDF_TESTS(_snprintf_s, _vsnprintf_s, _snwprintf_s, _vsnwprintf_s);
    const VaList none{};
    EXPECT_EQ(crt_snprintf_s(nullptr, 0, 0, "a"), 0);
    EXPECT_EQ(crt_snprintf_s(nullptr, 1, 0, "a"), -1);
    EXPECT_EQ(crt_snprintf_s(nullptr, 0, 1, "a"), -1);
    EXPECT_EQ(crt_vsnprintf_s(nullptr, 0, 0, "a", none), 0);
    EXPECT_EQ(crt_vsnprintf_s(nullptr, 1, 0, "a", none), -1);
    EXPECT_EQ(crt_vsnprintf_s(nullptr, 0, 1, "a", none), -1);
    EXPECT_EQ(crt_snwprintf_s(nullptr, 0, 0, u"a"), 0);
    EXPECT_EQ(crt_snwprintf_s(nullptr, 1, 0, u"a"), -1);
    EXPECT_EQ(crt_snwprintf_s(nullptr, 0, 1, u"a"), -1);
    EXPECT_EQ(crt_vsnwprintf_s(nullptr, 0, 0, u"a", none), 0);
    EXPECT_EQ(crt_vsnwprintf_s(nullptr, 1, 0, u"a", none), -1);
    EXPECT_EQ(crt_vsnwprintf_s(nullptr, 0, 1, u"a", none), -1);
    Marked<char> narrow;
    EXPECT_EQ(crt_snprintf_s(narrow, 8, 4, nullptr), -1);
    EXPECT_EQ(crt_vsnprintf_s(narrow, 8, 4, nullptr, none), -1);
    EXPECT_EQ(narrow.all(), "########");
    Marked<Wide> wide;
    EXPECT_EQ(crt_snwprintf_s(wide, 8, 4, nullptr), -1);
    EXPECT_EQ(crt_vsnwprintf_s(wide, 8, 4, nullptr, none), -1);
    EXPECT_EQ(wide.all(), "########");
    EXPECT_EQ(crt_snprintf_s(narrow, 8, 4, "%S", u"\u20AC"), -1);
}

TEST(Format, MeasuresWithoutABuffer)
{
    OPENKMDF_TESTS(_vscprintf, _vscwprintf);
    const auto narrow_length = [](VaList list) { return crt_vscprintf("%d%10s%%", list); };
    EXPECT_EQ(listed(&narrow_length, 1234, "ab"), 15);
    const auto wide_length = [](VaList list) { return crt_vscwprintf(u"%d%10s%%", list); };
    EXPECT_EQ(listed(&wide_length, 1234, u"ab"), 15);
    EXPECT_EQ(crt_vscprintf("", VaList{}), 0);
    EXPECT_EQ(crt_vscwprintf(u"", VaList{}), 0);
    const auto broken = [](VaList list) { return crt_vscprintf("ab%S", list); };
    EXPECT_EQ(listed(&broken, u"\u20AC"), -1);
}

TEST(Format, FormatErrorsEmptyTheCountedBuffer)
{
    OPENKMDF_TESTS(_snprintf);
    Marked<char> narrow;
    EXPECT_EQ(crt_snprintf(narrow, 8, "ab%S", u"\u20AC"), -1);
    EXPECT_EQ(narrow.text[0], 0);
}

}  // namespace
}  // namespace openkmdf::executive::crt
