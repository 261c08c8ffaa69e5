#include "executive/io/device.h"

#include "executive/io/irp_cancel.h"

// The queue of a device with a StartIo routine, and the once-a-second timer of a device.

struct _IO_TIMER {
    KTIMER timer;
    KDPC dpc;
    PIO_TIMER_ROUTINE routine;
    PVOID context;
    PDEVICE_OBJECT device;
};

namespace openkmdf::executive {

namespace {

void start_io(PDEVICE_OBJECT device, PIRP irp)
{
    io::DeviceExtra &extra = io::extra_of(device);
    ++extra.start_io_depth;
    device->DriverObject->DriverStartIo(device, irp);
    --extra.start_io_depth;
}

void start_next(PDEVICE_OBJECT device, bool cancelable, const ULONG *key)
{
    KIRQL irql = PASSIVE_LEVEL;
    if (cancelable) IoAcquireCancelSpinLock(&irql);
    device->CurrentIrp = nullptr;
    PKDEVICE_QUEUE_ENTRY entry = key ? KeRemoveByKeyDeviceQueue(&device->DeviceQueue, *key)
                                     : KeRemoveDeviceQueue(&device->DeviceQueue);
    PIRP irp = entry ? CONTAINING_RECORD(entry, IRP, Tail.Overlay.DeviceQueueEntry) : nullptr;
    if (irp) {
        device->CurrentIrp = irp;
        if (cancelable && io::extra_of(device).start_io_not_cancelable)
            IoSetCancelRoutine(irp, nullptr);
    }
    if (cancelable) IoReleaseCancelSpinLock(irql);
    if (irp) start_io(device, irp);
}

// A driver that asked for it is not called again from within its own StartIo: the outermost call
// goes on.
void start_next_deferred(PDEVICE_OBJECT device, bool cancelable, const ULONG *key)
{
    io::DeviceExtra &extra = io::extra_of(device);
    extra.start_io_wanted = true;
    extra.start_io_keyed = key != nullptr;
    if (key) extra.start_io_key = *key;
    if (extra.start_io_depth) return;
    while (extra.start_io_wanted) {
        extra.start_io_wanted = false;
        ULONG next = extra.start_io_key;
        start_next(device, cancelable, extra.start_io_keyed ? &next : nullptr);
    }
}

void start_next_packet(PDEVICE_OBJECT device, bool cancelable, const ULONG *key)
{
    if (io::extra_of(device).defers_start_io) start_next_deferred(device, cancelable, key);
    else start_next(device, cancelable, key);
}

void NTAPI timer_expired(PKDPC, PVOID context, PVOID, PVOID)
{
    auto *timer = static_cast<PIO_TIMER>(context);
    timer->routine(timer->device, timer->context);
}

}  // namespace

void IoManager::remove_timer(PDEVICE_OBJECT device)
{
    PIO_TIMER timer = device->Timer;
    KeCancelTimer(&timer->timer);
    device->Timer = nullptr;
    kernel_.arena->drop(timer);
}

extern "C" {

void NTAPI IoStartPacket(PDEVICE_OBJECT DeviceObject, PIRP Irp, PULONG Key,
                         PDRIVER_CANCEL CancelFunction)
{
    KIRQL irql = KeRaiseIrqlToDpcLevel();
    KIRQL dispatch = DISPATCH_LEVEL;
    if (CancelFunction) {
        IoAcquireCancelSpinLock(&dispatch);
        IoSetCancelRoutine(Irp, CancelFunction);
    }
    PKDEVICE_QUEUE_ENTRY entry = &Irp->Tail.Overlay.DeviceQueueEntry;
    const bool waits = Key ? KeInsertByKeyDeviceQueue(&DeviceObject->DeviceQueue, entry, *Key)
                           : KeInsertDeviceQueue(&DeviceObject->DeviceQueue, entry);
    if (waits) {
        // Cancelled on its way here: nobody else will call the routine.
        if (CancelFunction && cancel_requested(Irp)) {
            Irp->CancelIrql = dispatch;
            IoSetCancelRoutine(Irp, nullptr);
            CancelFunction(DeviceObject, Irp);
        } else if (CancelFunction) {
            IoReleaseCancelSpinLock(dispatch);
        }
    } else {
        DeviceObject->CurrentIrp = Irp;
        if (CancelFunction) {
            if (io::extra_of(DeviceObject).start_io_not_cancelable)
                IoSetCancelRoutine(Irp, nullptr);
            IoReleaseCancelSpinLock(dispatch);
        }
        start_io(DeviceObject, Irp);
        io::DeviceExtra &extra = io::extra_of(DeviceObject);
        if (extra.start_io_wanted && !extra.start_io_depth) {
            ULONG key = extra.start_io_key;
            start_next_deferred(DeviceObject, CancelFunction != nullptr,
                                extra.start_io_keyed ? &key : nullptr);
        }
    }
    KeLowerIrql(irql);
}

void NTAPI IoStartNextPacket(PDEVICE_OBJECT DeviceObject, BOOLEAN Cancelable)
{
    start_next_packet(DeviceObject, Cancelable, nullptr);
}

void NTAPI IoStartNextPacketByKey(PDEVICE_OBJECT DeviceObject, BOOLEAN Cancelable, ULONG Key)
{
    start_next_packet(DeviceObject, Cancelable, &Key);
}

void NTAPI IoSetStartIoAttributes(PDEVICE_OBJECT DeviceObject, BOOLEAN DeferredStartIo,
                                  BOOLEAN NonCancelable)
{
    io::extra_of(DeviceObject).defers_start_io = DeferredStartIo;
    io::extra_of(DeviceObject).start_io_not_cancelable = NonCancelable;
}

NTSTATUS NTAPI IoInitializeTimer(PDEVICE_OBJECT DeviceObject, PIO_TIMER_ROUTINE TimerRoutine,
                                 PVOID Context)
{
    PIO_TIMER timer = DeviceObject->Timer;
    if (!timer) {
        timer = kernel().arena->allocation_fails() ? nullptr : kernel().arena->make<_IO_TIMER>();
        if (!timer) return STATUS_INSUFFICIENT_RESOURCES;
        KeInitializeTimer(&timer->timer);
        KeInitializeDpc(&timer->dpc, timer_expired, timer);
        timer->device = DeviceObject;
        DeviceObject->Timer = timer;
    }
    timer->routine = TimerRoutine;
    timer->context = Context;
    return STATUS_SUCCESS;
}

void NTAPI IoStartTimer(PDEVICE_OBJECT DeviceObject)
{
    constexpr LONG kSecond = 1000;
    LARGE_INTEGER due;
    due.QuadPart = -10'000LL * kSecond;
    PIO_TIMER timer = DeviceObject->Timer;
    KeSetTimerEx(&timer->timer, due, kSecond, &timer->dpc);
}

void NTAPI IoStopTimer(PDEVICE_OBJECT DeviceObject)
{
    KeCancelTimer(&DeviceObject->Timer->timer);
}

}  // extern "C"

}  // namespace openkmdf::executive
