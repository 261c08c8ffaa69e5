// What the checked integer functions leave behind on overflow.
#pragma once

#define INT8_ERROR (-1)
#define UINT8_ERROR 0xff
#define BYTE_ERROR 0xff
#define CHAR_ERROR (-1)
#define UCHAR_ERROR 0xff
#define SHORT_ERROR (-1)
#define INT16_ERROR (-1)
#define USHORT_ERROR 0xffff
#define UINT16_ERROR 0xffff
#define WORD_ERROR 0xffff
#define INT_ERROR (-1)
#define INT32_ERROR (-1)
#define UINT_ERROR 0xffffffff
#define UINT32_ERROR 0xffffffff
#define LONG_ERROR (-1)
#define LONG32_ERROR (-1)
#define ULONG_ERROR 0xffffffffU
#define ULONG32_ERROR 0xffffffffU
#define DWORD_ERROR 0xffffffffU
#define LONGLONG_ERROR (-1LL)
#define LONG64_ERROR (-1LL)
#define INT64_ERROR (-1LL)
#define ULONGLONG_ERROR 0xffffffffffffffffULL
#define DWORDLONG_ERROR 0xffffffffffffffffULL
#define ULONG64_ERROR 0xffffffffffffffffULL
#define DWORD64_ERROR 0xffffffffffffffffULL
#define UINT64_ERROR 0xffffffffffffffffULL
#define INT_PTR_ERROR (-1LL)
#define LONG_PTR_ERROR (-1LL)
#define PTRDIFF_T_ERROR (-1LL)
#define SSIZE_T_ERROR (-1LL)
#define UINT_PTR_ERROR 0xffffffffffffffffULL
#define ULONG_PTR_ERROR 0xffffffffffffffffULL
#define DWORD_PTR_ERROR 0xffffffffffffffffULL
#define SIZE_T_ERROR 0xffffffffffffffffULL

#define LODWORD(value) ((ULONG)(value))
#define HIDWORD(value) ((ULONG)((ULONGLONG)(value) >> 32))
