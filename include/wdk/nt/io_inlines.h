// The parts of the I/O manager that a driver has in line: IRP stack locations, cancel routines.
#pragma once

#include <nt/interlocked.h>
#include <nt/io.h>
#include <ntstatus.h>

FORCEINLINE PIO_STACK_LOCATION IoGetCurrentIrpStackLocation(_In_ PIRP Irp) {
    return Irp->Tail.Overlay.CurrentStackLocation;
}

FORCEINLINE PIO_STACK_LOCATION IoGetNextIrpStackLocation(_In_ PIRP Irp) {
    return Irp->Tail.Overlay.CurrentStackLocation - 1;
}

FORCEINLINE VOID IoSetNextIrpStackLocation(_Inout_ PIRP Irp) {
    Irp->CurrentLocation--;
    Irp->Tail.Overlay.CurrentStackLocation--;
}

FORCEINLINE VOID IoSkipCurrentIrpStackLocation(_Inout_ PIRP Irp) {
    Irp->CurrentLocation++;
    Irp->Tail.Overlay.CurrentStackLocation++;
}

// Everything up to the completion routine: that and its context belong to the lower driver's
// location only.
FORCEINLINE VOID IoCopyCurrentIrpStackLocationToNext(_Inout_ PIRP Irp) {
    PIO_STACK_LOCATION current = IoGetCurrentIrpStackLocation(Irp);
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(Irp);
    __builtin_memcpy(next, current, offsetof(IO_STACK_LOCATION, CompletionRoutine));
    next->Control = 0;
}

FORCEINLINE VOID IoSetCompletionRoutine(
    _In_ PIRP Irp, _In_opt_ PIO_COMPLETION_ROUTINE CompletionRoutine, _In_opt_ PVOID Context,
    _In_ BOOLEAN InvokeOnSuccess, _In_ BOOLEAN InvokeOnError, _In_ BOOLEAN InvokeOnCancel) {
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(Irp);
    next->CompletionRoutine = CompletionRoutine;
    next->Context = Context;
    next->Control = (UCHAR)((InvokeOnSuccess ? SL_INVOKE_ON_SUCCESS : 0) |
                            (InvokeOnError ? SL_INVOKE_ON_ERROR : 0) |
                            (InvokeOnCancel ? SL_INVOKE_ON_CANCEL : 0));
}

FORCEINLINE VOID IoMarkIrpPending(_Inout_ PIRP Irp) {
    IoGetCurrentIrpStackLocation(Irp)->Control |= SL_PENDING_RETURNED;
}

FORCEINLINE BOOLEAN IoIsErrorUserInduced(_In_ NTSTATUS Status) {
    return (BOOLEAN)(Status == STATUS_DEVICE_NOT_READY || Status == STATUS_IO_TIMEOUT ||
                     Status == STATUS_MEDIA_WRITE_PROTECTED ||
                     Status == STATUS_NO_MEDIA_IN_DEVICE || Status == STATUS_UNRECOGNIZED_MEDIA ||
                     Status == STATUS_VERIFY_REQUIRED || Status == STATUS_WRONG_VOLUME);
}

FORCEINLINE PDRIVER_CANCEL IoSetCancelRoutine(
    _Inout_ PIRP Irp, _In_opt_ PDRIVER_CANCEL CancelRoutine) {
    PDRIVER_CANCEL old = __atomic_exchange_n(&Irp->CancelRoutine, CancelRoutine, __ATOMIC_SEQ_CST);
    OPENKMDF_CHOICE_POINT();
    return old;
}

#define IoSizeOfIrp(stack_size) \
    ((USHORT)(sizeof(IRP) + ((stack_size) * (sizeof(IO_STACK_LOCATION)))))
#define IoGetFunctionCodeFromCtlCode(code) (((code) >> 2) & 0x00000FFF)
#define IoAdjustPagingPathCount(count, increment)                                        \
    ((increment) ? (VOID)InterlockedIncrement(count) : (VOID)InterlockedDecrement(count))
#define IoInitializeDpcRequest(device, routine) \
    KeInitializeDpc(&(device)->Dpc, (PKDEFERRED_ROUTINE)(PVOID)(routine), (device))
#define IoRequestDpc(device, irp, context) \
    ((VOID)KeInsertQueueDpc(&(device)->Dpc, (irp), (context)))


FORCEINLINE ULONG_PTR IoGetRemainingStackSize(VOID) {
    ULONG_PTR low;
    ULONG_PTR high;
    UCHAR here;
    IoGetStackLimits(&low, &high);
    UNREFERENCED_PARAMETER(high);
    return (ULONG_PTR)&here - low;
}
