#pragma once

#include "scheduler/activity.h"
#include "scheduler/internal_lock.h"

#include <ntddk.h>
#include <wdf.h>

#include <cstdint>

// The lock of a synchronization scope: held by the framework while it calls a driver's callbacks,
// and by the driver between WdfObjectAcquireLock and WdfObjectReleaseLock. With execution level
// Dispatch it is a spin lock (callbacks run at DISPATCH_LEVEL), with Passive a mutex (PASSIVE_LEVEL
// inside a critical region).

namespace openkmdf::framework {

struct Queue;

enum class LockLevel : std::uint8_t { Dispatch, Passive };

class CallbackLock {
public:
    explicit CallbackLock(LockLevel level) : level_(level) {}

    LockLevel level() const { return level_; }
    bool is_held_by_me() const
    {
        return __atomic_load_n(&owner_, __ATOMIC_RELAXED) == scheduler::current.activity;
    }

    // Taking it again by its holder is the driver's mistake: WDF_RECURSIVE_LOCK.
    void acquire();
    void release();

    // For its holder: `queue` has something to deliver, which needs this very lock; done after
    // release.
    void run_after_release(Queue &queue);

private:
    struct Waiter {
        Waiter *next;
        scheduler::Activity *activity;
    };

    void acquire_slow();
    static scheduler::Activity *holder_of(const void *lock);
    void wait_parked();
    void wake_waiters();
    void drain_after_release();

    scheduler::Activity *owner_ = nullptr;  // atomic: the lock word
    Queue *after_release_ = nullptr;        // through Queue::next_after_release; holder only
    LockLevel level_;
    std::uint8_t saved_irql_ = 0;  // holder only
    scheduler::InternalLock waiters_lock_;
    Waiter *waiters_ = nullptr;  // LockLevel::Passive; changed under waiters_lock_, read atomically
};

// Holds the scope's lock if there is one.
class CallbackLockGuard {
public:
    explicit CallbackLockGuard(CallbackLock *lock) : lock_(lock)
    {
        if (lock_) lock_->acquire();
    }
    ~CallbackLockGuard()
    {
        if (lock_) lock_->release();
    }
    CallbackLockGuard(const CallbackLockGuard &) = delete;
    CallbackLockGuard &operator=(const CallbackLockGuard &) = delete;

private:
    CallbackLock *lock_;
};

}  // namespace openkmdf::framework
