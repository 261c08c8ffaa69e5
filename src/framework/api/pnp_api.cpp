#include "framework/api/functions.h"
#include "framework/pnp/pnp_state.h"
#include "framework/support/violation.h"

// PnP state of a device, and failures that its driver reports.

namespace openkmdf::framework::api {

namespace {

framework::Device &device(WDFDEVICE handle)
{
    return *object_cast<framework::Device>(handle);
}

PnpState &pnp_of(PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, const char *function)
{
    PnpState *state = device(handle).pnp;
    if (state) return *state;
    violation(&globals_of(globals), WDF_API_UNAVAILABLE, reinterpret_cast<std::uintptr_t>(handle),
              0,
              "%s was called for a control device, which takes no part in Plug and Play or power "
              "management.",
              function);
}

}  // namespace

WDF_DEVICE_PNP_STATE NTAPI WdfDeviceGetDevicePnpState(PWDF_DRIVER_GLOBALS DriverGlobals,
                                                      WDFDEVICE Device)
{
    PnpState &state = pnp_of(DriverGlobals, Device, "WdfDeviceGetDevicePnpState");
    return static_cast<WDF_DEVICE_PNP_STATE>(
        state.machines.pnp.documented_state(!state.is_power_pageable()));
}

VOID NTAPI WdfDeviceGetDeviceState(PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device,
                                   PWDF_DEVICE_STATE DeviceState)
{
    const PnpState &state = pnp_of(DriverGlobals, Device, "WdfDeviceGetDeviceState");
    const ULONG size = DeviceState->Size;
    WDF_DEVICE_STATE all = state.device.details->device_state;
    if (!all.Size) WDF_DEVICE_STATE_INIT(&all);
    if (size > sizeof all || size <= sizeof all.Size)
        violation(&globals_of(DriverGlobals), WDF_REQUIRED_PARAMETER_IS_NULL, size, sizeof all,
                  "WdfDeviceGetDeviceState was called with a structure of Size %u; %zu is wanted. "
                  "Initialise it with "
                  "WDF_DEVICE_STATE_INIT.",
                  size, sizeof all);
    // A driver built for an older framework has a shorter structure.
    __builtin_memcpy(DeviceState, &all, size);
    DeviceState->Size = size;
}

VOID NTAPI WdfDeviceSetDeviceState(PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device,
                                   PWDF_DEVICE_STATE DeviceState)
{
    PnpState &state = pnp_of(DriverGlobals, Device, "WdfDeviceSetDeviceState");
    WDF_DEVICE_STATE own;
    WDF_DEVICE_STATE_INIT(&own);
    if (DeviceState->Size > sizeof own || DeviceState->Size <= sizeof own.Size)
        violation(&globals_of(DriverGlobals), WDF_REQUIRED_PARAMETER_IS_NULL, DeviceState->Size,
                  sizeof own,
                  "WdfDeviceSetDeviceState was called with a structure of Size %u; %zu is wanted. "
                  "Initialise it with "
                  "WDF_DEVICE_STATE_INIT.",
                  DeviceState->Size, sizeof own);
    __builtin_memcpy(&own, DeviceState, DeviceState->Size);
    own.Size = sizeof own;
    {
        scheduler::InternalGuard guard(state.device.details->lock);
        state.device.details->device_state = own;
    }
    IoInvalidateDeviceState(state.device.physical);
}

VOID NTAPI WdfDeviceSetFailed(PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device,
                              WDF_DEVICE_FAILED_ACTION FailedAction)
{
    PnpState &state = pnp_of(DriverGlobals, Device, "WdfDeviceSetFailed");
    if (FailedAction != WdfDeviceFailedAttemptRestart && FailedAction != WdfDeviceFailedNoRestart)
        violation(&globals_of(DriverGlobals), WDF_PNP_FATAL_ERROR,
                  reinterpret_cast<std::uintptr_t>(Device), FailedAction,
                  "WdfDeviceSetFailed was called with the action %d, which is not a "
                  "WDF_DEVICE_FAILED_ACTION.",
                  static_cast<int>(FailedAction));
    // Once is enough, and the machine's queue is not the driver's to fill.
    if (__atomic_exchange_n(&state.failure_reported, true, __ATOMIC_ACQ_REL)) return;
    state.machines.pnp.post(PnpMachineEvent::FailureReported);
}

VOID NTAPI WdfDeviceSetSpecialFileSupport(PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device,
                                          WDF_SPECIAL_FILE_TYPE FileType,
                                          BOOLEAN FileTypeIsSupported)
{
    PnpState &state = pnp_of(DriverGlobals, Device, "WdfDeviceSetSpecialFileSupport");
    if (FileType <= WdfSpecialFileUndefined || FileType >= WdfSpecialFileMax)
        violation(&globals_of(DriverGlobals), WDF_PNP_FATAL_ERROR,
                  reinterpret_cast<std::uintptr_t>(Device), FileType,
                  "WdfDeviceSetSpecialFileSupport was called with %d, which is not a "
                  "WDF_SPECIAL_FILE_TYPE.",
                  static_cast<int>(FileType));
    state.supports_special[FileType] = FileTypeIsSupported;
}

}  // namespace openkmdf::framework::api
