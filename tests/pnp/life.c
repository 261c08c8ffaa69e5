// A driver with every PnP and power callback that a function device can have. The hardware
// identifier says which of them fails: "ROOT\LIFE-EvtDeviceD0Entry", with a digit behind it for the
// n-th call.

#include <ntddk.h>
#include <wdf.h>

#include "life.h"

typedef struct _LIFE_CONTEXT {
    WCHAR Failing[64];   // name of the callback that fails; empty: none
    LONG FailingCall;    // the n-th call of it
    WDFREQUEST Written;  // from the queue that is not power-managed
    ULONG ResourceCount;
} LIFE_CONTEXT, *PLIFE_CONTEXT;
WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(LIFE_CONTEXT, LifeContext)

DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_DEVICE_ADD LifeDeviceAdd;

static NTSTATUS Outcome(WDFDEVICE Device, PCWSTR Name)
{
    PLIFE_CONTEXT context = LifeContext(Device);
    ULONG i = 0;

    while (context->Failing[i] && context->Failing[i] == Name[i]) {
        ++i;
    }
    if (context->Failing[0] == 0 || context->Failing[i] != Name[i]) {
        return STATUS_SUCCESS;
    }
    return --context->FailingCall == 0 ? STATUS_DEVICE_HARDWARE_ERROR : STATUS_SUCCESS;
}

static EVT_WDF_DEVICE_D0_ENTRY D0Entry;
static NTSTATUS D0Entry(WDFDEVICE Device, WDF_POWER_DEVICE_STATE PreviousState)
{
    DbgPrint("D0Entry from %d", PreviousState);
    return Outcome(Device, L"EvtDeviceD0Entry");
}

static EVT_WDF_DEVICE_D0_ENTRY_POST_INTERRUPTS_ENABLED PostInterruptsEnabled;
static NTSTATUS PostInterruptsEnabled(WDFDEVICE Device, WDF_POWER_DEVICE_STATE PreviousState)
{
    UNREFERENCED_PARAMETER(PreviousState);
    return Outcome(Device, L"EvtDeviceD0EntryPostInterruptsEnabled");
}

static EVT_WDF_DEVICE_D0_EXIT D0Exit;
static NTSTATUS D0Exit(WDFDEVICE Device, WDF_POWER_DEVICE_STATE TargetState)
{
    DbgPrint("D0Exit to %d, action %d", TargetState, WdfDeviceGetSystemPowerAction(Device));
    return Outcome(Device, L"EvtDeviceD0Exit");
}

static EVT_WDF_DEVICE_D0_EXIT_PRE_INTERRUPTS_DISABLED PreInterruptsDisabled;
static NTSTATUS PreInterruptsDisabled(WDFDEVICE Device, WDF_POWER_DEVICE_STATE TargetState)
{
    UNREFERENCED_PARAMETER(TargetState);
    return Outcome(Device, L"EvtDeviceD0ExitPreInterruptsDisabled");
}

