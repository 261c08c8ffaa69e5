#include "executive/io/io_manager.h"

#include "executive/io/irp_cancel.h"

// Cancellation: the cancel spin lock, IoCancelIrp, and the lists of pending IRPs that CancelIoEx, a
// closing handle and an ending process go through.

namespace openkmdf::executive {

void IoManager::list_irp(io::IrpBlock &block)
{
    scheduler::InternalGuard guard(irp_lock);
    if (is_done(block) || block.has(io::kBlockListed)) return;
    __atomic_fetch_or(&block.flags, io::kBlockListed, __ATOMIC_ACQ_REL);
    InsertTailList(&pending_irps, &block.irp()->ThreadListEntry);
}

void IoManager::unlist_irp(io::IrpBlock &block)
{
    scheduler::InternalGuard guard(irp_lock);
    LIST_ENTRY *entry = &block.irp()->ThreadListEntry;
    if (!entry->Flink || IsListEmpty(entry)) return;
    RemoveEntryList(entry);
    InitializeListHead(entry);
}

namespace {

// Only a block that is not done may be pinned: the client frees a done one without looking further.
bool pin(io::IrpBlock &block)
{
    std::uint32_t flags = __atomic_load_n(&block.flags, __ATOMIC_ACQUIRE);
    do {
        if (flags & io::kBlockDone) return false;
    } while (!__atomic_compare_exchange_n(&block.flags, &flags, flags + io::kBlockPin, false,
                                          __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
    return true;
}

}  // namespace

// A mark in the IRP itself (Cancel) says that it had its turn, so that the walk may begin again
// while drivers complete what is cancelled.
io::IrpBlock *IoManager::pin_next(PFILE_OBJECT file, scheduler::Activity *issuer,
                                  std::uint32_t wanted)
{
    scheduler::InternalGuard guard(irp_lock);
    for (LIST_ENTRY *entry = pending_irps.Flink; entry != &pending_irps; entry = entry->Flink) {
        PIRP irp = CONTAINING_RECORD(entry, IRP, ThreadListEntry);
        io::IrpBlock *block = io::block_of(irp);
        if (file && irp->Tail.Overlay.OriginalFileObject != file) continue;
        if (cancel_requested(irp) || (issuer && block->issuer != issuer)) continue;
        if (wanted && !block->has(wanted)) continue;
        if (!pin(*block)) continue;
        // What its driver keeps although it is cancelled is not looked at first the next time.
        RemoveEntryList(entry);
        InsertTailList(&pending_irps, entry);
        return block;
    }
    return nullptr;
}

std::size_t IoManager::cancel_each(PFILE_OBJECT file, scheduler::Activity *issuer,
                                   std::uint32_t wanted)
{
    std::size_t cancelled = 0;
    while (io::IrpBlock *block = pin_next(file, issuer, wanted)) {
        cancel(*block);
        ++cancelled;
        if (io::is_last_use(__atomic_sub_fetch(&block->flags, io::kBlockPin, __ATOMIC_ACQ_REL)))
            free_irp(block->irp());
    }
    return cancelled;
}

std::size_t IoManager::cancel_file(PFILE_OBJECT file, scheduler::Activity *issuer)
{
    return cancel_each(file, issuer, 0);
}

// Nobody collects the IRP: its completion frees it, or the canceller that looks at it then.
void IoManager::give_to_thread(PIRP irp)
{
    io::IrpBlock &block = *io::block_of(irp);
    block.flags |= io::kBlockThreaded | io::kBlockCollected;
    list_irp(block);
}

void IoManager::cancel_thread(scheduler::Activity *ending)
{
    cancel_each(nullptr, ending, io::kBlockThreaded);
}

bool IoManager::cancel(io::IrpBlock &block)
{
    return !is_done(block) && IoCancelIrp(block.irp());
}

extern "C" {

void NTAPI IoAcquireCancelSpinLock(PKIRQL Irql)
{
    *Irql = KeAcquireSpinLockRaiseToDpc(&io_manager().cancel_lock);
}

void NTAPI IoReleaseCancelSpinLock(KIRQL Irql)
{
    KeReleaseSpinLock(&io_manager().cancel_lock, Irql);
}

BOOLEAN NTAPI IoCancelIrp(PIRP Irp)
{
    KIRQL irql;
    IoAcquireCancelSpinLock(&irql);
    request_cancel(Irp);
    PDRIVER_CANCEL routine = IoSetCancelRoutine(Irp, nullptr);
    if (!routine) {
        IoReleaseCancelSpinLock(irql);
        return FALSE;
    }
    if (Irp->CurrentLocation > Irp->StackCount + 1)
        kernel().stop(
            CANCEL_STATE_IN_COMPLETED_IRP, reinterpret_cast<std::uintptr_t>(Irp),
            reinterpret_cast<std::uintptr_t>(routine), 0, 0,
            "An IRP was cancelled that is complete already but still has a cancel routine.");
    Irp->CancelIrql = irql;
    // The routine releases the cancel spin lock.
    routine(IoGetCurrentIrpStackLocation(Irp)->DeviceObject, Irp);
    return TRUE;
}

}  // extern "C"

}  // namespace openkmdf::executive
