#include "executive/io/io_manager.h"

#include "base/assert.h"
#include "executive/tracer.h"

#include <cstring>

// IoCallDriver, IoCompleteRequest and what follows the last completion routine.

namespace openkmdf::executive {

struct IoCompletion {
    [[noreturn]] static void completed_twice(PIRP irp)
    {
        kernel().stop(MULTIPLE_IRP_COMPLETE_REQUESTS, reinterpret_cast<std::uintptr_t>(irp), __LINE__, 0, 0,
                      "IoCompleteRequest was called for an IRP that is complete already, or that belongs to another "
                      "driver by now. Complete an IRP once, and do not touch it after passing it on or completing it.");
    }
};

extern "C" NTSTATUS NTAPI IofCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    if (--Irp->CurrentLocation <= 0) [[unlikely]]
        kernel().stop(NO_MORE_IRP_STACK_LOCATIONS, reinterpret_cast<std::uintptr_t>(Irp), 0, 0, 0,
                      "IoCallDriver was called for an IRP with no stack location left for the next driver. "
                      "Allocate the IRP with the StackSize of the device that it is sent to.");
    PIO_STACK_LOCATION location = IoGetNextIrpStackLocation(Irp);
    Irp->Tail.Overlay.CurrentStackLocation = location;
    location->DeviceObject = DeviceObject;
    if (kernel().observe) [[unlikely]]
        trace_irp(Irp, location, DeviceObject);
    return DeviceObject->DriverObject->MajorFunction[location->MajorFunction](DeviceObject, Irp);
}

extern "C" void NTAPI IofCompleteRequest(PIRP Irp, CCHAR)
{
    if (Irp->CurrentLocation > Irp->StackCount + 1 || Irp->Type != IO_TYPE_IRP) [[unlikely]]
        IoCompletion::completed_twice(Irp);
    if (Irp->CancelRoutine) [[unlikely]]
        kernel().stop(CANCEL_STATE_IN_COMPLETED_IRP, reinterpret_cast<std::uintptr_t>(Irp),
                      reinterpret_cast<std::uintptr_t>(Irp->CancelRoutine), 0, 0,
                      "An IRP was completed while it still has a cancel routine. Call IoSetCancelRoutine(Irp, NULL) "
                      "first, and complete the IRP only if that returned the routine.");
    if (Irp->IoStatus.Status == STATUS_PENDING) [[unlikely]]
        kernel().stop(MULTIPLE_IRP_COMPLETE_REQUESTS, reinterpret_cast<std::uintptr_t>(Irp), __LINE__, 0, 0,
                      "An IRP was completed with STATUS_PENDING. IoStatus.Status must hold a final status.");
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(Irp);
    while (Irp->CurrentLocation <= Irp->StackCount) {
        PIO_STACK_LOCATION done = location;
        Irp->PendingReturned = (done->Control & SL_PENDING_RETURNED) != 0;
        ++Irp->CurrentLocation;
        ++Irp->Tail.Overlay.CurrentStackLocation;
        ++location;
        const bool failed = !NT_SUCCESS(Irp->IoStatus.Status);
        const UCHAR wanted = Irp->Cancel  ? SL_INVOKE_ON_CANCEL | (failed ? SL_INVOKE_ON_ERROR : SL_INVOKE_ON_SUCCESS)
                             : failed     ? SL_INVOKE_ON_ERROR
                                          : SL_INVOKE_ON_SUCCESS;
        if (done->Control & wanted) {
            PDEVICE_OBJECT device =
                Irp->CurrentLocation <= Irp->StackCount ? location->DeviceObject : nullptr;
            PIO_COMPLETION_ROUTINE routine = done->CompletionRoutine;
            PVOID context = done->Context;
            done->CompletionRoutine = nullptr;
            done->Control = 0;
            if (routine(device, Irp, context) == STATUS_MORE_PROCESSING_REQUIRED) return;
        } else {
            if (Irp->PendingReturned && Irp->CurrentLocation <= Irp->StackCount)
                location->Control |= SL_PENDING_RETURNED;
            done->Control = 0;
        }
    }
    kernel().io->finish_irp(Irp);
}

void IoManager::free_buffers(PIRP irp, io::IrpBlock &block)
{
    if (block.flags & io::kBlockOwnBuffer) {
        ExFreePoolWithTag(irp->AssociatedIrp.SystemBuffer, 'BsoI');
        irp->AssociatedIrp.SystemBuffer = nullptr;
        __atomic_fetch_and(&block.flags, ~io::kBlockOwnBuffer, __ATOMIC_RELAXED);
    }
}

namespace {

void release_mdls(PIRP irp)
{
    for (PMDL mdl = irp->MdlAddress; mdl;) {
        PMDL next = mdl->Next;
        if (mdl->MdlFlags & MDL_PAGES_LOCKED) MmUnlockPages(mdl);
        IoFreeMdl(mdl);
        mdl = next;
    }
    irp->MdlAddress = nullptr;
}

}  // namespace

void IoManager::finish_irp(PIRP irp)
{
    io::IrpBlock *block = io::block_of(irp);
    OPENKMDF_ASSERT(block);
    if (irp->Flags & (IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER)) {
        // Warnings and informational statuses carry data too; errors do not.
        if ((irp->Flags & IRP_INPUT_OPERATION) && !NT_ERROR(irp->IoStatus.Status) && irp->UserBuffer) {
            std::size_t bytes = irp->IoStatus.Information;
            // More than fits was claimed: Windows would overrun the client's buffer.
            if (bytes > block->system_buffer_size) [[unlikely]]
                bytes = block->system_buffer_size;
            std::memcpy(irp->UserBuffer, irp->AssociatedIrp.SystemBuffer, bytes);
        }
        free_buffers(irp, *block);
    }
    if (irp->MdlAddress) release_mdls(irp);
    if (irp->UserIosb) *irp->UserIosb = irp->IoStatus;
    if (irp->UserEvent) KeSetEvent(irp->UserEvent, IO_NO_INCREMENT, FALSE);
    if (block->flags & io::kBlockListed) unlist_irp(*block);
    PFILE_OBJECT file = (block->flags & io::kBlockFileCounted) ? irp->Tail.Overlay.OriginalFileObject : nullptr;
    if (!(block->flags & io::kBlockClient)) {
        free_irp(irp);
    } else if (block->issuer == scheduler::current.activity && (block->flags & io::kBlockSynchronous)) {
        // The issuer itself completes the IRP: it is not parked, and nobody else looks at the flags.
        block->flags |= io::kBlockDone;
    } else {
        // The client may free the block as soon as it sees `done`: nothing of it is used after that.
        scheduler::Activity *issuer = block->issuer;
        std::uint32_t before = __atomic_fetch_or(&block->flags, io::kBlockDone, __ATOMIC_ACQ_REL);
        if (before & io::kBlockCollected) free_irp(irp);
        else if (before & io::kBlockSynchronous) kernel_.scheduler->unpark(*issuer);
    }
    if (file) {
        KeSetEvent(&file->Event, IO_NO_INCREMENT, FALSE);
        ObDereferenceObject(file);
    }
}

NTSTATUS IoManager::send_and_wait(PDEVICE_OBJECT device, PIRP irp)
{
    io::IrpBlock *block = io::block_of(irp);
    block->flags |= io::kBlockClient | io::kBlockSynchronous;
    block->issuer = scheduler::current.activity;
    IofCallDriver(device, irp);
    wait(*block);
    NTSTATUS status = irp->IoStatus.Status;
    free_irp(irp);
    return status;
}

}  // namespace openkmdf::executive
