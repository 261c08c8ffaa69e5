#pragma once

#include "executive/ke/ke_state.h"
#include "executive/ke/thread.h"

#include <ntddk.h>

// Dispatcher objects: what a thread can wait for. Everything here is called with KeState::lock
// held, unless it says otherwise.

namespace openkmdf::executive::ke {

// The values of DISPATCHER_HEADER::Type.
enum DispatcherType : UCHAR {
    kNotificationEvent = 0,
    kSynchronizationEvent = 1,
    kMutant = 2,
    kProcess = 3,
    kQueue = 4,
    kSemaphore = 5,
    kThread = 6,
    kGate = 7,
    kNotificationTimer = 8,
    kSynchronizationTimer = 9,
    kLastDispatcherType = kSynchronizationTimer,
};

// Beside the count of KMUTANT::ApcDisable: the owner took it at DISPATCH_LEVEL and has to release
// it there ("KeReleaseMutex function").
inline constexpr UCHAR kTakenAtDispatchLevel = 0x80;

inline LONG disabled_apcs(const KMUTANT &mutant)
{
    return mutant.ApcDisable & ~kTakenAtDispatchLevel;
}

void initialize_header(DISPATCHER_HEADER &header, DispatcherType type, std::size_t size,
                       LONG signal_state);

// The state has become signalled: ends the waits that this satisfies, first come first served.
void wake_waiters(DISPATCHER_HEADER &header);

// Called without the lock. Bugchecks, naming `function`, when the object was never initialized.
void require_initialized(const DISPATCHER_HEADER &header, const char *function);

const char *type_name(const DISPATCHER_HEADER &header);

// Mutants that a thread still owns when it ends. Without the lock.
void abandon_mutants(KTHREAD &thread);

// Who has to act before the wait for an object ends, as a deadlock is a cycle of holders; called by
// the scheduler, without the lock.
using HolderOf = scheduler::Activity *(*)(const void *object);

// Waits, without the lock, for a synchronization object inside a lock of ours: at DISPATCH_LEVEL
// with a timeout of zero only. `function` is whom the driver called.
NTSTATUS wait_for(DISPATCHER_HEADER &object, const char *what, HolderOf holder_of,
                  LARGE_INTEGER *timeout = nullptr, const char *function = nullptr);

// Absolute time of the scheduler at which a wait that starts now ends; kForever without a timeout.
// Without the lock.
std::int64_t deadline_of(const LARGE_INTEGER *timeout);

}  // namespace openkmdf::executive::ke
