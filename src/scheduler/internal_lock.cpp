#include "scheduler/internal_lock.h"

#include <sched.h>

namespace openkmdf::scheduler {

void InternalLock::lock_contended()
{
    for (unsigned attempt = 0;; attempt++) {
        if (__atomic_load_n(&word_, __ATOMIC_RELAXED) == 0) {
            std::uint32_t expected = 0;
            if (__atomic_compare_exchange_n(&word_, &expected, 1u, false, __ATOMIC_ACQUIRE,
                                            __ATOMIC_RELAXED))
                return;
        }
        if (attempt < 64) __builtin_ia32_pause();
        else sched_yield();
    }
}

}  // namespace openkmdf::scheduler
