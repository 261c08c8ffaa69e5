// Byte strings: the kernel's <string.h>.
#pragma once

#include "crtdefs.h"
#include "memory.h"
#include "wcstring.h"

#if defined(__cplusplus)
extern "C" {
#endif

size_t strlen(const char *text);
size_t strnlen(const char *text, size_t limit);
static inline size_t strnlen_s(const char *text, size_t limit)
{
    return text == 0 ? 0 : strnlen(text, limit);
}

int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t count);
int _stricmp(const char *a, const char *b);
int _strnicmp(const char *a, const char *b, size_t count);
int stricmp(const char *a, const char *b) __asm__("_stricmp");
int strnicmp(const char *a, const char *b, size_t count) __asm__("_strnicmp");
char *strcpy(char *destination, const char *source);
char *strncpy(char *destination, const char *source, size_t count);
char *strcat(char *destination, const char *source);
char *strncat(char *destination, const char *source, size_t count);
char *strchr(const char *text, int character);
char *strrchr(const char *text, int character);
char *strstr(const char *text, const char *part);
char *strpbrk(const char *text, const char *set);
size_t strspn(const char *text, const char *set);
size_t strcspn(const char *text, const char *set);
char *_strlwr(char *text);
char *_strupr(char *text);
char *_strrev(char *text);
char *_strset(char *text, int character);
char *_strnset(char *text, int character, size_t count);
errno_t strcpy_s(char *destination, rsize_t size, const char *source);
errno_t strncpy_s(char *destination, rsize_t size, const char *source, rsize_t count);
errno_t strcat_s(char *destination, rsize_t size, const char *source);
errno_t strncat_s(char *destination, rsize_t size, const char *source, rsize_t count);
errno_t _strlwr_s(char *text, size_t size);
errno_t _strupr_s(char *text, size_t size);
errno_t _strset_s(char *text, size_t size, int character);
errno_t _strnset_s(char *text, size_t size, int character, size_t count);
char *strtok_s(char *text, const char *delimiters, char **context);

#if defined(__cplusplus)
}
#endif

#if defined(__cplusplus)
// Forms that take the size of an array from its type.
template <size_t N> inline errno_t strcpy_s(char (&destination)[N], const char *source)
{
    return strcpy_s(destination, N, source);
}

template <size_t N>
inline errno_t strncpy_s(char (&destination)[N], const char *source, size_t count)
{
    return strncpy_s(destination, N, source, count);
}

template <size_t N> inline errno_t strcat_s(char (&destination)[N], const char *source)
{
    return strcat_s(destination, N, source);
}

template <size_t N>
inline errno_t strncat_s(char (&destination)[N], const char *source, size_t count)
{
    return strncat_s(destination, N, source, count);
}
#endif
