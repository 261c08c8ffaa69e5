#include "framework/api/functions.h"
#include "framework/device/device.h"
#include "framework/device/device_details.h"
#include "framework/device/device_init.h"
#include "framework/device/dispatch.h"
#include "framework/device/file_object.h"
#include "framework/queue/queue.h"
#include "framework/support/library.h"
#include "framework/support/strings.h"
#include "framework/target/io_target.h"

namespace openkmdf::framework::api {

namespace {

framework::Device &device(WDFDEVICE handle)
{
    return *object_cast<framework::Device>(handle);
}

}  // namespace

NTSTATUS NTAPI WdfDeviceCreate(PWDF_DRIVER_GLOBALS, PWDFDEVICE_INIT *DeviceInit,
                               PWDF_OBJECT_ATTRIBUTES DeviceAttributes, WDFDEVICE *Device)
{
    *Device = nullptr;
    // The first device made of it has taken it.
    if (!*DeviceInit) return STATUS_INVALID_PARAMETER;
    framework::Device *created = nullptr;
    NTSTATUS status = create_device(**DeviceInit, DeviceAttributes, &created);
    if (!NT_SUCCESS(status)) return status;
    // A control device's init was the driver's; the others stay with the framework.
    if ((*DeviceInit)->kind == DeviceInitKind::Control) {
        scheduler::Arena &arena = *created->globals->library->kernel->arena;
        release_device_init(**DeviceInit);
        arena.drop(*DeviceInit);
    }
    *DeviceInit = nullptr;
    *Device = static_cast<WDFDEVICE>(handle_of(created));
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI WdfDeviceCreateSymbolicLink(PWDF_DRIVER_GLOBALS, WDFDEVICE Device,
                                           PCUNICODE_STRING SymbolicLinkName)
{
    framework::Device &owner = device(Device);
    scheduler::Arena &arena = *owner.globals->library->kernel->arena;
    if (owner.symbolic_link.Buffer) return STATUS_OBJECT_NAME_COLLISION;
    UNICODE_STRING target = owner.name;
    NTSTATUS status = STATUS_SUCCESS;
    WCHAR physical_name[128];
    if (!target.Buffer) {
        // Without a name of its own the device is reached through its PDO's.
        if (owner.role == DeviceRole::Control) return STATUS_INVALID_DEVICE_REQUEST;
        ULONG length = 0;
        status = IoGetDeviceProperty(owner.physical, DevicePropertyPhysicalDeviceObjectName,
                                     sizeof physical_name, physical_name, &length);
        if (!NT_SUCCESS(status)) return status;
        RtlInitUnicodeString(&target, physical_name);
    }
    UNICODE_STRING copy = {};
    if (!copy_string(arena, *SymbolicLinkName, copy)) return STATUS_INSUFFICIENT_RESOURCES;
    status = IoCreateSymbolicLink(&copy, &target);
    if (!NT_SUCCESS(status)) {
        free_string(arena, copy);
        return status;
    }
    owner.symbolic_link = copy;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI WdfDeviceCreateDeviceInterface(PWDF_DRIVER_GLOBALS, WDFDEVICE Device,
                                              CONST GUID *InterfaceClassGUID,
                                              PCUNICODE_STRING ReferenceString)
{
    return create_interface(device(Device), *InterfaceClassGUID, ReferenceString);
}

VOID NTAPI WdfDeviceSetDeviceInterfaceState(PWDF_DRIVER_GLOBALS, WDFDEVICE Device,
                                            CONST GUID *InterfaceClassGUID,
                                            PCUNICODE_STRING ReferenceString,
                                            BOOLEAN IsInterfaceEnabled)
{
    set_interface_state(device(Device), *InterfaceClassGUID, ReferenceString, IsInterfaceEnabled);
}

VOID NTAPI WdfDeviceSetDeviceInterfaceStateEx(PWDF_DRIVER_GLOBALS, WDFDEVICE Device,
                                              CONST GUID *InterfaceClassGUID,
                                              PCUNICODE_STRING ReferenceString,
                                              BOOLEAN IsInterfaceEnabled)
{
    set_interface_state(device(Device), *InterfaceClassGUID, ReferenceString, IsInterfaceEnabled);
}

// --- What it is made of --------------------------------------------------------------------------

PDEVICE_OBJECT NTAPI WdfDeviceWdmGetDeviceObject(PWDF_DRIVER_GLOBALS, WDFDEVICE Device)
{
    return device(Device).wdm;
}

PDEVICE_OBJECT NTAPI WdfDeviceWdmGetAttachedDevice(PWDF_DRIVER_GLOBALS, WDFDEVICE Device)
{
    return device(Device).lower;
}

PDEVICE_OBJECT NTAPI WdfDeviceWdmGetPhysicalDevice(PWDF_DRIVER_GLOBALS, WDFDEVICE Device)
{
    return device(Device).physical;
}

WDFDEVICE NTAPI WdfWdmDeviceGetWdfDeviceHandle(PWDF_DRIVER_GLOBALS DriverGlobals,
                                               PDEVICE_OBJECT DeviceObject)
{
    framework::Device *found = device_of(DeviceObject);
    return found && found->globals == &globals_of(DriverGlobals)
               ? static_cast<WDFDEVICE>(handle_of(found))
               : nullptr;
}

WDFDRIVER NTAPI WdfDeviceGetDriver(PWDF_DRIVER_GLOBALS, WDFDEVICE Device)
{
    return static_cast<WDFDRIVER>(handle_of(device(Device).globals->driver));
}

WDFQUEUE NTAPI WdfDeviceGetDefaultQueue(PWDF_DRIVER_GLOBALS, WDFDEVICE Device)
{
    return static_cast<WDFQUEUE>(handle_of(device(Device).default_queue));
}

WDFIOTARGET NTAPI WdfDeviceGetIoTarget(PWDF_DRIVER_GLOBALS, WDFDEVICE Device)
{
    return static_cast<WDFIOTARGET>(handle_of(device(Device).default_target));
}

WDFFILEOBJECT NTAPI WdfDeviceGetFileObject(PWDF_DRIVER_GLOBALS, WDFDEVICE Device,
                                           PFILE_OBJECT FileObject)
{
    return static_cast<WDFFILEOBJECT>(handle_of(find_file_object(device(Device), FileObject)));
}

ULONG NTAPI WdfDeviceGetCharacteristics(PWDF_DRIVER_GLOBALS, WDFDEVICE Device)
{
    return device(Device).wdm->Characteristics;
}

VOID NTAPI WdfDeviceSetCharacteristics(PWDF_DRIVER_GLOBALS, WDFDEVICE Device,
                                       ULONG DeviceCharacteristics)
{
    device(Device).wdm->Characteristics = DeviceCharacteristics;
}

ULONG NTAPI WdfDeviceGetAlignmentRequirement(PWDF_DRIVER_GLOBALS, WDFDEVICE Device)
{
    return device(Device).wdm->AlignmentRequirement;
}

VOID NTAPI WdfDeviceSetAlignmentRequirement(PWDF_DRIVER_GLOBALS, WDFDEVICE Device,
                                            ULONG AlignmentRequirement)
{
    device(Device).wdm->AlignmentRequirement = AlignmentRequirement;
}

VOID NTAPI WdfDeviceSetPnpCapabilities(PWDF_DRIVER_GLOBALS, WDFDEVICE Device,
                                       PWDF_DEVICE_PNP_CAPABILITIES PnpCapabilities)
{
    device(Device).details->pnp_capabilities = *PnpCapabilities;
    device(Device).details->has_pnp_capabilities = true;
}

VOID NTAPI WdfDeviceSetPowerCapabilities(PWDF_DRIVER_GLOBALS, WDFDEVICE Device,
                                         PWDF_DEVICE_POWER_CAPABILITIES PowerCapabilities)
{
    device(Device).details->power_capabilities = *PowerCapabilities;
    device(Device).details->has_power_capabilities = true;
}

VOID NTAPI WdfDeviceSetStaticStopRemove(PWDF_DRIVER_GLOBALS, WDFDEVICE Device, BOOLEAN Stoppable)
{
    // The calls nest.
    std::uint32_t &count = device(Device).details->not_stoppable;
    if (!Stoppable) __atomic_fetch_add(&count, 1u, __ATOMIC_RELAXED);
    else if (__atomic_load_n(&count, __ATOMIC_RELAXED))
        __atomic_fetch_sub(&count, 1u, __ATOMIC_RELAXED);
}

VOID NTAPI WdfControlFinishInitializing(PWDF_DRIVER_GLOBALS, WDFDEVICE Device)
{
    framework::Device &control = device(Device);
    control.details->control_finished = true;
    control.wdm->Flags &= ~static_cast<ULONG>(DO_DEVICE_INITIALIZING);
    start_queues(control);
}

// --- Routing -------------------------------------------------------------------------------------

NTSTATUS NTAPI WdfDeviceConfigureRequestDispatching(PWDF_DRIVER_GLOBALS, WDFDEVICE Device,
                                                    WDFQUEUE Queue, WDF_REQUEST_TYPE RequestType)
{
    framework::Device &owner = device(Device);
    framework::Queue &queue = *object_cast<framework::Queue>(Queue);
    RouteType type;
    switch (RequestType) {
    case WdfRequestTypeCreate:
        type = RouteType::Create;
        break;
    case WdfRequestTypeRead:
        type = RouteType::Read;
        break;
    case WdfRequestTypeWrite:
        type = RouteType::Write;
        break;
    case WdfRequestTypeDeviceControl:
        type = RouteType::DeviceControl;
        break;
    case WdfRequestTypeDeviceControlInternal:
        type = RouteType::InternalDeviceControl;
        break;
    default:
        return STATUS_INVALID_PARAMETER;
    }
    if (queue.device != &owner) return STATUS_INVALID_DEVICE_REQUEST;
    if (type == RouteType::Create && queue.is_default) return STATUS_INVALID_DEVICE_REQUEST;
    framework::Queue *&slot = owner.queues[static_cast<int>(type)];
    if (slot) return STATUS_WDF_BUSY;
    slot = &queue;
    __atomic_fetch_or(&queue.flags, kObjectNoDelete, __ATOMIC_RELAXED);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI WdfDeviceEnqueueRequest(PWDF_DRIVER_GLOBALS, WDFDEVICE Device, WDFREQUEST Request)
{
    framework::Request &request = *request_of(Request);
    if (request.request_state != RequestState::CallerContext) return STATUS_INVALID_DEVICE_REQUEST;
    return route_request(device(Device), request);
}

NTSTATUS NTAPI WdfDeviceWdmDispatchPreprocessedIrp(PWDF_DRIVER_GLOBALS, WDFDEVICE Device, PIRP Irp)
{
    return dispatch_preprocessed(device(Device), Irp);
}

}  // namespace openkmdf::framework::api
