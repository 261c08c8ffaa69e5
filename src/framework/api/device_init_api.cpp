#include "framework/api/functions.h"
#include "framework/device/device_init.h"
#include "framework/object/object.h"
#include "framework/support/library.h"
#include "framework/support/strings.h"
#include "framework/support/violation.h"

#include <cstring>

namespace openkmdf::framework::api {

namespace {

scheduler::Arena &arena_of(const WDFDEVICE_INIT &init)
{
    return *init.driver->globals->library->kernel->arena;
}

// The DDIs that return nothing document a bugcheck or nothing for a wrong size; what they were
// given is refused loudly rather than read with a wrong layout.
template <class Structure>
void require_size(PWDF_DRIVER_GLOBALS globals, const Structure *structure, const char *function)
{
    if (structure->Size == sizeof(Structure)) return;
    violation(&globals_of(globals), WDF_REQUIRED_PARAMETER_IS_NULL, structure->Size,
              sizeof(Structure),
              "%s was called with a structure of Size %u; %zu is wanted. Initialise it with its "
              "_INIT function.",
              function, structure->Size, sizeof(Structure));
}

NTSTATUS add_state_callback(PWDFDEVICE_INIT init, StateCallback *&list, std::uint32_t state,
                            std::uint32_t first, std::uint32_t end, void *callback, ULONG types)
{
    constexpr ULONG kAllTypes = StateNotificationEnterState | StateNotificationPostProcessState |
                                StateNotificationLeaveState;
    if (state < first || state >= end || !types || (types & ~kAllTypes))
        return STATUS_INVALID_PARAMETER;
    for (const StateCallback *old = list; old; old = old->next)
        if (old->state == state && (old->types & types)) return STATUS_INVALID_PARAMETER;
    scheduler::Arena &arena = arena_of(*init);
    auto *added = arena.allocation_fails() ? nullptr : arena.make<StateCallback>();
    if (!added) return STATUS_INSUFFICIENT_RESOURCES;
    added->state = state;
    added->types = types;
    added->callback = callback;
    added->next = list;
    list = added;
    return STATUS_SUCCESS;
}

}  // namespace

VOID NTAPI WdfDeviceInitFree(PWDF_DRIVER_GLOBALS, PWDFDEVICE_INIT DeviceInit)
{
    // The init of EvtDriverDeviceAdd is the framework's; only one that the driver asked for is
    // freed.
    if (DeviceInit->kind == DeviceInitKind::Function) return;
    scheduler::Arena &arena = arena_of(*DeviceInit);
    release_device_init(*DeviceInit);
    arena.drop(DeviceInit);
}

VOID NTAPI
WdfDeviceInitSetPnpPowerEventCallbacks(PWDF_DRIVER_GLOBALS DriverGlobals,
                                       PWDFDEVICE_INIT DeviceInit,
                                       PWDF_PNPPOWER_EVENT_CALLBACKS PnpPowerEventCallbacks)
{
    require_size(DriverGlobals, PnpPowerEventCallbacks, "WdfDeviceInitSetPnpPowerEventCallbacks");
    DeviceInit->settings.pnp_power = *PnpPowerEventCallbacks;
}

VOID NTAPI WdfDeviceInitSetPowerPolicyEventCallbacks(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit,
    PWDF_POWER_POLICY_EVENT_CALLBACKS PowerPolicyEventCallbacks)
{
    require_size(DriverGlobals, PowerPolicyEventCallbacks,
                 "WdfDeviceInitSetPowerPolicyEventCallbacks");
    DeviceInit->settings.power_policy = *PowerPolicyEventCallbacks;
}

VOID NTAPI WdfDeviceInitSetPowerPolicyOwnership(PWDF_DRIVER_GLOBALS, PWDFDEVICE_INIT DeviceInit,
                                                BOOLEAN IsPowerPolicyOwner)
{
    DeviceInit->settings.power_policy_owner = IsPowerPolicyOwner;
}

NTSTATUS NTAPI WdfDeviceInitRegisterPnpStateChangeCallback(
    PWDF_DRIVER_GLOBALS, PWDFDEVICE_INIT DeviceInit, WDF_DEVICE_PNP_STATE PnpState,
    PFN_WDF_DEVICE_PNP_STATE_CHANGE_NOTIFICATION EvtDevicePnpStateChange, ULONG CallbackTypes)
{
    return add_state_callback(DeviceInit, DeviceInit->settings.pnp_callbacks, PnpState,
                              WdfDevStatePnpObjectCreated, WdfDevStatePnpNull,
                              reinterpret_cast<void *>(EvtDevicePnpStateChange), CallbackTypes);
}

NTSTATUS NTAPI WdfDeviceInitRegisterPowerStateChangeCallback(
    PWDF_DRIVER_GLOBALS, PWDFDEVICE_INIT DeviceInit, WDF_DEVICE_POWER_STATE PowerState,
    PFN_WDF_DEVICE_POWER_STATE_CHANGE_NOTIFICATION EvtDevicePowerStateChange, ULONG CallbackTypes)
{
    return add_state_callback(DeviceInit, DeviceInit->settings.power_callbacks, PowerState,
                              WdfDevStatePowerObjectCreated, WdfDevStatePowerNull,
                              reinterpret_cast<void *>(EvtDevicePowerStateChange), CallbackTypes);
}

NTSTATUS NTAPI WdfDeviceInitRegisterPowerPolicyStateChangeCallback(
    PWDF_DRIVER_GLOBALS, PWDFDEVICE_INIT DeviceInit, WDF_DEVICE_POWER_POLICY_STATE PowerPolicyState,
    PFN_WDF_DEVICE_POWER_POLICY_STATE_CHANGE_NOTIFICATION EvtDevicePowerPolicyStateChange,
    ULONG CallbackTypes)
{
    return add_state_callback(DeviceInit, DeviceInit->settings.policy_callbacks, PowerPolicyState,
                              WdfDevStatePwrPolObjectCreated, WdfDevStatePwrPolNull,
                              reinterpret_cast<void *>(EvtDevicePowerPolicyStateChange),
                              CallbackTypes);
}

VOID NTAPI WdfDeviceInitSetIoType(PWDF_DRIVER_GLOBALS, PWDFDEVICE_INIT DeviceInit,
                                  WDF_DEVICE_IO_TYPE IoType)
{
    DeviceInit->io_type = IoType;
}

VOID NTAPI WdfDeviceInitSetIoTypeEx(PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit,
                                    PWDF_IO_TYPE_CONFIG IoTypeConfig)
{
    require_size(DriverGlobals, IoTypeConfig, "WdfDeviceInitSetIoTypeEx");
    DeviceInit->io_type = IoTypeConfig->ReadWriteIoType;
    DeviceInit->control_io_type = IoTypeConfig->DeviceControlIoType;
    DeviceInit->direct_transfer_threshold = IoTypeConfig->DirectTransferThreshold;
}

VOID NTAPI WdfDeviceInitSetExclusive(PWDF_DRIVER_GLOBALS, PWDFDEVICE_INIT DeviceInit,
                                     BOOLEAN IsExclusive)
{
    DeviceInit->is_exclusive = IsExclusive;
}

VOID NTAPI WdfDeviceInitSetPowerNotPageable(PWDF_DRIVER_GLOBALS, PWDFDEVICE_INIT DeviceInit)
{
    DeviceInit->settings.power_pageable = false;
}

VOID NTAPI WdfDeviceInitSetPowerPageable(PWDF_DRIVER_GLOBALS, PWDFDEVICE_INIT DeviceInit)
{
    DeviceInit->settings.power_pageable = true;
    DeviceInit->settings.power_inrush = false;
}

VOID NTAPI WdfDeviceInitSetPowerInrush(PWDF_DRIVER_GLOBALS, PWDFDEVICE_INIT DeviceInit)
{
    DeviceInit->settings.power_inrush = true;
    DeviceInit->settings.power_pageable = false;
}

VOID NTAPI WdfDeviceInitSetDeviceType(PWDF_DRIVER_GLOBALS, PWDFDEVICE_INIT DeviceInit,
                                      DEVICE_TYPE DeviceType)
{
    DeviceInit->device_type = DeviceType;
}

NTSTATUS NTAPI WdfDeviceInitAssignName(PWDF_DRIVER_GLOBALS, PWDFDEVICE_INIT DeviceInit,
                                       PCUNICODE_STRING DeviceName)
{
    scheduler::Arena &arena = arena_of(*DeviceInit);
    UNICODE_STRING copy = {};
    if (DeviceName && DeviceName->Length && !copy_string(arena, *DeviceName, copy))
        return STATUS_INSUFFICIENT_RESOURCES;
    free_string(arena, DeviceInit->name);
    DeviceInit->name = copy;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI WdfDeviceInitAssignSDDLString(PWDF_DRIVER_GLOBALS, PWDFDEVICE_INIT DeviceInit,
                                             PCUNICODE_STRING SDDLString)
{
    scheduler::Arena &arena = arena_of(*DeviceInit);
    UNICODE_STRING copy = {};
    if (SDDLString && SDDLString->Length && !copy_string(arena, *SDDLString, copy))
        return STATUS_INSUFFICIENT_RESOURCES;
    free_string(arena, DeviceInit->sddl);
    DeviceInit->sddl = copy;
    DeviceInit->has_sddl = copy.Buffer != nullptr;
    return STATUS_SUCCESS;
}

VOID NTAPI WdfDeviceInitSetDeviceClass(PWDF_DRIVER_GLOBALS, PWDFDEVICE_INIT DeviceInit,
                                       CONST GUID *DeviceClassGuid)
{
    DeviceInit->device_class = *DeviceClassGuid;
    DeviceInit->has_class = true;
}

VOID NTAPI WdfDeviceInitSetCharacteristics(PWDF_DRIVER_GLOBALS, PWDFDEVICE_INIT DeviceInit,
                                           ULONG DeviceCharacteristics, BOOLEAN OrInValues)
{
    DeviceInit->characteristics =
        OrInValues ? DeviceInit->characteristics | DeviceCharacteristics : DeviceCharacteristics;
}

VOID NTAPI WdfDeviceInitSetFileObjectConfig(PWDF_DRIVER_GLOBALS DriverGlobals,
                                            PWDFDEVICE_INIT DeviceInit,
                                            PWDF_FILEOBJECT_CONFIG FileObjectConfig,
                                            PWDF_OBJECT_ATTRIBUTES FileObjectAttributes)
{
    require_size(DriverGlobals, FileObjectConfig, "WdfDeviceInitSetFileObjectConfig");
    DeviceInit->file_config = *FileObjectConfig;
    DeviceInit->file_attributes =
        FileObjectAttributes ? *FileObjectAttributes : WDF_OBJECT_ATTRIBUTES{};
}

VOID NTAPI WdfDeviceInitSetRequestAttributes(PWDF_DRIVER_GLOBALS DriverGlobals,
                                             PWDFDEVICE_INIT DeviceInit,
                                             PWDF_OBJECT_ATTRIBUTES RequestAttributes)
{
    require_size(DriverGlobals, RequestAttributes, "WdfDeviceInitSetRequestAttributes");
    DeviceInit->request_attributes = *RequestAttributes;
}

NTSTATUS NTAPI WdfDeviceInitAssignWdmIrpPreprocessCallback(
    PWDF_DRIVER_GLOBALS, PWDFDEVICE_INIT DeviceInit,
    PFN_WDFDEVICE_WDM_IRP_PREPROCESS EvtDeviceWdmIrpPreprocess, UCHAR MajorFunction,
    PUCHAR MinorFunctions, ULONG NumMinorFunctions)
{
    if (MajorFunction > IRP_MJ_MAXIMUM_FUNCTION) return STATUS_INVALID_PARAMETER;
    // "If the MinorFunctions array pointer is NULL", every minor code is meant.
    if (!MinorFunctions) NumMinorFunctions = 0;
    if (NumMinorFunctions > sizeof PreprocessEntry{}.minors) return STATUS_INVALID_PARAMETER;
    for (PreprocessEntry *old = DeviceInit->preprocess; old; old = old->next) {
        if (old->major != MajorFunction) continue;
        if (old->minor_count && NumMinorFunctions) return STATUS_INVALID_DEVICE_REQUEST;
        old->callback = EvtDeviceWdmIrpPreprocess;
        return STATUS_SUCCESS;
    }
    scheduler::Arena &arena = arena_of(*DeviceInit);
    auto *added = arena.allocation_fails() ? nullptr : arena.make<PreprocessEntry>();
    if (!added) return STATUS_INSUFFICIENT_RESOURCES;
    added->callback = EvtDeviceWdmIrpPreprocess;
    added->major = MajorFunction;
    added->minor_count = static_cast<std::uint8_t>(NumMinorFunctions);
    if (NumMinorFunctions) std::memcpy(added->minors, MinorFunctions, NumMinorFunctions);
    added->next = DeviceInit->preprocess;
    DeviceInit->preprocess = added;
    return STATUS_SUCCESS;
}

VOID NTAPI
WdfDeviceInitSetIoInCallerContextCallback(PWDF_DRIVER_GLOBALS, PWDFDEVICE_INIT DeviceInit,
                                          PFN_WDF_IO_IN_CALLER_CONTEXT EvtIoInCallerContext)
{
    DeviceInit->evt_io_in_caller_context = EvtIoInCallerContext;
}

VOID NTAPI WdfDeviceInitSetRemoveLockOptions(PWDF_DRIVER_GLOBALS DriverGlobals,
                                             PWDFDEVICE_INIT DeviceInit,
                                             PWDF_REMOVE_LOCK_OPTIONS Options)
{
    require_size(DriverGlobals, Options, "WdfDeviceInitSetRemoveLockOptions");
    DeviceInit->settings.remove_lock_for_all_io =
        Options->Flags & WDF_REMOVE_LOCK_OPTION_ACQUIRE_FOR_IO;
}

VOID NTAPI WdfDeviceInitSetReleaseHardwareOrderOnFailure(
    PWDF_DRIVER_GLOBALS, PWDFDEVICE_INIT DeviceInit,
    WDF_RELEASE_HARDWARE_ORDER_ON_FAILURE ReleaseHardwareOrderOnFailure)
{
    DeviceInit->settings.release_order = ReleaseHardwareOrderOnFailure;
}

// --- Function devices ----------------------------------------------------------------------------

VOID NTAPI WdfFdoInitSetFilter(PWDF_DRIVER_GLOBALS, PWDFDEVICE_INIT DeviceInit)
{
    DeviceInit->is_filter = true;
    DeviceInit->settings.power_policy_owner = false;
}

VOID NTAPI WdfFdoInitSetEventCallbacks(PWDF_DRIVER_GLOBALS DriverGlobals,
                                       PWDFDEVICE_INIT DeviceInit,
                                       PWDF_FDO_EVENT_CALLBACKS FdoEventCallbacks)
{
    require_size(DriverGlobals, FdoEventCallbacks, "WdfFdoInitSetEventCallbacks");
    DeviceInit->settings.fdo = *FdoEventCallbacks;
}

PDEVICE_OBJECT NTAPI WdfFdoInitWdmGetPhysicalDevice(PWDF_DRIVER_GLOBALS, PWDFDEVICE_INIT DeviceInit)
{
    return DeviceInit->physical;
}

// --- Control devices -----------------------------------------------------------------------------

PWDFDEVICE_INIT NTAPI WdfControlDeviceInitAllocate(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                   WDFDRIVER Driver,
                                                   CONST UNICODE_STRING *SDDLString)
{
    scheduler::Arena &arena = *globals_of(DriverGlobals).library->kernel->arena;
    auto *init = arena.allocation_fails() ? nullptr : arena.make<WDFDEVICE_INIT>();
    if (!init) return nullptr;
    init->driver = object_cast<framework::Driver>(Driver);
    init->kind = DeviceInitKind::Control;
    if (NT_SUCCESS(WdfDeviceInitAssignSDDLString(DriverGlobals, init, SDDLString))) return init;
    arena.drop(init);
    return nullptr;
}

VOID NTAPI
WdfControlDeviceInitSetShutdownNotification(PWDF_DRIVER_GLOBALS, PWDFDEVICE_INIT DeviceInit,
                                            PFN_WDF_DEVICE_SHUTDOWN_NOTIFICATION Notification,
                                            UCHAR Flags)
{
    DeviceInit->settings.evt_shutdown = Notification;
    DeviceInit->settings.shutdown_flags = Flags;
}

}  // namespace openkmdf::framework::api
