// What driver sources compiled into an ELF module share with the machine that runs them.
#pragma once

#include "openkmdf_target.h"

#if defined(OPENKMDF_DRIVER_ELF)

#if defined(__cplusplus)
extern "C" {
#endif

// Set while the scheduler wants to hear of atomic operations; both symbols are supplied by the
// driver link step.
extern volatile unsigned char __drv_choice_points __attribute__((visibility("hidden")));
void __drv_choice_point(void) __attribute__((visibility("hidden")));

#if defined(__cplusplus)
}
#endif

// A point where the deterministic scheduler may let somebody else run.
#define OPENKMDF_CHOICE_POINT()                                                                    \
    ((void)(__builtin_expect(__drv_choice_points, 0) ? (__drv_choice_point(), 0) : 0))

#else

#define OPENKMDF_CHOICE_POINT() ((void)0)

#endif

#if defined(OPENKMDF_DRIVER)
#include "excpt.h"
#endif
