// A driver that waits as drivers should not: by looping. And what goes wrong beside it.

#include <ntddk.h>
#include <wdf.h>

#include "loops.h"

typedef struct LOOPS_DEVICE {
    WDFTIMER Timer;
    WDFWORKITEM SetFlag;
    WDFWORKITEM CrossLocks;
    WDFWAITLOCK First;
    WDFWAITLOCK Second;
    KSPIN_LOCK Lock;
    KEVENT SecondTaken;
    volatile LONG Flag;
} LOOPS_DEVICE;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(LOOPS_DEVICE, LoopsGetDevice)

DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_DEVICE_ADD LoopsDeviceAdd;
EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL LoopsDeviceControl;
EVT_WDF_TIMER LoopsTimer;
EVT_WDF_WORKITEM LoopsSetFlag;
EVT_WDF_WORKITEM LoopsCrossLocks;

VOID LoopsTimer(WDFTIMER Timer)
{
    InterlockedExchange(&LoopsGetDevice(WdfTimerGetParentObject(Timer))->Flag, 1);
}

VOID LoopsSetFlag(WDFWORKITEM WorkItem)
{
    InterlockedExchange(&LoopsGetDevice(WdfWorkItemGetParentObject(WorkItem))->Flag, 1);
}

VOID LoopsCrossLocks(WDFWORKITEM WorkItem)
{
    LOOPS_DEVICE *device = LoopsGetDevice(WdfWorkItemGetParentObject(WorkItem));

    WdfWaitLockAcquire(device->Second, NULL);
    KeSetEvent(&device->SecondTaken, IO_NO_INCREMENT, FALSE);
    WdfWaitLockAcquire(device->First, NULL);
    WdfWaitLockRelease(device->First);
    WdfWaitLockRelease(device->Second);
}

static void CrossLocks(LOOPS_DEVICE *Device)
{
    WdfWaitLockAcquire(Device->First, NULL);
    WdfWorkItemEnqueue(Device->CrossLocks);
    KeWaitForSingleObject(&Device->SecondTaken, Executive, KernelMode, FALSE, NULL);
    WdfWaitLockAcquire(Device->Second, NULL);
    WdfWaitLockRelease(Device->Second);
    WdfWaitLockRelease(Device->First);
}

static void PollClock(void)
{
    LARGE_INTEGER start, now;

    KeQuerySystemTime(&start);
    do {
        KeQuerySystemTime(&now);
    } while (now.QuadPart - start.QuadPart < 5 * 10000);
}

DECLSPEC_NOINLINE static void EmptyForEver(LOOPS_DEVICE *Device)
{
    while (!Device->Flag) {}
}

DECLSPEC_NOINLINE static int UseStack(int Bytes)
{
    volatile char frame[1024];

    frame[0] = (char)Bytes;
    return Bytes <= 0 ? frame[0] : UseStack(Bytes - (int)sizeof(frame)) + frame[0];
}

static void UntilSet(LOOPS_DEVICE *Device, ULONG Code)
{
    KIRQL irql;

    switch (Code) {
    case IOCTL_LOOPS_STALL_UNTIL_TIMER:
        WdfTimerStart(Device->Timer, WDF_REL_TIMEOUT_IN_MS(2));
        while (!Device->Flag) {
            KeStallExecutionProcessor(10);
        }
        break;
    case IOCTL_LOOPS_YIELD_UNTIL_WORK_ITEM:
        WdfWorkItemEnqueue(Device->SetFlag);
        while (!Device->Flag) {
            YieldProcessor();
        }
        break;
    case IOCTL_LOOPS_INTERLOCKED_UNTIL_WORK_ITEM:
        WdfWorkItemEnqueue(Device->SetFlag);
        while (!InterlockedCompareExchange(&Device->Flag, 0, 0)) {}
        break;
    default:
        WdfWorkItemEnqueue(Device->SetFlag);
        KeRaiseIrql(DISPATCH_LEVEL, &irql);
        while (!InterlockedCompareExchange(&Device->Flag, 0, 0)) {}
        KeLowerIrql(irql);
        break;
    }
}

