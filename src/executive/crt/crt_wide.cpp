#include "executive/crt/strings.h"

namespace openkmdf::executive::crt {

using Char = Wide;
constexpr std::size_t kAll = ~std::size_t{0};

std::size_t CRT_ABI crt_wcslen(const Char *text)
{
    return strings::length(text);
}
std::size_t CRT_ABI crt_wcsnlen(const Char *text, std::size_t limit)
{
    return strings::length(text, limit);
}
Char *CRT_ABI crt_wcscpy(Char *to, const Char *from)
{
    return strings::copy(to, from);
}
Char *CRT_ABI crt_wcsncpy(Char *to, const Char *from, std::size_t count)
{
    return strings::copy(to, from, count);
}
Char *CRT_ABI crt_wcscat(Char *to, const Char *from)
{
    return strings::append(to, from, kAll);
}
Char *CRT_ABI crt_wcsncat(Char *to, const Char *from, std::size_t count)
{
    return strings::append(to, from, count);
}
int CRT_ABI crt_wcscmp(const Char *left, const Char *right)
{
    return strings::compare(left, right, kAll);
}
int CRT_ABI crt_wcsncmp(const Char *left, const Char *right, std::size_t count)
{
    return strings::compare(left, right, count);
}
int CRT_ABI crt_wcsicmp(const Char *left, const Char *right)
{
    return strings::compare_ignoring_case(left, right, kAll);
}
int CRT_ABI crt_wcsnicmp(const Char *left, const Char *right, std::size_t count)
{
    return strings::compare_ignoring_case(left, right, count);
}
Char *CRT_ABI crt_wcschr(const Char *text, Wide character)
{
    return strings::find(text, character);
}
Char *CRT_ABI crt_wcsrchr(const Char *text, Wide character)
{
    return strings::find_last(text, character);
}
Char *CRT_ABI crt_wcsstr(const Char *text, const Char *part)
{
    return strings::find_part(text, part);
}
std::size_t CRT_ABI crt_wcsspn(const Char *text, const Char *set)
{
    return strings::span(text, set, true);
}
std::size_t CRT_ABI crt_wcscspn(const Char *text, const Char *set)
{
    return strings::span(text, set, false);
}
Char *CRT_ABI crt_wcspbrk(const Char *text, const Char *set)
{
    return strings::find_any(text, set);
}
Char *CRT_ABI crt_wcslwr(Char *text)
{
    return strings::change(text, kAll, [](Char c) { return strings::lower(c); });
}
Char *CRT_ABI crt_wcsupr(Char *text)
{
    return strings::change(text, kAll, [](Char c) { return strings::upper(c); });
}
Char *CRT_ABI crt_wcsrev(Char *text)
{
    return strings::reverse(text);
}
Char *CRT_ABI crt_wcsset(Char *text, Wide character)
{
    return strings::change(text, kAll, [=](Char) { return character; });
}
Char *CRT_ABI crt_wcsnset(Char *text, Wide character, std::size_t count)
{
    return strings::change(text, count, [=](Char) { return character; });
}
ErrorCode CRT_ABI crt_wcscpy_s(Char *to, std::size_t room, const Char *from)
{
    return strings::copy_checked(to, room, from, kWhole);
}
ErrorCode CRT_ABI crt_wcsncpy_s(Char *to, std::size_t room, const Char *from, std::size_t count)
{
    return strings::copy_checked(to, room, from, count);
}
ErrorCode CRT_ABI crt_wcscat_s(Char *to, std::size_t room, const Char *from)
{
    return strings::append_checked(to, room, from, kWhole);
}
ErrorCode CRT_ABI crt_wcsncat_s(Char *to, std::size_t room, const Char *from, std::size_t count)
{
    return strings::append_checked(to, room, from, count);
}
ErrorCode CRT_ABI crt_wcsset_s(Char *text, std::size_t room, Wide character)
{
    return strings::change_checked(text, room, [=](Char) { return character; });
}
ErrorCode CRT_ABI crt_wcsnset_s(Char *text, std::size_t room, Wide character, std::size_t count)
{
    return strings::change_checked(
        text, room, [=](Char) { return character; }, count);
}
ErrorCode CRT_ABI crt_wcslwr_s(Char *text, std::size_t room)
{
    return strings::change_checked(text, room, [](Char c) { return strings::lower(c); });
}
ErrorCode CRT_ABI crt_wcsupr_s(Char *text, std::size_t room)
{
    if (text != nullptr && strings::length(text, room) == room) return kRange;
    return strings::change_checked(text, room, [](Char c) { return strings::upper(c); });
}
Char *CRT_ABI crt_wcstok_s(Char *text, const Char *delimiters, Char **context)
{
    return strings::token(text, delimiters, context);
}

int CRT_ABI crt_wmemcmp(const Char *left, const Char *right, std::size_t count)
{
    for (std::size_t index = 0; index < count; ++index) {
        if (left[index] != right[index]) return left[index] < right[index] ? -1 : 1;
    }
    return 0;
}

}  // namespace openkmdf::executive::crt
