// Integer types of fixed and of pointer width, under Windows' names.
#pragma once
#define _BASETSD_H_

#include <openkmdf_target.h>

typedef signed char INT8, *PINT8;
typedef signed short INT16, *PINT16;
typedef signed int INT32, *PINT32;
typedef signed long long INT64, *PINT64;
typedef unsigned char UINT8, *PUINT8;
typedef unsigned short UINT16, *PUINT16;
typedef unsigned int UINT32, *PUINT32;
typedef unsigned long long UINT64, *PUINT64;

typedef signed int LONG32, *PLONG32;
typedef unsigned int ULONG32, *PULONG32;
typedef unsigned int DWORD32, *PDWORD32;
typedef signed long long LONG64, *PLONG64;
typedef unsigned long long ULONG64, *PULONG64;
typedef unsigned long long DWORD64, *PDWORD64;

// On the host these are long, not long long: there a pointer-sized integer of ours has to be the
// very type that size_t and uintptr_t are, or every call into the C library needs a cast.
typedef __INTPTR_TYPE__ INT_PTR, *PINT_PTR;
typedef __UINTPTR_TYPE__ UINT_PTR, *PUINT_PTR;
typedef __INTPTR_TYPE__ LONG_PTR, *PLONG_PTR;
typedef __UINTPTR_TYPE__ ULONG_PTR, *PULONG_PTR;
typedef __INTPTR_TYPE__ SHANDLE_PTR;
typedef __UINTPTR_TYPE__ HANDLE_PTR;
typedef int HALF_PTR, *PHALF_PTR;
typedef unsigned int UHALF_PTR, *PUHALF_PTR;

typedef ULONG_PTR SIZE_T, *PSIZE_T;
typedef LONG_PTR SSIZE_T, *PSSIZE_T;
typedef ULONG_PTR DWORD_PTR, *PDWORD_PTR;
typedef ULONG_PTR KAFFINITY, *PKAFFINITY;
typedef UINT64 POINTER_64_INT;

#define MAXUINT8 ((UINT8)~((UINT8)0))
#define MAXINT8 ((INT8)(MAXUINT8 >> 1))
#define MININT8 ((INT8)~MAXINT8)
#define MAXUINT16 ((UINT16)~((UINT16)0))
#define MAXINT16 ((INT16)(MAXUINT16 >> 1))
#define MININT16 ((INT16)~MAXINT16)
#define MAXUINT32 ((UINT32)~((UINT32)0))
#define MAXINT32 ((INT32)(MAXUINT32 >> 1))
#define MININT32 ((INT32)~MAXINT32)
#define MAXUINT64 ((UINT64)~((UINT64)0))
#define MAXINT64 ((INT64)(MAXUINT64 >> 1))
#define MININT64 ((INT64)~MAXINT64)
#define MAXULONG32 ((ULONG32)~((ULONG32)0))
#define MAXLONG32 ((LONG32)(MAXULONG32 >> 1))
#define MINLONG32 ((LONG32)~MAXLONG32)
#define MAXULONG64 ((ULONG64)~((ULONG64)0))
#define MAXLONG64 ((LONG64)(MAXULONG64 >> 1))
#define MINLONG64 ((LONG64)~MAXLONG64)
#define MAXULONGLONG ((ULONGLONG)~((ULONGLONG)0))
#define MAXLONGLONG ((LONGLONG)(MAXULONGLONG >> 1))
#define MINLONGLONG ((LONGLONG)~MAXLONGLONG)
#define MAXSIZE_T ((SIZE_T)~((SIZE_T)0))
#define MAXSSIZE_T ((SSIZE_T)(MAXSIZE_T >> 1))
#define MINSSIZE_T ((SSIZE_T)~MAXSSIZE_T)
#define MAXUINT ((UINT)~((UINT)0))
#define MAXINT ((INT)(MAXUINT >> 1))
#define MININT ((INT)~MAXINT)
#define MAXDWORD32 ((DWORD32)~((DWORD32)0))
#define MAXDWORD64 ((DWORD64)~((DWORD64)0))
#define MAXUINT_PTR ((UINT_PTR)~((UINT_PTR)0))
#define MAXINT_PTR ((INT_PTR)(MAXUINT_PTR >> 1))
#define MININT_PTR ((INT_PTR)~MAXINT_PTR)
#define MAXULONG_PTR ((ULONG_PTR)~((ULONG_PTR)0))
#define MAXLONG_PTR ((LONG_PTR)(MAXULONG_PTR >> 1))
#define MINLONG_PTR ((LONG_PTR)~MAXLONG_PTR)

#define POINTER_64
#define POINTER_32
#define HandleToULong(h) ((unsigned int)(ULONG_PTR)(h))
#define HandleToLong(h) ((int)(LONG_PTR)(h))
#define HandleToUlong(h) HandleToULong(h)
#define ULongToHandle(v) ((void *)(ULONG_PTR)(v))
#define LongToHandle(v) ((void *)(LONG_PTR)(v))
#define PtrToUlong(p) ((unsigned int)(ULONG_PTR)(p))
#define PtrToULong(p) PtrToUlong(p)
#define PtrToLong(p) ((int)(LONG_PTR)(p))
#define PtrToUint(p) ((unsigned int)(UINT_PTR)(p))
#define PtrToInt(p) ((int)(INT_PTR)(p))
#define PtrToUshort(p) ((unsigned short)(ULONG_PTR)(p))
#define PtrToShort(p) ((short)(LONG_PTR)(p))
#define IntToPtr(v) ((void *)(INT_PTR)(int)(v))
#define UIntToPtr(v) ((void *)(UINT_PTR)(unsigned int)(v))
#define UintToPtr(v) UIntToPtr(v)
#define LongToPtr(v) ((void *)(LONG_PTR)(int)(v))
#define ULongToPtr(v) ((void *)(ULONG_PTR)(unsigned int)(v))
#define UlongToPtr(v) ULongToPtr(v)
#define PtrToPtr64(p) ((void *)(p))
#define Ptr64ToPtr(p) ((void *)(p))
#define Handle64ToHandle(h) ((void *)(h))
#define HandleToHandle64(h) ((void *)(h))
#define Handle32ToHandle(h) ((void *)(LONG_PTR)(int)(LONG_PTR)(h))
#define HandleToHandle32(h) ((void *)(ULONG_PTR)(unsigned int)(ULONG_PTR)(h))
#define Ptr32ToPtr(p) ((void *)(ULONG_PTR)(unsigned int)(ULONG_PTR)(p))
#define PtrToPtr32(p) ((void *)(ULONG_PTR)(unsigned int)(ULONG_PTR)(p))
