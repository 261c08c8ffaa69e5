#pragma once

#include "executive/crt/crt.h"
#include "executive/rtl/upcase.h"

#include <cstring>

// The string functions of the C library, once for both widths.

namespace openkmdf::executive::crt::strings {

inline char lower(char character)
{
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character + 32) : character;
}
inline char upper(char character)
{
    return character >= 'a' && character <= 'z' ? static_cast<char>(character - 32) : character;
}
inline Wide lower(Wide character)
{
    return rtl::downcase(character);
}
inline Wide upper(Wide character)
{
    return rtl::upcase(character);
}

// The value by which characters are ordered: narrow ones as unsigned bytes.
inline int value_of(char character)
{
    return static_cast<unsigned char>(character);
}
inline int value_of(Wide character)
{
    return character;
}

inline int sign(int difference)
{
    return difference < 0 ? -1 : difference > 0;
}

template <class Char>
std::size_t length(const Char *text)
{
    std::size_t count = 0;
    while (text[count] != 0) ++count;
    return count;
}

template <class Char>
std::size_t length(const Char *text, std::size_t limit)
{
    std::size_t count = 0;
    while (count < limit && text[count] != 0) ++count;
    return count;
}

template <class Char>
Char *copy(Char *to, const Char *from)
{
    std::memmove(to, from, (length(from) + 1) * sizeof(Char));
    return to;
}

// Fills with zeros up to `count`, and does not terminate a text that has no room.
template <class Char>
Char *copy(Char *to, const Char *from, std::size_t count)
{
    const std::size_t used = length(from, count);
    std::memmove(to, from, used * sizeof(Char));
    for (std::size_t index = used; index < count; ++index) to[index] = 0;
    return to;
}

template <class Char>
Char *append(Char *to, const Char *from, std::size_t limit)
{
    Char *end = to + length(to);
    const std::size_t used = length(from, limit);
    std::memmove(end, from, used * sizeof(Char));
    end[used] = 0;
    return to;
}

template <class Char>
int compare(const Char *left, const Char *right, std::size_t limit)
{
    for (std::size_t index = 0; index < limit; ++index) {
        const int difference = value_of(left[index]) - value_of(right[index]);
        if (difference != 0 || left[index] == 0) return sign(difference);
    }
    return 0;
}

template <class Char>
int compare_ignoring_case(const Char *left, const Char *right, std::size_t limit)
{
    for (std::size_t index = 0; index < limit; ++index) {
        const int difference = value_of(lower(left[index])) - value_of(lower(right[index]));
        if (difference != 0 || left[index] == 0) return difference;
    }
    return 0;
}

template <class Char>
Char *find(const Char *text, Char character)
{
    for (;; ++text) {
        if (*text == character) return const_cast<Char *>(text);
        if (*text == 0) return nullptr;
    }
}

template <class Char>
Char *find_last(const Char *text, Char character)
{
    const Char *found = nullptr;
    for (;; ++text) {
        if (*text == character) found = text;
        if (*text == 0) return const_cast<Char *>(found);
    }
}

template <class Char>
Char *find_part(const Char *text, const Char *part)
{
    const std::size_t count = length(part);
    for (;; ++text) {
        if (compare(text, part, count) == 0) return const_cast<Char *>(text);
        if (*text == 0) return nullptr;
    }
}

// How many characters from the front are (or are not) in the set.
template <class Char>
std::size_t span(const Char *text, const Char *set, bool in_set)
{
    std::size_t count = 0;
    while (text[count] != 0 && (find(set, text[count]) != nullptr) == in_set) ++count;
    return count;
}

template <class Char>
Char *find_any(const Char *text, const Char *set)
{
    text += span(text, set, false);
    return *text == 0 ? nullptr : const_cast<Char *>(text);
}

template <class Char, class Change>
Char *change(Char *text, std::size_t limit, Change change)
{
    for (std::size_t index = 0; index < limit && text[index] != 0; ++index)
        text[index] = change(text[index]);
    return text;
}

template <class Char>
Char *reverse(Char *text)
{
    const std::size_t count = length(text);
    for (std::size_t index = 0; index < count / 2; ++index) {
        const Char kept = text[index];
        text[index] = text[count - 1 - index];
        text[count - 1 - index] = kept;
    }
    return text;
}

// Copies at most `count` characters behind `used` ones that stand in the buffer of `room`.
// A count of kTruncate takes what fits.
template <class Char>
ErrorCode place(Char *to, std::size_t room, std::size_t used, const Char *from, std::size_t count)
{
    const std::size_t free = room - used;
    const std::size_t wanted = length(from, count == kTruncate ? free
                                            : count < free     ? count
                                                               : free);
    if (wanted >= free) {
        if (count == kTruncate) {
            std::memmove(to + used, from, (free - 1) * sizeof(Char));
            to[room - 1] = 0;
            return kTruncated;
        }
        to[0] = 0;
        return kRange;
    }
    std::memmove(to + used, from, wanted * sizeof(Char));
    to[used + wanted] = 0;
    return 0;
}

template <class Char>
ErrorCode copy_checked(Char *to, std::size_t room, const Char *from, std::size_t count)
{
    if (count == 0 && to == nullptr && room == 0) return 0;
    if (to == nullptr) return kInvalid;
    if (room == 0) return from != nullptr && count == kWhole ? kRange : kInvalid;
    if (count == 0) {
        to[0] = 0;
        return 0;
    }
    if (from == nullptr) {
        to[0] = 0;
        return kInvalid;
    }
    return place(to, room, 0, from, count);
}

template <class Char>
ErrorCode append_checked(Char *to, std::size_t room, const Char *from, std::size_t count)
{
    if (to == nullptr || room == 0) return kInvalid;
    const std::size_t used = length(to, room);
    if (used == room) return kInvalid;
    if (from == nullptr && count != 0) {
        if (count == kWhole) to[0] = 0;
        return kInvalid;
    }
    return count == 0 ? 0 : place(to, room, used, from, count);
}

template <class Char, class Change>
ErrorCode change_checked(Char *text, std::size_t room, Change function,
                         std::size_t limit = ~std::size_t{0})
{
    if (text == nullptr) return kInvalid;
    if (length(text, room) == room) {
        if (room != 0) text[0] = 0;
        return kInvalid;
    }
    change(text, limit, function);
    return 0;
}

template <class Char>
Char *token(Char *text, const Char *delimiters, Char **context)
{
    if (delimiters == nullptr || context == nullptr || (text == nullptr && *context == nullptr))
        return nullptr;
    Char *start = text != nullptr ? text : *context;
    start += span(start, delimiters, true);
    Char *end = start + span(start, delimiters, false);
    *context = *end == 0 ? end : end + 1;
    if (start == end) return nullptr;
    *end = 0;
    return start;
}

}  // namespace openkmdf::executive::crt::strings