VOID LoopsDeviceControl(WDFQUEUE Queue, WDFREQUEST Request, size_t OutputBufferLength,
                        size_t InputBufferLength, ULONG IoControlCode)
{
    LOOPS_DEVICE *device = LoopsGetDevice(WdfIoQueueGetDevice(Queue));
    KIRQL irql;

    UNREFERENCED_PARAMETER(OutputBufferLength);
    UNREFERENCED_PARAMETER(InputBufferLength);
    device->Flag = 0;
    switch (IoControlCode) {
    case IOCTL_LOOPS_POLL_CLOCK:
        PollClock();
        break;
    case IOCTL_LOOPS_YIELD_FOR_EVER:
        while (!device->Flag) {
            YieldProcessor();
        }
        break;
    case IOCTL_LOOPS_INTERLOCKED_FOR_EVER:
        while (!InterlockedCompareExchange(&device->Flag, 0, 0)) {}
        break;
    case IOCTL_LOOPS_EMPTY_FOR_EVER:
        EmptyForEver(device);
        break;
    case IOCTL_LOOPS_CROSS_WAIT_LOCKS:
        CrossLocks(device);
        break;
    case IOCTL_LOOPS_SPIN_LOCK_TWICE:
        KeAcquireSpinLock(&device->Lock, &irql);
        KeAcquireSpinLockAtDpcLevel(&device->Lock);
        break;
    case IOCTL_LOOPS_DEEP_STACK:
        UseStack(LOOPS_DEEP_STACK);
        break;
    default:
        UntilSet(device, IoControlCode);
        break;
    }
    WdfRequestComplete(Request, STATUS_SUCCESS);
}

static NTSTATUS CreateWorkItem(WDFDEVICE Device, PFN_WDF_WORKITEM Routine, WDFWORKITEM *WorkItem)
{
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_WORKITEM_CONFIG config;

    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = Device;
    WDF_WORKITEM_CONFIG_INIT(&config, Routine);
    config.AutomaticSerialization = FALSE;
    return WdfWorkItemCreate(&config, &attributes, WorkItem);
}

static NTSTATUS CreateParts(WDFDEVICE Device)
{
    LOOPS_DEVICE *loops = LoopsGetDevice(Device);
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_IO_QUEUE_CONFIG queue;
    WDF_TIMER_CONFIG timer;
    NTSTATUS status;

    KeInitializeSpinLock(&loops->Lock);
    KeInitializeEvent(&loops->SecondTaken, NotificationEvent, FALSE);
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = Device;
    WDF_TIMER_CONFIG_INIT(&timer, LoopsTimer);
    timer.AutomaticSerialization = FALSE;
    status = WdfTimerCreate(&timer, &attributes, &loops->Timer);
    if (NT_SUCCESS(status)) {
        status = WdfWaitLockCreate(&attributes, &loops->First);
    }
    if (NT_SUCCESS(status)) {
        status = WdfWaitLockCreate(&attributes, &loops->Second);
    }
    if (NT_SUCCESS(status)) {
        status = CreateWorkItem(Device, LoopsSetFlag, &loops->SetFlag);
    }
    if (NT_SUCCESS(status)) {
        status = CreateWorkItem(Device, LoopsCrossLocks, &loops->CrossLocks);
    }
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&queue, WdfIoQueueDispatchParallel);
    queue.EvtIoDeviceControl = LoopsDeviceControl;
    return WdfIoQueueCreate(Device, &queue, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE);
}

NTSTATUS LoopsDeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    DECLARE_CONST_UNICODE_STRING(link, L"\\DosDevices\\Loops");
    WDF_OBJECT_ATTRIBUTES attributes;
    WDFDEVICE device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Driver);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, LOOPS_DEVICE);
    status = WdfDeviceCreate(&DeviceInit, &attributes, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = CreateParts(device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    return WdfDeviceCreateSymbolicLink(device, &link);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;

    WDF_DRIVER_CONFIG_INIT(&config, LoopsDeviceAdd);
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config,
                           WDF_NO_HANDLE);
}
