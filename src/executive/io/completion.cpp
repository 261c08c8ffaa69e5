#include "executive/io/io_manager.h"

#include "base/assert.h"
#include "executive/io/irp_cancel.h"
#include "executive/io/trace_client.h"
#include "scheduler/sanitizer.h"
#include "scheduler/user_memory.h"

#include <cstring>

// IoCallDriver, IoCompleteRequest and what follows the last completion routine.

namespace openkmdf::executive {

struct IoCompletion {
    // A freed IRP's memory stays readable, except where a sanitizer watches it.
    static bool is_usable(PIRP irp)
    {
        if (scheduler::is_poisoned(irp, sizeof(IRP))) return false;
        return irp->CurrentLocation <= irp->StackCount + 1 && irp->Type == IO_TYPE_IRP;
    }

    [[noreturn]] static void completed_twice(PIRP irp)
    {
        kernel().stop(MULTIPLE_IRP_COMPLETE_REQUESTS, reinterpret_cast<std::uintptr_t>(irp),
                      __LINE__, 0, 0,
                      "IoCompleteRequest was called for an IRP that is complete already, or that "
                      "belongs to another "
                      "driver by now. Complete an IRP once, and do not touch it after passing it "
                      "on or completing it.");
    }
};

extern "C" NTSTATUS NTAPI IofCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    if (--Irp->CurrentLocation <= 0) [[unlikely]]
        kernel().stop(
            NO_MORE_IRP_STACK_LOCATIONS, reinterpret_cast<std::uintptr_t>(Irp), 0, 0, 0,
            "IoCallDriver was called for an IRP with no stack location left for the next driver. "
            "Allocate the IRP with the StackSize of the device that it is sent to.");
    PIO_STACK_LOCATION location = IoGetNextIrpStackLocation(Irp);
    Irp->Tail.Overlay.CurrentStackLocation = location;
    location->DeviceObject = DeviceObject;
    if (kernel().observe) [[unlikely]]
        io::trace_irp(Irp, *location, DeviceObject);
    return DeviceObject->DriverObject->MajorFunction[location->MajorFunction](DeviceObject, Irp);
}

