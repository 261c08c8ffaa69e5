// Classes of wide characters: the kernel's <wctype.h>.
#pragma once

#include "crtdefs.h"

#if defined(__cplusplus)
extern "C" {
#endif

int iswalpha(wint_t character);
int iswdigit(wint_t character);
int iswalnum(wint_t character);
int iswspace(wint_t character);
int iswupper(wint_t character);
int iswlower(wint_t character);
int iswxdigit(wint_t character);
int iswpunct(wint_t character);
int iswprint(wint_t character);
int iswgraph(wint_t character);
int iswcntrl(wint_t character);
int iswctype(wint_t character, wctype_t type);
wint_t towlower(wint_t character);
wint_t towupper(wint_t character);

#if defined(__cplusplus)
}
#endif
