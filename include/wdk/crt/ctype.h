// Classes of characters: the kernel's <ctype.h>.
#pragma once

#include "crtdefs.h"
#include "wctype.h"

#if defined(__cplusplus)
extern "C" {
#endif

int isalpha(int character);
int isdigit(int character);
int isalnum(int character);
int isspace(int character);
int isupper(int character);
int islower(int character);
int isxdigit(int character);
int ispunct(int character);
int isprint(int character);
int isgraph(int character);
int iscntrl(int character);
int tolower(int character);
int toupper(int character);
int _tolower(int character);
int _toupper(int character);

#define __isascii(c) ((unsigned)(c) < 0x80)
#define __toascii(c) ((c) & 0x7f)
#define isascii __isascii
#define toascii __toascii

#if defined(__cplusplus)
}
#endif
