#pragma once

#include "executive/ke/ke_state.h"

#include <ntddk.h>

// Spin locks of drivers. The lock's word holds the processor that owns it; a processor knows the
// locks that it holds, so a second acquisition, a release of what is not held and a lock kept over
// a return are found where they happen.

namespace openkmdf::executive::ke {

void acquire_spin_lock(PKSPIN_LOCK lock);  // at DISPATCH_LEVEL or above
bool try_acquire_spin_lock(PKSPIN_LOCK lock);
void release_spin_lock(PKSPIN_LOCK lock);

// The list of the processor's locks, for other kinds of spin locks.
void note_acquired(const volatile void *lock);
// False: the processor does not hold it.
bool note_released(const volatile void *lock);
bool holds_lock(const volatile void *lock);
[[noreturn]] void acquired_twice(const volatile void *lock, const char *kind);
[[noreturn]] void released_unowned(const volatile void *lock, const char *kind);
// Waits a little for a lock whose holder nobody knows.
void relax(const volatile void *lock, const char *kind, unsigned attempt);

}  // namespace openkmdf::executive::ke
