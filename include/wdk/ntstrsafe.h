// String functions that know the size of their destination (RtlStringCb*, RtlStringCch*,
// RtlUnicodeString*). All are inline; the printf ones call the kernel's formatter and are there in
// driver builds only.
#pragma once

#include "openkmdf_target.h"
#include "ntdef.h"
#include "ntstatus.h"

#if defined(OPENKMDF_DRIVER)
#include <stdarg.h>
#include <stdio.h>
#endif

#define NTSTRSAFE_MAX_CCH 2147483647
#define NTSTRSAFE_MAX_LENGTH (NTSTRSAFE_MAX_CCH - 1)
#define NTSTRSAFE_UNICODE_STRING_MAX_CCH (0xffff / sizeof(WCHAR))

// Flags of the Ex functions; the low byte is the fill pattern.
#define STRSAFE_IGNORE_NULLS 0x00000100
#define STRSAFE_FILL_BEHIND_NULL 0x00000200
#define STRSAFE_FILL_ON_FAILURE 0x00000400
#define STRSAFE_NULL_ON_FAILURE 0x00000800
#define STRSAFE_NO_TRUNCATION 0x00001000
#define STRSAFE_FILL_BEHIND 0x00000200
#define STRSAFE_ZERO_LENGTH_ON_FAILURE 0x00000800
#define STRSAFE_FILL_BYTE(pattern) ((ULONG)(((pattern) & 0xff) | STRSAFE_FILL_BEHIND_NULL))
#define STRSAFE_FAILURE_BYTE(pattern) ((ULONG)(((pattern) & 0xff) | STRSAFE_FILL_ON_FAILURE))
#define STRSAFE_GET_FILL_PATTERN(flags) ((int)((flags) & 0xff))
#define STRSAFE_VALID_FLAGS 0x00001fff
#define STRSAFE_UNICODE_STRING_VALID_FLAGS 0x00001fff

typedef char *NTSTRSAFE_PSTR;
typedef const char *NTSTRSAFE_PCSTR;
typedef WCHAR *NTSTRSAFE_PWSTR;
typedef const WCHAR *NTSTRSAFE_PCWSTR;
typedef const WCHAR UNALIGNED *NTSTRSAFE_PCUWSTR;
typedef char *STRSAFE_LPSTR;
typedef const char *STRSAFE_LPCSTR;
typedef WCHAR *STRSAFE_LPWSTR;
typedef const WCHAR *STRSAFE_LPCWSTR;

#define NTSTRSAFEDDI static inline __attribute__((unused)) NTSTATUS
#define NTSTRSAFE_INLINE_API NTSTRSAFEDDI

#if defined(__cplusplus)
extern "C" {
#endif

#define OPENKMDF_CHAR char
#define OPENKMDF_NAME(name) name##A
#include "nt/strsafe_core.h"
#include "nt/strsafe_text.h"
#if defined(OPENKMDF_DRIVER)
#define OPENKMDF_FORMAT _vsnprintf
#include "nt/strsafe_format.h"
#undef OPENKMDF_FORMAT
#endif
#undef OPENKMDF_CHAR
#undef OPENKMDF_NAME

#define OPENKMDF_CHAR WCHAR
#define OPENKMDF_NAME(name) name##W
#include "nt/strsafe_core.h"
#include "nt/strsafe_text.h"
#if defined(OPENKMDF_DRIVER)
#define OPENKMDF_FORMAT _vsnwprintf
#include "nt/strsafe_format.h"
#undef OPENKMDF_FORMAT
#endif
#undef OPENKMDF_CHAR
#undef OPENKMDF_NAME

#include "nt/strsafe_unicode.h"

#if defined(__cplusplus)
}
#endif
