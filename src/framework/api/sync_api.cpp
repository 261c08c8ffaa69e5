#include "executive/ke/dispatcher.h"
#include "framework/api/functions.h"
#include "framework/support/library.h"
#include "framework/support/violation.h"
#include "framework/sync/locks.h"

namespace openkmdf::framework {

const TypeInfo SpinLock::kInfo = {
    ObjectType::SpinLock, "WDFSPINLOCK", sizeof(SpinLock), true, false, nullptr, nullptr};
const TypeInfo WaitLock::kInfo = {
    ObjectType::WaitLock, "WDFWAITLOCK", sizeof(WaitLock), true, false, nullptr, nullptr};

namespace api {

namespace {

template <class T, class Handle>
NTSTATUS create_lock(PWDF_DRIVER_GLOBALS client, PWDF_OBJECT_ATTRIBUTES attributes, Handle *handle,
                     T **created)
{
    *handle = nullptr;
    Globals &globals = globals_of(client);
    NTSTATUS status = check_attributes(attributes, {});
    if (!NT_SUCCESS(status)) return status;
    T *lock = create_object<T>(globals, attributes, default_parent(globals));
    if (!lock) return STATUS_INSUFFICIENT_RESOURCES;
    *created = lock;
    status = publish(*lock);
    if (!NT_SUCCESS(status)) {
        discard_object(*lock);
        return status;
    }
    *handle = static_cast<Handle>(handle_of(lock));
    return STATUS_SUCCESS;
}

bool is_mine(scheduler::Activity *const &owner)
{
    return __atomic_load_n(&owner, __ATOMIC_RELAXED) == scheduler::current.activity;
}

scheduler::Activity *holder_of(const void *free)
{
    return __atomic_load_n(&CONTAINING_RECORD(free, const framework::WaitLock::State, free)->owner,
                           __ATOMIC_RELAXED);
}

}  // namespace

NTSTATUS NTAPI WdfSpinLockCreate(PWDF_DRIVER_GLOBALS DriverGlobals,
                                 PWDF_OBJECT_ATTRIBUTES SpinLockAttributes, WDFSPINLOCK *SpinLock)
{
    framework::SpinLock *lock = nullptr;
    return create_lock(DriverGlobals, SpinLockAttributes, SpinLock, &lock);
}

VOID NTAPI WdfSpinLockAcquire(PWDF_DRIVER_GLOBALS, WDFSPINLOCK SpinLock)
{
    auto &lock = *object_cast<framework::SpinLock>(SpinLock);
    if (is_mine(lock.owner))
        violation(lock.globals, WDF_RECURSIVE_LOCK, 0, 0,
                  "WdfSpinLockAcquire was called for WDFSPINLOCK #%u by the thread that holds it. "
                  "Spin locks are not "
                  "recursive: release it first, or split the function that takes it.",
                  lock.ordinal);
    const KIRQL irql = KeAcquireSpinLockRaiseToDpc(&lock.lock);
    lock.irql = irql;
    __atomic_store_n(&lock.owner, scheduler::current.activity, __ATOMIC_RELAXED);
}

VOID NTAPI WdfSpinLockRelease(PWDF_DRIVER_GLOBALS, WDFSPINLOCK SpinLock)
{
    auto &lock = *object_cast<framework::SpinLock>(SpinLock);
    if (!is_mine(lock.owner))
        violation(
            lock.globals, WDF_INVALID_LOCK_OPERATION, reinterpret_cast<std::uintptr_t>(SpinLock), 1,
            "WdfSpinLockRelease was called for WDFSPINLOCK #%u by a thread that does not hold it.",
            lock.ordinal);
    const KIRQL irql = lock.irql;
    __atomic_store_n(&lock.owner, nullptr, __ATOMIC_RELAXED);
    KeReleaseSpinLock(&lock.lock, irql);
}

NTSTATUS NTAPI WdfWaitLockCreate(PWDF_DRIVER_GLOBALS DriverGlobals,
                                 PWDF_OBJECT_ATTRIBUTES LockAttributes, WDFWAITLOCK *Lock)
{
    framework::WaitLock *lock = nullptr;
    NTSTATUS status = create_lock(DriverGlobals, LockAttributes, Lock, &lock);
    if (NT_SUCCESS(status)) KeInitializeEvent(&lock->state.free, SynchronizationEvent, TRUE);
    return status;
}

NTSTATUS NTAPI WdfWaitLockAcquire(PWDF_DRIVER_GLOBALS, WDFWAITLOCK Lock, PLONGLONG Timeout)
{
    auto &lock = *object_cast<framework::WaitLock>(Lock);
    if (is_mine(lock.state.owner))
        violation(lock.globals, WDF_RECURSIVE_LOCK, 0, 0,
                  "WdfWaitLockAcquire was called for WDFWAITLOCK #%u by the thread that holds it. "
                  "Wait locks are not "
                  "recursive.",
                  lock.ordinal);
    KeEnterCriticalRegion();
    LARGE_INTEGER due;
    if (Timeout) due.QuadPart = *Timeout;
    NTSTATUS status = executive::ke::wait_for(lock.state.free.Header, "WDFWAITLOCK", holder_of,
                                              Timeout ? &due : nullptr, "WdfWaitLockAcquire");
    if (status == STATUS_TIMEOUT) {
        KeLeaveCriticalRegion();
        return status;
    }
    __atomic_store_n(&lock.state.owner, scheduler::current.activity, __ATOMIC_RELAXED);
    return STATUS_SUCCESS;
}

VOID NTAPI WdfWaitLockRelease(PWDF_DRIVER_GLOBALS, WDFWAITLOCK Lock)
{
    auto &lock = *object_cast<framework::WaitLock>(Lock);
    if (!is_mine(lock.state.owner))
        violation(
            lock.globals, WDF_INVALID_LOCK_OPERATION, reinterpret_cast<std::uintptr_t>(Lock), 1,
            "WdfWaitLockRelease was called for WDFWAITLOCK #%u by a thread that does not hold it.",
            lock.ordinal);
    __atomic_store_n(&lock.state.owner, nullptr, __ATOMIC_RELAXED);
    KeSetEvent(&lock.state.free, IO_NO_INCREMENT, FALSE);
    KeLeaveCriticalRegion();
}

}  // namespace api

}  // namespace openkmdf::framework
