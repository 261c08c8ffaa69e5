#include "executive/crt/strings.h"

namespace openkmdf::executive::crt {

using Char = char;
constexpr std::size_t kAll = ~std::size_t{0};

std::size_t CRT_ABI crt_strlen(const Char *text)
{
    return std::strlen(text);
}
std::size_t CRT_ABI crt_strnlen(const Char *text, std::size_t limit)
{
    return strings::length(text, limit);
}
Char *CRT_ABI crt_strcpy(Char *to, const Char *from)
{
    return strings::copy(to, from);
}
Char *CRT_ABI crt_strncpy(Char *to, const Char *from, std::size_t count)
{
    return strings::copy(to, from, count);
}
Char *CRT_ABI crt_strcat(Char *to, const Char *from)
{
    return strings::append(to, from, kAll);
}
Char *CRT_ABI crt_strncat(Char *to, const Char *from, std::size_t count)
{
    return strings::append(to, from, count);
}
int CRT_ABI crt_strcmp(const Char *left, const Char *right)
{
    return strings::compare(left, right, kAll);
}
int CRT_ABI crt_strncmp(const Char *left, const Char *right, std::size_t count)
{
    return strings::compare(left, right, count);
}
int CRT_ABI crt_stricmp(const Char *left, const Char *right)
{
    return strings::compare_ignoring_case(left, right, kAll);
}
int CRT_ABI crt_strnicmp(const Char *left, const Char *right, std::size_t count)
{
    return strings::compare_ignoring_case(left, right, count);
}
Char *CRT_ABI crt_strchr(const Char *text, int character)
{
    return strings::find(text, static_cast<Char>(character));
}
Char *CRT_ABI crt_strrchr(const Char *text, int character)
{
    return strings::find_last(text, static_cast<Char>(character));
}
Char *CRT_ABI crt_strstr(const Char *text, const Char *part)
{
    return strings::find_part(text, part);
}
std::size_t CRT_ABI crt_strspn(const Char *text, const Char *set)
{
    return strings::span(text, set, true);
}
std::size_t CRT_ABI crt_strcspn(const Char *text, const Char *set)
{
    return strings::span(text, set, false);
}
Char *CRT_ABI crt_strpbrk(const Char *text, const Char *set)
{
    return strings::find_any(text, set);
}
Char *CRT_ABI crt_strlwr(Char *text)
{
    return strings::change(text, kAll, [](Char c) { return strings::lower(c); });
}
Char *CRT_ABI crt_strupr(Char *text)
{
    return strings::change(text, kAll, [](Char c) { return strings::upper(c); });
}
Char *CRT_ABI crt_strrev(Char *text)
{
    return strings::reverse(text);
}
Char *CRT_ABI crt_strset(Char *text, int character)
{
    return strings::change(text, kAll, [=](Char) { return static_cast<Char>(character); });
}
Char *CRT_ABI crt_strnset(Char *text, int character, std::size_t count)
{
    return strings::change(text, count, [=](Char) { return static_cast<Char>(character); });
}
ErrorCode CRT_ABI crt_strcpy_s(Char *to, std::size_t room, const Char *from)
{
    return strings::copy_checked(to, room, from, kWhole);
}
ErrorCode CRT_ABI crt_strncpy_s(Char *to, std::size_t room, const Char *from, std::size_t count)
{
    return strings::copy_checked(to, room, from, count);
}
ErrorCode CRT_ABI crt_strcat_s(Char *to, std::size_t room, const Char *from)
{
    return strings::append_checked(to, room, from, kWhole);
}
ErrorCode CRT_ABI crt_strncat_s(Char *to, std::size_t room, const Char *from, std::size_t count)
{
    return strings::append_checked(to, room, from, count);
}
ErrorCode CRT_ABI crt_strset_s(Char *text, std::size_t room, int character)
{
    return strings::change_checked(text, room, [=](Char) { return static_cast<Char>(character); });
}
ErrorCode CRT_ABI crt_strnset_s(Char *text, std::size_t room, int character, std::size_t count)
{
    return strings::change_checked(
        text, room, [=](Char) { return static_cast<Char>(character); }, count);
}
ErrorCode CRT_ABI crt_strlwr_s(Char *text, std::size_t room)
{
    return strings::change_checked(text, room, [](Char c) { return strings::lower(c); });
}
ErrorCode CRT_ABI crt_strupr_s(Char *text, std::size_t room)
{
    if (text != nullptr && strings::length(text, room) == room) return kRange;
    return strings::change_checked(text, room, [](Char c) { return strings::upper(c); });
}
Char *CRT_ABI crt_strtok_s(Char *text, const Char *delimiters, Char **context)
{
    return strings::token(text, delimiters, context);
}

}  // namespace openkmdf::executive::crt
