#include "framework/sync/callback_lock.h"

#include "executive/kernel.h"
#include "framework/queue/queue.h"
#include "framework/support/violation.h"

namespace openkmdf::framework {

// The lock word is the owner: one exchange to take a free lock. A spin lock that is taken waits by
// letting others run; a passive one parks on an event-like mutex of the executive.

void CallbackLock::acquire()
{
    scheduler::Activity *me = scheduler::current.activity;
    const std::uint8_t before = level_ == LockLevel::Dispatch
                                    ? scheduler::Scheduler::raise_irql(scheduler::kDispatchLevel)
                                    : std::uint8_t{0};
    if (level_ == LockLevel::Passive) KeEnterCriticalRegion();
    scheduler::Activity *expected = nullptr;
    if (!__atomic_compare_exchange_n(&owner_, &expected, me, false, __ATOMIC_ACQUIRE,
                                     __ATOMIC_RELAXED)) [[unlikely]]
        acquire_slow();
    saved_irql_ = before;
}

void CallbackLock::acquire_slow()
{
    scheduler::Activity *me = scheduler::current.activity;
    if (is_held_by_me())
        violation(nullptr, WDF_RECURSIVE_LOCK, 0, 0,
                  "A synchronization lock was acquired again by the thread that holds it. "
                  "Callbacks of a device or "
                  "queue with a synchronization scope already run under that lock; do not call "
                  "WdfObjectAcquireLock "
                  "in them.");
    scheduler::Scheduler &scheduler = *executive::kernel().scheduler;
    for (unsigned attempt = 0;; ++attempt) {
        scheduler::Activity *holder = __atomic_load_n(&owner_, __ATOMIC_RELAXED);
        if (!holder) {
            if (__atomic_compare_exchange_n(&owner_, &holder, me, false, __ATOMIC_ACQUIRE,
                                            __ATOMIC_RELAXED))
                return;
            continue;
        }
        if (level_ == LockLevel::Dispatch || attempt < 64) {
            scheduler.relax({"synchronization lock", this, holder, holder_of}, attempt);
            continue;
        }
        wait_parked();
    }
}

scheduler::Activity *CallbackLock::holder_of(const void *lock)
{
    return __atomic_load_n(&static_cast<const CallbackLock *>(lock)->owner_, __ATOMIC_RELAXED);
}

void CallbackLock::wait_parked()
{
    Waiter waiter{nullptr, scheduler::current.activity};
    {
        scheduler::InternalGuard guard(waiters_lock_);
        waiter.next = waiters_;
        __atomic_store_n(&waiters_, &waiter, __ATOMIC_SEQ_CST);
        // Released in between: nobody would wake this waiter.
        if (!__atomic_load_n(&owner_, __ATOMIC_SEQ_CST)) {
            __atomic_store_n(&waiters_, waiter.next, __ATOMIC_SEQ_CST);
            return;
        }
    }
    executive::kernel().scheduler->park({"synchronization lock", this, nullptr, holder_of});
    scheduler::InternalGuard guard(waiters_lock_);
    for (Waiter **link = &waiters_; *link; link = &(*link)->next) {
        if (*link != &waiter) continue;
        *link = waiter.next;
        break;
    }
}

void CallbackLock::wake_waiters()
{
    scheduler::InternalGuard guard(waiters_lock_);
    for (Waiter *waiter = waiters_; waiter; waiter = waiter->next)
        executive::kernel().scheduler->unpark(*waiter->activity);
}

void CallbackLock::release()
{
    if (after_release_) [[unlikely]] {
        drain_after_release();
        return;
    }
    const std::uint8_t irql = saved_irql_;
    if (level_ == LockLevel::Dispatch) {
        __atomic_store_n(&owner_, nullptr, __ATOMIC_RELEASE);
        executive::kernel().scheduler->lower_irql(irql);
        return;
    }
    __atomic_store_n(&owner_, nullptr, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&waiters_, __ATOMIC_SEQ_CST)) [[unlikely]]
        wake_waiters();
    KeLeaveCriticalRegion();
}

void CallbackLock::run_after_release(Queue &queue)
{
    if (queue.in_after_release) return;
    queue.in_after_release = true;
    reference(queue);
    queue.next_after_release = after_release_;
    after_release_ = &queue;
}

void CallbackLock::drain_after_release()
{
    Queue *queue = after_release_;
    after_release_ = nullptr;
    release();
    while (queue) {
        Queue *next = queue->next_after_release;
        queue->next_after_release = nullptr;
        queue->in_after_release = false;
        run_queue(*queue);
        dereference(*queue);
        queue = next;
    }
}

}  // namespace openkmdf::framework
