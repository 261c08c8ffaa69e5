#include "executive/crt/strings.h"

// The C locale: narrow characters above 0x7F have no class, and convert to and from the wide
// characters of the same value.

namespace openkmdf::executive::crt {
namespace {

bool is_between(int character, int low, int high)
{
    return character >= low && character <= high;
}

}  // namespace

int CRT_ABI crt_tolower(int character)
{
    return is_between(character, 'A', 'Z') ? character + 32 : character;
}

int CRT_ABI crt_toupper(int character)
{
    return is_between(character, 'a', 'z') ? character - 32 : character;
}

Wide CRT_ABI crt_towlower(Wide character)
{
    return rtl::downcase(character);
}

Wide CRT_ABI crt_towupper(Wide character)
{
    return rtl::upcase(character);
}

int CRT_ABI crt_isupper(int character)
{
    return is_between(character, 'A', 'Z');
}

int CRT_ABI crt_islower(int character)
{
    return is_between(character, 'a', 'z');
}

int CRT_ABI crt_isalpha(int character)
{
    return crt_isupper(character) || crt_islower(character);
}

int CRT_ABI crt_isdigit(int character)
{
    return is_between(character, '0', '9');
}

int CRT_ABI crt_isalnum(int character)
{
    return crt_isalpha(character) || crt_isdigit(character);
}

int CRT_ABI crt_isxdigit(int character)
{
    return crt_isdigit(character) || is_between(character, 'a', 'f') ||
           is_between(character, 'A', 'F');
}

int CRT_ABI crt_isspace(int character)
{
    return character == ' ' || is_between(character, '\t', '\r');
}

int CRT_ABI crt_isprint(int character)
{
    return is_between(character, ' ', '~');
}

int CRT_ABI crt_iswdigit(Wide character)
{
    return crt_isdigit(character);
}

int CRT_ABI crt_iswspace(Wide character)
{
    return crt_isspace(character);
}

int CRT_ABI crt_iswalpha(Wide character)
{
    return crt_isalpha(character) || rtl::upcase(character) != character ||
           rtl::downcase(character) != character;
}

int CRT_ABI crt_iscntrl(int character)
{
    return is_between(character, 0, 0x1F) || character == 0x7F;
}

int CRT_ABI crt_isgraph(int character)
{
    return is_between(character, '!', '~');
}

int CRT_ABI crt_ispunct(int character)
{
    return crt_isgraph(character) && !crt_isalnum(character);
}

int CRT_ABI crt_iswlower(Wide character)
{
    return rtl::upcase(character) != character;
}
int CRT_ABI crt_iswupper(Wide character)
{
    return rtl::downcase(character) != character;
}
int CRT_ABI crt_iswalnum(Wide character)
{
    return crt_iswalpha(character) || crt_isdigit(character);
}
int CRT_ABI crt_iswcntrl(Wide character)
{
    return crt_iscntrl(character) || is_between(character, 0x80, 0x9F);
}
int CRT_ABI crt_iswxdigit(Wide character)
{
    return crt_isxdigit(character);
}
int CRT_ABI crt_iswpunct(Wide character)
{
    return crt_ispunct(character);
}
int CRT_ABI crt_iswprint(Wide character)
{
    return character < 0x80 ? crt_isprint(character) : !crt_iswcntrl(character);
}
int CRT_ABI crt_iswgraph(Wide character)
{
    return crt_iswprint(character) && character != ' ';
}

// `type` has the bits of <wctype.h>.
int CRT_ABI crt_iswctype(Wide character, std::uint16_t type)
{
    return ((type & 0x001) && crt_iswupper(character)) ||
           ((type & 0x002) && crt_iswlower(character)) ||
           ((type & 0x004) && crt_iswdigit(character)) ||
           ((type & 0x008) && crt_iswspace(character)) ||
           ((type & 0x010) && crt_iswpunct(character)) ||
           ((type & 0x020) && crt_iswcntrl(character)) ||
           ((type & 0x040) && (character == ' ' || character == '\t')) ||
           ((type & 0x080) && crt_iswxdigit(character)) ||
           ((type & 0x100) && crt_iswalpha(character));
}

int CRT_ABI crt_mblen(const char *text, std::size_t count)
{
    return text != nullptr && count != 0 && *text != 0;
}

std::size_t CRT_ABI crt_mbstowcs(Wide *to, const char *from, std::size_t count)
{
    if (from == nullptr || count > 0x7FFFFFFF) return ~std::size_t{0};
    const std::size_t available = to == nullptr ? ~std::size_t{0} : count;
    std::size_t index = 0;
    for (; index < available && from[index] != 0; ++index) {
        if (to != nullptr) to[index] = static_cast<unsigned char>(from[index]);
    }
    if (to != nullptr && index < count) to[index] = 0;
    return index;
}

std::size_t CRT_ABI crt_wcstombs(char *to, const Wide *from, std::size_t count)
{
    if (from == nullptr || count > 0x7FFFFFFF) return ~std::size_t{0};
    const std::size_t available = to == nullptr ? ~std::size_t{0} : count;
    std::size_t index = 0;
    for (; index < available && from[index] != 0; ++index) {
        if (from[index] > 0xFF) return ~std::size_t{0};
        if (to != nullptr) to[index] = static_cast<char>(from[index]);
    }
    if (to != nullptr && index < count) to[index] = 0;
    return index;
}

int CRT_ABI crt_mbtowc(Wide *to, const char *from, std::size_t count)
{
    if (from == nullptr) return 0;
    if (count == 0) return -1;
    if (to != nullptr) *to = static_cast<unsigned char>(*from);
    return *from != 0;
}

int CRT_ABI crt_wctomb(char *to, Wide character)
{
    if (to == nullptr) return 0;
    if (character > 0xFF) return -1;
    *to = static_cast<char>(character);
    return 1;
}

}  // namespace openkmdf::executive::crt