static EVT_WDF_DEVICE_PREPARE_HARDWARE PrepareHardware;
static NTSTATUS PrepareHardware(WDFDEVICE Device, WDFCMRESLIST Raw, WDFCMRESLIST Translated)
{
    PLIFE_CONTEXT context = LifeContext(Device);

    context->ResourceCount = WdfCmResourceListGetCount(Raw);
    if (WdfCmResourceListGetCount(Translated) != context->ResourceCount ||
        WdfCmResourceListGetDescriptor(Raw, context->ResourceCount) != NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    for (ULONG i = 0; i < context->ResourceCount; ++i) {
        PCM_PARTIAL_RESOURCE_DESCRIPTOR descriptor = WdfCmResourceListGetDescriptor(Translated, i);
        DbgPrint("Resource %u of type %u", i, descriptor->Type);
    }
    return Outcome(Device, L"EvtDevicePrepareHardware");
}

static EVT_WDF_DEVICE_RELEASE_HARDWARE ReleaseHardware;
static NTSTATUS ReleaseHardware(WDFDEVICE Device, WDFCMRESLIST Translated)
{
    if (WdfCmResourceListGetCount(Translated) != LifeContext(Device)->ResourceCount) {
        return STATUS_INVALID_PARAMETER;
    }
    return Outcome(Device, L"EvtDeviceReleaseHardware");
}

static EVT_WDF_DEVICE_SELF_MANAGED_IO_INIT SelfManagedIoInit;
static NTSTATUS SelfManagedIoInit(WDFDEVICE Device)
{
    return Outcome(Device, L"EvtDeviceSelfManagedIoInit");
}

static EVT_WDF_DEVICE_SELF_MANAGED_IO_SUSPEND SelfManagedIoSuspend;
static NTSTATUS SelfManagedIoSuspend(WDFDEVICE Device)
{
    return Outcome(Device, L"EvtDeviceSelfManagedIoSuspend");
}

static EVT_WDF_DEVICE_SELF_MANAGED_IO_RESTART SelfManagedIoRestart;
static NTSTATUS SelfManagedIoRestart(WDFDEVICE Device)
{
    return Outcome(Device, L"EvtDeviceSelfManagedIoRestart");
}

static EVT_WDF_DEVICE_SELF_MANAGED_IO_FLUSH SelfManagedIoFlush;
static VOID SelfManagedIoFlush(WDFDEVICE Device)
{
    WDFREQUEST written = LifeContext(Device)->Written;

    // Its queue is not power-managed, so the framework leaves it alone until the last file is
    // closed.
    if (written) {
        LifeContext(Device)->Written = NULL;
        WdfRequestComplete(written, STATUS_DEVICE_REMOVED);
    }
}

static EVT_WDF_DEVICE_SELF_MANAGED_IO_CLEANUP SelfManagedIoCleanup;
static VOID SelfManagedIoCleanup(WDFDEVICE Device)
{
    UNREFERENCED_PARAMETER(Device);
}

static EVT_WDF_DEVICE_SURPRISE_REMOVAL SurpriseRemoval;
static VOID SurpriseRemoval(WDFDEVICE Device)
{
    UNREFERENCED_PARAMETER(Device);
}

static EVT_WDF_DEVICE_QUERY_REMOVE QueryRemove;
static NTSTATUS QueryRemove(WDFDEVICE Device)
{
    return Outcome(Device, L"EvtDeviceQueryRemove");
}

static EVT_WDF_DEVICE_QUERY_STOP QueryStop;
static NTSTATUS QueryStop(WDFDEVICE Device)
{
    return Outcome(Device, L"EvtDeviceQueryStop");
}

static EVT_WDF_DEVICE_PNP_STATE_CHANGE_NOTIFICATION PnpStateChange;
static VOID PnpStateChange(WDFDEVICE Device, PCWDF_DEVICE_PNP_NOTIFICATION_DATA Data)
{
    DbgPrint("Moment %d of Started, now in %x", Data->Type, WdfDeviceGetDevicePnpState(Device));
}

static EVT_WDF_OBJECT_CONTEXT_CLEANUP Cleanup;
static VOID Cleanup(WDFOBJECT Device)
{
    UNREFERENCED_PARAMETER(Device);
}

static EVT_WDF_OBJECT_CONTEXT_DESTROY Destroy;
static VOID Destroy(WDFOBJECT Device)
{
    UNREFERENCED_PARAMETER(Device);
}

// --- Requests: each queue keeps one until it is told to stop -------------------------------------

static EVT_WDF_IO_QUEUE_IO_READ IoRead;
static VOID IoRead(WDFQUEUE Queue, WDFREQUEST Request, size_t Length)
{
    // Kept until EvtIoStop.
    UNREFERENCED_PARAMETER(Queue);
    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Length);
}

static EVT_WDF_IO_QUEUE_IO_WRITE IoWrite;
static VOID IoWrite(WDFQUEUE Queue, WDFREQUEST Request, size_t Length)
{
    UNREFERENCED_PARAMETER(Length);
    LifeContext(WdfIoQueueGetDevice(Queue))->Written = Request;
}

static EVT_WDF_IO_QUEUE_IO_STOP IoStop;
static VOID IoStop(WDFQUEUE Queue, WDFREQUEST Request, ULONG ActionFlags)
{
    UNREFERENCED_PARAMETER(Queue);
    DbgPrint("IoStop %u", ActionFlags);
    if (ActionFlags & WdfRequestStopActionPurge) {
        WdfRequestComplete(Request, STATUS_CANCELLED);
    } else {
        WdfRequestStopAcknowledge(Request, FALSE);
    }
}

static EVT_WDF_IO_QUEUE_IO_RESUME IoResume;
static VOID IoResume(WDFQUEUE Queue, WDFREQUEST Request)
{
    UNREFERENCED_PARAMETER(Queue);
    UNREFERENCED_PARAMETER(Request);
}

static EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL IoDeviceControl;
static VOID IoDeviceControl(WDFQUEUE Queue, WDFREQUEST Request, size_t Out, size_t In, ULONG Code)
{
    WDFDEVICE device = WdfIoQueueGetDevice(Queue);
    NTSTATUS status = STATUS_SUCCESS;

    UNREFERENCED_PARAMETER(Out);
    UNREFERENCED_PARAMETER(In);
    switch (Code) {
    case IOCTL_LIFE_FAIL:
        WdfDeviceSetFailed(device, WdfDeviceFailedNoRestart);
        break;
    case IOCTL_LIFE_HIDE: {
        WDF_DEVICE_STATE state;
        WDF_DEVICE_STATE_INIT(&state);
        WdfDeviceGetDeviceState(device, &state);
        state.DontDisplayInUI = WdfTrue;
        WdfDeviceSetDeviceState(device, &state);
        break;
    }
    case IOCTL_LIFE_KEEP:
        WdfDeviceSetStaticStopRemove(device, FALSE);
        break;
    case IOCTL_LIFE_LET_GO:
        WdfDeviceSetStaticStopRemove(device, TRUE);
        break;
    default:
        status = STATUS_INVALID_DEVICE_REQUEST;
        break;
    }
    WdfRequestComplete(Request, status);
}

