#include "executive/io/io_manager.h"

#include "executive/io/irp_cancel.h"

// Cancel-safe queues: the driver keeps the queue, the races with cancellation are solved here. The
// last driver context of a queued IRP points to the queue, or to the caller's context for it.

namespace openkmdf::executive {

namespace {

PVOID &link_of(PIRP irp)
{
    return irp->Tail.Overlay.DriverContext[3];
}

PIO_CSQ_IRP_CONTEXT context_of(PIRP irp)
{
    auto *type = static_cast<const ULONG *>(link_of(irp));
    return *type == IO_TYPE_CSQ_IRP_CONTEXT ? static_cast<PIO_CSQ_IRP_CONTEXT>(link_of(irp))
                                            : nullptr;
}

// Under the queue's lock.
void forget(PIRP irp)
{
    if (PIO_CSQ_IRP_CONTEXT context = context_of(irp)) context->Irp = nullptr;
    link_of(irp) = nullptr;
}

void NTAPI cancel_queued(PDEVICE_OBJECT, PIRP irp)
{
    IoReleaseCancelSpinLock(irp->CancelIrql);
    PIO_CSQ_IRP_CONTEXT context = context_of(irp);
    PIO_CSQ csq = context ? context->Csq : static_cast<PIO_CSQ>(link_of(irp));
    KIRQL irql;
    csq->CsqAcquireLock(csq, &irql);
    csq->CsqRemoveIrp(csq, irp);
    forget(irp);
    csq->CsqReleaseLock(csq, irql);
    csq->CsqCompleteCanceledIrp(csq, irp);
}

void initialize(PIO_CSQ csq, ULONG type, PIO_CSQ_INSERT_IRP insert, PIO_CSQ_REMOVE_IRP remove,
                PIO_CSQ_PEEK_NEXT_IRP peek, PIO_CSQ_ACQUIRE_LOCK acquire,
                PIO_CSQ_RELEASE_LOCK release, PIO_CSQ_COMPLETE_CANCELED_IRP complete)
{
    *csq = {type, insert, remove, peek, acquire, release, complete, nullptr};
}

NTSTATUS insert(PIO_CSQ csq, PIRP irp, PIO_CSQ_IRP_CONTEXT context, PVOID insert_context)
{
    KIRQL irql;
    csq->CsqAcquireLock(csq, &irql);
    if (context) {
        *context = {IO_TYPE_CSQ_IRP_CONTEXT, irp, csq};
        link_of(irp) = context;
    } else {
        link_of(irp) = csq;
    }
    NTSTATUS status = STATUS_SUCCESS;
    if (csq->Type == IO_TYPE_CSQ_EX) {
        auto routine =
            reinterpret_cast<PIO_CSQ_INSERT_IRP_EX>(reinterpret_cast<void *>(csq->CsqInsertIrp));
        status = routine(csq, irp, insert_context);
        if (!NT_SUCCESS(status)) {
            forget(irp);
            csq->CsqReleaseLock(csq, irql);
            return status;
        }
        IoMarkIrpPending(irp);
    } else {
        IoMarkIrpPending(irp);
        csq->CsqInsertIrp(csq, irp);
    }
    IoSetCancelRoutine(irp, cancel_queued);
    // Cancelled before: whoever takes the routine away completes the IRP.
    const bool ours = cancel_requested(irp) && IoSetCancelRoutine(irp, nullptr);
    if (ours) {
        csq->CsqRemoveIrp(csq, irp);
        forget(irp);
    }
    csq->CsqReleaseLock(csq, irql);
    if (ours) csq->CsqCompleteCanceledIrp(csq, irp);
    return status;
}

}  // namespace

extern "C" {

NTSTATUS NTAPI IoCsqInitialize(PIO_CSQ Csq, PIO_CSQ_INSERT_IRP CsqInsertIrp,
                               PIO_CSQ_REMOVE_IRP CsqRemoveIrp,
                               PIO_CSQ_PEEK_NEXT_IRP CsqPeekNextIrp,
                               PIO_CSQ_ACQUIRE_LOCK CsqAcquireLock,
                               PIO_CSQ_RELEASE_LOCK CsqReleaseLock,
                               PIO_CSQ_COMPLETE_CANCELED_IRP CsqCompleteCanceledIrp)
{
    initialize(Csq, IO_TYPE_CSQ, CsqInsertIrp, CsqRemoveIrp, CsqPeekNextIrp, CsqAcquireLock,
               CsqReleaseLock, CsqCompleteCanceledIrp);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI IoCsqInitializeEx(PIO_CSQ Csq, PIO_CSQ_INSERT_IRP_EX CsqInsertIrp,
                                 PIO_CSQ_REMOVE_IRP CsqRemoveIrp,
                                 PIO_CSQ_PEEK_NEXT_IRP CsqPeekNextIrp,
                                 PIO_CSQ_ACQUIRE_LOCK CsqAcquireLock,
                                 PIO_CSQ_RELEASE_LOCK CsqReleaseLock,
                                 PIO_CSQ_COMPLETE_CANCELED_IRP CsqCompleteCanceledIrp)
{
    initialize(Csq, IO_TYPE_CSQ_EX,
               reinterpret_cast<PIO_CSQ_INSERT_IRP>(reinterpret_cast<void *>(CsqInsertIrp)),
               CsqRemoveIrp, CsqPeekNextIrp, CsqAcquireLock, CsqReleaseLock,
               CsqCompleteCanceledIrp);
    return STATUS_SUCCESS;
}

void NTAPI IoCsqInsertIrp(PIO_CSQ Csq, PIRP Irp, PIO_CSQ_IRP_CONTEXT Context)
{
    insert(Csq, Irp, Context, nullptr);
}

NTSTATUS NTAPI IoCsqInsertIrpEx(PIO_CSQ Csq, PIRP Irp, PIO_CSQ_IRP_CONTEXT Context,
                                PVOID InsertContext)
{
    return insert(Csq, Irp, Context, InsertContext);
}

PIRP NTAPI IoCsqRemoveIrp(PIO_CSQ Csq, PIO_CSQ_IRP_CONTEXT Context)
{
    KIRQL irql;
    Csq->CsqAcquireLock(Csq, &irql);
    PIRP irp = Context->Irp;
    // Without a cancel routine the IRP is being cancelled, and gone for the driver.
    if (irp && !IoSetCancelRoutine(irp, nullptr)) irp = nullptr;
    if (irp) {
        Csq->CsqRemoveIrp(Csq, irp);
        forget(irp);
    }
    Csq->CsqReleaseLock(Csq, irql);
    return irp;
}

PIRP NTAPI IoCsqRemoveNextIrp(PIO_CSQ Csq, PVOID PeekContext)
{
    KIRQL irql;
    Csq->CsqAcquireLock(Csq, &irql);
    PIRP irp = Csq->CsqPeekNextIrp(Csq, nullptr, PeekContext);
    while (irp && !IoSetCancelRoutine(irp, nullptr))
        irp = Csq->CsqPeekNextIrp(Csq, irp, PeekContext);
    if (irp) {
        Csq->CsqRemoveIrp(Csq, irp);
        forget(irp);
    }
    Csq->CsqReleaseLock(Csq, irql);
    return irp;
}

}  // extern "C"

}  // namespace openkmdf::executive
