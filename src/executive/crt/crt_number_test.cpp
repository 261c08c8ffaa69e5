#include "executive/crt/crt.h"
#include "executive/crt_exports.h"
#include "executive/testing.h"
#include "tests/support/tested.h"

#include <algorithm>
#include <climits>
#include <limits>
#include <optional>
#include <string>

namespace openkmdf::executive::crt {
namespace {

std::u16string widened(const std::string &text)
{
    return {text.begin(), text.end()};
}

// For a name that shares its function with another name.
template <class Function>
bool is_exported_as(const char *name, Function *function)
{
    return find_crt_export(name) == reinterpret_cast<const void *>(function);
}

// What a call with an invalid parameter returns; nothing if it faults.
template <class Call>
auto after_invalid(Call call)
{
    TestMachine pc;
    pc.be_driver();
    std::optional<decltype(call())> result;
    pc.run([&] { result = call(); });
    return result;
}

// Of the characters of one byte and EOF (as '?', twice in the result if both belong).
std::string members(int(CRT_ABI *is_member)(int))
{
    std::string result = is_member(-1) != 0 ? "?" : "";
    for (int character = 0; character < 0x100; ++character)
        if (is_member(character) != 0) result += static_cast<char>(character);
    return result;
}

// Of the ASCII characters.
std::string members(int(CRT_ABI *is_member)(Wide))
{
    std::string result;
    for (Wide character = 0; character < 0x80; ++character)
        if (is_member(character) != 0) result += static_cast<char>(character);
    return result;
}

const std::string kDigits = "0123456789";
const std::string kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const std::string kLower = "abcdefghijklmnopqrstuvwxyz";

TEST(CrtNumber, CharacterClassesAreThoseOfTheCLocale)
{
    OPENKMDF_TESTS(isalnum, isalpha, isdigit, islower, isprint, isspace, isupper, isxdigit);
    OPENKMDF_TESTS(iswalpha, iswdigit, iswspace);
    EXPECT_EQ(members(crt_isalnum), kDigits + kUpper + kLower);
    EXPECT_EQ(members(crt_isalpha), kUpper + kLower);
    EXPECT_EQ(members(crt_isdigit), kDigits);
    EXPECT_EQ(members(crt_islower), kLower);
    EXPECT_EQ(members(crt_isupper), kUpper);
    EXPECT_EQ(members(crt_isspace), "\t\n\v\f\r ");
    EXPECT_EQ(members(crt_isxdigit), kDigits + "ABCDEF" + "abcdef");
    std::string printable;
    for (char character = ' '; character <= '~'; ++character) printable += character;
    EXPECT_EQ(members(crt_isprint), printable);
    EXPECT_EQ(members(crt_iswalpha), kUpper + kLower);
    EXPECT_EQ(members(crt_iswdigit), kDigits);
    EXPECT_EQ(members(crt_iswspace), "\t\n\v\f\r ");
}

TEST(CrtNumber, OnlyLettersChangeCase)
{
    OPENKMDF_TESTS(tolower, toupper, towlower, towupper);
    for (int character = -1; character < 0x100; ++character) {
        const bool upper = character >= 'A' && character <= 'Z';
        const bool lower = character >= 'a' && character <= 'z';
        EXPECT_EQ(crt_tolower(character), upper ? character + 32 : character);
        EXPECT_EQ(crt_toupper(character), lower ? character - 32 : character);
        if (character < 0 || character >= 0x80) continue;
        const auto wide = static_cast<Wide>(character);
        EXPECT_EQ(crt_towlower(wide), upper ? wide + 32 : wide);
        EXPECT_EQ(crt_towupper(wide), lower ? wide - 32 : wide);
    }
}

constexpr std::size_t kFailed = ~std::size_t{0};

TEST(CrtNumber, TextConvertsBetweenWidths)
{
    OPENKMDF_TESTS(mbstowcs, wcstombs);
    Wide wide[4] = {'#', '#', '#', '#'};
    EXPECT_EQ(crt_mbstowcs(wide, "a\xE4", 4), 2u);
    EXPECT_EQ(std::u16string(wide, 4), std::u16string(u"a\u00E4\0#", 4));
    EXPECT_EQ(crt_mbstowcs(wide, "wxyz", 3), 3u);
    EXPECT_EQ(std::u16string(wide, 4), u"wxy#");
    EXPECT_EQ(crt_mbstowcs(nullptr, "abcdef", 0), 6u);
    EXPECT_EQ(crt_mbstowcs(nullptr, nullptr, 0), kFailed);

    char narrow[4] = {'#', '#', '#', '#'};
    EXPECT_EQ(crt_wcstombs(narrow, u"a\u00E4", 4), 2u);
    EXPECT_EQ(std::string(narrow, 4), std::string("a\xE4\0#", 4));
    EXPECT_EQ(crt_wcstombs(narrow, u"wxyz", 3), 3u);
    EXPECT_EQ(std::string(narrow, 4), "wxy#");
    EXPECT_EQ(crt_wcstombs(nullptr, u"abcdef", 0), 6u);
    EXPECT_EQ(crt_wcstombs(narrow, u"a\u20ACb", 4), kFailed);
    EXPECT_EQ(crt_wcstombs(nullptr, u"a\u20ACb", 0), kFailed);
    EXPECT_EQ(crt_wcstombs(nullptr, nullptr, 0), kFailed);
}

TEST(CrtNumber, TextConversionRefusesNoSourceAndAHugeCount)
{
    OPENKMDF_TESTS(mbstowcs, wcstombs);
    constexpr std::size_t kTooMuch = std::size_t{INT_MAX} + 1;
    Wide wide[4];
    EXPECT_EQ(crt_mbstowcs(wide, nullptr, 4), kFailed);
    EXPECT_EQ(crt_mbstowcs(wide, "abc", kTooMuch), kFailed);
    char narrow[4];
    EXPECT_EQ(crt_wcstombs(narrow, nullptr, 4), kFailed);
    EXPECT_EQ(crt_wcstombs(narrow, u"abc", kTooMuch), kFailed);
}

TEST(CrtNumber, CharactersConvertBetweenWidths)
{
    OPENKMDF_TESTS(mbtowc, wctomb);
    Wide wide = '#';
    EXPECT_EQ(crt_mbtowc(&wide, "\xE4x", 2), 1);
    EXPECT_EQ(wide, 0xE4);
    EXPECT_EQ(crt_mbtowc(&wide, "", 1), 0);
    EXPECT_EQ(wide, 0);
    EXPECT_EQ(crt_mbtowc(nullptr, "a", 1), 1);
    EXPECT_EQ(crt_mbtowc(&wide, nullptr, 1), 0);

    char narrow = '#';
    EXPECT_EQ(crt_wctomb(&narrow, 0xE4), 1);
    EXPECT_EQ(narrow, '\xE4');
    EXPECT_EQ(crt_wctomb(&narrow, 0), 1);
    EXPECT_EQ(narrow, 0);
    EXPECT_EQ(crt_wctomb(&narrow, 0x20AC), -1);
    EXPECT_EQ(crt_wctomb(nullptr, 'a'), 0);
}

TEST(CrtNumber, NoBytesAreNoCharacter)
{
    OPENKMDF_TESTS(mbtowc);
    Wide wide = '#';
    EXPECT_EQ(crt_mbtowc(&wide, "a", 0), -1);
    EXPECT_EQ(wide, '#');
}

template <class Value>
void expect_decimal(Value(CRT_ABI *narrow)(const char *), Value(CRT_ABI *wide)(const Wide *))
{
    const auto expect = [&](const std::string &text, Value value) {
        EXPECT_EQ(narrow(text.c_str()), value) << text;
        EXPECT_EQ(wide(widened(text).c_str()), value) << text;
    };
    using Limits = std::numeric_limits<Value>;
    expect(" \t42", 42);
    expect("+7", 7);
    expect("-0012x9", -12);
    expect("0x10", 0);
    expect("1 2", 1);
    expect("", 0);
    expect("x1", 0);
    expect("- 1", 0);
    expect(std::to_string(Limits::max()), Limits::max());
    expect(std::to_string(Limits::min()), Limits::min());
    expect(std::to_string(Limits::max()) + "0", Limits::max());
    expect(std::to_string(Limits::min()) + "0", Limits::min());
    expect("99999999999999999999999", Limits::max());
}

TEST(CrtNumber, DecimalTextEndsAtTheFirstOtherCharacter)
{
    OPENKMDF_TESTS(atoi, atol, _atoi64, _wtoi, _wtol, _wtoi64);
    expect_decimal(crt_atoi, crt_wtoi);
    expect_decimal(crt_atol, crt_wtol);
    expect_decimal(crt_atoi64, crt_wtoi64);
}

template <class Value>
struct Conversion {
    Value(CRT_ABI *narrow)(const char *, char **, int);
    Value(CRT_ABI *wide)(const Wide *, Wide **, int);

