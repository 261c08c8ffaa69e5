#include "framework/api/functions.h"
#include "framework/pnp/pnp_state.h"

// Power state of a device.

namespace openkmdf::framework::api {

namespace {

PnpState *pnp_of(WDFDEVICE handle)
{
    return object_cast<framework::Device>(handle)->pnp;
}

}  // namespace

WDF_DEVICE_POWER_STATE NTAPI WdfDeviceGetDevicePowerState(PWDF_DRIVER_GLOBALS, WDFDEVICE Device)
{
    const PnpState *state = pnp_of(Device);
    if (!state) return WdfDevStatePowerInvalid;
    const bool nonpaged = !(state->device.wdm->Flags & DO_POWER_PAGABLE);
    return static_cast<WDF_DEVICE_POWER_STATE>(state->machines.power.documented_state(nonpaged));
}

WDF_DEVICE_POWER_POLICY_STATE NTAPI WdfDeviceGetDevicePowerPolicyState(PWDF_DRIVER_GLOBALS,
                                                                       WDFDEVICE Device)
{
    const PnpState *state = pnp_of(Device);
    if (!state) return WdfDevStatePwrPolInvalid;
    const bool nonpaged = !(state->device.wdm->Flags & DO_POWER_PAGABLE);
    return static_cast<WDF_DEVICE_POWER_POLICY_STATE>(
        state->machines.policy.documented_state(nonpaged));
}

POWER_ACTION NTAPI WdfDeviceGetSystemPowerAction(PWDF_DRIVER_GLOBALS, WDFDEVICE Device)
{
    const PnpState *state = pnp_of(Device);
    return state ? state->system_action : PowerActionNone;
}

}  // namespace openkmdf::framework::api
