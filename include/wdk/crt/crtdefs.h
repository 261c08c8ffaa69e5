// What every kernel CRT header starts from: sizes, error numbers, calling convention.
#pragma once

#include "../openkmdf_target.h"

#if defined(OPENKMDF_HOST)
#error "the kernel CRT headers describe a driver's C library: keep them out of host builds"
#endif

#include <sal.h>
#include <stddef.h>
#include <vadefs.h>

typedef int errno_t;
typedef unsigned short wctype_t;
typedef long long __time64_t;

#define _CRTIMP
#define _CRT_INSECURE_DEPRECATE(...)
#define _CRT_SECURE_NO_WARNINGS 1
#define _TRUNCATE ((size_t)-1)
#define _CRTDEFS_KERNEL 1
