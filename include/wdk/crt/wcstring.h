// Wide strings, shared by <string.h> and <wchar.h>.
#pragma once

#include "crtdefs.h"

#if defined(__cplusplus)
extern "C" {
#endif

size_t wcslen(const wchar_t *text);
size_t wcsnlen(const wchar_t *text, size_t limit);
static inline size_t wcsnlen_s(const wchar_t *text, size_t limit)
{
    return text == 0 ? 0 : wcsnlen(text, limit);
}

int wcscmp(const wchar_t *a, const wchar_t *b);
int wcsncmp(const wchar_t *a, const wchar_t *b, size_t count);
int _wcsicmp(const wchar_t *a, const wchar_t *b);
int _wcsnicmp(const wchar_t *a, const wchar_t *b, size_t count);
int wcsicmp(const wchar_t *a, const wchar_t *b) __asm__("_wcsicmp");
int wcsnicmp(const wchar_t *a, const wchar_t *b, size_t count) __asm__("_wcsnicmp");
wchar_t *wcscpy(wchar_t *destination, const wchar_t *source);
wchar_t *wcsncpy(wchar_t *destination, const wchar_t *source, size_t count);
wchar_t *wcscat(wchar_t *destination, const wchar_t *source);
wchar_t *wcsncat(wchar_t *destination, const wchar_t *source, size_t count);
wchar_t *wcschr(const wchar_t *text, wchar_t character);
wchar_t *wcsrchr(const wchar_t *text, wchar_t character);
wchar_t *wcsstr(const wchar_t *text, const wchar_t *part);
wchar_t *wcspbrk(const wchar_t *text, const wchar_t *set);
size_t wcsspn(const wchar_t *text, const wchar_t *set);
size_t wcscspn(const wchar_t *text, const wchar_t *set);
wchar_t *_wcslwr(wchar_t *text);
wchar_t *_wcsupr(wchar_t *text);
wchar_t *_wcsrev(wchar_t *text);
wchar_t *_wcsset(wchar_t *text, wchar_t character);
wchar_t *_wcsnset(wchar_t *text, wchar_t character, size_t count);
errno_t wcscpy_s(wchar_t *destination, rsize_t size, const wchar_t *source);
errno_t wcsncpy_s(wchar_t *destination, rsize_t size, const wchar_t *source, rsize_t count);
errno_t wcscat_s(wchar_t *destination, rsize_t size, const wchar_t *source);
errno_t wcsncat_s(wchar_t *destination, rsize_t size, const wchar_t *source, rsize_t count);
errno_t _wcslwr_s(wchar_t *text, size_t size);
errno_t _wcsupr_s(wchar_t *text, size_t size);
errno_t _wcsset_s(wchar_t *text, size_t size, wchar_t character);
errno_t _wcsnset_s(wchar_t *text, size_t size, wchar_t character, size_t count);
static inline wchar_t *wmemcpy(wchar_t *destination, const wchar_t *source, size_t count)
{
    return (wchar_t *)__builtin_memcpy(destination, source, count * sizeof(wchar_t));
}

static inline wchar_t *wmemmove(wchar_t *destination, const wchar_t *source, size_t count)
{
    return (wchar_t *)__builtin_memmove(destination, source, count * sizeof(wchar_t));
}

static inline wchar_t *wmemset(wchar_t *destination, wchar_t character, size_t count)
{
    for (size_t i = 0; i < count; i++) destination[i] = character;
    return destination;
}

static inline int wmemcmp(const wchar_t *a, const wchar_t *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    return 0;
}

wchar_t *wcstok_s(wchar_t *text, const wchar_t *delimiters, wchar_t **context);

#if defined(__cplusplus)
}
#endif

#if defined(__cplusplus)
// Forms that take the size of an array from its type.
template <size_t N> inline errno_t wcscpy_s(wchar_t (&destination)[N], const wchar_t *source)
{
    return wcscpy_s(destination, N, source);
}

template <size_t N>
inline errno_t wcsncpy_s(wchar_t (&destination)[N], const wchar_t *source, size_t count)
{
    return wcsncpy_s(destination, N, source, count);
}

template <size_t N> inline errno_t wcscat_s(wchar_t (&destination)[N], const wchar_t *source)
{
    return wcscat_s(destination, N, source);
}

template <size_t N>
inline errno_t wcsncat_s(wchar_t (&destination)[N], const wchar_t *source, size_t count)
{
    return wcsncat_s(destination, N, source, count);
}
#endif
