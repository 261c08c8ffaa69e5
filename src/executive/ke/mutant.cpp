#include "executive/ke/dispatcher.h"

#include "scheduler/scheduler.h"

// Mutexes. A KMUTEX disables normal kernel APCs while it is held, a mutant of user mode does not.

namespace openkmdf::executive::ke {
namespace {

void initialize(PRKMUTANT mutant, LONG signal_state, UCHAR apc_disable)
{
    initialize_header(mutant->Header, kMutant, sizeof(KMUTANT), signal_state);
    InitializeListHead(&mutant->MutantListEntry);
    mutant->OwnerThread = nullptr;
    mutant->Abandoned = FALSE;
    mutant->ApcDisable = apc_disable;
}

LONG release(PRKMUTANT mutant, bool abandoned)
{
    require_initialized(mutant->Header, "KeReleaseMutex");
    KTHREAD &thread = *current_thread();
    LONG before;
    {
        scheduler::InternalGuard guard(state().lock);
        before = mutant->Header.SignalState;
        const bool at_dispatch = scheduler::Scheduler::irql() >= DISPATCH_LEVEL;
        const bool owned = mutant->OwnerThread == &thread &&
                           at_dispatch == !!(mutant->ApcDisable & kTakenAtDispatchLevel);
        if (owned || abandoned) {
            mutant->Header.SignalState = abandoned ? 1 : before + 1;
            if (mutant->Header.SignalState == 1) {
                if (mutant->OwnerThread) {
                    RemoveEntryListUnsafe(&mutant->MutantListEntry);
                    mutant->OwnerThread->critical_regions -= disabled_apcs(*mutant);
                    mutant->ApcDisable &= static_cast<UCHAR>(~kTakenAtDispatchLevel);
                }
                mutant->OwnerThread = nullptr;
                mutant->Abandoned = abandoned;
                wake_waiters(mutant->Header);
            }
            point();
            return before;
        }
    }
    ExRaiseStatus(mutant->Abandoned ? STATUS_ABANDONED : STATUS_MUTANT_NOT_OWNED);
}

}  // namespace

extern "C" {

VOID NTAPI KeInitializeMutex(PRKMUTEX Mutex, ULONG)
{
    initialize(Mutex, 1, 1);
}

LONG NTAPI KeReleaseMutex(PRKMUTEX Mutex, BOOLEAN)
{
    return release(Mutex, false);
}

LONG NTAPI KeReadStateMutex(PRKMUTEX Mutex)
{
    require_initialized(Mutex->Header, "KeReadStateMutex");
    point(scheduler::Point::Interlocked);
    return __atomic_load_n(&Mutex->Header.SignalState, __ATOMIC_ACQUIRE);
}

VOID NTAPI KeInitializeMutant(PRKMUTANT Mutant, BOOLEAN InitialOwner)
{
    initialize(Mutant, InitialOwner ? 0 : 1, 0);
    if (!InitialOwner) return;
    KTHREAD &thread = *current_thread();
    scheduler::InternalGuard guard(state().lock);
    Mutant->OwnerThread = &thread;
    InsertTailList(&thread.mutants, &Mutant->MutantListEntry);
}

LONG NTAPI KeReleaseMutant(PRKMUTANT Mutant, KPRIORITY, BOOLEAN Abandoned, BOOLEAN)
{
    return release(Mutant, Abandoned);
}

LONG NTAPI KeReadStateMutant(PRKMUTANT Mutant)
{
    return KeReadStateMutex(Mutant);
}

}  // extern "C"

}  // namespace openkmdf::executive::ke
