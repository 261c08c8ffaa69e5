#pragma once

#include "framework/pnp/pnp_machine.h"
#include "framework/power/policy_machine.h"
#include "framework/power/power_machine.h"

// The machines of one device, which post events to each other: PnP asks the power policy to start
// and stop the device, the policy asks power, and the answers come back the same way.

namespace openkmdf::framework {

struct DeviceMachines {
    explicit DeviceMachines(MachineBridge &bridge)
        : pnp(*this, bridge), policy(*this, bridge), power(*this, bridge)
    {
    }

    PnpMachine pnp;
    PolicyMachine policy;
    PowerMachine power;
};

}  // namespace openkmdf::framework
