// Prints what the file object functions say where a driver may ask them.

#include <ntddk.h>
#include <wdf.h>

#include "files.h"

typedef struct _FILE_CONTEXT {
    ULONG Number;
} FILE_CONTEXT, *PFILE_CONTEXT;
WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(FILE_CONTEXT, FileContext)

typedef struct _DEVICE_CONTEXT {
    ULONG Files;
    BOOLEAN Refuses;
} DEVICE_CONTEXT, *PDEVICE_CONTEXT;
WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(DEVICE_CONTEXT, DeviceContext)

DRIVER_INITIALIZE DriverEntry;
static EVT_WDF_DRIVER_DEVICE_ADD DeviceAdd;
static EVT_WDF_DEVICE_FILE_CREATE FileCreate;
static EVT_WDF_FILE_CLEANUP FileCleanup;
static EVT_WDF_FILE_CLOSE FileClose;
static EVT_WDF_OBJECT_CONTEXT_CLEANUP ContextCleanup;
static EVT_WDF_IO_QUEUE_IO_DEFAULT CreateFromQueue;
static EVT_WDF_IO_QUEUE_IO_DEFAULT IoDefault;

static VOID Describe(WDFDEVICE Device, WDFFILEOBJECT FileObject)
{
    DECLARE_CONST_UNICODE_STRING(none, L"nothing");
    DECLARE_CONST_UNICODE_STRING(device, L"device");
    PFILE_OBJECT file;
    PUNICODE_STRING name;

    if (FileObject == NULL) {
        DbgPrint("create without object");
        return;
    }
    file = WdfFileObjectWdmGetFileObject(FileObject);
    name = WdfFileObjectGetFileName(FileObject);
    if (name == NULL || name->Length == 0) {
        name = name == NULL ? (PUNICODE_STRING)&none : (PUNICODE_STRING)&device;
    }
    DbgPrint("create %wZ of %d, wdm %d, flags %d, initiator %u", name,
             WdfFileObjectGetDevice(FileObject) == Device, file != NULL,
             file != NULL && WdfFileObjectGetFlags(FileObject) == file->Flags,
             WdfFileObjectGetInitiatorProcessId(FileObject));
    if (file != NULL) {
        DbgPrint("contexts %d %d, found %d", file->FsContext != NULL, file->FsContext2 != NULL,
                 WdfDeviceGetFileObject(Device, file) == FileObject);
    }
    FileContext(FileObject)->Number = ++DeviceContext(Device)->Files;
}

static VOID FileCreate(WDFDEVICE Device, WDFREQUEST Request, WDFFILEOBJECT FileObject)
{
    Describe(Device, FileObject);
    WdfRequestComplete(Request,
                       DeviceContext(Device)->Refuses ? STATUS_SHARING_VIOLATION : STATUS_SUCCESS);
}

static VOID CreateFromQueue(WDFQUEUE Queue, WDFREQUEST Request)
{
    WDFDEVICE device = WdfIoQueueGetDevice(Queue);

    Describe(device, WdfRequestGetFileObject(Request));
    WdfRequestComplete(Request,
                       DeviceContext(device)->Refuses ? STATUS_SHARING_VIOLATION : STATUS_SUCCESS);
}

static VOID FileCleanup(WDFFILEOBJECT FileObject)
{
    DbgPrint("cleanup %u", FileContext(FileObject)->Number);
}

static VOID FileClose(WDFFILEOBJECT FileObject)
{
    DbgPrint("close %u", FileContext(FileObject)->Number);
}

static VOID ContextCleanup(WDFOBJECT Object)
{
    DbgPrint("deleted %u", FileContext(Object)->Number);
}

