"""Small drivers for the tests of the command line."""

HEAD = """#include <ntddk.h>
#include <wdf.h>
DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_DEVICE_ADD DeviceAdd;
EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL Control;
EVT_WDF_DRIVER_UNLOAD Unload;
"""

ENTRY = """
NTSTATUS DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    WDF_DRIVER_CONFIG config;
    WDF_DRIVER_CONFIG_INIT(&config, DeviceAdd);
    return WdfDriverCreate(Driver, Path, WDF_NO_OBJECT_ATTRIBUTES, &config, WDF_NO_HANDLE);
}
"""

BARE_DEVICE = """
NTSTATUS DeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT Init)
{
    WDFDEVICE device;
    UNREFERENCED_PARAMETER(Driver);
    return WdfDeviceCreate(&Init, WDF_NO_OBJECT_ATTRIBUTES, &device);
}
"""

DEVICE_WITH_CONTROL = """
NTSTATUS DeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT Init)
{
    WDF_IO_QUEUE_CONFIG config;
    WDFDEVICE device;
    NTSTATUS status;
    UNREFERENCED_PARAMETER(Driver);
    status = WdfDeviceCreate(&Init, WDF_NO_OBJECT_ATTRIBUTES, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, WdfIoQueueDispatchParallel);
    config.EvtIoDeviceControl = Control;
    return WdfIoQueueCreate(device, &config, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE);
}
"""


def with_control(body):
    return HEAD + ENTRY + DEVICE_WITH_CONTROL + """
VOID Control(WDFQUEUE Queue, WDFREQUEST Request, size_t Out, size_t In, ULONG Code)
{
    UNREFERENCED_PARAMETER(Queue);
    UNREFERENCED_PARAMETER(Out);
    UNREFERENCED_PARAMETER(In);
    UNREFERENCED_PARAMETER(Code);
""" + body + "\n}\n"


# A device without link, interface or queue.
BARE = HEAD + ENTRY + BARE_DEVICE

BREAKPOINT = HEAD + ENTRY + BARE_DEVICE.replace("    UNREF", "    DbgBreakPoint();\n    UNREF")

FILTER = BARE.replace("    WDFDEVICE device;\n", "    WDFDEVICE device;\n    WdfFdoInitSetFilter(Init);\n")

FAILING_ENTRY = HEAD + """
NTSTATUS DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    UNREFERENCED_PARAMETER(Driver);
    UNREFERENCED_PARAMETER(Path);
    DbgPrint("no hardware here\\n");
    return STATUS_NO_SUCH_DEVICE;
}
"""

FAILING_ADD = HEAD + ENTRY + """
NTSTATUS DeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT Init)
{
    UNREFERENCED_PARAMETER(Driver);
    UNREFERENCED_PARAMETER(Init);
    return STATUS_DEVICE_CONFIGURATION_ERROR;
}
"""

NO_ENTRY = "int nothing;\n"

COMPILE_ERROR = HEAD + ENTRY + "NTSTATUS DeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT Init) { return oops; }\n"

UNRESOLVED = HEAD + ENTRY + """
VOID FluxCapacitorStart(VOID);
NTSTATUS DeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT Init)
{
    UNREFERENCED_PARAMETER(Driver);
    UNREFERENCED_PARAMETER(Init);
    FluxCapacitorStart();
    return STATUS_SUCCESS;
}
"""

NULL_POINTER = with_control("""
    *(volatile int *)0 = 1;
    WdfRequestComplete(Request, STATUS_SUCCESS);""")

OVERFLOW = with_control("""
    char *block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 16, 'ofvO');
    volatile int beyond = 16;
    if (block) {
        block[beyond] = 1;
        ExFreePool(block);
    }
    WdfRequestComplete(Request, STATUS_SUCCESS);""")

ENDLESS = with_control("""
    for (volatile int i = 0;; i++) {
    }""")

# Nobody ever takes a request out of its queue.
PENDING = HEAD + ENTRY + DEVICE_WITH_CONTROL.replace("WdfIoQueueDispatchParallel", "WdfIoQueueDispatchManual").replace(
    "    config.EvtIoDeviceControl = Control;\n", "")

NEVER_COMPLETES = with_control("    DbgPrint(\"kept\\n\");")

UNDEFINED = with_control("""
    volatile int shift = 40;
    DbgPrint("%d\\n", 1 << shift);
    WdfRequestComplete(Request, STATUS_SUCCESS);""")

LEAK = HEAD + ENTRY + """
NTSTATUS DeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT Init)
{
    WDFDEVICE device;
    UNREFERENCED_PARAMETER(Driver);
    if (!ExAllocatePool2(POOL_FLAG_NON_PAGED, 100, 'kaeL')) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    return WdfDeviceCreate(&Init, WDF_NO_OBJECT_ATTRIBUTES, &device);
}
"""

# A driver without plug and play: a control device, made by DriverEntry.
CONTROL_DEVICE = HEAD + """
NTSTATUS DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    DECLARE_CONST_UNICODE_STRING(name, L"\\\\Device\\\\Alone");
    DECLARE_CONST_UNICODE_STRING(link, L"\\\\DosDevices\\\\Alone");
    DECLARE_CONST_UNICODE_STRING(sddl, L"D:P(A;;GA;;;SY)(A;;GA;;;BA)");
    WDF_DRIVER_CONFIG config;
    PWDFDEVICE_INIT init;
    WDFDRIVER driver;
    WDFDEVICE device;
    NTSTATUS status;
    WDF_DRIVER_CONFIG_INIT(&config, WDF_NO_EVENT_CALLBACK);
    config.DriverInitFlags = WdfDriverInitNonPnpDriver;
    config.EvtDriverUnload = Unload;
    status = WdfDriverCreate(Driver, Path, WDF_NO_OBJECT_ATTRIBUTES, &config, &driver);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    init = WdfControlDeviceInitAllocate(driver, &sddl);
    if (!init) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    status = WdfDeviceInitAssignName(init, &name);
    if (NT_SUCCESS(status)) {
        status = WdfDeviceCreate(&init, WDF_NO_OBJECT_ATTRIBUTES, &device);
    }
    if (!NT_SUCCESS(status)) {
        WdfDeviceInitFree(init);
        return status;
    }
    status = WdfDeviceCreateSymbolicLink(device, &link);
    if (NT_SUCCESS(status)) {
        WdfControlFinishInitializing(device);
    }
    return status;
}

VOID Unload(WDFDRIVER Driver)
{
    UNREFERENCED_PARAMETER(Driver);
}
"""
