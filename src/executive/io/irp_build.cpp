#include "executive/io/io_manager.h"

#include "executive/ke/thread.h"

// IRPs that drivers build, and the ways of sending one and waiting.

namespace openkmdf::executive {

namespace {

PIRP build_request(PDEVICE_OBJECT device, const IoManager::Transfer &transfer)
{
    NTSTATUS failure;
    return io_manager().build(nullptr, device, transfer, &failure);
}

IoManager::Transfer file_transfer(ULONG major, PVOID buffer, ULONG length, PLARGE_INTEGER offset)
{
    IoManager::Transfer transfer;
    transfer.major = static_cast<std::uint8_t>(major);
    transfer.mode = KernelMode;
    transfer.offset = offset ? offset->QuadPart : 0;
    if (major == IRP_MJ_READ) {
        transfer.output = buffer;
        transfer.output_size = length;
    } else if (major == IRP_MJ_WRITE) {
        transfer.input = buffer;
        transfer.input_size = length;
    }
    return transfer;
}

ULONG severity_of(NTSTATUS status)
{
    return static_cast<ULONG>(status) >> 30;
}

NTSTATUS NTAPI signal_event(PDEVICE_OBJECT, PIRP irp, PVOID context)
{
    if (irp->PendingReturned) KeSetEvent(static_cast<PKEVENT>(context), IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

}  // namespace

extern "C" {

PIRP NTAPI IoBuildDeviceIoControlRequest(ULONG IoControlCode, PDEVICE_OBJECT DeviceObject,
                                         PVOID InputBuffer, ULONG InputBufferLength,
                                         PVOID OutputBuffer, ULONG OutputBufferLength,
                                         BOOLEAN InternalDeviceIoControl, PKEVENT Event,
                                         PIO_STATUS_BLOCK IoStatusBlock)
{
    IoManager::Transfer transfer;
    transfer.major =
        InternalDeviceIoControl ? IRP_MJ_INTERNAL_DEVICE_CONTROL : IRP_MJ_DEVICE_CONTROL;
    transfer.code = IoControlCode;
    transfer.input = InputBuffer;
    transfer.input_size = InputBufferLength;
    transfer.output = OutputBuffer;
    transfer.output_size = OutputBufferLength;
    transfer.mode = KernelMode;
    PIRP irp = build_request(DeviceObject, transfer);
    if (!irp) return nullptr;
    irp->UserIosb = IoStatusBlock;
    irp->UserEvent = Event;
    io_manager().give_to_thread(irp);
    return irp;
}

PIRP NTAPI IoBuildSynchronousFsdRequest(ULONG MajorFunction, PDEVICE_OBJECT DeviceObject,
                                        PVOID Buffer, ULONG Length, PLARGE_INTEGER StartingOffset,
                                        PKEVENT Event, PIO_STATUS_BLOCK IoStatusBlock)
{
    PIRP irp =
        build_request(DeviceObject, file_transfer(MajorFunction, Buffer, Length, StartingOffset));
    if (!irp) return nullptr;
    irp->UserIosb = IoStatusBlock;
    irp->UserEvent = Event;
    io_manager().give_to_thread(irp);
    return irp;
}

PIRP NTAPI IoBuildAsynchronousFsdRequest(ULONG MajorFunction, PDEVICE_OBJECT DeviceObject,
                                         PVOID Buffer, ULONG Length, PLARGE_INTEGER StartingOffset,
                                         PIO_STATUS_BLOCK IoStatusBlock)
{
    PIRP irp =
        build_request(DeviceObject, file_transfer(MajorFunction, Buffer, Length, StartingOffset));
    if (irp) irp->UserIosb = IoStatusBlock;
    return irp;
}

PIRP NTAPI IoMakeAssociatedIrp(PIRP Irp, CCHAR StackSize)
{
    PIRP irp = io_manager().allocate_irp(StackSize);
    if (!irp) return nullptr;
    irp->Flags |= IRP_ASSOCIATED_IRP;
    irp->AssociatedIrp.MasterIrp = Irp;
    irp->Tail.Overlay.Thread = Irp->Tail.Overlay.Thread;
    return irp;
}

void NTAPI IoSetMasterIrpStatus(PIRP MasterIrp, NTSTATUS Status)
{
    // One status that is asked for always wins, one that is informational never does; else the more
    // severe failure is what the master ends with.
    NTSTATUS &merged = MasterIrp->IoStatus.Status;
    if (Status == STATUS_FT_READ_FROM_COPY) return;
    if (Status == STATUS_VERIFY_REQUIRED ||
        (!NT_SUCCESS(Status) && severity_of(Status) > severity_of(merged)))
        merged = Status;
}

BOOLEAN NTAPI IoForwardIrpSynchronously(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    if (Irp->CurrentLocation <= 1) return FALSE;
    KEVENT event;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutine(Irp, signal_event, &event, TRUE, TRUE, TRUE);
    if (IofCallDriver(DeviceObject, Irp) == STATUS_PENDING)
        KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, nullptr);
    return TRUE;
}

// A driver cannot be unloaded here while a routine of its runs, which is what the longer form is
// for.
NTSTATUS NTAPI IoSetCompletionRoutineEx(PDEVICE_OBJECT, PIRP Irp,
                                        PIO_COMPLETION_ROUTINE CompletionRoutine, PVOID Context,
                                        BOOLEAN InvokeOnSuccess, BOOLEAN InvokeOnError,
                                        BOOLEAN InvokeOnCancel)
{
    IoSetCompletionRoutine(Irp, CompletionRoutine, Context, InvokeOnSuccess, InvokeOnError,
                           InvokeOnCancel);
    return STATUS_SUCCESS;
}

}  // extern "C"

}  // namespace openkmdf::executive