static NTSTATUS SendWithoutFile(WDFDEVICE Device, UCHAR Major)
{
    PDEVICE_OBJECT device = WdfDeviceWdmGetDeviceObject(Device);
    IO_STATUS_BLOCK status;
    KEVENT event;
    PIRP irp;
    NTSTATUS result;

    KeInitializeEvent(&event, NotificationEvent, FALSE);
    // A flush has the shape of what is wanted: no buffer, no parameters.
    irp =
        IoBuildSynchronousFsdRequest(IRP_MJ_FLUSH_BUFFERS, device, NULL, 0, NULL, &event, &status);
    if (irp == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    IoGetNextIrpStackLocation(irp)->MajorFunction = Major;
    result = IoCallDriver(device, irp);
    if (result == STATUS_PENDING) {
        KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
        result = status.Status;
    }
    return result;
}

static VOID IoDefault(WDFQUEUE Queue, WDFREQUEST Request)
{
    WDFDEVICE device = WdfIoQueueGetDevice(Queue);
    WDF_REQUEST_PARAMETERS parameters;
    NTSTATUS status = STATUS_SUCCESS;

    WDF_REQUEST_PARAMETERS_INIT(&parameters);
    WdfRequestGetParameters(Request, &parameters);
    if (parameters.Type == WdfRequestTypeDeviceControl) {
        status = SendWithoutFile(device, IRP_MJ_CREATE);
        DbgPrint("create without file: %x", status);
        status = SendWithoutFile(device, IRP_MJ_READ);
        SendWithoutFile(device, IRP_MJ_CLEANUP);
        SendWithoutFile(device, IRP_MJ_CLOSE);
    } else {
        WDFFILEOBJECT file = WdfRequestGetFileObject(Request);

        DbgPrint("request of %u", file != NULL ? FileContext(file)->Number : 0);
    }
    WdfRequestComplete(Request, status);
}

static BOOLEAN Has(PCWSTR Letters, WCHAR Letter)
{
    for (; *Letters; ++Letters) {
        if (*Letters == Letter) {
            return TRUE;
        }
    }
    return FALSE;
}

// What follows the dash.
static PCWSTR Letters(PWDFDEVICE_INIT DeviceInit, PWSTR Id, ULONG Size)
{
    PCWSTR letters = Id;
    ULONG length;

    if (!NT_SUCCESS(
            WdfFdoInitQueryProperty(DeviceInit, DevicePropertyHardwareID, Size, Id, &length))) {
        return L"";
    }
    while (*letters && *letters != L'-') {
        ++letters;
    }
    return letters;
}

static VOID ConfigureFiles(PWDFDEVICE_INIT DeviceInit, PCWSTR Letters)
{
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_FILEOBJECT_CONFIG config;
    BOOLEAN callback = !Has(Letters, L'C') && !Has(Letters, L'Q');

    WDF_FILEOBJECT_CONFIG_INIT(&config, callback ? FileCreate : NULL, FileClose, FileCleanup);
    config.FileObjectClass = Has(Letters, L'2')   ? WdfFileObjectWdfCanUseFsContext2
                             : Has(Letters, L'X') ? WdfFileObjectWdfCannotUseFsContexts
                             : Has(Letters, L'N') ? WdfFileObjectNotRequired
                                                  : WdfFileObjectWdfCanUseFsContext;
    if (Has(Letters, L'O')) {
        config.FileObjectClass =
            (WDF_FILEOBJECT_CLASS)(config.FileObjectClass | WdfFileObjectCanBeOptional);
    }
    if (Has(Letters, L'F') || Has(Letters, L'L')) {
        config.AutoForwardCleanupClose = Has(Letters, L'F') ? WdfTrue : WdfFalse;
    }
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, FILE_CONTEXT);
    attributes.EvtCleanupCallback = ContextCleanup;
    if (Has(Letters, L'S')) {
        attributes.SynchronizationScope = WdfSynchronizationScopeNone;
    }
    WdfDeviceInitSetFileObjectConfig(DeviceInit, &config, &attributes);
}

static NTSTATUS CreateQueues(WDFDEVICE Device, PCWSTR Letters)
{
    WDF_IO_QUEUE_CONFIG config;
    WDFQUEUE queue;
    NTSTATUS status;

    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, WdfIoQueueDispatchParallel);
    config.EvtIoDefault = IoDefault;
    config.AllowZeroLengthRequests = TRUE;
    status = WdfIoQueueCreate(Device, &config, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE);
    if (!NT_SUCCESS(status) || !Has(Letters, L'Q')) {
        return status;
    }
    WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchSequential);
    config.EvtIoDefault = CreateFromQueue;
    status = WdfIoQueueCreate(Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &queue);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    return WdfDeviceConfigureRequestDispatching(Device, queue, WdfRequestTypeCreate);
}

static NTSTATUS DeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    DECLARE_CONST_UNICODE_STRING(link, L"\\DosDevices\\Files");
    WDF_OBJECT_ATTRIBUTES attributes;
    WCHAR id[64] = {0};
    PCWSTR letters = Letters(DeviceInit, id, sizeof(id) - sizeof(WCHAR));
    WDFDEVICE device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Driver);
    if (Has(letters, L'I')) {
        WdfFdoInitSetFilter(DeviceInit);
    }
    WdfDeviceInitSetExclusive(DeviceInit, Has(letters, L'E'));
    ConfigureFiles(DeviceInit, letters);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, DEVICE_CONTEXT);
    if (Has(letters, L'D')) {
        attributes.SynchronizationScope = WdfSynchronizationScopeDevice;
    }
    if (Has(letters, L'P')) {
        attributes.ExecutionLevel = WdfExecutionLevelPassive;
    }
    status = WdfDeviceCreate(&DeviceInit, &attributes, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    DeviceContext(device)->Refuses = Has(letters, L'R');
    status = CreateQueues(device, letters);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    return WdfDeviceCreateSymbolicLink(device, &link);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;

    WDF_DRIVER_CONFIG_INIT(&config, DeviceAdd);
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config,
                           WDF_NO_HANDLE);
}
