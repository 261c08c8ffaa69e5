// Generic text: Unicode when _UNICODE is defined, as everywhere.
#pragma once

#include "crtdefs.h"
#include "string.h"
#include "stdio.h"
#include "stdlib.h"

#if defined(_UNICODE)
typedef wchar_t TCHAR;
typedef wchar_t _TCHAR;
#define __T(text) L##text
#define _tcslen wcslen
#define _tcscmp wcscmp
#define _tcsicmp _wcsicmp
#define _tcsncmp wcsncmp
#define _tcscpy_s wcscpy_s
#define _tcscat_s wcscat_s
#define _tcschr wcschr
#define _tcsrchr wcsrchr
#define _tcsstr wcsstr
#define _stprintf_s swprintf_s
#define _sntprintf _snwprintf
#else
typedef char TCHAR;
typedef char _TCHAR;
#define __T(text) text
#define _tcslen strlen
#define _tcscmp strcmp
#define _tcsicmp _stricmp
#define _tcsncmp strncmp
#define _tcscpy_s strcpy_s
#define _tcscat_s strcat_s
#define _tcschr strchr
#define _tcsrchr strrchr
#define _tcsstr strstr
#define _stprintf_s sprintf_s
#define _sntprintf _snprintf
#endif
#define _T(text) __T(text)
#define _TEXT(text) __T(text)
