#include "scheduler/scheduler.h"

#include <ntddk.h>

using openkmdf::scheduler::Activity;

// The low bits of the structure say how far the initialisation is; the rest is the context.

namespace {

enum State : ULONG_PTR { kNotBegun = 0, kInProgress = 1, kDone = 2, kParallel = 3 };
constexpr ULONG_PTR kStateBits = 3;
constexpr ULONG kBeginFlags = RTL_RUN_ONCE_CHECK_ONLY | RTL_RUN_ONCE_ASYNC;

ULONG_PTR load(PRTL_RUN_ONCE once)
{
    return __atomic_load_n(reinterpret_cast<ULONG_PTR *>(&once->Ptr), __ATOMIC_ACQUIRE);
}

bool exchange(PRTL_RUN_ONCE once, ULONG_PTR from, ULONG_PTR to)
{
    return __atomic_compare_exchange_n(reinterpret_cast<ULONG_PTR *>(&once->Ptr), &from, to, false,
                                       __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

void give_context(PVOID *context, ULONG_PTR value)
{
    if (context != nullptr) *context = reinterpret_cast<PVOID>(value & ~kStateBits);
}

struct Waiter {
    ULONG_PTR next;
    KEVENT event;
};

void wait_for(PRTL_RUN_ONCE once, ULONG_PTR value)
{
    alignas(16) Waiter waiter;
    KeInitializeEvent(&waiter.event, NotificationEvent, FALSE);
    waiter.next = value & ~kStateBits;
    if (!exchange(once, value, reinterpret_cast<ULONG_PTR>(&waiter) | kInProgress)) return;
    KeWaitForSingleObject(&waiter.event, Executive, KernelMode, FALSE, nullptr);
}

void wake(ULONG_PTR value)
{
    for (auto *waiter = reinterpret_cast<Waiter *>(value & ~kStateBits); waiter != nullptr;) {
        auto *next = reinterpret_cast<Waiter *>(waiter->next);
        KeSetEvent(&waiter->event, 0, FALSE);
        waiter = next;
    }
}

}  // namespace

VOID NTAPI RtlRunOnceInitialize(PRTL_RUN_ONCE once)
{
    once->Ptr = nullptr;
}

NTSTATUS NTAPI RtlRunOnceBeginInitialize(PRTL_RUN_ONCE once, ULONG flags, PVOID *context)
{
    if ((flags & ~kBeginFlags) != 0 || flags == kBeginFlags) return STATUS_INVALID_PARAMETER_2;
    for (;;) {
        const ULONG_PTR value = load(once);
        switch (value & kStateBits) {
        case kDone:
            give_context(context, value);
            return STATUS_SUCCESS;
        case kParallel:
            if (flags & RTL_RUN_ONCE_CHECK_ONLY) return STATUS_UNSUCCESSFUL;
            return flags & RTL_RUN_ONCE_ASYNC ? STATUS_PENDING : STATUS_INVALID_PARAMETER_2;
        case kInProgress:
            if (flags & RTL_RUN_ONCE_CHECK_ONLY) return STATUS_UNSUCCESSFUL;
            if (flags & RTL_RUN_ONCE_ASYNC) return STATUS_INVALID_PARAMETER_2;
            wait_for(once, value);
            break;
        default:
            if (flags & RTL_RUN_ONCE_CHECK_ONLY) return STATUS_UNSUCCESSFUL;
            if (exchange(once, value,
                         flags & RTL_RUN_ONCE_ASYNC ? ULONG_PTR{kParallel}
                                                    : ULONG_PTR{kInProgress}))
                return STATUS_PENDING;
        }
    }
}

NTSTATUS NTAPI RtlRunOnceComplete(PRTL_RUN_ONCE once, ULONG flags, PVOID context)
{
    constexpr ULONG kBoth = RTL_RUN_ONCE_ASYNC | RTL_RUN_ONCE_INIT_FAILED;
    if ((flags & ~kBoth) != 0 || flags == kBoth) return STATUS_INVALID_PARAMETER_2;
    const auto value = reinterpret_cast<ULONG_PTR>(context);
    if ((value & kStateBits) != 0 || ((flags & RTL_RUN_ONCE_INIT_FAILED) && context != nullptr))
        return STATUS_INVALID_PARAMETER_3;
    ULONG_PTR before = load(once);
    const ULONG_PTR expected = flags & RTL_RUN_ONCE_ASYNC ? kParallel : kInProgress;
    if ((before & kStateBits) != expected) return STATUS_UNSUCCESSFUL;
    const ULONG_PTR after = flags & RTL_RUN_ONCE_INIT_FAILED ? ULONG_PTR{kNotBegun} : value | kDone;
    while (!exchange(once, before, after)) {
        before = load(once);
        if ((before & kStateBits) != expected) return STATUS_UNSUCCESSFUL;
    }
    if (expected == kInProgress) wake(before);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlRunOnceExecuteOnce(PRTL_RUN_ONCE once, PRTL_RUN_ONCE_INIT_FN routine,
                                     PVOID parameter, PVOID *context)
{
    NTSTATUS status = RtlRunOnceBeginInitialize(once, 0, context);
    if (status != STATUS_PENDING) return status;
    PVOID made = nullptr;
    const bool good = routine(once, parameter, &made) != 0;
    status = RtlRunOnceComplete(once, good ? 0 : RTL_RUN_ONCE_INIT_FAILED, good ? made : nullptr);
    if (!good) return STATUS_UNSUCCESSFUL;
    if (context != nullptr) *context = made;
    return status;
}
