// A driver that does what no driver may. Each fault is a function of its own, so that a report's
// first frame names it.

#include <ntddk.h>
#include <wdf.h>

#include "fault.h"

#define FAULT_POOL_TAG 'tluF'
#define FAULT_BUGCHECK_CODE 0xE2

typedef struct FAULT_DEVICE {
    KSPIN_LOCK Lock;
    WDFSPINLOCK WdfLock;
    WDFTIMER Timer;
    WDFWORKITEM WorkItem;
} FAULT_DEVICE;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(FAULT_DEVICE, FaultGetDevice)

DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_DEVICE_ADD FaultDeviceAdd;
EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL FaultDeviceControl;
EVT_WDF_TIMER FaultTimer;
EVT_WDF_WORKITEM FaultWorkItem;

static volatile int Sink;
// What the compiler cannot see through, so that it does not take the fault away.
static int *volatile Nowhere;
static volatile int Zero;

DECLSPEC_NOINLINE static void ReadNull(void)
{
    Sink = *Nowhere;
}

DECLSPEC_NOINLINE static void WriteNull(void)
{
    *Nowhere = 1;
}

DECLSPEC_NOINLINE static void ReadNullAtDispatch(void)
{
    KIRQL irql;

    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    Sink = *Nowhere;
    KeLowerIrql(irql);
}

DECLSPEC_NOINLINE static void WriteFreedPool(void)
{
    int *volatile block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, FAULT_POOL_TAG);

    if (block != NULL) {
        ExFreePoolWithTag(block, FAULT_POOL_TAG);
        *block = 1;
    }
}

DECLSPEC_NOINLINE static void FreeTwice(void)
{
    int *volatile block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, FAULT_POOL_TAG);

    if (block != NULL) {
        ExFreePoolWithTag(block, FAULT_POOL_TAG);
        ExFreePoolWithTag(block, FAULT_POOL_TAG);
    }
}

DECLSPEC_NOINLINE static void DivideByZero(void)
{
    Sink = 7 / Zero;
}

DECLSPEC_NOINLINE static void HitBreakpoint(void)
{
    DbgBreakPoint();
}

DECLSPEC_NOINLINE static int Recurse(int Depth)
{
    volatile char room[256];

    room[0] = (char)Depth;
    return Recurse(Depth + 1) + room[0];
}

DECLSPEC_NOINLINE static void LoopForEver(void)
{
    while (!Zero) {}
}

DECLSPEC_NOINLINE static void LoopForEverAtDispatch(void)
{
    KIRQL irql;

    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    while (!Zero) {}
    KeLowerIrql(irql);
}

DECLSPEC_NOINLINE static void CompleteTwice(WDFREQUEST Request)
{
    WdfRequestComplete(Request, STATUS_SUCCESS);
    WdfRequestComplete(Request, STATUS_SUCCESS);
}

DECLSPEC_NOINLINE static void CallBugcheck(void)
{
    KeBugCheckEx(FAULT_BUGCHECK_CODE, 1, 2, 3, 4);
}

DECLSPEC_NOINLINE static void CallNull(void)
{
    void (*volatile function)(void) = NULL;

    function();
    Sink = 1;
}

DECLSPEC_NOINLINE static void ReadKernelHole(void)
{
    // Above every allocation, in the range that belongs to the kernel.
    int *volatile address = (int *)((ULONG_PTR)MmSystemRangeStart + 0x10);

    Sink = *address;
}

VOID FaultTimer(WDFTIMER Timer)
{
    UNREFERENCED_PARAMETER(Timer);
    Sink = *Nowhere;
}

VOID FaultWorkItem(WDFWORKITEM WorkItem)
{
    UNREFERENCED_PARAMETER(WorkItem);
    Sink = *Nowhere;
}

