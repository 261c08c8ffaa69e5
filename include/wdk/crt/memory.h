// Blocks of bytes: the kernel's <memory.h>.
#pragma once

#include "crtdefs.h"

#if defined(__cplusplus)
extern "C" {
#endif

void *memcpy(void *destination, const void *source, size_t size);
void *memmove(void *destination, const void *source, size_t size);
void *memset(void *destination, int value, size_t size);
int memcmp(const void *a, const void *b, size_t size);
void *memchr(const void *block, int value, size_t size);
void *_memccpy(void *destination, const void *source, int stop, size_t size);
int _memicmp(const void *a, const void *b, size_t size);
errno_t memcpy_s(void *destination, rsize_t destination_size, const void *source, rsize_t size);
errno_t memmove_s(void *destination, rsize_t destination_size, const void *source, rsize_t size);

#if defined(__cplusplus)
}
#endif
