// Assertions.
#pragma once

#include "wdfdriver.h"

// Checked when the module is compiled.
#if defined(__cplusplus)
#define WDFCASSERT(c) static_assert((c), #c)
#else
#define WDFCASSERT(c) _Static_assert((c), #c)
#endif

#if defined(OPENKMDF_DRIVER)

// Checked while the driver runs, if the VerifyOn value of its Parameters\Wdf key is set.
#define WDFVERIFY(exp)                                                                             \
    do {                                                                                           \
        if ((WdfDriverGlobals->DriverFlags & WdfVerifyOn) != 0 && !(exp)) {                        \
            RtlAssert((PVOID) #exp, (PVOID)__FILE__, __LINE__, NULL);                              \
        }                                                                                          \
    } while (0)

#define VERIFY_IS_IRQL_PASSIVE_LEVEL() WDFVERIFY(KeGetCurrentIrql() == PASSIVE_LEVEL)

// The older name.
#define IS_AT_PASSIVE() VERIFY_IS_IRQL_PASSIVE_LEVEL()

#endif  // OPENKMDF_DRIVER
