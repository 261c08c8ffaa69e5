#pragma once

#include "executive/io/test_computer.h"

// A cancel-safe queue of a test's driver, in order of arrival.

namespace openkmdf::executive::test {

struct CancelSafeQueue : IO_CSQ {
    LIST_ENTRY list;
    KSPIN_LOCK lock;
    // What the routine of IoCsqInsertIrpEx says, and what it was given.
    NTSTATUS answer;
    PVOID context;
    int inserted, cancelled;

    NTSTATUS initialize()
    {
        reset();
        return IoCsqInitialize(this, insert, remove, peek, acquire, release, cancel);
    }
    NTSTATUS initialize_ex()
    {
        reset();
        return IoCsqInitializeEx(this, insert_ex, remove, peek, acquire, release, cancel);
    }

private:
    static CancelSafeQueue &of(PIO_CSQ queue) { return *static_cast<CancelSafeQueue *>(queue); }
    void reset()
    {
        *this = {};
        InitializeListHead(&list);
        KeInitializeSpinLock(&lock);
    }

    static void NTAPI insert(PIO_CSQ queue, PIRP irp)
    {
        ++of(queue).inserted;
        InsertTailList(&of(queue).list, &irp->Tail.Overlay.ListEntry);
    }
    static NTSTATUS NTAPI insert_ex(PIO_CSQ queue, PIRP irp, PVOID context)
    {
        of(queue).context = context;
        if (NT_SUCCESS(of(queue).answer)) insert(queue, irp);
        return of(queue).answer;
    }
    static void NTAPI remove(PIO_CSQ, PIRP irp) { RemoveEntryList(&irp->Tail.Overlay.ListEntry); }
    static PIRP NTAPI peek(PIO_CSQ queue, PIRP after, PVOID)
    {
        PLIST_ENTRY next = after ? after->Tail.Overlay.ListEntry.Flink : of(queue).list.Flink;
        return next == &of(queue).list ? nullptr
                                       : CONTAINING_RECORD(next, IRP, Tail.Overlay.ListEntry);
    }
    static void NTAPI acquire(PIO_CSQ queue, PKIRQL irql)
    {
        KeAcquireSpinLock(&of(queue).lock, irql);
    }
    static void NTAPI release(PIO_CSQ queue, KIRQL irql)
    {
        KeReleaseSpinLock(&of(queue).lock, irql);
    }
    static void NTAPI cancel(PIO_CSQ queue, PIRP irp)
    {
        ++of(queue).cancelled;
        complete(irp, STATUS_CANCELLED);
    }
};

}  // namespace openkmdf::executive::test
