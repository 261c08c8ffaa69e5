// The safe string functions. Where a case has no name of its own, it is a sentence of the
// function's documentation.
#include "ntstrsafe.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <string_view>

namespace {

using namespace std::string_view_literals;

// A buffer with a guard behind it, so that a write past the stated size is seen.
template <class Char, size_t N>
struct Guarded {
    Char text[N];
    Char guard[4];

    explicit Guarded(const Char *initial = nullptr)
    {
        std::memset(text, 0x5a, sizeof text);
        std::memset(guard, 0x77, sizeof guard);
        for (size_t i = 0; initial != nullptr && (i == 0 || initial[i - 1] != 0); i++)
            text[i] = initial[i];
    }

    ~Guarded()
    {
        for (const Char &c : guard) {
            Char expected;
            std::memset(&expected, 0x77, sizeof expected);
            EXPECT_EQ(c, expected) << "written behind the buffer";
        }
    }

    [[nodiscard]] std::basic_string<Char> string() const { return text; }
};

using Bytes8 = Guarded<char, 8>;
using Wide8 = Guarded<char16_t, 8>;

TEST(StringCopy, TerminatesWhatFits)
{
    Bytes8 a;
    EXPECT_EQ(RtlStringCbCopyA(a.text, 8, "1234567"), STATUS_SUCCESS);
    EXPECT_EQ(a.string(), "1234567");
    Wide8 w;
    EXPECT_EQ(RtlStringCchCopyW(w.text, 8, u"abc"), STATUS_SUCCESS);
    EXPECT_EQ(w.string(), u"abc");
}

TEST(StringCopy, TruncatesAndTerminatesWhatDoesNot)
{
    Bytes8 a;
    EXPECT_EQ(RtlStringCchCopyA(a.text, 8, "12345678"), STATUS_BUFFER_OVERFLOW);
    EXPECT_EQ(a.string(), "1234567");
    Wide8 w;
    EXPECT_EQ(RtlStringCbCopyW(w.text, 6, u"abcdef"), STATUS_BUFFER_OVERFLOW);
    EXPECT_EQ(w.string(), u"ab");
}

TEST(StringCopy, CountsBytesOfWideCharacters)
{
    Wide8 w;
    EXPECT_EQ(RtlStringCbCopyW(w.text, 8, u"abc"), STATUS_SUCCESS);
    EXPECT_EQ(RtlStringCbCopyW(w.text, 7, u"abc"), STATUS_BUFFER_OVERFLOW) << "a rest is no room";
    EXPECT_EQ(w.string(), u"ab");
}

TEST(StringCopy, RefusesBadDestinations)
{
    Bytes8 a("old");
    EXPECT_EQ(RtlStringCbCopyA(a.text, 0, "x"), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlStringCchCopyA(a.text, size_t{NTSTRSAFE_MAX_CCH} + 1, "x"),
              STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlStringCchCopyW(nullptr, ~size_t{0}, u"x"), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlStringCchCopyA(a.text, 8, nullptr), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(a.string(), "old");
}

TEST(StringCopyN, StopsAtTheLimitOrTheTerminator)
{
    Bytes8 a;
    EXPECT_EQ(RtlStringCchCopyNA(a.text, 8, "abcdef", 3), STATUS_SUCCESS);
    EXPECT_EQ(a.string(), "abc");
    EXPECT_EQ(RtlStringCchCopyNA(a.text, 8, "ab", 6), STATUS_SUCCESS);
    EXPECT_EQ(a.string(), "ab");
    EXPECT_EQ(RtlStringCchCopyNA(a.text, 3, "abcdef", 4), STATUS_BUFFER_OVERFLOW);
    EXPECT_EQ(a.string(), "ab");
    Wide8 w;
    EXPECT_EQ(RtlStringCbCopyNW(w.text, 16, u"abcdef", 4), STATUS_SUCCESS);
    EXPECT_EQ(w.string(), u"ab");
}

TEST(StringCopyN, NeedsNoTerminatorWithinTheLimit)
{
    const char source[3] = {'x', 'y', 'z'};
    Bytes8 a;
    EXPECT_EQ(RtlStringCbCopyNA(a.text, 8, source, sizeof source), STATUS_SUCCESS);
    EXPECT_EQ(a.string(), "xyz");
}

TEST(StringCat, AppendsWithinTheBuffer)
{
    Bytes8 a("abc");
    EXPECT_EQ(RtlStringCchCatA(a.text, 8, "de"), STATUS_SUCCESS);
    EXPECT_EQ(a.string(), "abcde");
    EXPECT_EQ(RtlStringCbCatA(a.text, 8, "fgh"), STATUS_BUFFER_OVERFLOW);
    EXPECT_EQ(a.string(), "abcdefg");
    EXPECT_EQ(RtlStringCbCatA(a.text, 8, ""), STATUS_SUCCESS);
    EXPECT_EQ(RtlStringCbCatA(a.text, 8, "x"), STATUS_BUFFER_OVERFLOW);
    Wide8 w(u"ab");
    EXPECT_EQ(RtlStringCbCatNW(w.text, 16, u"cdefgh", 4), STATUS_SUCCESS);
    EXPECT_EQ(w.string(), u"abcd");
}

TEST(StringCat, RefusesADestinationWithoutTerminator)
{
    char full[4] = {'a', 'b', 'c', 'd'};
    EXPECT_EQ(RtlStringCchCatA(full, 4, "x"), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlStringCchCatA(full, 4, ""), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(std::string_view(full, 4), "abcd");
}

TEST(StringLength, CountsWithoutTheTerminator)
{
    size_t length = 99;
    EXPECT_EQ(RtlStringCchLengthA("abc", 4, &length), STATUS_SUCCESS);
    EXPECT_EQ(length, 3u);
    EXPECT_EQ(RtlStringCbLengthW(u"abc", 8, &length), STATUS_SUCCESS);
    EXPECT_EQ(length, 6u);
    EXPECT_EQ(RtlStringCchLengthA("abc", 3, &length), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlStringCchLengthW(nullptr, 3, &length), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlStringCchLengthA("abc", size_t{NTSTRSAFE_MAX_CCH} + 1, nullptr),
              STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlStringCchLengthA("abc", 4, nullptr), STATUS_SUCCESS);
}

TEST(StringLength, UnalignedText)
{
    alignas(2) char bytes[9] = {};
    std::memcpy(bytes + 1, u"abc", 8);
    const auto *text = reinterpret_cast<const WCHAR *>(bytes + 1);
    size_t length = 0;
    EXPECT_EQ(RtlUnalignedStringCchLengthW(text, 4, &length), STATUS_SUCCESS);
    EXPECT_EQ(length, 3u);
    EXPECT_EQ(RtlUnalignedStringCbLengthW(text, 8, &length), STATUS_SUCCESS);
    EXPECT_EQ(length, 6u);
    EXPECT_EQ(RtlUnalignedStringCchLengthW(text, 3, &length), STATUS_INVALID_PARAMETER);
}

TEST(StringEx, ReportsEndAndRest)
{
    Bytes8 a;
    char *end = nullptr;
    size_t rest = 0;
    EXPECT_EQ(RtlStringCchCopyExA(a.text, 8, "abc", &end, &rest, 0), STATUS_SUCCESS);
    EXPECT_EQ(end, a.text + 3);
    EXPECT_EQ(rest, 5u);
    EXPECT_EQ(RtlStringCchCatExA(a.text, 8, "0123456789", &end, &rest, 0), STATUS_BUFFER_OVERFLOW);
    EXPECT_EQ(end, a.text + 7);
    EXPECT_EQ(rest, 1u);
    Wide8 w;
    char16_t *wide_end = nullptr;
    EXPECT_EQ(RtlStringCbCopyExW(w.text, 15, u"abc", &wide_end, &rest, 0), STATUS_SUCCESS);
    EXPECT_EQ(wide_end, w.text + 3);
    EXPECT_EQ(rest, 9u);
    rest = 77;
    EXPECT_EQ(RtlStringCchCopyExA(a.text, 0, "x", &end, &rest, 0), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(rest, 77u);
}

TEST(StringEx, FillsBehindTheTerminator)
{
    Wide8 w;
    EXPECT_EQ(RtlStringCchCopyExW(w.text, 8, u"ab", nullptr, nullptr, STRSAFE_FILL_BYTE(0xee)),
              STATUS_SUCCESS);
    EXPECT_EQ(std::u16string_view(w.text, 8), u"ab\0\xeeee\xeeee\xeeee\xeeee\xeeee"sv);
}

TEST(StringEx, FillsOnFailure)
{
    Bytes8 a("old");
    char *end = nullptr;
    size_t rest = 0;
    EXPECT_EQ(RtlStringCchCopyExA(a.text, 8, "0123456789", &end, &rest, STRSAFE_FAILURE_BYTE('x')),
              STATUS_BUFFER_OVERFLOW);
    EXPECT_EQ(a.string(), "xxxxxxx");
    EXPECT_EQ(end, a.text + 7);
    EXPECT_EQ(rest, 1u);
    EXPECT_EQ(RtlStringCchCopyExA(a.text, 8, "0123456789", &end, &rest,
                                  STRSAFE_FAILURE_BYTE(0) | STRSAFE_NO_TRUNCATION),
              STATUS_BUFFER_OVERFLOW);
    EXPECT_EQ(std::string_view(a.text, 8), std::string_view("\0\0\0\0\0\0\0\0", 8));
    EXPECT_EQ(end, a.text);
    EXPECT_EQ(rest, 8u);
}

TEST(StringEx, EmptiesOnFailure)
{
    Bytes8 a("old");
    EXPECT_EQ(RtlStringCchCopyExA(a.text, 8, nullptr, nullptr, nullptr, STRSAFE_NULL_ON_FAILURE),
              STATUS_INVALID_PARAMETER);
    EXPECT_EQ(a.string(), "");
}

TEST(StringEx, WithoutTruncationCopyEmptiesAndCatKeeps)
{
    Bytes8 a("old");
    EXPECT_EQ(RtlStringCchCopyExA(a.text, 8, "0123456789", nullptr, nullptr, STRSAFE_NO_TRUNCATION),
              STATUS_BUFFER_OVERFLOW);
    EXPECT_EQ(a.string(), "");
    Bytes8 b("old");
    EXPECT_EQ(
        RtlStringCchCatNExA(b.text, 8, "0123456789", 9, nullptr, nullptr, STRSAFE_NO_TRUNCATION),
        STATUS_BUFFER_OVERFLOW);
    EXPECT_EQ(b.string(), "old");
    EXPECT_EQ(b.text[4], 0x5a) << "unmodified means all of it";
}

TEST(StringEx, IgnoresNullsOnRequest)
{
    Bytes8 a("old");
    char *end = a.text;
    size_t rest = 9;
    EXPECT_EQ(RtlStringCchCopyExA(a.text, 8, nullptr, nullptr, nullptr, STRSAFE_IGNORE_NULLS),
              STATUS_SUCCESS);
    EXPECT_EQ(a.string(), "");
    EXPECT_EQ(RtlStringCchCopyExA(nullptr, 0, nullptr, &end, &rest, STRSAFE_IGNORE_NULLS),
              STATUS_SUCCESS);
    EXPECT_EQ(end, nullptr);
    EXPECT_EQ(rest, 0u);
    EXPECT_EQ(RtlStringCchCatExA(nullptr, 0, "x", nullptr, nullptr, STRSAFE_IGNORE_NULLS),
              STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlStringCchCopyExA(nullptr, 3, "", nullptr, nullptr, STRSAFE_IGNORE_NULLS),
              STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlStringCchCopyExA(a.text, 0, "x", nullptr, nullptr, STRSAFE_IGNORE_NULLS),
              STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlStringCchCopyExA(a.text, 0, "", nullptr, nullptr, STRSAFE_IGNORE_NULLS),
              STATUS_SUCCESS);
}

TEST(StringEx, RefusesUnknownFlags)
{
    Bytes8 a("old");
    EXPECT_EQ(
        RtlStringCchCopyExA(a.text, 8, "x", nullptr, nullptr, 0x2000 | STRSAFE_NULL_ON_FAILURE),
        STATUS_INVALID_PARAMETER);
    EXPECT_EQ(a.string(), "old");
}

// A UNICODE_STRING over its own buffer.
struct Counted : Wide8 {
    UNICODE_STRING string;

    explicit Counted(std::u16string_view initial = u"", USHORT maximum = 16)
        : string{static_cast<USHORT>(initial.size() * 2), maximum, text}
    {
        initial.copy(text, initial.size());
    }

    [[nodiscard]] std::u16string_view view() const { return {string.Buffer, string.Length / 2u}; }
};

UNICODE_STRING constant(std::u16string_view text)
{
    const auto size = static_cast<USHORT>(text.size() * 2);
    return {size, size, const_cast<WCHAR *>(text.data())};
}

TEST(UnicodeString, Init)
{
    UNICODE_STRING s;
    EXPECT_EQ(RtlUnicodeStringInit(&s, u"abc"), STATUS_SUCCESS);
    EXPECT_EQ(s.Length, 6u);
    EXPECT_EQ(s.MaximumLength, 8u);
    EXPECT_EQ(RtlUnicodeStringInit(&s, nullptr), STATUS_SUCCESS);
    EXPECT_EQ(s.MaximumLength, 0u);
    EXPECT_EQ(s.Buffer, nullptr);
    EXPECT_EQ(RtlUnicodeStringInit(nullptr, nullptr), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlUnicodeStringInitEx(nullptr, nullptr, STRSAFE_IGNORE_NULLS), STATUS_SUCCESS);
    EXPECT_EQ(RtlUnicodeStringInitEx(nullptr, u"x", STRSAFE_IGNORE_NULLS),
              STATUS_INVALID_PARAMETER);
    const std::u16string longest(NTSTRSAFE_UNICODE_STRING_MAX_CCH, u'x');
    EXPECT_EQ(RtlUnicodeStringInit(&s, longest.c_str()), STATUS_SUCCESS);
    EXPECT_EQ(s.Length, 65534u);
    EXPECT_EQ(RtlUnicodeStringInit(&s, (longest + u'x').c_str()), STATUS_INVALID_PARAMETER);
}

TEST(UnicodeString, Validate)
{
    WCHAR text[4] = {};
    UNICODE_STRING s = {2, 8, text};
    EXPECT_EQ(RtlUnicodeStringValidate(&s), STATUS_SUCCESS);
    for (UNICODE_STRING bad : {UNICODE_STRING{1, 8, text}, UNICODE_STRING{2, 7, text},
                               UNICODE_STRING{8, 6, text}, UNICODE_STRING{0, 65535, text},
                               UNICODE_STRING{0, 2, nullptr}, UNICODE_STRING{2, 2, nullptr}})
        EXPECT_EQ(RtlUnicodeStringValidate(&bad), STATUS_INVALID_PARAMETER);
    s = {0, 0, nullptr};
    EXPECT_EQ(RtlUnicodeStringValidate(&s), STATUS_SUCCESS);
    EXPECT_EQ(RtlUnicodeStringValidate(nullptr), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlUnicodeStringValidateEx(nullptr, STRSAFE_IGNORE_NULLS), STATUS_SUCCESS);
    EXPECT_EQ(RtlUnicodeStringValidateEx(&s, STRSAFE_NO_TRUNCATION), STATUS_INVALID_PARAMETER);
}

TEST(UnicodeString, CopyUsesTheWholeBufferAndDoesNotTerminate)
{
    Counted d;
    UNICODE_STRING source = constant(u"01234567");
    EXPECT_EQ(RtlUnicodeStringCopy(&d.string, &source), STATUS_SUCCESS);
    EXPECT_EQ(d.view(), u"01234567");
    source = constant(u"abcdefghij");
    EXPECT_EQ(RtlUnicodeStringCopy(&d.string, &source), STATUS_BUFFER_OVERFLOW);
    EXPECT_EQ(d.view(), u"abcdefgh");
    EXPECT_EQ(RtlUnicodeStringCopyString(&d.string, u"xyz"), STATUS_SUCCESS);
    EXPECT_EQ(d.view(), u"xyz");
    EXPECT_EQ(d.text[3], u'd');
}

TEST(UnicodeString, CopyKeepsEmbeddedTerminators)
{
    Counted d;
    UNICODE_STRING source = constant(u"a\0b"sv);
    EXPECT_EQ(RtlUnicodeStringCopy(&d.string, &source), STATUS_SUCCESS);
    EXPECT_EQ(d.view(), u"a\0b"sv);
    Wide8 w;
    EXPECT_EQ(RtlStringCchCopyUnicodeString(w.text, 8, &source), STATUS_SUCCESS);
    EXPECT_EQ(std::u16string_view(w.text, 4), u"a\0b\0"sv);
}

TEST(UnicodeString, CatAndLimits)
{
    Counted d(u"ab");
    UNICODE_STRING source = constant(u"cdefgh");
    EXPECT_EQ(RtlUnicodeStringCchCatN(&d.string, &source, 2), STATUS_SUCCESS);
    EXPECT_EQ(d.view(), u"abcd");
    EXPECT_EQ(RtlUnicodeStringCbCatStringN(&d.string, u"ef", 2), STATUS_SUCCESS);
    EXPECT_EQ(d.view(), u"abcde");
    EXPECT_EQ(RtlUnicodeStringCat(&d.string, &source), STATUS_BUFFER_OVERFLOW);
    EXPECT_EQ(d.view(), u"abcdecde");
    EXPECT_EQ(RtlUnicodeStringCatString(&d.string, u""), STATUS_SUCCESS);
    EXPECT_EQ(RtlUnicodeStringCchCopyN(&d.string, &source, 32768), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlUnicodeStringCbCopyStringN(&d.string, u"xyz", 4), STATUS_SUCCESS);
    EXPECT_EQ(d.view(), u"xy");
}

TEST(UnicodeString, RefusesWhatIsInvalid)
{
    Counted d;
    UNICODE_STRING bad = {3, 4, d.text}, none = {0, 0, nullptr}, some = constant(u"x");
    EXPECT_EQ(RtlUnicodeStringCopy(&d.string, &bad), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlUnicodeStringCopy(&bad, &some), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlUnicodeStringCopy(nullptr, &some), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlUnicodeStringCopy(&d.string, nullptr), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlUnicodeStringCopyString(&d.string, nullptr), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlUnicodeStringCopy(&none, &some), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlUnicodeStringCopy(&none, &none), STATUS_SUCCESS);
    EXPECT_EQ(RtlUnicodeStringCopy(&d.string, &none), STATUS_SUCCESS);
}

TEST(UnicodeStringEx, RestAndFill)
{
    Counted d;
    UNICODE_STRING rest = {}, source = constant(u"abc");
    EXPECT_EQ(RtlUnicodeStringCopyEx(&d.string, &source, &rest, STRSAFE_FILL_BEHIND),
              STATUS_SUCCESS);
    EXPECT_EQ(rest.Length, 0u);
    EXPECT_EQ(rest.MaximumLength, 10u);
    EXPECT_EQ(rest.Buffer, d.text + 3);
    EXPECT_EQ(std::u16string_view(d.text, 8), u"abc\0\0\0\0\0"sv);
}

TEST(UnicodeStringEx, Failures)
{
    UNICODE_STRING source = constant(u"0123456789"), rest = {};
    Counted a(u"old");
    EXPECT_EQ(RtlUnicodeStringCopyEx(&a.string, &source, &rest, STRSAFE_NO_TRUNCATION),
              STATUS_BUFFER_OVERFLOW);
    EXPECT_EQ(a.view(), u"");
    EXPECT_EQ(rest.MaximumLength, 16u);
    Counted b(u"old");
    EXPECT_EQ(RtlUnicodeStringCatEx(&b.string, &source, nullptr, STRSAFE_NO_TRUNCATION),
              STATUS_BUFFER_OVERFLOW);
    EXPECT_EQ(b.view(), u"old");
    EXPECT_EQ(b.text[3], 0x5a5a);
    EXPECT_EQ(RtlUnicodeStringCatEx(&b.string, &source, nullptr, STRSAFE_ZERO_LENGTH_ON_FAILURE),
              STATUS_BUFFER_OVERFLOW);
    EXPECT_EQ(b.string.Length, 0u);
    EXPECT_EQ(RtlUnicodeStringCopyEx(&b.string, &source, nullptr, STRSAFE_FAILURE_BYTE(0x11)),
              STATUS_BUFFER_OVERFLOW);
    EXPECT_EQ(b.text[7], 0x1111);
    EXPECT_EQ(RtlUnicodeStringCopyEx(&b.string, &source, nullptr, 0x4000),
              STATUS_INVALID_PARAMETER);
}

TEST(UnicodeStringEx, IgnoresNullsOnRequest)
{
    Counted d(u"old");
    UNICODE_STRING source = constant(u"x");
    EXPECT_EQ(RtlUnicodeStringCopyEx(&d.string, nullptr, nullptr, STRSAFE_IGNORE_NULLS),
              STATUS_SUCCESS);
    EXPECT_EQ(d.view(), u"");
    EXPECT_EQ(RtlUnicodeStringCopyStringEx(&d.string, nullptr, nullptr, STRSAFE_IGNORE_NULLS),
              STATUS_SUCCESS);
    EXPECT_EQ(RtlUnicodeStringCopyEx(nullptr, nullptr, nullptr, STRSAFE_IGNORE_NULLS),
              STATUS_SUCCESS);
    EXPECT_EQ(RtlUnicodeStringCopyEx(nullptr, &source, nullptr, STRSAFE_IGNORE_NULLS),
              STATUS_INVALID_PARAMETER);
}

TEST(StringCopyUnicodeString, TerminatesTheBuffer)
{
    Wide8 w;
    UNICODE_STRING source = constant(u"0123456789");
    WCHAR *end = nullptr;
    size_t rest = 0;
    EXPECT_EQ(RtlStringCbCopyUnicodeStringEx(w.text, 16, &source, &end, &rest, 0),
              STATUS_BUFFER_OVERFLOW);
    EXPECT_EQ(w.string(), u"0123456");
    EXPECT_EQ(rest, 2u);
    EXPECT_EQ(
        RtlStringCchCopyUnicodeStringEx(w.text, 8, nullptr, &end, &rest, STRSAFE_IGNORE_NULLS),
        STATUS_SUCCESS);
    EXPECT_EQ(rest, 8u);
    UNICODE_STRING bad = {1, 2, w.text};
    EXPECT_EQ(RtlStringCchCopyUnicodeString(w.text, 8, &bad), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlStringCchCopyUnicodeString(w.text, 8, nullptr), STATUS_INVALID_PARAMETER);
}

}  // namespace
