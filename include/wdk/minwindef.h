// The smallest set of Win32 types, as far as kernel code uses them.
#pragma once

#include "openkmdf_target.h"
#include "ntdef.h"

typedef int BOOL, *PBOOL, *LPBOOL;
typedef UCHAR BYTE, *PBYTE, *LPBYTE;
typedef USHORT WORD, *PWORD, *LPWORD, ATOM;
typedef ULONG DWORD, *PDWORD, *LPDWORD;
typedef float FLOAT, *PFLOAT;
typedef int *LPINT;
typedef LONG *LPLONG;
typedef void *LPVOID;
typedef const void *LPCVOID;
typedef UINT_PTR WPARAM;
typedef LONG_PTR LPARAM;
typedef LONG_PTR LRESULT;

#if !defined(MAX_PATH)
#define MAX_PATH 260
#endif
#define WINAPI NTAPI
#define CALLBACK NTAPI
#define APIENTRY WINAPI
#define MAKEWORD(low, high) ((WORD)((BYTE)(low) | ((WORD)(BYTE)(high) << 8)))
#define MAKELONG(low, high) ((LONG)((WORD)(low) | ((DWORD)(WORD)(high) << 16)))
#define LOWORD(value) ((WORD)((DWORD_PTR)(value) & 0xffff))
#define HIWORD(value) ((WORD)(((DWORD_PTR)(value) >> 16) & 0xffff))
#define LOBYTE(value) ((BYTE)((DWORD_PTR)(value) & 0xff))
#define HIBYTE(value) ((BYTE)(((DWORD_PTR)(value) >> 8) & 0xff))
