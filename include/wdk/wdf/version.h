// The framework version that a driver is built for.
//
//   KMDF_VERSION_MAJOR, KMDF_VERSION_MINOR   the version whose functions the driver may call
//   KMDF_MINIMUM_VERSION_REQUIRED            the oldest version that may load it (minor, 25 or
//   more)
//
// The project file defines them; without it a driver is built for 1.33.
#pragma once

#include "../openkmdf_target.h"

#if !defined(KMDF_VERSION_MAJOR)
#define KMDF_VERSION_MAJOR 1
#endif
#if !defined(KMDF_VERSION_MINOR)
#define KMDF_VERSION_MINOR 33
#endif

#if KMDF_VERSION_MAJOR != 1
#error "KMDF_VERSION_MAJOR must be 1: no other major version of KMDF exists"
#endif

// The number of functions that each released version has. A version is recognised by it.
#if KMDF_VERSION_MINOR == 31 || KMDF_VERSION_MINOR == 33
#define OPENKMDF_WDF_FUNCTION_COUNT 458
#elif KMDF_VERSION_MINOR == 29
#define OPENKMDF_WDF_FUNCTION_COUNT 454
#elif KMDF_VERSION_MINOR == 25 || KMDF_VERSION_MINOR == 27
#define OPENKMDF_WDF_FUNCTION_COUNT 453
#elif KMDF_VERSION_MINOR == 23
#define OPENKMDF_WDF_FUNCTION_COUNT 451
#elif KMDF_VERSION_MINOR == 21
#define OPENKMDF_WDF_FUNCTION_COUNT 448
#elif KMDF_VERSION_MINOR == 19
#define OPENKMDF_WDF_FUNCTION_COUNT 446
#elif KMDF_VERSION_MINOR == 15 || KMDF_VERSION_MINOR == 17
#define OPENKMDF_WDF_FUNCTION_COUNT 444
#elif KMDF_VERSION_MINOR == 13
#define OPENKMDF_WDF_FUNCTION_COUNT 438
#elif KMDF_VERSION_MINOR == 11
#define OPENKMDF_WDF_FUNCTION_COUNT 432
#elif KMDF_VERSION_MINOR == 9
#define OPENKMDF_WDF_FUNCTION_COUNT 396
#elif KMDF_VERSION_MINOR == 5 || KMDF_VERSION_MINOR == 7
#define OPENKMDF_WDF_FUNCTION_COUNT 387
#elif KMDF_VERSION_MINOR == 1
#define OPENKMDF_WDF_FUNCTION_COUNT 386
#elif KMDF_VERSION_MINOR == 0
#define OPENKMDF_WDF_FUNCTION_COUNT 383
#else
#error "KMDF_VERSION_MINOR is no released version: 0 1 5 7 9 11 13 15 17 19 21 23 25 27 29 31 33"
#endif

// Up to 1.13 a module owns its function table; from 1.15 it owns a pointer to the framework's.
#if KMDF_VERSION_MINOR < 15
#define OPENKMDF_WDF_TABLE_IN_MODULE 1
#endif

#define WDF_FIRST_VERSION_SUPPORTING_CLIENT_VERSION_HIGHER_THAN_FRAMEWORK (25)

#if defined(KMDF_MINIMUM_VERSION_REQUIRED)
#if KMDF_MINIMUM_VERSION_REQUIRED > KMDF_VERSION_MINOR
#error "KMDF_MINIMUM_VERSION_REQUIRED must not be above KMDF_VERSION_MINOR"
#elif KMDF_MINIMUM_VERSION_REQUIRED == KMDF_VERSION_MINOR
#define WDF_EVERYTHING_ALWAYS_AVAILABLE
#elif KMDF_MINIMUM_VERSION_REQUIRED < 25
#error "KMDF_MINIMUM_VERSION_REQUIRED below KMDF_VERSION_MINOR must be 25 or more"
#endif
#endif

// A module of such a build can meet a framework that is older than itself.
#if KMDF_VERSION_MINOR >= 25 && !defined(WDF_EVERYTHING_ALWAYS_AVAILABLE)
#define OPENKMDF_WDF_MAY_BE_NEWER 1
#endif

// Marks a function that KMDF_VERSION_MINOR may be too old for. It stays declared, so that a
// driver which calls it is told which version it needs.
#if defined(OPENKMDF_DRIVER)
#define OPENKMDF_KMDF_TOO_OLD(Version)                                                             \
    __attribute__((unavailable("needs KMDF " Version " or later: raise KMDF_VERSION_MINOR")))
#else
#define OPENKMDF_KMDF_TOO_OLD(Version)
#endif

#if KMDF_VERSION_MINOR >= 1
#define OPENKMDF_SINCE_KMDF_1
#else
#define OPENKMDF_SINCE_KMDF_1 OPENKMDF_KMDF_TOO_OLD("1.1")
#endif
#if KMDF_VERSION_MINOR >= 5
#define OPENKMDF_SINCE_KMDF_5
#else
#define OPENKMDF_SINCE_KMDF_5 OPENKMDF_KMDF_TOO_OLD("1.5")
#endif
#if KMDF_VERSION_MINOR >= 9
#define OPENKMDF_SINCE_KMDF_9
#else
#define OPENKMDF_SINCE_KMDF_9 OPENKMDF_KMDF_TOO_OLD("1.9")
#endif
#if KMDF_VERSION_MINOR >= 11
#define OPENKMDF_SINCE_KMDF_11
#else
#define OPENKMDF_SINCE_KMDF_11 OPENKMDF_KMDF_TOO_OLD("1.11")
#endif
#if KMDF_VERSION_MINOR >= 13
#define OPENKMDF_SINCE_KMDF_13
#else
#define OPENKMDF_SINCE_KMDF_13 OPENKMDF_KMDF_TOO_OLD("1.13")
#endif
#if KMDF_VERSION_MINOR >= 15
#define OPENKMDF_SINCE_KMDF_15
#else
#define OPENKMDF_SINCE_KMDF_15 OPENKMDF_KMDF_TOO_OLD("1.15")
#endif
#if KMDF_VERSION_MINOR >= 19
#define OPENKMDF_SINCE_KMDF_19
#else
#define OPENKMDF_SINCE_KMDF_19 OPENKMDF_KMDF_TOO_OLD("1.19")
#endif
#if KMDF_VERSION_MINOR >= 21
#define OPENKMDF_SINCE_KMDF_21
#else
#define OPENKMDF_SINCE_KMDF_21 OPENKMDF_KMDF_TOO_OLD("1.21")
#endif
#if KMDF_VERSION_MINOR >= 23
#define OPENKMDF_SINCE_KMDF_23
#else
#define OPENKMDF_SINCE_KMDF_23 OPENKMDF_KMDF_TOO_OLD("1.23")
#endif
#if KMDF_VERSION_MINOR >= 25
#define OPENKMDF_SINCE_KMDF_25
#else
#define OPENKMDF_SINCE_KMDF_25 OPENKMDF_KMDF_TOO_OLD("1.25")
#endif
#if KMDF_VERSION_MINOR >= 29
#define OPENKMDF_SINCE_KMDF_29
#else
#define OPENKMDF_SINCE_KMDF_29 OPENKMDF_KMDF_TOO_OLD("1.29")
#endif
#if KMDF_VERSION_MINOR >= 31
#define OPENKMDF_SINCE_KMDF_31
#else
#define OPENKMDF_SINCE_KMDF_31 OPENKMDF_KMDF_TOO_OLD("1.31")
#endif
