// The compiler's <stddef.h>, and the pointer-sized integers that Microsoft's has besides.
#pragma once

#include_next <stddef.h>

#if !defined(_UINTPTR_T_DEFINED)
#define _UINTPTR_T_DEFINED
typedef __UINTPTR_TYPE__ uintptr_t;
#endif
#if !defined(_INTPTR_T_DEFINED)
#define _INTPTR_T_DEFINED
typedef __INTPTR_TYPE__ intptr_t;
#endif
typedef __SIZE_TYPE__ rsize_t;
typedef unsigned short wint_t;
