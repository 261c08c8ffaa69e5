#include "executive/ob/test_kernel.h"

#include "executive/rtl/upcase.h"
#include "tests/support/tested.h"

#include <cstring>
#include <string>

namespace openkmdf::executive {
namespace {

class RtlTest : public KernelTest {};

std::u16string string_of(const UNICODE_STRING &text)
{
    return {text.Buffer, text.Length / sizeof(WCHAR)};
}

struct Buffered : UNICODE_STRING {
    WCHAR storage[32];
    explicit Buffered(USHORT characters = 32, const char16_t *text = u"")
    {
        RtlInitEmptyUnicodeString(this, storage, static_cast<USHORT>(characters * sizeof(WCHAR)));
        std::memset(storage, 0x7F, sizeof storage);
        RtlAppendUnicodeToString(this, text);
    }
};

TEST_F(RtlTest, InitStrings)
{
    OPENKMDF_TESTS(RtlInitUnicodeString, RtlInitAnsiString, RtlInitAnsiStringEx);
    UNICODE_STRING text;
    RtlInitUnicodeString(&text, u"abc");
    EXPECT_EQ(text.Length, 6);
    EXPECT_EQ(text.MaximumLength, 8);
    RtlInitUnicodeString(&text, nullptr);
    EXPECT_EQ(text.MaximumLength, 0);
    const std::u16string large(40000, u'x');
    RtlInitUnicodeString(&text, large.c_str());
    EXPECT_EQ(text.Length, 65532);
    ANSI_STRING ansi;
    RtlInitAnsiString(&ansi, "abcd");
    EXPECT_EQ(ansi.Length, 4);
    EXPECT_EQ(ansi.MaximumLength, 5);
    const std::string very_large(70000, 'x');
    EXPECT_EQ(RtlInitAnsiStringEx(&ansi, very_large.c_str()), STATUS_NAME_TOO_LONG);
}

TEST_F(RtlTest, CopyAndAppend)
{
    OPENKMDF_TESTS(RtlCopyUnicodeString, RtlAppendUnicodeToString, RtlAppendUnicodeStringToString);
    Buffered target(4);
    Text source(u"abcdef");
    RtlCopyUnicodeString(&target, &source);
    EXPECT_EQ(string_of(target), u"abcd");
    RtlCopyUnicodeString(&target, nullptr);
    EXPECT_EQ(target.Length, 0);
    EXPECT_EQ(RtlAppendUnicodeToString(&target, u"ab"), STATUS_SUCCESS);
    EXPECT_EQ(target.Buffer[2], 0);
    EXPECT_EQ(RtlAppendUnicodeToString(&target, u"xyz"), STATUS_BUFFER_TOO_SMALL);
    EXPECT_EQ(string_of(target), u"ab");
    Text more(u"cd");
    EXPECT_EQ(RtlAppendUnicodeStringToString(&target, &more), STATUS_SUCCESS);
    EXPECT_EQ(string_of(target), u"abcd");
    EXPECT_EQ(RtlAppendUnicodeToString(&target, nullptr), STATUS_SUCCESS);
}

TEST_F(RtlTest, EmptyStringsNeedNoBuffer)
{
    OPENKMDF_TESTS(RtlCopyUnicodeString, RtlAppendUnicodeStringToString, RtlAppendUnicodeToString,
                   RtlCompareUnicodeString);
    UNICODE_STRING nothing = {};
    UNICODE_STRING empty = {};
    RtlCopyUnicodeString(&empty, &nothing);
    EXPECT_EQ(empty.Length, 0);
    EXPECT_EQ(RtlAppendUnicodeStringToString(&empty, &nothing), STATUS_SUCCESS);
    EXPECT_EQ(RtlAppendUnicodeToString(&empty, nullptr), STATUS_SUCCESS);
    Buffered target(4, u"ab");
    EXPECT_EQ(RtlAppendUnicodeStringToString(&target, &nothing), STATUS_SUCCESS);
    EXPECT_EQ(string_of(target), u"ab");
    EXPECT_EQ(RtlCompareUnicodeString(&nothing, &empty, FALSE), 0);
}

TEST_F(RtlTest, Compare)
{
    OPENKMDF_TESTS(RtlEqualUnicodeString, RtlCompareUnicodeString, RtlPrefixUnicodeString,
                   RtlHashUnicodeString, RtlEqualString);
    Text echo(u"Echo");
    Text other(u"ECHO");
    Text longer(u"Echoes");
    EXPECT_FALSE(RtlEqualUnicodeString(&echo, &other, FALSE));
    EXPECT_TRUE(RtlEqualUnicodeString(&echo, &other, TRUE));
    EXPECT_LT(RtlCompareUnicodeString(&echo, &longer, TRUE), 0);
    EXPECT_GT(RtlCompareUnicodeString(&echo, &other, FALSE), 0);
    EXPECT_TRUE(RtlPrefixUnicodeString(&other, &longer, TRUE));
    EXPECT_FALSE(RtlPrefixUnicodeString(&other, &longer, FALSE));
    EXPECT_FALSE(RtlPrefixUnicodeString(&longer, &other, TRUE));
    ULONG one = 0;
    ULONG two = 0;
    EXPECT_EQ(RtlHashUnicodeString(&echo, TRUE, HASH_STRING_ALGORITHM_DEFAULT, &one),
              STATUS_SUCCESS);
    EXPECT_EQ(RtlHashUnicodeString(&other, TRUE, HASH_STRING_ALGORITHM_X65599, &two),
              STATUS_SUCCESS);
    EXPECT_EQ(one, two);
    EXPECT_EQ(RtlHashUnicodeString(&echo, TRUE, 7, &one), STATUS_INVALID_PARAMETER);
    STRING a;
    STRING b;
    RtlInitString(&a, "abc");
    RtlInitString(&b, "ABC");
    EXPECT_TRUE(RtlEqualString(&a, &b, TRUE));
    EXPECT_FALSE(RtlEqualString(&a, &b, FALSE));
}

TEST_F(RtlTest, Case)
{
    OPENKMDF_TESTS(RtlUpcaseUnicodeChar, RtlDowncaseUnicodeChar, RtlUpcaseUnicodeString);
    EXPECT_EQ(RtlUpcaseUnicodeChar(u'\u00E4'), u'\u00C4');
    EXPECT_EQ(RtlUpcaseUnicodeChar(u'\u00DF'), u'\u00DF');
    EXPECT_EQ(RtlUpcaseUnicodeChar(u'\u0131'), u'\u0131');
    EXPECT_EQ(RtlDowncaseUnicodeChar(u'\u0410'), u'\u0430');
    EXPECT_EQ(RtlUpcaseUnicodeChar(u'\uFF41'), u'\uFF21');
    for (std::uint32_t value = 0; value < 0x10000; ++value) {
        const auto character = static_cast<char16_t>(value);
        EXPECT_EQ(rtl::upcase(rtl::upcase(character)), rtl::upcase(character)) << value;
        EXPECT_EQ(rtl::downcase(rtl::downcase(character)), rtl::downcase(character)) << value;
    }
    Buffered target;
    Text source(u"Echo\u00E9");
    EXPECT_EQ(RtlUpcaseUnicodeString(&target, &source, FALSE), STATUS_SUCCESS);
    EXPECT_EQ(string_of(target), u"ECHO\u00C9");
    Buffered small(2);
    EXPECT_EQ(RtlUpcaseUnicodeString(&small, &source, FALSE), STATUS_BUFFER_OVERFLOW);
}

TEST_F(RtlTest, AnsiAndUnicode)
{
    OPENKMDF_TESTS(RtlUnicodeStringToAnsiString, RtlAnsiStringToUnicodeString, RtlFreeAnsiString,
                   RtlFreeUnicodeString);
    in_kernel([] {
        Text source(u"\u20ACuro \u4E2D");
        ANSI_STRING ansi;
        EXPECT_EQ(RtlUnicodeStringToAnsiString(&ansi, &source, TRUE), STATUS_SUCCESS);
        EXPECT_STREQ(ansi.Buffer, "\x80uro ?");
        EXPECT_EQ(ansi.MaximumLength, ansi.Length + 1);
        UNICODE_STRING back;
        EXPECT_EQ(RtlAnsiStringToUnicodeString(&back, &ansi, TRUE), STATUS_SUCCESS);
        EXPECT_EQ(string_of(back), u"\u20ACuro ?");
        Buffered small(3);
        EXPECT_EQ(RtlAnsiStringToUnicodeString(&small, &ansi, FALSE), STATUS_BUFFER_OVERFLOW);
        EXPECT_EQ(RtlUnicodeStringToAnsiSize(&source), 7u);
        EXPECT_EQ(RtlAnsiStringToUnicodeSize(&ansi), 14u);
        RtlFreeAnsiString(&ansi);
        RtlFreeUnicodeString(&back);
        EXPECT_EQ(ansi.Buffer, nullptr);
    });
}

TEST_F(RtlTest, Utf8)
{
    OPENKMDF_TESTS(RtlUnicodeToUTF8N, RtlUTF8ToUnicodeN);
    char narrow[16];
    ULONG bytes = 0;
    const char16_t text[] = u"a\u00E4\u20AC\U0001F600";
    EXPECT_EQ(RtlUnicodeToUTF8N(narrow, sizeof narrow, &bytes, text, 10), STATUS_SUCCESS);
    EXPECT_EQ(std::string(narrow, bytes), "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80");
    EXPECT_EQ(RtlUnicodeToUTF8N(nullptr, 0, &bytes, text, 10), STATUS_SUCCESS);
    EXPECT_EQ(bytes, 10u);
    EXPECT_EQ(RtlUnicodeToUTF8N(narrow, 2, &bytes, text, 10), STATUS_BUFFER_TOO_SMALL);
    EXPECT_EQ(bytes, 1u);
    WCHAR wide[8];
    EXPECT_EQ(RtlUTF8ToUnicodeN(wide, sizeof wide, &bytes, "\xC3\xA4\xFF", 3),
              STATUS_SOME_NOT_MAPPED);
    EXPECT_EQ(std::u16string(wide, bytes / 2), u"\u00E4\uFFFD");
    EXPECT_EQ(RtlUTF8ToUnicodeN(wide, sizeof wide, &bytes, nullptr, 3), STATUS_INVALID_PARAMETER_4);
}

TEST_F(RtlTest, Integers)
{
    OPENKMDF_TESTS(RtlIntegerToUnicodeString, RtlUnicodeStringToInteger, RtlInt64ToUnicodeString,
                   RtlCharToInteger, RtlIntegerToChar);
    Buffered text;
    EXPECT_EQ(RtlIntegerToUnicodeString(0xBEEF, 16, &text), STATUS_SUCCESS);
    EXPECT_EQ(string_of(text), u"BEEF");
    EXPECT_EQ(RtlIntegerToUnicodeString(5, 3, &text), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlInt64ToUnicodeString(~0ull, 0, &text), STATUS_SUCCESS);
    EXPECT_EQ(string_of(text), u"18446744073709551615");
    Buffered small(2);
    EXPECT_EQ(RtlIntegerToUnicodeString(123, 10, &small), STATUS_BUFFER_OVERFLOW);

    struct Row {
        const char16_t *text;
        ULONG base;
        LONG value;
    };
    // The table of the documentation.
    for (const Row &row :
         {Row{u"123", 10, 123}, Row{u"-345", 10, -345}, Row{u"xyz", 10, 0},
          Row{u"+678abc", 10, 678}, Row{u"+678abc", 16, 6785724}, Row{u"007", 10, 7},
          Row{u"789", 8, 7}, Row{u"FGH", 16, 15}, Row{u" ", 10, 0}, Row{u"0x1F", 0, 31},
          Row{u"0b101", 0, 5}, Row{u"0o17", 0, 15}}) {
        Text source(row.text);
        ULONG value = 99;
        EXPECT_EQ(RtlUnicodeStringToInteger(&source, row.base, &value), STATUS_SUCCESS);
        EXPECT_EQ(static_cast<LONG>(value), row.value);
    }
    Text empty(u"");
    ULONG value = 0;
    EXPECT_EQ(RtlUnicodeStringToInteger(&empty, 10, &value), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlCharToInteger("42", 10, &value), STATUS_SUCCESS);
    EXPECT_EQ(value, 42u);
    char digits[8] = "zzzzzzz";
    EXPECT_EQ(RtlIntegerToChar(10, 16, -4, digits), STATUS_SUCCESS);
    EXPECT_EQ(std::string(digits, 4), "000A");
    EXPECT_EQ(RtlIntegerToChar(12345, 10, 4, digits), STATUS_BUFFER_OVERFLOW);
}

TEST_F(RtlTest, Guids)
{
    OPENKMDF_TESTS(RtlGUIDFromString, RtlStringFromGUID);
    in_kernel([] {
        const GUID guid = {0x12345678, 0x9ABC, 0xDEF0, {1, 2, 3, 4, 5, 6, 7, 0xFF}};
        UNICODE_STRING text;
        EXPECT_EQ(RtlStringFromGUID(guid, &text), STATUS_SUCCESS);
        EXPECT_EQ(string_of(text), u"{12345678-9ABC-DEF0-0102-0304050607FF}");
        GUID back = {};
        EXPECT_EQ(RtlGUIDFromString(&text, &back), STATUS_SUCCESS);
        EXPECT_EQ(std::memcmp(&guid, &back, sizeof guid), 0);
        RtlFreeUnicodeString(&text);
        for (const char16_t *bad : {u"", u"12345678-9ABC-DEF0-0102-0304050607FF",
                                    u"{12345678-9ABC-DEF0-0102-0304050607FG}",
                                    u"{12345678x9ABC-DEF0-0102-0304050607FF}"}) {
            Text source(bad);
            EXPECT_EQ(RtlGUIDFromString(&source, &back), STATUS_INVALID_PARAMETER);
        }
    });
}

TEST_F(RtlTest, BitMaps)
{
    OPENKMDF_TESTS(RtlInitializeBitMap, RtlSetBits, RtlNumberOfSetBits, RtlNumberOfClearBits,
                   RtlAreBitsSet, RtlAreBitsClear, RtlFindClearBits, RtlFindFirstRunClear,
                   RtlFindLongestRunClear, RtlFindNextForwardRunClear, RtlFindLastBackwardRunClear,
                   RtlFindClearRuns, RtlFindSetBits, RtlFindClearBitsAndSet, RtlFindSetBitsAndClear,
                   RtlTestBit, RtlFindMostSignificantBit, RtlFindLeastSignificantBit);
    ULONG words[3] = {};
    RTL_BITMAP map;
    RtlInitializeBitMap(&map, words, 70);
    RtlSetBits(&map, 0, 10);
    RtlSetBits(&map, 30, 5);
    EXPECT_EQ(RtlNumberOfSetBits(&map), 15u);
    EXPECT_EQ(RtlNumberOfClearBits(&map), 55u);
    EXPECT_TRUE(RtlAreBitsSet(&map, 30, 5));
    EXPECT_FALSE(RtlAreBitsSet(&map, 30, 6));
    EXPECT_TRUE(RtlAreBitsClear(&map, 10, 20));
    EXPECT_FALSE(RtlAreBitsClear(&map, 65, 10));
    EXPECT_EQ(RtlFindClearBits(&map, 20, 0), 10u);
    EXPECT_EQ(RtlFindClearBits(&map, 21, 0), 35u);
    EXPECT_EQ(RtlFindClearBits(&map, 5, 66), 10u);
    EXPECT_EQ(RtlFindClearBits(&map, 36, 0), 0xFFFFFFFFu);
    EXPECT_EQ(RtlFindSetBits(&map, 5, 11), 30u);
    EXPECT_EQ(RtlFindClearBitsAndSet(&map, 3, 0), 10u);
    EXPECT_TRUE(RtlTestBit(&map, 12));
    EXPECT_EQ(RtlFindSetBitsAndClear(&map, 13, 0), 0u);
    ULONG start = 0;
    EXPECT_EQ(RtlFindFirstRunClear(&map, &start), 30u);
    EXPECT_EQ(start, 0u);
    EXPECT_EQ(RtlFindLongestRunClear(&map, &start), 35u);
    EXPECT_EQ(start, 35u);
    EXPECT_EQ(RtlFindNextForwardRunClear(&map, 31, &start), 35u);
    EXPECT_EQ(RtlFindLastBackwardRunClear(&map, 32, &start), 30u);
    EXPECT_EQ(start, 0u);
    RTL_BITMAP_RUN runs[4];
    EXPECT_EQ(RtlFindClearRuns(&map, runs, 4, TRUE), 2u);
    EXPECT_EQ(runs[0].StartingIndex, 35u);
    EXPECT_EQ(runs[1].NumberOfBits, 30u);
    EXPECT_EQ(RtlFindMostSignificantBit(0x8001), 15);
    EXPECT_EQ(RtlFindLeastSignificantBit(0), -1);
}

TEST_F(RtlTest, Time)
{
    OPENKMDF_TESTS(RtlTimeToTimeFields, RtlTimeFieldsToTime, RtlSecondsSince1970ToTime,
                   RtlTimeToSecondsSince1970);
    LARGE_INTEGER time;
    time.QuadPart = 0x01DB000000000000;
    TIME_FIELDS fields;
    RtlTimeToTimeFields(&time, &fields);
    LARGE_INTEGER back;
    ASSERT_TRUE(RtlTimeFieldsToTime(&fields, &back));
    EXPECT_EQ(back.QuadPart, time.QuadPart / 10000 * 10000);
    RtlSecondsSince1970ToTime(951782400, &time);
    RtlTimeToTimeFields(&time, &fields);
    EXPECT_EQ(fields.Year, 2000);
    EXPECT_EQ(fields.Month, 2);
    EXPECT_EQ(fields.Day, 29);
    EXPECT_EQ(fields.Weekday, 2);
    ULONG seconds = 0;
    EXPECT_TRUE(RtlTimeToSecondsSince1970(&time, &seconds));
    EXPECT_EQ(seconds, 951782400u);
    fields.Day = 30;
    EXPECT_FALSE(RtlTimeFieldsToTime(&fields, &back));
}

TEST_F(RtlTest, Versions)
{
    OPENKMDF_TESTS(RtlGetVersion, RtlVerifyVersionInfo, RtlIsNtDdiVersionAvailable,
                   VerSetConditionMask);
    RTL_OSVERSIONINFOEXW information = {};
    information.dwOSVersionInfoSize = sizeof information;
    EXPECT_EQ(RtlGetVersion(reinterpret_cast<PRTL_OSVERSIONINFOW>(&information)), STATUS_SUCCESS);
    EXPECT_EQ(information.dwMajorVersion, 10u);
    EXPECT_EQ(information.wProductType, VER_NT_WORKSTATION);
    EXPECT_TRUE(RtlIsNtDdiVersionAvailable(0x06010000));
    EXPECT_FALSE(RtlIsNtDdiVersionAvailable(0x0B000000));
    RTL_OSVERSIONINFOEXW wanted = {};
    wanted.dwMajorVersion = 6;
    wanted.dwMinorVersion = 1;
    ULONGLONG mask = VerSetConditionMask(0, VER_MAJORVERSION, VER_GREATER_EQUAL);
    mask = VerSetConditionMask(mask, VER_MINORVERSION, VER_GREATER_EQUAL);
    EXPECT_EQ(RtlVerifyVersionInfo(&wanted, VER_MAJORVERSION | VER_MINORVERSION, mask),
              STATUS_SUCCESS);
    wanted.dwMajorVersion = 10;
    EXPECT_EQ(RtlVerifyVersionInfo(&wanted, VER_MAJORVERSION | VER_MINORVERSION, mask),
              STATUS_REVISION_MISMATCH);
    EXPECT_EQ(RtlVerifyVersionInfo(&wanted, 0, mask), STATUS_INVALID_PARAMETER);
}

TEST_F(RtlTest, RandomNumbersDependOnTheSeedAlone)
{
    OPENKMDF_TESTS(RtlCrc32, RtlRandomEx);
    ULONG one = 5;
    ULONG two = 5;
    for (int index = 0; index < 100; ++index) {
        const ULONG number = RtlRandomEx(&one);
        EXPECT_EQ(number, RtlRandomEx(&two));
        EXPECT_LT(number, ULONG{MAXLONG});
    }
    EXPECT_EQ(RtlCrc32("123456789", 9, 0), 0xCBF43926u);
}

TEST_F(RtlTest, Statuses)
{
    OPENKMDF_TESTS(RtlNtStatusToDosError);
    EXPECT_EQ(RtlNtStatusToDosError(STATUS_SUCCESS), 0u);
    EXPECT_EQ(RtlNtStatusToDosError(STATUS_INVALID_DEVICE_REQUEST), 1u);
    EXPECT_EQ(RtlNtStatusToDosError(STATUS_CANCELLED), 995u);
    EXPECT_EQ(RtlNtStatusToDosError(static_cast<NTSTATUS>(0xC0070005)), 5u);
    EXPECT_EQ(RtlNtStatusToDosError(static_cast<NTSTATUS>(0xC0FFEE00)), 317u);
}

int runs;
ULONG answer_of_routine;

ULONG NTAPI initialize_once(PRTL_RUN_ONCE, PVOID parameter, PVOID *context)
{
    ++runs;
    *context = parameter;
    return answer_of_routine;
}

TEST_F(RtlTest, RunOnce)
{
    OPENKMDF_TESTS(RtlRunOnceInitialize, RtlRunOnceExecuteOnce, RtlRunOnceBeginInitialize,
                   RtlRunOnceComplete);
    in_kernel([] {
        RTL_RUN_ONCE once;
        RtlRunOnceInitialize(&once);
        alignas(8) int data = 0;
        PVOID context = nullptr;
        runs = 0;
        answer_of_routine = FALSE;
        EXPECT_EQ(RtlRunOnceExecuteOnce(&once, initialize_once, &data, &context),
                  STATUS_UNSUCCESSFUL);
        answer_of_routine = TRUE;
        EXPECT_EQ(RtlRunOnceExecuteOnce(&once, initialize_once, &data, &context), STATUS_SUCCESS);
        EXPECT_EQ(context, &data);
        EXPECT_EQ(RtlRunOnceExecuteOnce(&once, initialize_once, nullptr, &context), STATUS_SUCCESS);
        EXPECT_EQ(context, &data);
        EXPECT_EQ(runs, 2);
        RtlRunOnceInitialize(&once);
        EXPECT_EQ(RtlRunOnceBeginInitialize(&once, RTL_RUN_ONCE_CHECK_ONLY, &context),
                  STATUS_UNSUCCESSFUL);
        EXPECT_EQ(RtlRunOnceBeginInitialize(&once, RTL_RUN_ONCE_ASYNC, &context), STATUS_PENDING);
        EXPECT_EQ(RtlRunOnceComplete(&once, 0, nullptr), STATUS_UNSUCCESSFUL);
        EXPECT_EQ(RtlRunOnceComplete(&once, RTL_RUN_ONCE_ASYNC, &data), STATUS_SUCCESS);
        EXPECT_EQ(RtlRunOnceComplete(&once, RTL_RUN_ONCE_ASYNC, &data), STATUS_UNSUCCESSFUL);
    });
}

}  // namespace
}  // namespace openkmdf::executive