extern "C" void NTAPI IofCompleteRequest(PIRP Irp, CCHAR)
{
    if (!IoCompletion::is_usable(Irp)) [[unlikely]]
        IoCompletion::completed_twice(Irp);
    // A canceller that comes too late may be taking the routine that there is not.
    const PDRIVER_CANCEL cancel = __atomic_load_n(&Irp->CancelRoutine, __ATOMIC_RELAXED);
    if (cancel) [[unlikely]]
        kernel().stop(CANCEL_STATE_IN_COMPLETED_IRP, reinterpret_cast<std::uintptr_t>(Irp),
                      reinterpret_cast<std::uintptr_t>(cancel), 0, 0,
                      "An IRP was completed while it still has a cancel routine. Call "
                      "IoSetCancelRoutine(Irp, NULL) "
                      "first, and complete the IRP only if that returned the routine.");
    if (Irp->IoStatus.Status == STATUS_PENDING) [[unlikely]]
        kernel().stop(
            MULTIPLE_IRP_COMPLETE_REQUESTS, reinterpret_cast<std::uintptr_t>(Irp), __LINE__, 0, 0,
            "An IRP was completed with STATUS_PENDING. IoStatus.Status must hold a final status.");
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(Irp);
    while (Irp->CurrentLocation <= Irp->StackCount) {
        PIO_STACK_LOCATION done = location;
        Irp->PendingReturned = (done->Control & SL_PENDING_RETURNED) != 0;
        ++Irp->CurrentLocation;
        ++Irp->Tail.Overlay.CurrentStackLocation;
        ++location;
        const bool failed = !NT_SUCCESS(Irp->IoStatus.Status);
        const UCHAR wanted =
            cancel_requested(Irp)
                ? SL_INVOKE_ON_CANCEL | (failed ? SL_INVOKE_ON_ERROR : SL_INVOKE_ON_SUCCESS)
            : failed ? SL_INVOKE_ON_ERROR
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
    if (block.has(io::kBlockOwnBuffer)) {
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

// The client's memory may have gone since it was probed; the request fails then, after all.
void copy_out(PIRP irp, std::size_t bytes)
{
    if (irp->RequestorMode == KernelMode) {
        std::memcpy(irp->UserBuffer, irp->AssociatedIrp.SystemBuffer, bytes);
    } else if (!scheduler::copy_user_memory(irp->UserBuffer, irp->AssociatedIrp.SystemBuffer,
                                            bytes)) [[unlikely]] {
        irp->IoStatus.Status = STATUS_ACCESS_VIOLATION;
        irp->IoStatus.Information = 0;
    }
}

}  // namespace

// A parked issuer may be another activity by the time it waits: what says who it is must not change
// between looking and saying that the IRP is done.
void IoManager::announce(io::IrpBlock &block)
{
    std::uint32_t flags = __atomic_load_n(&block.flags, __ATOMIC_ACQUIRE);
    scheduler::Activity *issuer;
    do {
        issuer = __atomic_load_n(&block.issuer, __ATOMIC_RELAXED);
    } while (!__atomic_compare_exchange_n(&block.flags, &flags, flags | io::kBlockDone, false,
                                          __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
    // The client may free the block as soon as it sees `done`: nothing of it is used after that.
    // Its thread may even end; then the activity's place wakes up once too often, as any wait
    // allows.
    if (io::is_last_use(flags | io::kBlockDone)) free_irp(block.irp());
    else if (flags & io::kBlockSynchronous) kernel_.scheduler->unpark(*issuer);
}

void IoManager::finish_irp(PIRP irp)
{
    // Says to a second completion and to IoCancelIrp that this one is over.
    irp->CurrentLocation = static_cast<CHAR>(irp->StackCount + 2);
    io::IrpBlock *block = io::block_of(irp);
    if (!block) [[unlikely]]
        return finish_foreign_irp(irp);
    if (irp->Flags & (IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER)) {
        // Warnings and informational statuses carry data too; errors do not.
        if ((irp->Flags & IRP_INPUT_OPERATION) && !NT_ERROR(irp->IoStatus.Status) &&
            irp->UserBuffer) {
            std::size_t bytes = irp->IoStatus.Information;
            // More than fits was claimed: Windows would overrun the client's buffer.
            if (bytes > block->output_size) [[unlikely]]
                bytes = block->output_size;
            copy_out(irp, bytes);
        }
        free_buffers(irp, *block);
    }
    if (irp->MdlAddress) release_mdls(irp);
    if (irp->Flags & IRP_ASSOCIATED_IRP) [[unlikely]]
        return finish_associated_irp(irp);
    if (irp->UserIosb) *irp->UserIosb = irp->IoStatus;
    const std::uint32_t flags = __atomic_load_n(&block->flags, __ATOMIC_RELAXED);
    PKEVENT event = irp->UserEvent;
    if (event) {
        KeSetEvent(event, IO_NO_INCREMENT, FALSE);
        if (flags & io::kBlockEventCounted) ObDereferenceObject(event);
    }
    PFILE_OBJECT file =
        (flags & io::kBlockFileCounted) ? irp->Tail.Overlay.OriginalFileObject : nullptr;
    if (flags & io::kBlockListed) unlist_irp(*block);
    constexpr std::uint32_t shared = io::kBlockListed | io::kBlockCompanionUsed;
    if (!(flags & (io::kBlockClient | io::kBlockThreaded))) {
        free_irp(irp);
    } else if (__atomic_load_n(&block->issuer, __ATOMIC_RELAXED) == scheduler::current.activity &&
               (flags & (io::kBlockSynchronous | shared)) == io::kBlockSynchronous) {
        // The issuer itself completes the IRP: it is not parked, and nobody else looks at the
        // flags.
        block->flags = flags | io::kBlockDone;
    } else {
        announce(*block);
    }
    if (file) {
        KeSetEvent(&file->Event, IO_NO_INCREMENT, FALSE);
        ObDereferenceObject(file);
    }
}

// A driver that made the IRP in memory of its own has to keep it with a completion routine.
void IoManager::finish_foreign_irp(PIRP irp)
{
    kernel_.stop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0, reinterpret_cast<std::uintptr_t>(irp), 0, 0,
                 "An IRP made by IoInitializeIrp was completed to its end. Its memory belongs to "
                 "the driver: set a "
                 "completion routine that returns STATUS_MORE_PROCESSING_REQUIRED.");
}

// The last associated IRP completes its master.
void IoManager::finish_associated_irp(PIRP irp)
{
    PIRP master = irp->AssociatedIrp.MasterIrp;
    free_irp(irp);
    if (__atomic_sub_fetch(&master->AssociatedIrp.IrpCount, 1, __ATOMIC_ACQ_REL) == 0)
        IofCompleteRequest(master, IO_NO_INCREMENT);
}

NTSTATUS IoManager::send_and_wait(PDEVICE_OBJECT device, PIRP irp, ULONG_PTR *information)
{
    io::IrpBlock *block = io::block_of(irp);
    block->flags |= io::kBlockClient | io::kBlockSynchronous;
    block->issuer = scheduler::current.activity;
    IofCallDriver(device, irp);
    wait(*block);
    NTSTATUS status = irp->IoStatus.Status;
    if (information) *information = irp->IoStatus.Information;
    free_irp(irp);
    return status;
}

}  // namespace openkmdf::executive
