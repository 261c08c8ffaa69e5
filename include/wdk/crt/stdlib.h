// Conversions, sorting, limits: the kernel's <stdlib.h>. Nothing here allocates memory.
#pragma once

#include "crtdefs.h"
#include "../nt/intrinsics.h"
#include <limits.h>

#if !defined(_MAX_PATH)
#define _MAX_PATH 260
#define _MAX_DRIVE 3
#define _MAX_DIR 256
#define _MAX_FNAME 256
#define _MAX_EXT 256
#endif
#define RAND_MAX 0x7fff
#define _countof(array) (sizeof(array) / sizeof((array)[0]))
#if !defined(__cplusplus)
#include "minmax.h"
#endif

#if defined(__cplusplus)
extern "C" {
#endif

int abs(int value);
long labs(long value);
long long llabs(long long value);
long long _abs64(long long value);
int atoi(const char *text);
long atol(const char *text);
long long atoll(const char *text);
long long _atoi64(const char *text);
int _wtoi(const wchar_t *text);
long _wtol(const wchar_t *text);
long long _wtoi64(const wchar_t *text);
long strtol(const char *text, char **end, int base);
unsigned long strtoul(const char *text, char **end, int base);
long long strtoll(const char *text, char **end, int base);
unsigned long long strtoull(const char *text, char **end, int base);
long long _strtoi64(const char *text, char **end, int base);
unsigned long long _strtoui64(const char *text, char **end, int base);
long wcstol(const wchar_t *text, wchar_t **end, int base);
unsigned long wcstoul(const wchar_t *text, wchar_t **end, int base);
long long _wcstoi64(const wchar_t *text, wchar_t **end, int base);
unsigned long long _wcstoui64(const wchar_t *text, wchar_t **end, int base);
char *_itoa(int value, char *buffer, int radix);
char *_ltoa(long value, char *buffer, int radix);
char *_ultoa(unsigned long value, char *buffer, int radix);
char *_i64toa(long long value, char *buffer, int radix);
char *_ui64toa(unsigned long long value, char *buffer, int radix);
wchar_t *_itow(int value, wchar_t *buffer, int radix);
wchar_t *_ltow(long value, wchar_t *buffer, int radix);
wchar_t *_ultow(unsigned long value, wchar_t *buffer, int radix);
wchar_t *_i64tow(long long value, wchar_t *buffer, int radix);
wchar_t *_ui64tow(unsigned long long value, wchar_t *buffer, int radix);
errno_t _itoa_s(int value, char *buffer, size_t size, int radix);
errno_t _ltoa_s(long value, char *buffer, size_t size, int radix);
errno_t _ultoa_s(unsigned long value, char *buffer, size_t size, int radix);
errno_t _i64toa_s(long long value, char *buffer, size_t size, int radix);
errno_t _ui64toa_s(unsigned long long value, char *buffer, size_t size, int radix);
errno_t _itow_s(int value, wchar_t *buffer, size_t size, int radix);
errno_t _ltow_s(long value, wchar_t *buffer, size_t size, int radix);
errno_t _ultow_s(unsigned long value, wchar_t *buffer, size_t size, int radix);
errno_t _i64tow_s(long long value, wchar_t *buffer, size_t size, int radix);
errno_t _ui64tow_s(unsigned long long value, wchar_t *buffer, size_t size, int radix);
size_t mbstowcs(wchar_t *destination, const char *source, size_t count);
size_t wcstombs(char *destination, const wchar_t *source, size_t count);
int mbtowc(wchar_t *destination, const char *source, size_t count);
int wctomb(char *destination, wchar_t character);
int mblen(const char *text, size_t count);
void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *));
void *bsearch(const void *key, const void *base, size_t count, size_t size,
              int (*compare)(const void *, const void *));
void qsort_s(void *base, rsize_t count, rsize_t size,
             int (*compare)(void *, const void *, const void *), void *context);
void *bsearch_s(const void *key, const void *base, rsize_t count, rsize_t size,
                int (*compare)(void *, const void *, const void *), void *context);
int rand(void);
void srand(unsigned int seed);

#if defined(__cplusplus)
}
#endif