// --- Creation ------------------------------------------------------------------------------------

static VOID ReadScenario(PWDFDEVICE_INIT DeviceInit, PLIFE_CONTEXT Scenario)
{
    WCHAR id[80] = {0};
    ULONG length = 0;
    ULONG to = 0;
    PWSTR from = id;

    Scenario->FailingCall = 1;
    if (!NT_SUCCESS(WdfFdoInitQueryProperty(DeviceInit, DevicePropertyHardwareID,
                                            sizeof(id) - sizeof(WCHAR), id, &length))) {
        return;
    }
    while (*from && *from != L'-') {
        ++from;
    }
    for (; *from && *++from && to < 63;) {
        if (*from >= L'1' && *from <= L'9') {
            Scenario->FailingCall = *from - L'0';
            break;
        }
        Scenario->Failing[to++] = *from;
        // Names end in no digit but that of D0.
        if (from[0] == L'D' && from[1] == L'0') {
            Scenario->Failing[to++] = *++from;
        }
    }
}

static NTSTATUS CreateQueues(WDFDEVICE Device)
{
    WDF_IO_QUEUE_CONFIG config;
    WDFQUEUE queue;
    NTSTATUS status;

    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, WdfIoQueueDispatchParallel);
    config.EvtIoRead = IoRead;
    config.EvtIoStop = IoStop;
    config.EvtIoResume = IoResume;
    config.PowerManaged = WdfTrue;
    status = WdfIoQueueCreate(Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &queue);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchParallel);
    config.EvtIoWrite = IoWrite;
    config.EvtIoDeviceControl = IoDeviceControl;
    config.EvtIoStop = IoStop;
    config.PowerManaged = WdfFalse;
    status = WdfIoQueueCreate(Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &queue);
    if (NT_SUCCESS(status)) {
        status = WdfDeviceConfigureRequestDispatching(Device, queue, WdfRequestTypeWrite);
    }
    if (NT_SUCCESS(status)) {
        status = WdfDeviceConfigureRequestDispatching(Device, queue, WdfRequestTypeDeviceControl);
    }
    return status;
}

NTSTATUS LifeDeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    DECLARE_CONST_UNICODE_STRING(link, L"\\DosDevices\\Life");
    WDF_PNPPOWER_EVENT_CALLBACKS callbacks;
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_DEVICE_POWER_CAPABILITIES power;
    LIFE_CONTEXT scenario = {{0}};
    WDFDEVICE device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Driver);
    ReadScenario(DeviceInit, &scenario);
    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&callbacks);
    callbacks.EvtDeviceD0Entry = D0Entry;
    callbacks.EvtDeviceD0EntryPostInterruptsEnabled = PostInterruptsEnabled;
    callbacks.EvtDeviceD0Exit = D0Exit;
    callbacks.EvtDeviceD0ExitPreInterruptsDisabled = PreInterruptsDisabled;
    callbacks.EvtDevicePrepareHardware = PrepareHardware;
    callbacks.EvtDeviceReleaseHardware = ReleaseHardware;
    callbacks.EvtDeviceSelfManagedIoInit = SelfManagedIoInit;
    callbacks.EvtDeviceSelfManagedIoSuspend = SelfManagedIoSuspend;
    callbacks.EvtDeviceSelfManagedIoRestart = SelfManagedIoRestart;
    callbacks.EvtDeviceSelfManagedIoFlush = SelfManagedIoFlush;
    callbacks.EvtDeviceSelfManagedIoCleanup = SelfManagedIoCleanup;
    callbacks.EvtDeviceSurpriseRemoval = SurpriseRemoval;
    callbacks.EvtDeviceQueryRemove = QueryRemove;
    callbacks.EvtDeviceQueryStop = QueryStop;
    WdfDeviceInitSetPnpPowerEventCallbacks(DeviceInit, &callbacks);
    status = WdfDeviceInitRegisterPnpStateChangeCallback(
        DeviceInit, WdfDevStatePnpStarted, PnpStateChange, StateNotificationAllStates);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, LIFE_CONTEXT);
    attributes.EvtCleanupCallback = Cleanup;
    attributes.EvtDestroyCallback = Destroy;
    status = WdfDeviceCreate(&DeviceInit, &attributes, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    *LifeContext(device) = scenario;
    WDF_DEVICE_POWER_CAPABILITIES_INIT(&power);
    power.DeviceD2 = WdfTrue;
    power.IdealDxStateForSx = PowerDeviceD2;
    WdfDeviceSetPowerCapabilities(device, &power);
    status = WdfDeviceCreateSymbolicLink(device, &link);
    return NT_SUCCESS(status) ? CreateQueues(device) : status;
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;

    WDF_DRIVER_CONFIG_INIT(&config, LifeDeviceAdd);
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config,
                           WDF_NO_HANDLE);
}
