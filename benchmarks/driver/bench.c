// A driver that does as little as a driver can, to measure what the system around it costs. The
// device's number picks the kind of its queue: \Device\Bench0 sequential, 1 parallel, 2 manual.

#include <ntddk.h>
#include <ntstrsafe.h>
#include <wdf.h>

#include "bench.h"

DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_DEVICE_ADD BenchDeviceAdd;
EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL BenchDeviceControl;

static ULONG device_count;

VOID BenchDeviceControl(WDFQUEUE Queue, WDFREQUEST Request, size_t OutputBufferLength,
                        size_t InputBufferLength, ULONG IoControlCode)
{
    PVOID input, output;
    size_t size;

    UNREFERENCED_PARAMETER(Queue);
    UNREFERENCED_PARAMETER(InputBufferLength);
    if (IoControlCode != IOCTL_BENCH_ECHO) {
        WdfRequestComplete(Request, STATUS_INVALID_DEVICE_REQUEST);
        return;
    }
    if (!NT_SUCCESS(WdfRequestRetrieveInputBuffer(Request, 1, &input, &size)) ||
        !NT_SUCCESS(WdfRequestRetrieveOutputBuffer(Request, size, &output, NULL))) {
        WdfRequestComplete(Request, STATUS_BUFFER_TOO_SMALL);
        return;
    }
    if (size > OutputBufferLength) {
        size = OutputBufferLength;
    }
    // Input and output share the system buffer.
    ((volatile UCHAR *)output)[0] = ((UCHAR *)input)[0];
    WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, size);
}

NTSTATUS BenchDeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    static const WDF_IO_QUEUE_DISPATCH_TYPE kinds[] = {
        WdfIoQueueDispatchSequential, WdfIoQueueDispatchParallel, WdfIoQueueDispatchManual};
    DECLARE_UNICODE_STRING_SIZE(name, 64);
    DECLARE_UNICODE_STRING_SIZE(link, 64);
    WDF_IO_QUEUE_CONFIG config;
    WDFDEVICE device;
    NTSTATUS status;
    ULONG number = device_count++ % ARRAYSIZE(kinds);

    UNREFERENCED_PARAMETER(Driver);
    status = RtlUnicodeStringPrintf(&name, L"\\Device\\Bench%u", number);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = RtlUnicodeStringPrintf(&link, L"\\DosDevices\\Bench%u", number);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = WdfDeviceInitAssignName(DeviceInit, &name);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = WdfDeviceCreate(&DeviceInit, WDF_NO_OBJECT_ATTRIBUTES, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = WdfDeviceCreateSymbolicLink(device, &link);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, kinds[number]);
    config.EvtIoDeviceControl = BenchDeviceControl;
    if (kinds[number] == WdfIoQueueDispatchManual) {
        config.EvtIoDeviceControl = NULL;
    }
    return WdfIoQueueCreate(device, &config, WDF_NO_OBJECT_ATTRIBUTES, NULL);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;

    WDF_DRIVER_CONFIG_INIT(&config, BenchDeviceAdd);
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config,
                           WDF_NO_HANDLE);
}
