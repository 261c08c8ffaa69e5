#include "executive/io/io_manager.h"

// Remove locks. The free build's 32 bytes and the checked build's 120 begin alike; who holds a lock
// of the checked kind is not recorded.

namespace openkmdf::executive {

namespace {

constexpr ULONG kCheckedSize = 120;

void check_size(PIO_REMOVE_LOCK lock, ULONG size, const char *message)
{
    if (size == sizeof(IO_REMOVE_LOCK_COMMON_BLOCK) || size == kCheckedSize) return;
    kernel().stop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0, reinterpret_cast<std::uintptr_t>(lock),
                  size, 0, message);
}

void release(IO_REMOVE_LOCK_COMMON_BLOCK &lock)
{
    const LONG left = InterlockedDecrement(&lock.IoCount);
    if (left > 0) return;
    if (left < 0)
        kernel().stop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0,
                      reinterpret_cast<std::uintptr_t>(&lock), 0, 0,
                      "A remove lock was released more often than it was acquired.");
    KeSetEvent(&lock.RemoveEvent, IO_NO_INCREMENT, FALSE);
}

}  // namespace

extern "C" {

void NTAPI IoInitializeRemoveLockEx(PIO_REMOVE_LOCK Lock, ULONG, ULONG, ULONG, ULONG RemlockSize)
{
    check_size(Lock, RemlockSize,
               "IoInitializeRemoveLock was given a size that no IO_REMOVE_LOCK has.");
    Lock->Common.Removed = FALSE;
    Lock->Common.IoCount = 1;
    KeInitializeEvent(&Lock->Common.RemoveEvent, SynchronizationEvent, FALSE);
}

NTSTATUS NTAPI IoAcquireRemoveLockEx(PIO_REMOVE_LOCK RemoveLock, PVOID, PCSTR, ULONG, ULONG)
{
    IO_REMOVE_LOCK_COMMON_BLOCK &lock = RemoveLock->Common;
    InterlockedIncrement(&lock.IoCount);
    if (!__atomic_load_n(&lock.Removed, __ATOMIC_SEQ_CST)) return STATUS_SUCCESS;
    release(lock);
    return STATUS_DELETE_PENDING;
}

void NTAPI IoReleaseRemoveLockEx(PIO_REMOVE_LOCK RemoveLock, PVOID, ULONG)
{
    release(RemoveLock->Common);
}

void NTAPI IoReleaseRemoveLockAndWaitEx(PIO_REMOVE_LOCK RemoveLock, PVOID, ULONG)
{
    IO_REMOVE_LOCK_COMMON_BLOCK &lock = RemoveLock->Common;
    __atomic_store_n(&lock.Removed, BOOLEAN{TRUE}, __ATOMIC_SEQ_CST);
    release(lock);
    // The lock's own count goes last.
    if (InterlockedDecrement(&lock.IoCount) > 0)
        KeWaitForSingleObject(&lock.RemoveEvent, Executive, KernelMode, FALSE, nullptr);
}

}  // extern "C"

}  // namespace openkmdf::executive
