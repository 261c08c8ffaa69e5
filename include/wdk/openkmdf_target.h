// The three worlds that compile include/wdk, told apart once for all headers.
//
//   OPENKMDF_DRIVER_ELF  driver sources, Windows x64 ABI in an ELF module
//   OPENKMDF_DRIVER_PE   driver sources, Windows x64 ABI in a PE image
//   OPENKMDF_HOST        our own code and tests, ordinary 64-bit Linux
//
// Exactly one of them is defined, to 1. OPENKMDF_DRIVER is defined in both driver worlds.
#pragma once

#if defined(_MSC_VER)
#if !defined(__clang__) || __clang_major__ < 19
#error "OpenKMDF's driver headers need Clang 19 or newer in driver builds"
#endif
#if !defined(__x86_64__)
#error "OpenKMDF's driver headers describe the x64 ABI: build drivers for x86_64"
#endif
#define OPENKMDF_DRIVER 1
#if defined(__ELF__)
#define OPENKMDF_DRIVER_ELF 1
#else
#define OPENKMDF_DRIVER_PE 1
#endif
#elif defined(__linux__) && defined(__x86_64__) && defined(__LP64__)
#if defined(__clang__)
#if __clang_major__ < 19
#error "OpenKMDF's host code needs Clang 19 or newer"
#endif
#elif !defined(__GNUC__) || __GNUC__ < 12
#error "OpenKMDF's host code needs GCC 12 or newer"
#endif
#define OPENKMDF_HOST 1
#else
#error "OpenKMDF's driver headers know x86_64 Linux and the x86_64-pc-windows-msvc targets only"
#endif

// Calling convention of everything that faces a driver.
#if !defined(NTAPI)
#if defined(OPENKMDF_HOST)
#define NTAPI __attribute__((ms_abi))
#else
#define NTAPI __stdcall
#endif
#endif

// A driver's long and wchar_t are part of its binary contract.
#if defined(OPENKMDF_DRIVER)
#if __SIZEOF_LONG__ != 4 || __SIZEOF_WCHAR_T__ != 2 || __SIZEOF_POINTER__ != 8
#error "driver builds need the LLP64 data model with a 16-bit wchar_t"
#endif
#endif