static void DoFault(FAULT_DEVICE *Device, WDFREQUEST Request, ULONG Code)
{
    KIRQL irql;

    switch (Code) {
    case IOCTL_FAULT_READ_NULL:
        ReadNull();
        break;
    case IOCTL_FAULT_WRITE_NULL:
        WriteNull();
        break;
    case IOCTL_FAULT_READ_NULL_AT_DISPATCH:
        ReadNullAtDispatch();
        break;
    case IOCTL_FAULT_WRITE_FREED_POOL:
        WriteFreedPool();
        break;
    case IOCTL_FAULT_FREE_TWICE:
        FreeTwice();
        break;
    case IOCTL_FAULT_DIVIDE_BY_ZERO:
        DivideByZero();
        break;
    case IOCTL_FAULT_BREAKPOINT:
        HitBreakpoint();
        break;
    case IOCTL_FAULT_RECURSION:
        Sink = Recurse(0);
        break;
    case IOCTL_FAULT_KEEP_SPIN_LOCK:
        KeAcquireSpinLock(&Device->Lock, &irql);
        break;
    case IOCTL_FAULT_KEEP_WDF_SPIN_LOCK:
        WdfSpinLockAcquire(Device->WdfLock);
        break;
    case IOCTL_FAULT_KEEP_IRQL:
        KeRaiseIrql(DISPATCH_LEVEL, &irql);
        break;
    case IOCTL_FAULT_ENDLESS_LOOP:
        LoopForEver();
        break;
    case IOCTL_FAULT_ENDLESS_LOOP_AT_DISPATCH:
        LoopForEverAtDispatch();
        break;
    case IOCTL_FAULT_COMPLETE_TWICE:
        CompleteTwice(Request);
        break;
    case IOCTL_FAULT_BUGCHECK:
        CallBugcheck();
        break;
    case IOCTL_FAULT_CALL_NULL:
        CallNull();
        break;
    case IOCTL_FAULT_READ_KERNEL_HOLE:
        ReadKernelHole();
        break;
    case IOCTL_FAULT_NULL_IN_TIMER:
        WdfTimerStart(Device->Timer, WDF_REL_TIMEOUT_IN_MS(1));
        break;
    case IOCTL_FAULT_NULL_IN_WORK_ITEM:
        WdfWorkItemEnqueue(Device->WorkItem);
        break;
    default:
        break;
    }
}

VOID FaultDeviceControl(WDFQUEUE Queue, WDFREQUEST Request, size_t OutputBufferLength,
                        size_t InputBufferLength, ULONG IoControlCode)
{
    UNREFERENCED_PARAMETER(OutputBufferLength);
    UNREFERENCED_PARAMETER(InputBufferLength);
    DoFault(FaultGetDevice(WdfIoQueueGetDevice(Queue)), Request, IoControlCode);
    WdfRequestComplete(Request, STATUS_SUCCESS);
}

static NTSTATUS CreateParts(WDFDEVICE Device)
{
    FAULT_DEVICE *fault = FaultGetDevice(Device);
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_IO_QUEUE_CONFIG queue;
    WDF_TIMER_CONFIG timer;
    WDF_WORKITEM_CONFIG workItem;
    NTSTATUS status;

    KeInitializeSpinLock(&fault->Lock);
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = Device;
    status = WdfSpinLockCreate(&attributes, &fault->WdfLock);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_TIMER_CONFIG_INIT(&timer, FaultTimer);
    status = WdfTimerCreate(&timer, &attributes, &fault->Timer);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_WORKITEM_CONFIG_INIT(&workItem, FaultWorkItem);
    status = WdfWorkItemCreate(&workItem, &attributes, &fault->WorkItem);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&queue, WdfIoQueueDispatchParallel);
    queue.EvtIoDeviceControl = FaultDeviceControl;
    return WdfIoQueueCreate(Device, &queue, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE);
}

NTSTATUS FaultDeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    DECLARE_CONST_UNICODE_STRING(link, L"\\DosDevices\\Fault");
    WDF_OBJECT_ATTRIBUTES attributes;
    WDFDEVICE device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Driver);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, FAULT_DEVICE);
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

    WDF_DRIVER_CONFIG_INIT(&config, FaultDeviceAdd);
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config,
                           WDF_NO_HANDLE);
}
