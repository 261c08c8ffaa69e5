#pragma once

#include "scheduler/activity.h"

#include <cstdint>

namespace openkmdf::scheduler {

// A lock of our own code (not a driver's): a few instructions under it, no call out, no choice
// point. Nothing can interleave in deterministic mode; in threaded mode it spins, then yields to
// the host. It does not change the IRQL: an activity that holds it keeps its processor.
class InternalLock {
public:
    void lock()
    {
        std::uint32_t expected = 0;
        if (!__atomic_compare_exchange_n(&word_, &expected, 1u, false, __ATOMIC_ACQUIRE,
                                         __ATOMIC_RELAXED)) [[unlikely]]
            lock_contended();
    }
    void unlock() { __atomic_store_n(&word_, 0u, __ATOMIC_RELEASE); }
    bool is_locked() const { return __atomic_load_n(&word_, __ATOMIC_RELAXED) != 0; }

private:
    void lock_contended();
    std::uint32_t word_ = 0;
};

class [[nodiscard]] InternalGuard {
public:
    explicit InternalGuard(InternalLock &lock) : lock_(lock) { lock_.lock(); }
    ~InternalGuard() { lock_.unlock(); }
    InternalGuard(const InternalGuard &) = delete;
    InternalGuard &operator=(const InternalGuard &) = delete;

private:
    InternalLock &lock_;
};

}  // namespace openkmdf::scheduler
