#pragma once

#include "scheduler/sanitizer.h"

// A pair of fences for a store that is followed by a load, where one side runs all the time and the
// other hardly ever: the frequent side pays nothing, the rare one makes every thread of the process
// pass a full fence. `light_fence` on one side and `heavy_fence` on the other: of two threads which
// each store, pass their fence and load what the other stored, at least one sees the other's store.

namespace openkmdf::scheduler {

// False until a threaded machine has been made, and where the host has no membarrier.
extern bool asymmetric_fences;

inline void light_fence()
{
    if (!kThreadSanitizer && __builtin_expect(asymmetric_fences, true))
        asm volatile("" ::: "memory");
    else asm volatile("mfence" ::: "memory");
}

void heavy_fence();

void enable_asymmetric_fences();

}  // namespace openkmdf::scheduler
