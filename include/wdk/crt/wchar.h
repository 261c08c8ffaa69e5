// Wide characters, 16 bits each: the kernel's <wchar.h>.
#pragma once

#include "crtdefs.h"
#include "stdio.h"
#include "wcstring.h"
#include "wctype.h"

#if !defined(WCHAR_MIN)  // <stdint.h> defines them too
#define WCHAR_MIN 0
#define WCHAR_MAX 0xffff
#endif
#define WEOF ((wint_t)0xffff)
