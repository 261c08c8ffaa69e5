#include "executive/crt/crt.h"
#include "executive/crt_exports.h"
#include "executive/exports.h"
#include "executive/testing.h"
#include "tests/support/tested.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <set>
#include <string>
#include <vector>

namespace openkmdf::executive::crt {
namespace {

TEST(Crt, Lengths)
{
    OPENKMDF_TESTS(strlen, strnlen, wcslen, wcsnlen);
    EXPECT_EQ(crt_strlen("abc"), 3u);
    EXPECT_EQ(crt_strnlen("abc", 2), 2u);
    EXPECT_EQ(crt_wcslen(u"abcd"), 4u);
    EXPECT_EQ(crt_wcsnlen(u"abcd", 9), 4u);
}

TEST(Crt, CopyAndAppend)
{
    OPENKMDF_TESTS(strcpy, strcat, strncat, strncpy, wcscpy, wcsncat);
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
    OPENKMDF_TESTS(strcmp, strncmp, _stricmp, _strnicmp, wcscmp, memcmp, wmemcmp);
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
    OPENKMDF_TESTS(strchr, strrchr, strstr, strspn, strcspn, strpbrk, wcsrchr, wcsstr);
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
    OPENKMDF_TESTS(strcpy_s, strncpy_s, strcat_s, wcscpy_s, wcsncpy_s, memcpy_s);
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
    OPENKMDF_TESTS(strtok_s);
    char text[] = ",,a,b,,c";
    char *context = nullptr;
    EXPECT_STREQ(crt_strtok_s(text, ",", &context), "a");
    EXPECT_STREQ(crt_strtok_s(nullptr, ",", &context), "b");
    EXPECT_STREQ(crt_strtok_s(nullptr, ",", &context), "c");
    EXPECT_EQ(crt_strtok_s(nullptr, ",", &context), nullptr);
}

TEST(Crt, Numbers)
{
    OPENKMDF_TESTS(atoi, _wtoi, strtoul, strtol, _strtoui64, _itoa, _i64toa);
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
    EXPECT_EQ(crt_itoa_s(1234, buffer, 4, 10), kInvalid);
    EXPECT_EQ(crt_itoa_s(123, buffer, 4, 10), 0);
    EXPECT_STREQ(buffer, "123");
}

int CRT_ABI by_value(const void *left, const void *right)
{
    return *static_cast<const int *>(left) - *static_cast<const int *>(right);
}

TEST(Crt, SortAndSearch)
{
    OPENKMDF_TESTS(qsort, bsearch);
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
    OPENKMDF_TESTS(mbstowcs, wcstombs, towupper, towlower, toupper);
    char16_t wide[4];
    EXPECT_EQ(crt_mbstowcs(wide, "ab\xE4", 4), 3u);
    EXPECT_EQ(wide[2], 0xE4);
    EXPECT_EQ(crt_wcstombs(nullptr, u"abc", 0), 3u);
    EXPECT_EQ(crt_wcstombs(nullptr, u"\u20AC", 0), ~std::size_t{0});
    EXPECT_EQ(crt_towupper(u'\u03B1'), u'\u0391');
    EXPECT_EQ(crt_towlower(u'\u0416'), u'\u0436');
    EXPECT_EQ(crt_toupper('z'), 'Z');
}

TEST(Crt, MemoryMovesAndFills)
{
    OPENKMDF_TESTS(memcpy, memmove, memset);
    char text[] = "abcdef";
    EXPECT_EQ(crt_memcpy(text, "xyz", 2), text);
    EXPECT_STREQ(text, "xycdef");
    EXPECT_EQ(crt_memmove(text + 1, text, 4), text + 1);
    EXPECT_STREQ(text, "xxycdf");
    crt_memmove(text, text + 2, 4);
    EXPECT_STREQ(text, "ycdfdf");
    EXPECT_EQ(crt_memset(text + 1, 0x100 + 'z', 3), text + 1);
    EXPECT_STREQ(text, "yzzzdf");
    crt_memset(text, 'a', 0);
    crt_memcpy(text, "a", 0);
    EXPECT_STREQ(text, "yzzzdf");
}

TEST(Crt, MemoryComparesByUnsignedValue)
{
    OPENKMDF_TESTS(memcmp, wmemcmp, memchr);
    EXPECT_EQ(crt_memcmp("a\0b", "a\0b", 3), 0);
    EXPECT_LT(crt_memcmp("a\0b", "a\0c", 3), 0);
    EXPECT_GT(crt_memcmp("\xFF", "\x01", 1), 0);
    EXPECT_EQ(crt_memcmp("a", "b", 0), 0);
    EXPECT_EQ(crt_wmemcmp(u"a\0b", u"a\0b", 3), 0);
    EXPECT_LT(crt_wmemcmp(u"a\0b", u"a\0c", 3), 0);
    EXPECT_GT(crt_wmemcmp(u"\u2001", u"\u0102", 1), 0);
    EXPECT_GT(crt_wmemcmp(u"\uFF00", u"\u0001", 1), 0);
    EXPECT_EQ(crt_wmemcmp(u"a", u"b", 0), 0);
    const char block[] = {'a', 0, '\xE4', 'b', '\xE4'};
    EXPECT_EQ(crt_memchr(block, 0xE4, 5), block + 2);
    EXPECT_EQ(crt_memchr(block, 0x100 + 'b', 5), block + 3);
    EXPECT_EQ(crt_memchr(block, 'b', 3), nullptr);
    EXPECT_EQ(crt_memchr(block, 'x', 5), nullptr);
}

TEST(Crt, CheckedMemoryCopiesRefuseWhatDoesNotFit)
{
    OPENKMDF_TESTS(memcpy_s, memmove_s);
    const std::string before = "abcdef";
    std::string text = before;
    EXPECT_EQ(crt_memcpy_s(text.data(), 3, "xyz", 3), 0);
    EXPECT_EQ(text, "xyzdef");
    EXPECT_EQ(crt_memcpy_s(nullptr, 0, nullptr, 0), 0);
    EXPECT_EQ(crt_memcpy_s(text.data(), 3, nullptr, 0), 0);
    EXPECT_EQ(text, "xyzdef");
    EXPECT_EQ(crt_memcpy_s(nullptr, 3, "xyz", 1), kInvalid);
    EXPECT_EQ(crt_memcpy_s(text.data(), 3, "1234", 4), kRange);
    EXPECT_EQ(text, std::string("\0\0\0def", 6));
    text = before;
    EXPECT_EQ(crt_memcpy_s(text.data(), 3, nullptr, 1), kInvalid);
    EXPECT_EQ(text, std::string("\0\0\0def", 6));

    text = before;
    EXPECT_EQ(crt_memmove_s(text.data() + 1, 4, text.data(), 4), 0);
    EXPECT_EQ(text, "aabcdf");
    EXPECT_EQ(crt_memmove_s(text.data(), 4, text.data() + 2, 4), 0);
    EXPECT_EQ(text, "bcdfdf");
    EXPECT_EQ(crt_memmove_s(text.data(), 3, "1234", 4), kRange);
    EXPECT_EQ(crt_memmove_s(text.data(), 3, nullptr, 1), kInvalid);
    EXPECT_EQ(crt_memmove_s(nullptr, 3, "xyz", 1), kInvalid);
    EXPECT_EQ(text, "bcdfdf");
}

struct Item {
    std::uint32_t key, payload, more;
};

// What a comparison sees: the array's bounds, and whether it is to be in descending order.
struct Order {
    const Item *first;
    const Item *end;
    bool descending = false;
    int calls = 0;
};

int CRT_ABI by_key(void *context, const void *left, const void *right)
{
    auto &order = *static_cast<Order *>(context);
    auto *one = static_cast<const Item *>(left);
    auto *other = static_cast<const Item *>(right);
    ++order.calls;
    EXPECT_TRUE(one >= order.first && one < order.end);
    EXPECT_TRUE(other >= order.first && other < order.end);
    const int relation = one->key < other->key ? -1 : one->key > other->key;
    return order.descending ? -relation : relation;
}

int CRT_ABI by_three_bytes(const void *left, const void *right)
{
    return crt_memcmp(left, right, 3);
}

TEST(Crt, SortsElementsOfAnySize)
{
    OPENKMDF_TESTS(qsort, qsort_s);
    Item items[101];
    Order order{items, items + 101};
    const auto key = [](std::uint32_t payload) { return (payload + 1) * 37 % 101 / 2; };
    for (std::uint32_t count = 1; count <= 101; ++count) {
        order.descending = count % 2 != 0;
        std::vector<std::uint32_t> keys;
        for (std::uint32_t i = 0; i < count; ++i) {
            items[i] = {key(i), i, ~i};
            keys.push_back(key(i));
        }
        std::ranges::sort(keys);
        if (order.descending) std::ranges::reverse(keys);
        crt_qsort_s(items, count, sizeof(Item), by_key, &order);
        std::set<std::uint32_t> payloads;
        for (std::uint32_t i = 0; i < count; ++i) {
            EXPECT_EQ(items[i].key, keys[i]);
            EXPECT_EQ(items[i].key, key(items[i].payload));
            EXPECT_EQ(items[i].more, ~items[i].payload);
            payloads.insert(items[i].payload);
        }
        EXPECT_EQ(payloads.size(), count);
    }
    order.calls = 0;
    crt_qsort_s(items, 0, sizeof(Item), by_key, &order);
    crt_qsort_s(nullptr, 0, sizeof(Item), by_key, &order);
    EXPECT_EQ(order.calls, 0);
    char triples[] = "cccaabbbbaaaabb";
    crt_qsort(triples, 5, 3, by_three_bytes);
    EXPECT_STREQ(triples, "aaaaababbbbbccc");
}

constexpr char kContext[] = "context";

int CRT_ABI key_of_item(void *context, const void *key, const void *item)
{
    EXPECT_EQ(context, kContext);
    const auto wanted = *static_cast<const std::uint64_t *>(key);
    const std::uint64_t present = static_cast<const Item *>(item)->key;
    return wanted < present ? -1 : wanted > present;
}

int CRT_ABI key_of_item_alone(const void *key, const void *item)
{
    return key_of_item(const_cast<char *>(kContext), key, item);
}

TEST(Crt, SearchesTheKeyInSortedElements)
{
    OPENKMDF_TESTS(bsearch, bsearch_s);
    Item items[20];
    for (std::uint32_t i = 0; i < 20; ++i) items[i] = {2 * i + 1, 0, 0};
    auto *context = const_cast<char *>(kContext);
    for (std::size_t count = 0; count <= 20; ++count) {
        for (std::uint64_t key = 0; key <= 41; ++key) {
            const bool present = key % 2 == 1 && key / 2 < count;
            const void *found = present ? &items[key / 2] : nullptr;
            EXPECT_EQ(crt_bsearch_s(&key, items, count, sizeof(Item), key_of_item, context), found);
            EXPECT_EQ(crt_bsearch(&key, items, count, sizeof(Item), key_of_item_alone), found);
        }
    }
    std::uint64_t key = 1;
    EXPECT_EQ(crt_bsearch_s(&key, nullptr, 0, sizeof(Item), key_of_item, context), nullptr);
}

TEST(Crt, Mathematics)
{
    OPENKMDF_TESTS(sin, cos, sqrt);
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    using std::numbers::pi;
    EXPECT_EQ(crt_sqrt(0.0), 0.0);
    EXPECT_EQ(crt_sqrt(2.25), 1.5);
    EXPECT_EQ(crt_sqrt(2.0), std::numbers::sqrt2);
    EXPECT_EQ(crt_sqrt(kInfinity), kInfinity);
    EXPECT_TRUE(std::isnan(crt_sqrt(-1.0)));
    EXPECT_TRUE(std::isnan(crt_sqrt(-kInfinity)));
    EXPECT_TRUE(std::isnan(crt_sqrt(kNone)));
    EXPECT_EQ(crt_sin(0.0), 0.0);
    EXPECT_NEAR(crt_sin(pi / 6), 0.5, 1e-15);
    EXPECT_NEAR(crt_sin(-pi / 2), -1.0, 1e-15);
    EXPECT_NEAR(crt_sin(1000 * pi + pi / 6), 0.5, 1e-12);
    EXPECT_EQ(crt_cos(0.0), 1.0);
    EXPECT_NEAR(crt_cos(pi / 3), 0.5, 1e-15);
    EXPECT_NEAR(crt_cos(pi), -1.0, 1e-15);
    EXPECT_NEAR(crt_cos(pi / 2), 0.0, 1e-15);
    for (const double value : {kInfinity, -kInfinity, kNone}) {
        EXPECT_TRUE(std::isnan(crt_sin(value)));
        EXPECT_TRUE(std::isnan(crt_cos(value)));
    }
}

TEST(CrtExports, TableNamesResolveToTheirFunctionsAndNoOthers)
{
    std::set<std::string_view> names;
#define CRT_EXPORT(name, function)                                                                 \
    EXPECT_EQ(find_crt_export(#name), reinterpret_cast<const void *>(&function)) << #name;         \
    EXPECT_TRUE(names.insert(#name).second) << #name;
#include "executive/crt/crt_exports.table"
#undef CRT_EXPORT
    for (const char *name : {"", "mem", "memcpy_", "MEMCPY", "crt_memcpy", "printf", "malloc"})
        EXPECT_EQ(find_crt_export(name), nullptr) << name;

    // Drivers import by the list of the kernel's exports: it has each of them, marked as C.
    for (const std::string_view name : names) {
        const ExportInfo *info = export_info(name);
        ASSERT_NE(info, nullptr) << name;
        EXPECT_EQ(info->kind, ExportKind::Crt) << name;
        EXPECT_EQ(info->fast, find_crt_export(name)) << name;
    }
}

}  // namespace
}  // namespace openkmdf::executive::crt
