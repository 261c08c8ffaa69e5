#include "executive/crt/crt.h"
#include "executive/crt/format.h"

namespace openkmdf::executive::crt {
namespace {

// Larger than any buffer, small enough that a pointer into it cannot wrap.
constexpr std::size_t kUnbounded = std::size_t{1} << 40;

template <class Char>
int print_unbounded(Char *buffer, const Char *text, VaList arguments)
{
    std::size_t length = 0;
    const int result = format_to_buffer(buffer, kUnbounded, length, text, arguments);
    buffer[length] = 0;
    return result;
}

// The historic rule: -1 when the text does not fit, no terminator when it just fits.
template <class Char>
int print_counted(Char *buffer, std::size_t count, const Char *text, VaList arguments)
{
    std::size_t length = 0;
    const int result = format_to_buffer(buffer, count, length, text, arguments);
    if (buffer == nullptr && count == 0) return result;
    // A conversion that failed leaves an empty text.
    if (result < 0) length = 0;
    if (length < count) buffer[length] = 0;
    return result < 0 || static_cast<std::size_t>(result) > count ? -1 : result;
}

template <class Char>
int print_secure(Char *buffer, std::size_t room, const Char *text, VaList arguments)
{
    if (buffer == nullptr || room == 0 || text == nullptr) return -1;
    std::size_t length = 0;
    const int result = format_to_buffer(buffer, room, length, text, arguments);
    if (result < 0 || static_cast<std::size_t>(result) >= room) {
        buffer[0] = 0;
        return -1;
    }
    buffer[length] = 0;
    return result;
}

template <class Char>
int print_secure_counted(Char *buffer, std::size_t room, std::size_t count, const Char *text,
                         VaList arguments)
{
    if (text == nullptr) return -1;
    if (buffer == nullptr && room == 0 && count == 0) return 0;
    if (buffer == nullptr || room == 0) return -1;
    const std::size_t kept = count < room - 1 ? count : room - 1;
    std::size_t length = 0;
    const int result = format_to_buffer(buffer, kept, length, text, arguments);
    buffer[length] = 0;
    if (result >= 0 && static_cast<std::size_t>(result) <= kept) return result;
    // Cut off at the count asked for it stays; cut off by the buffer it does only with _TRUNCATE.
    if (result < 0 || (count != kTruncate && count >= room)) buffer[0] = 0;
    return -1;
}

template <class Char>
int measure(const Char *text, VaList arguments)
{
    Output<Char> nowhere;
    nowhere.write = [](Output<Char> &, const Char *, std::size_t) {};
    return format(nowhere, text, arguments);
}

// The C standard's rule: always terminated, and the length that there would have been.
int print_terminated(char *buffer, std::size_t count, const char *text, VaList arguments)
{
    std::size_t length = 0;
    const int result =
        format_to_buffer(buffer, count == 0 ? 0 : count - 1, length, text, arguments);
    if (count != 0) buffer[length] = 0;
    return result;
}

}  // namespace

#define WITH_ARGUMENTS(last, call)                                                                 \
    VaList arguments;                                                                              \
    __builtin_ms_va_start(arguments, last);                                                        \
    const int result = call;                                                                       \
    __builtin_ms_va_end(arguments);                                                                \
    return result

int CRT_ABI crt_sprintf(char *buffer, const char *text, ...)
{
    WITH_ARGUMENTS(text, print_unbounded(buffer, text, arguments));
}
int CRT_ABI crt_vsprintf(char *buffer, const char *text, VaList arguments)
{
    return print_unbounded(buffer, text, arguments);
}
int CRT_ABI crt_snprintf(char *buffer, std::size_t count, const char *text, ...)
{
    WITH_ARGUMENTS(text, print_counted(buffer, count, text, arguments));
}
int CRT_ABI crt_vsnprintf(char *buffer, std::size_t count, const char *text, VaList arguments)
{
    return print_counted(buffer, count, text, arguments);
}
int CRT_ABI crt_sprintf_s(char *buffer, std::size_t room, const char *text, ...)
{
    WITH_ARGUMENTS(text, print_secure(buffer, room, text, arguments));
}
int CRT_ABI crt_vsprintf_s(char *buffer, std::size_t room, const char *text, VaList arguments)
{
    return print_secure(buffer, room, text, arguments);
}
int CRT_ABI crt_snprintf_s(char *buffer, std::size_t room, std::size_t count, const char *text, ...)
{
    WITH_ARGUMENTS(text, print_secure_counted(buffer, room, count, text, arguments));
}
int CRT_ABI crt_vsnprintf_s(char *buffer, std::size_t room, std::size_t count, const char *text,
                            VaList arguments)
{
    return print_secure_counted(buffer, room, count, text, arguments);
}
int CRT_ABI crt_vscprintf(const char *text, VaList arguments)
{
    return measure(text, arguments);
}

int CRT_ABI crt_swprintf(Wide *buffer, const Wide *text, ...)
{
    WITH_ARGUMENTS(text, print_unbounded(buffer, text, arguments));
}
int CRT_ABI crt_vswprintf(Wide *buffer, const Wide *text, VaList arguments)
{
    return print_unbounded(buffer, text, arguments);
}
int CRT_ABI crt_snwprintf(Wide *buffer, std::size_t count, const Wide *text, ...)
{
    WITH_ARGUMENTS(text, print_counted(buffer, count, text, arguments));
}
int CRT_ABI crt_vsnwprintf(Wide *buffer, std::size_t count, const Wide *text, VaList arguments)
{
    return print_counted(buffer, count, text, arguments);
}
int CRT_ABI crt_swprintf_s(Wide *buffer, std::size_t room, const Wide *text, ...)
{
    WITH_ARGUMENTS(text, print_secure(buffer, room, text, arguments));
}
int CRT_ABI crt_vswprintf_s(Wide *buffer, std::size_t room, const Wide *text, VaList arguments)
{
    return print_secure(buffer, room, text, arguments);
}
int CRT_ABI crt_snwprintf_s(Wide *buffer, std::size_t room, std::size_t count, const Wide *text,
                            ...)
{
    WITH_ARGUMENTS(text, print_secure_counted(buffer, room, count, text, arguments));
}
int CRT_ABI crt_vsnwprintf_s(Wide *buffer, std::size_t room, std::size_t count, const Wide *text,
                             VaList arguments)
{
    return print_secure_counted(buffer, room, count, text, arguments);
}
int CRT_ABI crt_vscwprintf(const Wide *text, VaList arguments)
{
    return measure(text, arguments);
}

int CRT_ABI crt_snprintf_terminated(char *buffer, std::size_t count, const char *text, ...)
{
    WITH_ARGUMENTS(text, print_terminated(buffer, count, text, arguments));
}
int CRT_ABI crt_vsnprintf_terminated(char *buffer, std::size_t count, const char *text,
                                     VaList arguments)
{
    return print_terminated(buffer, count, text, arguments);
}
int CRT_ABI crt_scprintf(const char *text, ...)
{
    WITH_ARGUMENTS(text, measure(text, arguments));
}
int CRT_ABI crt_scwprintf(const Wide *text, ...)
{
    WITH_ARGUMENTS(text, measure(text, arguments));
}

}  // namespace openkmdf::executive::crt
