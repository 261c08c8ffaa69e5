#include "executive/crt/crt.h"
#include "executive/testing.h"
#include "tests/support/tested.h"

#include <climits>
#include <optional>
#include <ostream>
#include <string>

namespace openkmdf::executive::crt {
namespace {

// The same text in both widths; a function takes the one that it needs.
struct Literal {
    const char *narrow;
    const char16_t *wide;
    operator const char *() const { return narrow; }
    operator const char16_t *() const { return wide; }
};
#define BOTH(text) (Literal{text, u##text})

void PrintTo(const Literal &literal, std::ostream *out)
{
    *out << '"' << literal.narrow << '"';
}

template <class Char>
bool operator==(const std::basic_string<Char> &left, const Literal &right)
{
    return left == static_cast<const Char *>(right);
}

// Room for eight characters, marked so that every write shows.
template <class Char>
struct Buffer {
    Char text[8];

    Buffer()
    {
        for (Char &character : text) character = '#';
    }
    Buffer(const Literal &content) : Buffer()
    {
        const Char *from = content;
        Char *to = text;
        while ((*to++ = *from++) != 0) {}
    }
    operator Char *() { return text; }
    // All of it, with dots for the terminators.
    std::basic_string<Char> all() const
    {
        std::basic_string<Char> result(text, 8);
        for (Char &character : result)
            if (character == 0) character = '.';
        return result;
    }
};

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

#define TEXT_FUNCTIONS(X)                                                                          \
    X(length, crt_strlen, crt_wcslen)                                                              \
    X(bounded_length, crt_strnlen, crt_wcsnlen)                                                    \
    X(copy, crt_strcpy, crt_wcscpy)                                                                \
    X(copy_n, crt_strncpy, crt_wcsncpy)                                                            \
    X(append, crt_strcat, crt_wcscat)                                                              \
    X(append_n, crt_strncat, crt_wcsncat)                                                          \
    X(compare, crt_strcmp, crt_wcscmp)                                                             \
    X(compare_n, crt_strncmp, crt_wcsncmp)                                                         \
    X(compare_caseless, crt_stricmp, crt_wcsicmp)                                                  \
    X(compare_caseless_n, crt_strnicmp, crt_wcsnicmp)                                              \
    X(find, crt_strchr, crt_wcschr)                                                                \
    X(find_last, crt_strrchr, crt_wcsrchr)                                                         \
    X(find_text, crt_strstr, crt_wcsstr)                                                           \
    X(find_any, crt_strpbrk, crt_wcspbrk)                                                          \
    X(span_in, crt_strspn, crt_wcsspn)                                                             \
    X(span_out, crt_strcspn, crt_wcscspn)                                                          \
    X(lower, crt_strlwr, crt_wcslwr)                                                               \
    X(upper, crt_strupr, crt_wcsupr)                                                               \
    X(reverse, crt_strrev, crt_wcsrev)                                                             \
    X(set, crt_strset, crt_wcsset)                                                                 \
    X(set_n, crt_strnset, crt_wcsnset)                                                             \
    X(copy_s, crt_strcpy_s, crt_wcscpy_s)                                                          \
    X(copy_n_s, crt_strncpy_s, crt_wcsncpy_s)                                                      \
    X(append_s, crt_strcat_s, crt_wcscat_s)                                                        \
    X(append_n_s, crt_strncat_s, crt_wcsncat_s)                                                    \
    X(lower_s, crt_strlwr_s, crt_wcslwr_s)                                                         \
    X(upper_s, crt_strupr_s, crt_wcsupr_s)                                                         \
    X(token, crt_strtok_s, crt_wcstok_s)

struct Narrow {
    using Char = char;
#define NARROW(name, narrow, wide) static constexpr auto name = narrow;
    TEXT_FUNCTIONS(NARROW)
};

struct WideText {
    using Char = Wide;
#define WIDE(name, narrow, wide) static constexpr auto name = wide;
    TEXT_FUNCTIONS(WIDE)
};

template <class Functions>
class CrtText : public testing::Test {
};

struct WidthName {
    template <class Functions>
    static std::string GetName(int)
    {
        return sizeof(typename Functions::Char) == 1 ? "Narrow" : "Wide";
    }
};

using Widths = testing::Types<Narrow, WideText>;
TYPED_TEST_SUITE(CrtText, Widths, WidthName);

TYPED_TEST(CrtText, LengthsStopAtTheTerminatorOrTheLimit)
{
    OPENKMDF_TESTS(strlen, wcslen, strnlen, wcsnlen);
    using F = TypeParam;
    EXPECT_EQ(F::length(BOTH("")), 0u);
    EXPECT_EQ(F::length(BOTH("ab\xE4")), 3u);
    EXPECT_EQ(F::length(BOTH("ab\0cd")), 2u);
    EXPECT_EQ(F::bounded_length(BOTH("abc"), 4), 3u);
    EXPECT_EQ(F::bounded_length(BOTH("abc"), 0), 0u);
    Buffer<typename F::Char> unterminated;
    EXPECT_EQ(F::bounded_length(unterminated, 8), 8u);
}

TYPED_TEST(CrtText, CopiesAndAppendsReturnTheDestination)
{
    OPENKMDF_TESTS(strcpy, wcscpy, strcat, wcscat, strncat, wcsncat);
    using F = TypeParam;
    Buffer<typename F::Char> buffer;
    EXPECT_EQ(F::copy(buffer, BOTH("abc")), buffer.text);
    EXPECT_EQ(buffer.all(), BOTH("abc.####"));
    EXPECT_EQ(F::append(buffer, BOTH("de")), buffer.text);
    EXPECT_EQ(buffer.all(), BOTH("abcde.##"));
    EXPECT_EQ(F::append_n(buffer, BOTH("xyz"), 0), buffer.text);
    EXPECT_EQ(buffer.all(), BOTH("abcde.##"));
    F::append_n(buffer, BOTH("fgh"), 1);
    EXPECT_EQ(buffer.all(), BOTH("abcdef.#"));
    F::append_n(buffer, BOTH("g"), 100);
    EXPECT_EQ(buffer.all(), BOTH("abcdefg."));
    F::copy(buffer, BOTH(""));
    EXPECT_EQ(buffer.all(), BOTH(".bcdefg."));
}

TYPED_TEST(CrtText, CountedCopiesPadAndDoNotTerminate)
{
    OPENKMDF_TESTS(strncpy, wcsncpy);
    using F = TypeParam;
    Buffer<typename F::Char> buffer;
    EXPECT_EQ(F::copy_n(buffer, BOTH("abcdef"), 3), buffer.text);
    EXPECT_EQ(buffer.all(), BOTH("abc#####"));
    F::copy_n(buffer, BOTH("xy"), 6);
    EXPECT_EQ(buffer.all(), BOTH("xy....##"));
}

TYPED_TEST(CrtText, ComparisonsOrderByCharacterValue)
{
    OPENKMDF_TESTS(strcmp, wcscmp, strncmp, wcsncmp);
    using F = TypeParam;
    EXPECT_EQ(F::compare(BOTH("abc"), BOTH("abc")), 0);
    EXPECT_LT(F::compare(BOTH("ab"), BOTH("abc")), 0);
    EXPECT_GT(F::compare(BOTH("abc"), BOTH("ab")), 0);
    EXPECT_GT(F::compare(BOTH("\xE4"), BOTH("z")), 0);
    EXPECT_GT(F::compare(BOTH("JOHN_HENRY"), BOTH("JOHNSTON")), 0);
    EXPECT_EQ(F::compare_n(BOTH("abc"), BOTH("abd"), 2), 0);
    EXPECT_LT(F::compare_n(BOTH("abc"), BOTH("abd"), 3), 0);
    EXPECT_GT(F::compare_n(BOTH("abc"), BOTH("ab"), 3), 0);
    EXPECT_EQ(F::compare_n(BOTH("ab\0x"), BOTH("ab\0y"), 4), 0);
    EXPECT_EQ(F::compare_n(BOTH("a"), BOTH("b"), 0), 0);
}

TYPED_TEST(CrtText, CaselessComparisonsOrderByLowerCase)
{
    OPENKMDF_TESTS(_stricmp, _wcsicmp, _strnicmp, _wcsnicmp);
    using F = TypeParam;
    EXPECT_EQ(F::compare_caseless(BOTH("aBc[Z"), BOTH("AbC[z")), 0);
    EXPECT_NE(F::compare_caseless(BOTH("@[`{"), BOTH("`{@[")), 0);
    EXPECT_LT(F::compare_caseless(BOTH("JOHN_HENRY"), BOTH("JOHNSTON")), 0);
    EXPECT_LT(F::compare_caseless(BOTH("AB"), BOTH("abc")), 0);
    EXPECT_GT(F::compare_caseless(BOTH("abc"), BOTH("AB")), 0);
    EXPECT_EQ(F::compare_caseless_n(BOTH("ABCx"), BOTH("abcy"), 3), 0);
    EXPECT_LT(F::compare_caseless_n(BOTH("ABCx"), BOTH("abcY"), 4), 0);
    EXPECT_LT(F::compare_caseless_n(BOTH("a_"), BOTH("AS"), 2), 0);
    EXPECT_GT(F::compare_caseless_n(BOTH("abc"), BOTH("AB"), 9), 0);
    EXPECT_EQ(F::compare_caseless_n(BOTH("ab\0x"), BOTH("AB\0y"), 4), 0);
    EXPECT_EQ(F::compare_caseless_n(BOTH("a"), BOTH("b"), 0), 0);
}

TYPED_TEST(CrtText, SearchesFindCharactersAndTexts)
{
    OPENKMDF_TESTS(strchr, wcschr, strrchr, wcsrchr, strstr, wcsstr, strpbrk, wcspbrk);
    using F = TypeParam;
    const typename F::Char *text = BOTH("aab.aaab.\xE4");
    EXPECT_EQ(F::find(text, 'b'), text + 2);
    EXPECT_EQ(F::find(text, 0xE4), text + 9);
    EXPECT_EQ(F::find(text, 0), text + 10);
    EXPECT_EQ(F::find(text, 'x'), nullptr);
    EXPECT_EQ(F::find_last(text, 'b'), text + 7);
    EXPECT_EQ(F::find_last(text, 0xE4), text + 9);
    EXPECT_EQ(F::find_last(text, 0), text + 10);
    EXPECT_EQ(F::find_last(text, 'x'), nullptr);
    EXPECT_EQ(F::find_text(text, BOTH("aaab")), text + 4);
    EXPECT_EQ(F::find_text(text, BOTH("aab")), text);
    EXPECT_EQ(F::find_text(text, BOTH("")), text);
    EXPECT_EQ(F::find_text(text, BOTH("aaaab")), nullptr);
    EXPECT_EQ(F::find_text(text, BOTH(".\xE4.")), nullptr);
    EXPECT_EQ(F::find_any(text, BOTH("x.b")), text + 2);
    EXPECT_EQ(F::find_any(text, BOTH("\xE4x")), text + 9);
    EXPECT_EQ(F::find_any(text, BOTH("xyz")), nullptr);
    EXPECT_EQ(F::find_any(text, BOTH("")), nullptr);
}

TYPED_TEST(CrtText, SpansCountTheLeadingCharacters)
{
    OPENKMDF_TESTS(strspn, wcsspn, strcspn, wcscspn);
    using F = TypeParam;
    EXPECT_EQ(F::span_in(BOTH("cabbage"), BOTH("abc")), 5u);
    EXPECT_EQ(F::span_in(BOTH("cab"), BOTH("abc")), 3u);
    EXPECT_EQ(F::span_in(BOTH("xcab"), BOTH("abc")), 0u);
    EXPECT_EQ(F::span_in(BOTH("cab"), BOTH("")), 0u);
    EXPECT_EQ(F::span_out(BOTH("xyzbxz"), BOTH("abc")), 3u);
    EXPECT_EQ(F::span_out(BOTH("xyz"), BOTH("abc")), 3u);
    EXPECT_EQ(F::span_out(BOTH("abc"), BOTH("c\xE4\x61")), 0u);
}

TYPED_TEST(CrtText, ChangesHappenInPlace)
{
    OPENKMDF_TESTS(_strlwr, _wcslwr, _strupr, _wcsupr, _strrev, _wcsrev, _strset, _wcsset, _strnset,
                   _wcsnset);
    using F = TypeParam;
    Buffer<typename F::Char> buffer(BOTH("aZ@[`{9"));
    EXPECT_EQ(F::lower(buffer), buffer.text);
    EXPECT_EQ(buffer.all(), BOTH("az@[`{9."));
    EXPECT_EQ(F::upper(buffer), buffer.text);
    EXPECT_EQ(buffer.all(), BOTH("AZ@[`{9."));
    F::copy(buffer, BOTH("abcd"));
    EXPECT_EQ(F::reverse(buffer), buffer.text);
    EXPECT_EQ(buffer.all(), BOTH("dcba.{9."));
    F::copy(buffer, BOTH("abc"));
    F::reverse(buffer);
    EXPECT_EQ(buffer.all(), BOTH("cba..{9."));
    EXPECT_EQ(F::set_n(buffer, 'x', 2), buffer.text);
    EXPECT_EQ(buffer.all(), BOTH("xxa..{9."));
    EXPECT_EQ(F::set(buffer, 'y'), buffer.text);
    EXPECT_EQ(buffer.all(), BOTH("yyy..{9."));
    F::set_n(buffer, 'z', 7);
    EXPECT_EQ(buffer.all(), BOTH("zzz..{9."));
    F::copy(buffer, BOTH(""));
    F::reverse(buffer);
    F::set(buffer, 'a');
    F::upper(buffer);
    EXPECT_EQ(buffer.all(), BOTH(".zz..{9."));
}

TYPED_TEST(CrtText, TokensComeOneByOne)
{
    OPENKMDF_TESTS(strtok_s, wcstok_s);
    using F = TypeParam;
    using Char = typename F::Char;
    const auto str = [](const Char *text) { return std::basic_string<Char>(text); };
    Buffer<Char> first(BOTH(",a,;b;"));
    Buffer<Char> second(BOTH("x y"));
    Char *place = nullptr;
    Char *other = nullptr;
    EXPECT_EQ(F::token(first, BOTH(","), &place), first.text + 1);
    EXPECT_EQ(first.all(), BOTH(",a.;b;.#"));
    // Two texts can be taken apart at once, and the delimiters may change.
    EXPECT_EQ(str(F::token(second, BOTH(" "), &other)), BOTH("x"));
    EXPECT_EQ(str(F::token(nullptr, BOTH(";"), &place)), BOTH("b"));
    EXPECT_EQ(F::token(nullptr, BOTH(";"), &place), nullptr);
    EXPECT_EQ(F::token(nullptr, BOTH(";"), &place), nullptr);
    EXPECT_EQ(str(F::token(nullptr, BOTH(" "), &other)), BOTH("y"));
    EXPECT_EQ(F::token(nullptr, BOTH(" "), &other), nullptr);
    Buffer<Char> delimiters(BOTH(",,,"));
    EXPECT_EQ(F::token(delimiters, BOTH(","), &place), nullptr);
    Char *none = nullptr;
    EXPECT_EQ(F::token(nullptr, BOTH(","), &none), nullptr);
    Buffer<Char> text(BOTH("a,b"));
    EXPECT_EQ(F::token(text, nullptr, &place), nullptr);
    EXPECT_EQ(F::token(text, BOTH(","), nullptr), nullptr);
    EXPECT_EQ(text.all(), BOTH("a,b.####"));
}

TYPED_TEST(CrtText, CheckedCopiesEmptyTheDestinationThatIsTooSmall)
{
    OPENKMDF_TESTS(strcpy_s, wcscpy_s);
    using F = TypeParam;
    Buffer<typename F::Char> buffer;
    EXPECT_EQ(F::copy_s(buffer, 4, BOTH("abc")), 0);
    EXPECT_EQ(buffer.all(), BOTH("abc.####"));
    EXPECT_EQ(F::copy_s(buffer, 8, BOTH("x")), 0);
    EXPECT_EQ(buffer.all(), BOTH("x.c.####"));
    EXPECT_EQ(F::copy_s(buffer, 4, BOTH("abcd")), kRange);
    EXPECT_EQ(buffer.text[0], 0);
    EXPECT_EQ(buffer.text[4], '#');
    EXPECT_EQ(F::copy_s(nullptr, 4, BOTH("abc")), kInvalid);
    F::copy_s(buffer, 8, BOTH("abc"));
    EXPECT_EQ(F::copy_s(buffer, 8, nullptr), kInvalid);
    EXPECT_EQ(buffer.all(), BOTH(".bc.####"));
}

TYPED_TEST(CrtText, CheckedCountedCopiesTerminateAndCutOnRequest)
{
    OPENKMDF_TESTS(strncpy_s, wcsncpy_s);
    using F = TypeParam;
    Buffer<typename F::Char> buffer;
    EXPECT_EQ(F::copy_n_s(buffer, 5, BOTH("a long text"), 4), 0);
    EXPECT_EQ(buffer.all(), BOTH("a lo.###"));
    EXPECT_EQ(F::copy_n_s(buffer, 5, BOTH("bc"), 100), 0);
    EXPECT_EQ(buffer.all(), BOTH("bc.o.###"));
    EXPECT_EQ(F::copy_n_s(buffer, 5, BOTH("a long text"), 5), kRange);
    EXPECT_EQ(buffer.text[0], 0);
    EXPECT_EQ(buffer.text[5], '#');
    buffer = {};
    EXPECT_EQ(F::copy_n_s(buffer, 5, BOTH("a long text"), kTruncate), kTruncated);
    EXPECT_EQ(buffer.all(), BOTH("a lo.###"));
    EXPECT_EQ(F::copy_n_s(buffer, 5, BOTH("wxyz"), kTruncate), 0);
    EXPECT_EQ(buffer.all(), BOTH("wxyz.###"));
    EXPECT_EQ(F::copy_n_s(nullptr, 5, BOTH("a"), 1), kInvalid);
    EXPECT_EQ(F::copy_n_s(buffer, 0, BOTH("a"), 1), kInvalid);
    EXPECT_EQ(buffer.all(), BOTH("wxyz.###"));
    EXPECT_EQ(F::copy_n_s(buffer, 5, nullptr, 1), kInvalid);
    EXPECT_EQ(buffer.all(), BOTH(".xyz.###"));
}

TYPED_TEST(CrtText, CheckedAppendsEmptyTheDestinationThatIsTooSmall)
{
    OPENKMDF_TESTS(strcat_s, wcscat_s);
    using F = TypeParam;
    Buffer<typename F::Char> buffer(BOTH("ab"));
    EXPECT_EQ(F::append_s(buffer, 5, BOTH("cd")), 0);
    EXPECT_EQ(buffer.all(), BOTH("abcd.###"));
    EXPECT_EQ(F::append_s(buffer, 5, BOTH("")), 0);
    EXPECT_EQ(buffer.all(), BOTH("abcd.###"));
    EXPECT_EQ(F::append_s(buffer, 5, BOTH("e")), kRange);
    EXPECT_EQ(buffer.text[0], 0);
    EXPECT_EQ(buffer.text[5], '#');
    EXPECT_EQ(F::append_s(nullptr, 5, BOTH("a")), kInvalid);
    F::copy(buffer, BOTH("ab"));
    EXPECT_EQ(F::append_s(buffer, 5, nullptr), kInvalid);
    EXPECT_EQ(buffer.text[0], 0);
}

TYPED_TEST(CrtText, CheckedCountedAppendsCutOnRequest)
{
    OPENKMDF_TESTS(strncat_s, wcsncat_s);
    using F = TypeParam;
    Buffer<typename F::Char> buffer(BOTH("12"));
    EXPECT_EQ(F::append_n_s(buffer, 5, BOTH("34567"), 2), 0);
    EXPECT_EQ(buffer.all(), BOTH("1234.###"));
    EXPECT_EQ(F::append_n_s(buffer, 5, BOTH("5"), 0), 0);
    EXPECT_EQ(buffer.all(), BOTH("1234.###"));
    buffer = BOTH("12");
    EXPECT_EQ(F::append_n_s(buffer, 5, BOTH("34567"), kTruncate), kTruncated);
    EXPECT_EQ(buffer.all(), BOTH("1234.###"));
    F::copy(buffer, BOTH("12"));
    EXPECT_EQ(F::append_n_s(buffer, 5, BOTH("3"), kTruncate), 0);
    EXPECT_EQ(buffer.all(), BOTH("123..###"));
    F::copy(buffer, BOTH("12"));
    EXPECT_EQ(F::append_n_s(buffer, 5, BOTH("34567"), 3), kRange);
    EXPECT_EQ(buffer.text[0], 0);
    EXPECT_EQ(buffer.text[5], '#');
    EXPECT_EQ(F::append_n_s(nullptr, 5, BOTH("a"), 1), kInvalid);
}

TYPED_TEST(CrtText, CheckedCaseChangesNeedATerminatorInTheBuffer)
{
    OPENKMDF_TESTS(_strlwr_s, _wcslwr_s, _strupr_s, _wcsupr_s);
    using F = TypeParam;
    Buffer<typename F::Char> buffer(BOTH("aB[z"));
    EXPECT_EQ(F::lower_s(buffer, 5), 0);
    EXPECT_EQ(buffer.all(), BOTH("ab[z.###"));
    EXPECT_EQ(F::upper_s(buffer, 5), 0);
    EXPECT_EQ(buffer.all(), BOTH("AB[Z.###"));
    EXPECT_EQ(F::lower_s(nullptr, 5), kInvalid);
    EXPECT_EQ(F::upper_s(nullptr, 5), kInvalid);
    EXPECT_EQ(F::lower_s(buffer, 3), kInvalid);
    EXPECT_EQ(buffer.text[3], 'Z');
}

// Results of one function that differ from those of its relatives.
TYPED_TEST(CrtText, CheckedCopyToNoRoomAtAllIsARangeError)
{
    OPENKMDF_TESTS(strcpy_s, wcscpy_s);
    using F = TypeParam;
    Buffer<typename F::Char> buffer(BOTH("ab"));
    EXPECT_EQ(F::copy_s(buffer, 0, BOTH("c")), kRange);
}

TYPED_TEST(CrtText, CheckedUpperCaseOfALongerTextIsARangeError)
{
    OPENKMDF_TESTS(_strupr_s, _wcsupr_s);
    using F = TypeParam;
    Buffer<typename F::Char> buffer(BOTH("abcd"));
    EXPECT_EQ(F::upper_s(buffer, 3), kRange);
    EXPECT_EQ(buffer.text[3], 'd');
}

TYPED_TEST(CrtText, CheckedAppendsLeaveAnUnterminatedDestinationAlone)
{
    OPENKMDF_TESTS(strcat_s, wcscat_s, strncat_s, wcsncat_s);
    using F = TypeParam;
    Buffer<typename F::Char> buffer;
    EXPECT_EQ(F::append_s(buffer, 8, BOTH("a")), kInvalid);
    EXPECT_EQ(buffer.all(), BOTH("########"));
    Buffer<typename F::Char> counted;
    EXPECT_EQ(F::append_n_s(counted, 8, BOTH("a"), 1), kInvalid);
    EXPECT_EQ(counted.all(), BOTH("########"));
}

TYPED_TEST(CrtText, CheckedCountedAppendOfANullTextLeavesTheDestinationAlone)
{
    OPENKMDF_TESTS(strncat_s, wcsncat_s);
    using F = TypeParam;
    Buffer<typename F::Char> buffer(BOTH("12"));
    EXPECT_EQ(F::append_n_s(buffer, 5, nullptr, 1), kInvalid);
    EXPECT_EQ(buffer.all(), BOTH("12.#####"));
}

}  // namespace
}  // namespace openkmdf::executive::crt
