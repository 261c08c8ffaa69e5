#include "executive/crt/crt.h"

#include <gtest/gtest.h>

#include <string>

namespace openkmdf::executive::crt {
namespace {

TEST(Crt, Lengths)
{
    EXPECT_EQ(crt_strlen("abc"), 3u);
    EXPECT_EQ(crt_strnlen("abc", 2), 2u);
    EXPECT_EQ(crt_wcslen(u"abcd"), 4u);
    EXPECT_EQ(crt_wcsnlen(u"abcd", 9), 4u);
}

TEST(Crt, CopyAndAppend)
{
    char text[8];
    EXPECT_STREQ(crt_strcpy(text, "abc"), "abc");
    EXPECT_STREQ(crt_strcat(text, "de"), "abcde");
    EXPECT_STREQ(crt_strncat(text, "fghij", 1), "abcdef");
    char16_t wide[8];
    EXPECT_EQ(std::u16string(crt_wcscpy(wide, u"abc")), u"abc");
    EXPECT_EQ(std::u16string(crt_wcsncat(wide, u"def", 2)), u"abcde");
    char padded[5] = {'x', 'x', 'x', 'x', 'x'};
    crt_strncpy(padded, "ab", 4);
    EXPECT_EQ(std::string(padded, 5), std::string("ab\0\0x", 5));
}

TEST(Crt, Compare)
{
    EXPECT_LT(crt_strcmp("abc", "abd"), 0);
    EXPECT_GT(crt_strcmp("\xE4", "a"), 0);
    EXPECT_EQ(crt_strncmp("abc", "abd", 2), 0);
    EXPECT_EQ(crt_stricmp("ABC", "abc"), 0);
    EXPECT_EQ(crt_strnicmp("ABCx", "abcy", 3), 0);
    EXPECT_EQ(crt_wcsicmp(u"\u00C4rger", u"\u00E4RGER"), 0);
    EXPECT_LT(crt_wcscmp(u"a", u"\u20AC"), 0);
    EXPECT_EQ(crt_memcmp("abc", "abc", 3), 0);
    EXPECT_EQ(crt_wmemcmp(u"ab", u"ac", 2), -1);
}

TEST(Crt, Find)
{
    const char *text = "a.b.c";
    EXPECT_EQ(crt_strchr(text, '.'), text + 1);
    EXPECT_EQ(crt_strrchr(text, '.'), text + 3);
    EXPECT_EQ(crt_strchr(text, 0), text + 5);
    EXPECT_EQ(crt_strchr(text, 'x'), nullptr);
    EXPECT_EQ(crt_strstr(text, "b."), text + 2);
    EXPECT_EQ(crt_strstr(text, ""), text);
    EXPECT_EQ(crt_strstr(text, "x"), nullptr);
    EXPECT_EQ(crt_strspn("aab", "a"), 2u);
    EXPECT_EQ(crt_strcspn("aab", "b"), 2u);
    EXPECT_EQ(crt_strpbrk(text, "xc"), text + 4);
    const char16_t *wide = u"\\Device\\Echo";
    EXPECT_EQ(crt_wcsrchr(wide, u'\\'), wide + 7);
    EXPECT_EQ(crt_wcsstr(wide, u"Echo"), wide + 8);
}

TEST(Crt, SecureCopies)
{
    char text[4] = "zzz";
    EXPECT_EQ(crt_strcpy_s(text, 4, "abc"), 0);
    EXPECT_EQ(crt_strcpy_s(text, 4, "abcd"), kRange);
    EXPECT_STREQ(text, "");
    EXPECT_EQ(crt_strcpy_s(text, 4, nullptr), kInvalid);
    EXPECT_EQ(crt_strcpy_s(nullptr, 4, "a"), kInvalid);
    EXPECT_EQ(crt_strncpy_s(text, 4, "abcdef", 2), 0);
    EXPECT_STREQ(text, "ab");
    EXPECT_EQ(crt_strncpy_s(text, 4, "abcdef", kTruncate), kTruncated);
    EXPECT_STREQ(text, "abc");
    EXPECT_EQ(crt_strcat_s(text, 4, "d"), kRange);
    crt_strcpy_s(text, 4, "a");
    EXPECT_EQ(crt_strcat_s(text, 4, "bc"), 0);
    EXPECT_STREQ(text, "abc");
    EXPECT_EQ(crt_strncat_s(text, 4, "xyz", 0), 0);
    char16_t wide[4];
    EXPECT_EQ(crt_wcscpy_s(wide, 4, u"abc"), 0);
    EXPECT_EQ(crt_wcsncpy_s(wide, 4, u"abcdef", kTruncate), kTruncated);
    char block[4] = {1, 2, 3, 4};
    EXPECT_EQ(crt_memcpy_s(block, 4, "abcde", 5), kRange);
    EXPECT_EQ(block[0], 0);
}

TEST(Crt, Tokens)
{
    char text[] = ",,a,b,,c";
    char *context = nullptr;
    EXPECT_STREQ(crt_strtok_s(text, ",", &context), "a");
    EXPECT_STREQ(crt_strtok_s(nullptr, ",", &context), "b");
    EXPECT_STREQ(crt_strtok_s(nullptr, ",", &context), "c");
    EXPECT_EQ(crt_strtok_s(nullptr, ",", &context), nullptr);
}

TEST(Crt, Numbers)
{
    EXPECT_EQ(crt_atoi("  -42x"), -42);
    EXPECT_EQ(crt_atoi("99999999999"), INT32_MAX);
    EXPECT_EQ(crt_wtoi(u"17"), 17);
    char *end = nullptr;
    const char *text = "0x1Fz";
    EXPECT_EQ(crt_strtoul(text, &end, 0), 0x1Fu);
    EXPECT_EQ(end, text + 4);
    EXPECT_EQ(crt_strtoul("017", nullptr, 0), 15u);
    EXPECT_EQ(crt_strtol("-80000000", nullptr, 16), INT32_MIN);
    EXPECT_EQ(crt_strtoui64("18446744073709551616", nullptr, 10), UINT64_MAX);
    const char *none = "zz";
    EXPECT_EQ(crt_strtol(none, &end, 10), 0);
    EXPECT_EQ(end, none);
    char buffer[40];
    EXPECT_STREQ(crt_itoa(-255, buffer, 10), "-255");
    EXPECT_STREQ(crt_itoa(-1, buffer, 16), "ffffffff");
    EXPECT_STREQ(crt_i64toa(INT64_MIN, buffer, 10), "-9223372036854775808");
    EXPECT_EQ(crt_itoa_s(1234, buffer, 4, 10), kRange);
    EXPECT_EQ(crt_itoa_s(123, buffer, 4, 10), 0);
    EXPECT_STREQ(buffer, "123");
}

int CRT_ABI by_value(const void *left, const void *right)
{
    return *static_cast<const int *>(left) - *static_cast<const int *>(right);
}

TEST(Crt, SortAndSearch)
{
    int values[] = {5, 3, 9, 1, 7, 3};
    crt_qsort(values, 6, sizeof(int), by_value);
    const int sorted[] = {1, 3, 3, 5, 7, 9};
    EXPECT_EQ(crt_memcmp(values, sorted, sizeof sorted), 0);
    int key = 7;
    EXPECT_EQ(crt_bsearch(&key, values, 6, sizeof(int), by_value), values + 4);
    key = 4;
    EXPECT_EQ(crt_bsearch(&key, values, 6, sizeof(int), by_value), nullptr);
}

TEST(Crt, Scan)
{
    int number = 0;
    unsigned hexadecimal = 0;
    char word[8];
    char16_t wide[8];
    long long large = 0;
    EXPECT_EQ(crt_sscanf("  -42 ff abc", "%d %x %s", &number, &hexadecimal, word), 3);
    EXPECT_EQ(number, -42);
    EXPECT_EQ(hexadecimal, 0xFFu);
    EXPECT_STREQ(word, "abc");
    EXPECT_EQ(crt_sscanf("12:34", "%2d:%I64d", &number, &large), 2);
    EXPECT_EQ(large, 34);
    EXPECT_EQ(crt_sscanf("abc", "%d", &number), 0);
    EXPECT_EQ(crt_sscanf("", "%d", &number), -1);
    EXPECT_EQ(crt_sscanf_s("abcdefghij", "%s", word, 8u), 0);
    EXPECT_EQ(crt_sscanf_s("key=value", "%[a-z]=%3s", word, 8u, wide, 8u), 2);
    EXPECT_EQ(crt_swscanf_s(u"x 1.5", u"%c %*f", wide, 1u), 1);
    EXPECT_EQ(wide[0], u'x');
    double real = 0;
    EXPECT_EQ(crt_sscanf("2.5e1", "%lf%n", &real, &number), 1);
    EXPECT_EQ(real, 25.0);
    EXPECT_EQ(number, 5);
}

TEST(Crt, WideAndNarrow)
{
    char16_t wide[4];
    EXPECT_EQ(crt_mbstowcs(wide, "ab\xE4", 4), 3u);
    EXPECT_EQ(wide[2], 0xE4);
    EXPECT_EQ(crt_wcstombs(nullptr, u"abc", 0), 3u);
    EXPECT_EQ(crt_wcstombs(nullptr, u"\u20AC", 0), ~std::size_t{0});
    EXPECT_EQ(crt_towupper(u'\u03B1'), u'\u0391');
    EXPECT_EQ(crt_towlower(u'\u0416'), u'\u0436');
    EXPECT_EQ(crt_toupper('z'), 'Z');
}

}  // namespace
}  // namespace openkmdf::executive::crt
