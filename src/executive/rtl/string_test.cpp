#include "executive/ob/test_kernel.h"

#include "executive/ex/pool.h"
#include "tests/support/tested.h"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace openkmdf::executive {
namespace {

using namespace std::string_literals;

struct Bytes : STRING {
    Bytes(const char *text) { RtlInitString(this, text); }
};

// A string with room for less than its storage: what lies behind it must stay as it is.
template <class String, class Char>
struct Room : String {
    Char storage[32];
    explicit Room(std::size_t characters, std::basic_string_view<Char> text = {})
    {
        std::fill_n(storage, 32, Char{'~'});
        std::copy(text.begin(), text.end(), storage);
        this->Buffer = storage;
        this->Length = static_cast<USHORT>(text.size() * sizeof(Char));
        this->MaximumLength = static_cast<USHORT>(characters * sizeof(Char));
    }
};
using ByteRoom = Room<STRING, char>;
using WideRoom = Room<UNICODE_STRING, char16_t>;

template <class String>
auto text_of(const String &text)
{
    return std::basic_string(text.Buffer, text.Length / sizeof *text.Buffer);
}

class RtlStringTest : public KernelTest {
protected:
    std::uint64_t blocks() { return pc_->pool->live_blocks(); }
    void exhaust() { pc_.arena().fail_allocation(1, false); }
};

TEST_F(RtlStringTest, ATextOfBytesBecomesACountedString)
{
    OPENKMDF_TESTS(RtlInitString, RtlInitUTF8String, RtlInitStringEx, RtlInitAnsiStringEx,
                   RtlInitUTF8StringEx);
    const std::string most(65534, 'x');
    const std::string more(65535, 'x');
    for (auto init : {RtlInitString, RtlInitUTF8String}) {
        STRING text = {7, 7, nullptr};
        init(&text, "a\xC3\xA4z");
        EXPECT_EQ(text_of(text), "a\xC3\xA4z");
        EXPECT_EQ(text.MaximumLength, 5);
        init(&text, most.c_str());
        EXPECT_EQ(text.Buffer, most.c_str());
        EXPECT_EQ(text.Length, 65534);
        EXPECT_EQ(text.MaximumLength, 65535);
        init(&text, nullptr);
        EXPECT_EQ(text.Length + text.MaximumLength, 0);
    }
    STRING cut;
    RtlInitString(&cut, more.c_str());
    EXPECT_EQ(cut.Buffer, more.c_str());
    EXPECT_EQ(cut.Length, MAXUSHORT - 1);
    EXPECT_EQ(cut.MaximumLength, MAXUSHORT);
    for (auto init : {RtlInitStringEx, RtlInitAnsiStringEx, RtlInitUTF8StringEx}) {
        STRING text = {7, 7, nullptr};
        EXPECT_EQ(init(&text, "abcd"), STATUS_SUCCESS);
        EXPECT_EQ(text_of(text), "abcd");
        EXPECT_EQ(text.MaximumLength, 5);
        EXPECT_EQ(init(&text, most.c_str()), STATUS_SUCCESS);
        EXPECT_EQ(text.Buffer, most.c_str());
        EXPECT_EQ(text.Length, 65534);
        EXPECT_EQ(init(&text, more.c_str()), STATUS_NAME_TOO_LONG);
        EXPECT_EQ(init(&text, nullptr), STATUS_SUCCESS);
        EXPECT_EQ(text.Length + text.MaximumLength, 0);
    }
}

TEST_F(RtlStringTest, ACopyTakesWhatFits)
{
    OPENKMDF_TESTS(RtlCopyString);
    ByteRoom target(4, "zz");
    const Bytes longer("abcdef");
    const Bytes shorter("uv");
    RtlCopyString(&target, &longer);
    EXPECT_EQ(text_of(target), "abcd");
    EXPECT_EQ(target.storage[4], '~');
    RtlCopyString(&target, &shorter);
    EXPECT_EQ(text_of(target), "uv");
    EXPECT_EQ(target.storage[3], 'd');
    RtlCopyString(&target, nullptr);
    EXPECT_EQ(target.Length, 0);
    EXPECT_EQ(target.MaximumLength, 4);
}

TEST_F(RtlStringTest, WhatDoesNotFitIsNotAppended)
{
    OPENKMDF_TESTS(RtlAppendStringToString, RtlAppendUnicodeStringToString);
    ByteRoom narrow(5, "ab");
    const Bytes three("cde");
    EXPECT_EQ(RtlAppendStringToString(&narrow, &three), STATUS_SUCCESS);
    EXPECT_EQ(text_of(narrow), "abcde");
    EXPECT_EQ(narrow.MaximumLength, 5);
    const Bytes one("f");
    EXPECT_EQ(RtlAppendStringToString(&narrow, &one), STATUS_BUFFER_TOO_SMALL);
    EXPECT_EQ(text_of(narrow), "abcde");
    EXPECT_EQ(narrow.storage[5], '~');

    WideRoom wide(5, u"ab");
    const Text wide_three(u"cde");
    EXPECT_EQ(RtlAppendUnicodeStringToString(&wide, &wide_three), STATUS_SUCCESS);
    EXPECT_EQ(text_of(wide), u"abcde");
    const Text wide_one(u"f");
    EXPECT_EQ(RtlAppendUnicodeStringToString(&wide, &wide_one), STATUS_BUFFER_TOO_SMALL);
    EXPECT_EQ(text_of(wide), u"abcde");
    EXPECT_EQ(wide.storage[5], u'~');
}

TEST_F(RtlStringTest, StringsHaveAnOrder)
{
    OPENKMDF_TESTS(RtlCompareString, RtlCompareUnicodeStrings);
    const auto compare = [](Bytes left, Bytes right, bool ignore_case = false) {
        return RtlCompareString(&left, &right, ignore_case);
    };
    EXPECT_EQ(compare("echo", "echo"), 0);
    EXPECT_LT(compare("echo", "echoes"), 0);
    EXPECT_GT(compare("echoes", "echo"), 0);
    EXPECT_LT(compare("abd", "ace"), 0);
    EXPECT_GT(compare("echo", "ECHO"), 0);
    EXPECT_EQ(compare("echo", "ECHO", true), 0);
    EXPECT_LT(compare("ECHO", "foxtrot", true), 0);
    EXPECT_GT(compare("\xE9", "z"), 0);

    const auto compare_wide = [](std::u16string_view left, std::u16string_view right,
                                 bool ignore_case) {
        return RtlCompareUnicodeStrings(left.data(), left.size(), right.data(), right.size(),
                                        ignore_case);
    };
    EXPECT_EQ(compare_wide(u"\u00E4b", u"\u00C4B", true), 0);
    EXPECT_GT(compare_wide(u"\u00E4b", u"\u00C4B", false), 0);
    EXPECT_LT(compare_wide(u"B", u"c", true), 0);
    EXPECT_GT(compare_wide(u"abc", u"ab", false), 0);
    EXPECT_GT(compare_wide(u"\uFF21", u"z", false), 0);
    // The lengths count, not a terminator.
    EXPECT_EQ(RtlCompareUnicodeStrings(u"abX", 2, u"abY", 2, FALSE), 0);
    EXPECT_LT(RtlCompareUnicodeStrings(u"abX", 3, u"abY", 3, FALSE), 0);
}

TEST_F(RtlStringTest, PrefixesAndSuffixes)
{
    OPENKMDF_TESTS(RtlPrefixString, RtlSuffixUnicodeString);
    const auto is_prefix = [](Bytes prefix, Bytes text, bool ignore_case = false) {
        return RtlPrefixString(&prefix, &text, ignore_case) != FALSE;
    };
    const Bytes device("device");
    EXPECT_TRUE(is_prefix("dev", device));
    EXPECT_TRUE(is_prefix("", device));
    EXPECT_TRUE(is_prefix("device", device));
    EXPECT_FALSE(is_prefix("DEV", device));
    EXPECT_TRUE(is_prefix("DEV", device, true));
    EXPECT_FALSE(is_prefix("ice", device, true));
    EXPECT_FALSE(is_prefix("devices", device, true));

    const Text file(u"echo.sys");
    const auto is_suffix = [&](Text suffix, bool ignore_case) {
        return RtlSuffixUnicodeString(&suffix, &file, ignore_case) != FALSE;
    };
    EXPECT_TRUE(is_suffix(Text(u".sys"), false));
    EXPECT_TRUE(is_suffix(Text(u""), false));
    EXPECT_TRUE(is_suffix(Text(u"echo.sys"), false));
    EXPECT_FALSE(is_suffix(Text(u".SYS"), false));
    EXPECT_TRUE(is_suffix(Text(u".SYS"), true));
    EXPECT_FALSE(is_suffix(Text(u"echo"), true));
    EXPECT_FALSE(is_suffix(Text(u"an echo.sys"), true));
}

TEST_F(RtlStringTest, BytesGetUpperCaseWhereTheCodePageHasIt)
{
    OPENKMDF_TESTS(RtlUpperChar, RtlUpperString);
    for (char letter = 'a'; letter <= 'z'; ++letter)
        EXPECT_EQ(RtlUpperChar(letter), letter - 'a' + 'A');
    for (char other : {'A', 'Z', '0', '?', '{', '`', '\0', '\xC4', '\xDF', '\xF7', '\x80'})
        EXPECT_EQ(RtlUpperChar(other), other);
    EXPECT_EQ(RtlUpperChar('\xE4'), '\xC4');
    EXPECT_EQ(RtlUpperChar('\x9A'), '\x8A');
    // The hooked f has an upper case, but Windows-1252 does not have that.
    EXPECT_EQ(RtlUpperChar('\x83'), '\x83');

    ByteRoom target(4);
    const Bytes longer("a1\xE4zq");
    RtlUpperString(&target, &longer);
    EXPECT_EQ(text_of(target), "A1\xC4Z");
    EXPECT_EQ(target.storage[4], '~');
    EXPECT_EQ(target.MaximumLength, 4);
    const Bytes shorter("b");
    RtlUpperString(&target, &shorter);
    EXPECT_EQ(text_of(target), "B");
    EXPECT_EQ(target.storage[1], '1');
}

TEST_F(RtlStringTest, UnicodeStringsChangeCase)
{
    OPENKMDF_TESTS(RtlUpcaseUnicodeString, RtlDowncaseUnicodeString);
    struct Row {
        decltype(&RtlUpcaseUnicodeString) change;
        const char16_t *from;
        const char16_t *to;
    };
    for (const Row &row :
         {Row{RtlUpcaseUnicodeString, u"Ec\u00E9\u0436\u00DF", u"EC\u00C9\u0416\u00DF"},
          Row{RtlDowncaseUnicodeString, u"eC\u00C9\u0416\u00DF", u"ec\u00E9\u0436\u00DF"}}) {
        const std::u16string original = row.from;
        const Text source(original.c_str());
        WideRoom exact(5, u"zz");
        EXPECT_EQ(row.change(&exact, &source, FALSE), STATUS_SUCCESS);
        EXPECT_EQ(text_of(exact), row.to);
        EXPECT_EQ(exact.storage[5], u'~');
        EXPECT_EQ(original, row.from);
        WideRoom small(4, u"zz");
        EXPECT_FALSE(NT_SUCCESS(row.change(&small, &source, FALSE)));
        EXPECT_EQ(text_of(small), u"zz");
        EXPECT_EQ(small.storage[2], u'~');
    }
}

// One of the functions that allocate their result.
struct Maker {
    std::function<bool(UNICODE_STRING &, STRING &)> make;
    std::u16string wide = {};
    std::string narrow = {};
    VOID(NTAPI *free_narrow)(PSTRING) = nullptr;
};

TEST_F(RtlStringTest, AllocatedStringsAreInPoolUntilTheyAreFreed)
{
    OPENKMDF_TESTS(RtlCreateUnicodeString, RtlUpcaseUnicodeString, RtlDowncaseUnicodeString,
                   RtlStringFromGUID, RtlAnsiStringToUnicodeString, RtlUnicodeStringToAnsiString,
                   RtlUTF8StringToUnicodeString, RtlUnicodeStringToUTF8String, RtlFreeUnicodeString,
                   RtlFreeAnsiString, RtlFreeUTF8String);
    const Text source(u"E\u00E4");
    Bytes ansi("E\xE4");
    Bytes utf8("E\xC3\xA4");
    const GUID guid = {0xABCDEF01, 0x2345, 0x6789, {0x0A, 1, 2, 3, 4, 5, 6, 0xFE}};
    const std::vector<Maker> makers = {
        {[&](auto &to, auto &) { return RtlCreateUnicodeString(&to, source.Buffer) != FALSE; },
         u"E\u00E4"},
        {[&](auto &to, auto &) { return RtlUpcaseUnicodeString(&to, &source, TRUE) == 0; },
         u"E\u00C4"},
        {[&](auto &to, auto &) { return RtlDowncaseUnicodeString(&to, &source, TRUE) == 0; },
         u"e\u00E4"},
        {[&](auto &to, auto &) { return RtlStringFromGUID(guid, &to) == 0; },
         u"{ABCDEF01-2345-6789-0A01-0203040506FE}"},
        {[&](auto &to, auto &) { return RtlAnsiStringToUnicodeString(&to, &ansi, TRUE) == 0; },
         u"E\u00E4"},
        {[&](auto &to, auto &) { return RtlUTF8StringToUnicodeString(&to, &utf8, TRUE) == 0; },
         u"E\u00E4"},
        {[&](auto &, auto &to) { return RtlUnicodeStringToAnsiString(&to, &source, TRUE) == 0; },
         u"", "E\xE4", RtlFreeAnsiString},
        {[&](auto &, auto &to) { return RtlUnicodeStringToUTF8String(&to, &source, TRUE) == 0; },
         u"", "E\xC3\xA4", RtlFreeUTF8String},
    };
    in_kernel([&] {
        const std::uint64_t before = blocks();
        for (const Maker &maker : makers) {
            UNICODE_STRING wide = {};
            STRING narrow = {};
            exhaust();
            EXPECT_FALSE(maker.make(wide, narrow));
            EXPECT_EQ(blocks(), before);
            ASSERT_TRUE(maker.make(wide, narrow));
            EXPECT_EQ(blocks(), before + 1);
            EXPECT_EQ(text_of(wide), maker.wide);
            EXPECT_EQ(text_of(narrow), maker.narrow);
            PoolBlock block;
            const void *buffer =
                maker.free_narrow ? static_cast<void *>(narrow.Buffer) : wide.Buffer;
            ASSERT_TRUE(pc_->pool->find(buffer, block));
            EXPECT_TRUE(block.paged || &maker != makers.data());
            EXPECT_GE(block.size, std::size_t{wide.MaximumLength} + narrow.MaximumLength);
            if (maker.free_narrow) maker.free_narrow(&narrow);
            else RtlFreeUnicodeString(&wide);
            EXPECT_EQ(blocks(), before);
        }
        UNICODE_STRING text = {};
        const std::u16string large(32768, u'x');
        EXPECT_FALSE(RtlCreateUnicodeString(&text, large.c_str()));
    });
}

TEST_F(RtlStringTest, AnsiStringsConvertBothWays)
{
    OPENKMDF_TESTS(RtlAnsiStringToUnicodeString, RtlUnicodeStringToAnsiString,
                   RtlxAnsiStringToUnicodeSize, RtlxUnicodeStringToAnsiSize);
    const Bytes narrow("a\\\xE4\x80");
    EXPECT_EQ(RtlxAnsiStringToUnicodeSize(&narrow), 10u);
    WideRoom wide_room(5);
    EXPECT_EQ(RtlAnsiStringToUnicodeString(&wide_room, &narrow, FALSE), STATUS_SUCCESS);
    EXPECT_EQ(text_of(wide_room), u"a\\\u00E4\u20AC");
    EXPECT_EQ(wide_room.storage[5], u'~');
    WideRoom wide_small(3, u"zz");
    EXPECT_FALSE(NT_SUCCESS(RtlAnsiStringToUnicodeString(&wide_small, &narrow, FALSE)));
    EXPECT_EQ(wide_small.storage[3], u'~');
    const Text wide(u"a\u20AC\u00E4\u4E2D");
    EXPECT_EQ(RtlxUnicodeStringToAnsiSize(&wide), 5u);
    ByteRoom narrow_room(5);
    EXPECT_EQ(RtlUnicodeStringToAnsiString(&narrow_room, &wide, FALSE), STATUS_SUCCESS);
    EXPECT_EQ(text_of(narrow_room), "a\x80\xE4?");
    ByteRoom narrow_small(3, "zz");
    EXPECT_FALSE(NT_SUCCESS(RtlUnicodeStringToAnsiString(&narrow_small, &wide, FALSE)));
    EXPECT_EQ(text_of(narrow_small), "zz");
    EXPECT_EQ(narrow_small.storage[2], '~');
}

TEST_F(RtlStringTest, ACutConversionOfTheCodePageIsNoError)
{
    OPENKMDF_TESTS(RtlMultiByteToUnicodeN, RtlMultiByteToUnicodeSize, RtlUnicodeToMultiByteN,
                   RtlUnicodeToMultiByteSize);
    std::string all;
    for (int value = 0; value < 256; ++value) all.push_back(static_cast<char>(value));
    char16_t wide[257];
    wide[256] = u'~';
    ULONG bytes = 0;
    EXPECT_EQ(RtlMultiByteToUnicodeSize(&bytes, all.data(), 256), STATUS_SUCCESS);
    EXPECT_EQ(bytes, 512u);
    EXPECT_EQ(RtlMultiByteToUnicodeN(wide, 512, nullptr, all.data(), 256), STATUS_SUCCESS);
    EXPECT_EQ(wide[0x99], u'\u2122');
    EXPECT_EQ(wide[256], u'~');
    char narrow[257];
    narrow[256] = '~';
    EXPECT_EQ(RtlUnicodeToMultiByteSize(&bytes, wide, 512), STATUS_SUCCESS);
    EXPECT_EQ(bytes, 256u);
    EXPECT_EQ(RtlUnicodeToMultiByteN(narrow, 256, nullptr, wide, 512), STATUS_SUCCESS);
    EXPECT_EQ(std::string(narrow, 257), all + '~');

    std::fill_n(wide, 4, u'~');
    EXPECT_EQ(RtlMultiByteToUnicodeN(wide, 4, &bytes, "abc", 3), STATUS_SUCCESS);
    EXPECT_EQ(bytes, 4u);
    EXPECT_EQ(std::u16string(wide, 4), u"ab~~");
    std::fill_n(narrow, 4, '~');
    EXPECT_EQ(RtlUnicodeToMultiByteN(narrow, 2, &bytes, u"abc", 6), STATUS_SUCCESS);
    EXPECT_EQ(bytes, 2u);
    EXPECT_EQ(std::string(narrow, 4), "ab~~");
    EXPECT_EQ(RtlUnicodeToMultiByteN(narrow, 3, &bytes, u"x\u4E2Dz", 6), STATUS_SUCCESS);
    EXPECT_EQ(std::string(narrow, 4), "x?z~");
}

TEST_F(RtlStringTest, CharactersTurnIntoUtf8AndBack)
{
    OPENKMDF_TESTS(RtlUnicodeToUTF8N, RtlUTF8ToUnicodeN);
    // One to four bytes; the null characters are characters like the others.
    const std::u16string wide = u"a\u00E4\u20AC\U0001F600\0z\0"s;
    const std::string narrow = "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"s + '\0' + "z"s + '\0';
    const auto encode = [](std::u16string_view from, ULONG room, NTSTATUS status) {
        std::string to(32, '~');
        ULONG bytes = 99;
        EXPECT_EQ(RtlUnicodeToUTF8N(to.data(), room, &bytes, from.data(),
                                    static_cast<ULONG>(from.size() * 2)),
                  status);
        EXPECT_EQ(to.find_first_not_of('~', bytes), std::string::npos);
        return to.substr(0, bytes);
    };
    const auto decode = [](std::string_view from, ULONG room, NTSTATUS status) {
        std::u16string to(32, u'~');
        ULONG bytes = 99;
        EXPECT_EQ(RtlUTF8ToUnicodeN(to.data(), room, &bytes, from.data(),
                                    static_cast<ULONG>(from.size())),
                  status);
        EXPECT_EQ(to.find_first_not_of(u'~', bytes / 2), std::u16string::npos);
        return to.substr(0, bytes / 2);
    };
    EXPECT_EQ(encode(wide, 13, STATUS_SUCCESS), narrow);
    EXPECT_EQ(decode(narrow, 16, STATUS_SUCCESS), wide);
    EXPECT_EQ(encode(wide, 12, STATUS_BUFFER_TOO_SMALL), narrow.substr(0, 12));
    EXPECT_EQ(encode(wide, 8, STATUS_BUFFER_TOO_SMALL), narrow.substr(0, 6));
    EXPECT_EQ(decode(narrow, 14, STATUS_BUFFER_TOO_SMALL), wide.substr(0, 7));
    EXPECT_EQ(decode(narrow, 6, STATUS_BUFFER_TOO_SMALL), wide.substr(0, 3));
    const char16_t lone[] = {u'a', 0xD83D, u'b', 0xDE00};
    EXPECT_EQ(encode({lone, 4}, 32, STATUS_SOME_NOT_MAPPED), "a\xEF\xBF\xBD"
                                                             "b\xEF\xBF\xBD");
    EXPECT_EQ(decode("a\xFFz\xC3", 32, STATUS_SOME_NOT_MAPPED), u"a\uFFFDz\uFFFD");
    ULONG bytes = 0;
    EXPECT_EQ(RtlUnicodeToUTF8N(nullptr, 0, &bytes, wide.data(), 16), STATUS_SUCCESS);
    EXPECT_EQ(bytes, 13u);
    EXPECT_EQ(RtlUTF8ToUnicodeN(nullptr, 0, &bytes, narrow.data(), 13), STATUS_SUCCESS);
    EXPECT_EQ(bytes, 16u);
    char to[8];
    char16_t wide_to[8];
    EXPECT_EQ(RtlUnicodeToUTF8N(nullptr, 0, nullptr, u"a", 2), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlUnicodeToUTF8N(to, 8, &bytes, nullptr, 2), STATUS_INVALID_PARAMETER_4);
    EXPECT_EQ(RtlUnicodeToUTF8N(to, 8, &bytes, u"ab", 3), STATUS_INVALID_PARAMETER_5);
    EXPECT_EQ(RtlUTF8ToUnicodeN(nullptr, 0, nullptr, "a", 1), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlUTF8ToUnicodeN(wide_to, 16, &bytes, nullptr, 1), STATUS_INVALID_PARAMETER_4);
}

TEST_F(RtlStringTest, Utf8StringsAreConvertedAsFarAsThereIsRoom)
{
    OPENKMDF_TESTS(RtlUTF8StringToUnicodeString, RtlUnicodeStringToUTF8String);
    Bytes utf8("a\xE2\x82\xACz");
    const Text wide(u"a\u20ACz");
    WideRoom wide_room(8);
    EXPECT_EQ(RtlUTF8StringToUnicodeString(&wide_room, &utf8, FALSE), STATUS_SUCCESS);
    EXPECT_EQ(text_of(wide_room), u"a\u20ACz");
    EXPECT_EQ(wide_room.MaximumLength, 16);
    ByteRoom room(8);
    EXPECT_EQ(RtlUnicodeStringToUTF8String(&room, &wide, FALSE), STATUS_SUCCESS);
    EXPECT_EQ(text_of(room), "a\xE2\x82\xACz");
    EXPECT_EQ(room.MaximumLength, 8);
    Bytes bad("a\xFF");
    EXPECT_EQ(RtlUTF8StringToUnicodeString(&wide_room, &bad, FALSE), STATUS_SOME_NOT_MAPPED);
    EXPECT_EQ(text_of(wide_room), u"a\uFFFD");
    const char16_t lone[] = {u'a', 0xD83D, 0};
    const Text wide_bad(lone);
    EXPECT_EQ(RtlUnicodeStringToUTF8String(&room, &wide_bad, FALSE), STATUS_SOME_NOT_MAPPED);
    EXPECT_EQ(text_of(room), "a\xEF\xBF\xBD");

    Bytes longer("abcdefgh");
    WideRoom wide_small(5);
    EXPECT_EQ(RtlUTF8StringToUnicodeString(&wide_small, &longer, FALSE), STATUS_BUFFER_OVERFLOW);
    EXPECT_EQ(std::u16string(wide_small.storage, 4), u"abcd");
    EXPECT_EQ(wide_small.storage[5], u'~');
    const Text wide_longer(u"abcdefgh");
    ByteRoom small(5);
    EXPECT_EQ(RtlUnicodeStringToUTF8String(&small, &wide_longer, FALSE), STATUS_BUFFER_OVERFLOW);
    EXPECT_EQ(std::string(small.storage, 4), "abcd");
    EXPECT_EQ(small.storage[5], '~');

    const std::u16string large(32767, u'\u20AC');
    const Text wide_large(large.c_str());
    in_kernel([&] {
        STRING made = {};
        const NTSTATUS status = RtlUnicodeStringToUTF8String(&made, &wide_large, TRUE);
        EXPECT_GE(status, STATUS_INVALID_PARAMETER_1);
        EXPECT_LE(status, STATUS_INVALID_PARAMETER_3);
        exhaust();
        EXPECT_EQ(RtlUnicodeStringToUTF8String(&made, &wide, TRUE), STATUS_NO_MEMORY);
        UNICODE_STRING wide_made = {};
        exhaust();
        EXPECT_EQ(RtlUTF8StringToUnicodeString(&wide_made, &utf8, TRUE), STATUS_NO_MEMORY);
    });
}

}  // namespace
}  // namespace openkmdf::executive