    // `taken`: the characters in front of the one that stopped the conversion.
    void expect(const std::string &text, int base, Value value, std::ptrdiff_t taken) const
    {
        SCOPED_TRACE(text + " in base " + std::to_string(base));
        char *end = nullptr;
        EXPECT_EQ(narrow(text.c_str(), &end, base), value);
        EXPECT_EQ(end - text.c_str(), taken);
        EXPECT_EQ(narrow(text.c_str(), nullptr, base), value);
        const std::u16string broad = widened(text);
        Wide *wide_end = nullptr;
        EXPECT_EQ(wide(broad.c_str(), &wide_end, base), value);
        EXPECT_EQ(wide_end - broad.c_str(), taken);
        EXPECT_EQ(wide(broad.c_str(), nullptr, base), value);
    }

    void expect_in_common() const
    {
        expect(" \t+42x", 10, 42, 5);
        expect("10112", 2, 11, 4);
        expect("zZ!", 36, 35 * 36 + 35, 2);
        expect("079", 0, 7, 2);
        expect("0x1fG", 0, 31, 4);
        expect("0X1Fg", 16, 31, 4);
        expect("129", 0, 129, 3);
        expect("0x1f", 10, 0, 1);
        // The prefix belongs to the number only with a digit behind it.
        expect("0xg", 16, 0, 1);
        expect("", 10, 0, 0);
        expect("  x1", 10, 0, 0);
        expect("8", 8, 0, 0);
        expect(" +", 10, 0, 0);
        expect("11", 1, 0, 0);
        expect("11", 37, 0, 0);
        expect("11", -2, 0, 0);
    }
};

TEST(CrtNumber, SignedTextConvertsInEveryBase)
{
    OPENKMDF_TESTS(strtol, wcstol, _strtoi64, strtoll, _wcstoi64);
    const Conversion<std::int32_t> small{crt_strtol, crt_wcstol};
    small.expect_in_common();
    small.expect("-2147483648", 10, INT32_MIN, 11);
    small.expect("2147483648.", 10, INT32_MAX, 10);
    small.expect("-2147483649.", 10, INT32_MIN, 11);
    small.expect("-80000001", 16, INT32_MIN, 9);
    const Conversion<std::int64_t> large{crt_strtoi64, crt_wcstoi64};
    large.expect_in_common();
    large.expect("-9223372036854775808", 10, INT64_MIN, 20);
    large.expect("9223372036854775808.", 10, INT64_MAX, 19);
    large.expect("-9223372036854775809.", 10, INT64_MIN, 20);
    large.expect("zzzzzzzzzzzzzzzzzzzz", 36, INT64_MAX, 20);
    EXPECT_TRUE(is_exported_as("strtoll", crt_strtoi64));
}

TEST(CrtNumber, UnsignedTextConvertsInEveryBase)
{
    OPENKMDF_TESTS(strtoul, wcstoul, _strtoui64, strtoull, _wcstoui64);
    const Conversion<std::uint32_t> small{crt_strtoul, crt_wcstoul};
    small.expect_in_common();
    small.expect("4294967295", 10, UINT32_MAX, 10);
    small.expect("4294967296.", 10, UINT32_MAX, 10);
    small.expect("-2", 10, UINT32_MAX - 1, 2);
    const Conversion<std::uint64_t> large{crt_strtoui64, crt_wcstoui64};
    large.expect_in_common();
    large.expect("ffffffffffffffff", 16, UINT64_MAX, 16);
    large.expect("18446744073709551616.", 10, UINT64_MAX, 20);
    large.expect("10000000000000000", 16, UINT64_MAX, 17);
    large.expect("-2", 10, UINT64_MAX - 1, 2);
    EXPECT_TRUE(is_exported_as("strtoull", crt_strtoui64));
}

template <class Value, class Char>
void expect_digits(Char *(CRT_ABI *print)(Value, Char *, int), Value value, int base,
                   const std::string &digits)
{
    Char buffer[72];
    std::fill(std::begin(buffer), std::end(buffer), Char{'#'});
    EXPECT_EQ(print(value, buffer, base), buffer);
    EXPECT_EQ(std::string(buffer, buffer + digits.size() + 2), digits + '\0' + '#');
}

TEST(CrtNumber, NumbersPrintInEveryBase)
{
    OPENKMDF_TESTS(_itoa, _itow, _ltoa, _ultoa, _i64toa, _ui64toa);
    expect_digits(crt_itoa, 0, 10, "0");
    expect_digits(crt_itoa, INT32_MAX, 10, "2147483647");
    expect_digits(crt_itoa, INT32_MIN, 10, "-2147483648");
    expect_digits(crt_itoa, -1, 16, "ffffffff");
    expect_digits(crt_itoa, INT32_MIN, 2, "1" + std::string(31, '0'));
    expect_digits(crt_itow, 35 * 36 + 10, 36, "za");
    expect_digits(crt_itow, -255, 10, "-255");
    expect_digits(crt_itow, -1, 8, "37777777777");
    EXPECT_TRUE(is_exported_as("_ltoa", crt_itoa));
    expect_digits(crt_ultoa, UINT32_MAX, 10, "4294967295");
    expect_digits(crt_ultoa, UINT32_MAX, 2, std::string(32, '1'));
    expect_digits(crt_i64toa, INT64_MIN, 10, "-9223372036854775808");
    expect_digits(crt_i64toa, INT64_MIN, 2, "1" + std::string(63, '0'));
    expect_digits(crt_i64toa, std::int64_t{-1}, 16, std::string(16, 'f'));
    expect_digits(crt_ui64toa, UINT64_MAX, 10, "18446744073709551615");
    expect_digits(crt_ui64toa, UINT64_MAX, 36, "3w5e11264sgsf");
}

TEST(CrtNumber, PrintedNumbersConvertBack)
{
    OPENKMDF_TESTS(_i64toa, _ui64toa, _strtoi64, _strtoui64);
    for (int base = 2; base <= 36; ++base) {
        char text[72];
        for (std::uint64_t value = UINT64_MAX; value != 0; value /= 3) {
            EXPECT_EQ(crt_strtoui64(crt_ui64toa(value, text, base), nullptr, base), value);
            const auto half = static_cast<std::int64_t>(value / 2);
            EXPECT_EQ(crt_strtoi64(crt_i64toa(half, text, base), nullptr, base), half);
        }
    }
}

template <class Value, class Char>
using PrintChecked = ErrorCode(CRT_ABI *)(Value, Char *, std::size_t, int);

// A value whose digits in base 10 are four characters, sign included.
template <class Value, class Char>
void expect_checked(PrintChecked<Value, Char> print, Value value, const std::string &digits)
{
    Char buffer[8];
    std::fill(std::begin(buffer), std::end(buffer), Char{'#'});
    EXPECT_EQ(print(value, buffer, 5, 10), 0);
    EXPECT_EQ(std::string(buffer, buffer + 6), digits + '\0' + '#');
    EXPECT_EQ(print(35, buffer, 2, 36), 0);
    EXPECT_EQ(std::string(buffer, buffer + 2), std::string("z\0", 2));
    EXPECT_EQ(print(value, nullptr, 5, 10), kInvalid);
    EXPECT_EQ(print(value, buffer, 5, 1), kInvalid);
    EXPECT_EQ(print(value, buffer, 5, 37), kInvalid);
    buffer[0] = '#';
    EXPECT_EQ(print(value, buffer, 0, 10), kInvalid);
    EXPECT_EQ(buffer[0], '#');
    EXPECT_NE(print(value, buffer, 4, 10), 0);
    EXPECT_EQ(buffer[4], 0);
    EXPECT_EQ(buffer[5], '#');
}

TEST(CrtNumber, CheckedPrintingKeepsToTheBuffer)
{
    OPENKMDF_TESTS(_itoa_s, _itow_s, _ltoa_s, _ltow_s, _ultoa_s, _ultow_s, _i64toa_s, _i64tow_s,
                   _ui64toa_s, _ui64tow_s);
    expect_checked<int, char>(crt_itoa_s, -123, "-123");
    expect_checked<int, Wide>(crt_itow_s, -123, "-123");
    expect_checked<std::uint32_t, char>(crt_ultoa_s, 1234, "1234");
    expect_checked<std::uint32_t, Wide>(crt_ultow_s, 1234, "1234");
    expect_checked<std::int64_t, char>(crt_i64toa_s, -123, "-123");
    expect_checked<std::int64_t, Wide>(crt_i64tow_s, -123, "-123");
    expect_checked<std::uint64_t, char>(crt_ui64toa_s, 1234, "1234");
    expect_checked<std::uint64_t, Wide>(crt_ui64tow_s, 1234, "1234");
    EXPECT_TRUE(is_exported_as("_ltoa_s", crt_itoa_s));
    EXPECT_TRUE(is_exported_as("_ltow_s", crt_itow_s));
}

TEST(CrtNumber, CheckedPrintingCallsATooSmallBufferInvalid)
{
    OPENKMDF_TESTS(_itoa_s, _itow_s, _ltoa_s, _ltow_s, _ultoa_s, _ultow_s, _i64toa_s, _i64tow_s,
                   _ui64toa_s, _ui64tow_s);
    char narrow[8];
    EXPECT_EQ(crt_itoa_s(1234, narrow, 4, 10), kInvalid);
    EXPECT_EQ(crt_ultoa_s(1234, narrow, 4, 10), kInvalid);
    EXPECT_EQ(crt_i64toa_s(1234, narrow, 4, 10), kInvalid);
    EXPECT_EQ(crt_ui64toa_s(1234, narrow, 4, 10), kInvalid);
    Wide wide[8];
    EXPECT_EQ(crt_itow_s(1234, wide, 4, 10), kInvalid);
    EXPECT_EQ(crt_ultow_s(1234, wide, 4, 10), kInvalid);
    EXPECT_EQ(crt_i64tow_s(1234, wide, 4, 10), kInvalid);
    EXPECT_EQ(crt_ui64tow_s(1234, wide, 4, 10), kInvalid);
}

TEST(CrtNumber, AbsoluteValuesLeaveTheSmallestUnchanged)
{
    OPENKMDF_TESTS(abs, labs, llabs, _abs64);
    EXPECT_EQ(crt_abs(-5), 5);
    EXPECT_EQ(crt_abs(INT32_MAX), INT32_MAX);
    EXPECT_EQ(crt_abs(INT32_MIN), INT32_MIN);
    EXPECT_EQ(crt_abs64(-0x1'0000'0000), 0x1'0000'0000);
    EXPECT_EQ(crt_abs64(7), 7);
    EXPECT_EQ(crt_abs64(INT64_MIN), INT64_MIN);
    EXPECT_TRUE(is_exported_as("labs", crt_abs));
    EXPECT_TRUE(is_exported_as("llabs", crt_abs64));
}

TEST(CrtNumber, RandomNumbersFollowFromTheSeed)
{
    OPENKMDF_TESTS(rand, srand);
    TestMachine pc;
    EXPECT_TRUE(pc.run([] {
        // The well-known sequence of seed 1, which a machine starts with.
        for (const int expected : {41, 18467, 6334, 26500, 19169}) EXPECT_EQ(crt_rand(), expected);
        crt_srand(7);
        const int seventh[] = {crt_rand(), crt_rand(), crt_rand()};
        crt_srand(1);
        for (const int expected : {41, 18467, 6334}) EXPECT_EQ(crt_rand(), expected);
        crt_srand(7);
        for (const int expected : seventh) EXPECT_EQ(crt_rand(), expected);
        EXPECT_NE(seventh[0], 41);
        int smallest = 0x7FFF;
        int largest = 0;
        for (int i = 0; i < 10'000; ++i) {
            const int number = crt_rand();
            smallest = std::min(smallest, number);
            largest = std::max(largest, number);
        }
        EXPECT_GE(smallest, 0);
        EXPECT_LT(smallest, 0x100);
        EXPECT_LE(largest, 0x7FFF);
        EXPECT_GT(largest, 0x7F00);
    }));
}

}  // namespace
}  // namespace openkmdf::executive::crt
