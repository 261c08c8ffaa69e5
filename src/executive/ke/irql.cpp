#include "executive/ke/ke_state.h"

#include "scheduler/scheduler.h"

// The IRQL is the virtual processor's own variable; lowering it delivers what waits.

namespace openkmdf::executive {
namespace {

using scheduler::Scheduler;

[[noreturn, gnu::cold]] void raised_downwards(KIRQL to)
{
    const KIRQL from = Scheduler::irql();
    bugcheck(
        IRQL_NOT_GREATER_OR_EQUAL, to, from, 0, 0,
        "KeRaiseIrql was asked for IRQL %u at IRQL %u. It only raises: use KeLowerIrql with the "
        "value that KeRaiseIrql returned to go back.",
        to, from);
}

[[noreturn, gnu::cold]] void lowered_upwards(KIRQL to)
{
    const KIRQL from = Scheduler::irql();
    bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x31, from, to, 0,
             "KeLowerIrql was asked for IRQL %u at IRQL %u. Pass the value that KeRaiseIrql "
             "returned, and lower only once for each raise.",
             to, from);
}

[[noreturn, gnu::cold]] void lowered_inside_dpc(KIRQL to)
{
    bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x31, Scheduler::irql(), to, 1,
             "A DPC routine lowered the IRQL to %u. A DPC runs at DISPATCH_LEVEL until it returns: "
             "do what needs a lower IRQL in a work item.",
             to);
}

[[noreturn, gnu::cold]] void lowered_with_lock(KIRQL to)
{
    const ke::KeProcessor &own = ke::this_processor();
    const volatile void *lock = own.held[(own.held_count - 1) % ke::kMostHeldLocks];
    bugcheck(
        SPIN_LOCK_ALREADY_OWNED, number_of(lock), to, 0, 0,
        "The IRQL was lowered to %u while a spin lock is held. Whoever holds a spin lock stays "
        "at DISPATCH_LEVEL or above until it is released.",
        to);
}

KIRQL raise(KIRQL to)
{
    if (to < Scheduler::irql() || to > HIGH_LEVEL) [[unlikely]]
        raised_downwards(to);
    return Scheduler::raise_irql(to);
}

}  // namespace

extern "C" {

KIRQL NTAPI KeGetCurrentIrql(VOID)
{
    return Scheduler::irql();
}

KIRQL NTAPI KfRaiseIrql(KIRQL NewIrql)
{
    return raise(NewIrql);
}

KIRQL NTAPI KeRaiseIrqlToDpcLevel(VOID)
{
    return raise(DISPATCH_LEVEL);
}

KIRQL NTAPI KeRaiseIrqlToSynchLevel(VOID)
{
    return raise(scheduler::kSynchLevel);
}

VOID NTAPI KeLowerIrql(KIRQL NewIrql)
{
    scheduler::Processor &processor = *scheduler::current.processor;
    if (NewIrql > processor.irql) [[unlikely]]
        lowered_upwards(NewIrql);
    if (NewIrql < DISPATCH_LEVEL && processor.irql >= DISPATCH_LEVEL) {
        if (ke::this_processor().held_count) [[unlikely]]
            lowered_with_lock(NewIrql);
        if (ke::this_processor().running_dpc) [[unlikely]]
            lowered_inside_dpc(NewIrql);
    }
    processor.scheduler->lower_irql(NewIrql);
}

}  // extern "C"

}  // namespace openkmdf::executive
