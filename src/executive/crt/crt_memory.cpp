#include "executive/crt/crt.h"

#include <cstring>

namespace openkmdf::executive::crt {

void *CRT_ABI crt_memcpy(void *to, const void *from, std::size_t count)
{
    // Windows' memcpy is its memmove; drivers rely on it without knowing.
    return std::memmove(to, from, count);
}

void *CRT_ABI crt_memmove(void *to, const void *from, std::size_t count)
{
    return std::memmove(to, from, count);
}

void *CRT_ABI crt_memset(void *to, int value, std::size_t count)
{
    return std::memset(to, value, count);
}

int CRT_ABI crt_memcmp(const void *left, const void *right, std::size_t count)
{
    const int order = std::memcmp(left, right, count);
    return order < 0 ? -1 : order > 0;
}

void *CRT_ABI crt_memchr(const void *block, int value, std::size_t count)
{
    return const_cast<void *>(std::memchr(block, value, count));
}

ErrorCode CRT_ABI crt_memcpy_s(void *to, std::size_t room, const void *from, std::size_t count)
{
    if (count == 0) return 0;
    if (to == nullptr) return kInvalid;
    if (from == nullptr || room < count) {
        std::memset(to, 0, room);
        return from == nullptr ? kInvalid : kRange;
    }
    std::memmove(to, from, count);
    return 0;
}

ErrorCode CRT_ABI crt_memmove_s(void *to, std::size_t room, const void *from, std::size_t count)
{
    if (count == 0) return 0;
    if (to == nullptr || from == nullptr) return kInvalid;
    if (room < count) return kRange;
    std::memmove(to, from, count);
    return 0;
}

void *CRT_ABI crt_memccpy(void *to, const void *from, int stop, std::size_t count)
{
    auto *source = static_cast<const unsigned char *>(from);
    auto *target = static_cast<unsigned char *>(to);
    for (std::size_t index = 0; index < count; ++index) {
        target[index] = source[index];
        if (source[index] == static_cast<unsigned char>(stop)) return target + index + 1;
    }
    return nullptr;
}

int CRT_ABI crt_memicmp(const void *left, const void *right, std::size_t count)
{
    auto *first = static_cast<const unsigned char *>(left);
    auto *second = static_cast<const unsigned char *>(right);
    for (std::size_t index = 0; index < count; ++index) {
        const int difference = crt_tolower(first[index]) - crt_tolower(second[index]);
        if (difference != 0) return difference;
    }
    return 0;
}

}  // namespace openkmdf::executive::crt
