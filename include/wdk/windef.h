// minwindef.h and the geometry types, as far as kernel code uses them.
#pragma once

#include "minwindef.h"

typedef DWORD COLORREF, *LPCOLORREF;

typedef struct tagPOINT {
    LONG x;
    LONG y;
} POINT, *PPOINT, *LPPOINT, POINTL, *PPOINTL;

typedef struct tagSIZE {
    LONG cx;
    LONG cy;
} SIZE, *PSIZE, *LPSIZE, SIZEL, *PSIZEL, *LPSIZEL;

typedef struct tagRECT {
    LONG left;
    LONG top;
    LONG right;
    LONG bottom;
} RECT, *PRECT, *LPRECT, RECTL, *PRECTL, *LPRECTL;
typedef const RECT *LPCRECT;
