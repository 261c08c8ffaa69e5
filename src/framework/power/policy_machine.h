#pragma once

#include "framework/pnp/machine_base.h"

// Decides when the device changes its power state: at start and stop for every device, and for the
// power policy owner of a stack when the system goes to sleep and wakes.

namespace openkmdf::framework {

enum class PolicyMachineState : std::uint8_t {
    Created,
    Starting,
    StartingSucceeded,
    StartingFailed,
    StartFailed,
    Restarting,
    Started,
    Sleeping,
    SleepingPowerDown,
    SleepingPoweredDown,
    SleepingRequestFailed,
    SystemAsleep,
    WakingToD0,
    WokenToD0,
    WakingRequestFailed,
    RequestFailed,
    Stopping,
    StoppingFailed,
    StoppingSendStatus,
    Stopped,
    Removed,
    Final,
    Count,
};

enum class PolicyMachineEvent : std::uint8_t {
    None,
    Start,  // from PnP
    Stop,
    Remove,
    PoweredUp,  // from power: answers to Start and Stop
    PowerUpFailed,
    PoweredDown,
    PowerDownFailed,
    SystemSleep,       // a system power IRP for a sleeping state, on its way down
    SystemWake,        // one for the working state, done
    RequestSucceeded,  // the device power IRP that this machine asked for is complete
    RequestFailed,
    Succeeded,
    Failed,
    Count,
};

class PolicyMachine : public DeviceMachine<PolicyMachine, PolicyMachineState, PolicyMachineEvent,
                                           MachineKind::PowerPolicy> {
public:
    using DeviceMachine::DeviceMachine;

    // --- Entry actions ---------------------------------------------------------------------------
    Event start_power();
    Event report_started();
    Event report_start_failed();
    Event choose_sleep_state();
    Event request_sleep();
    Event request_d0();
    Event pass_system_irp();
    Event go_on();
    Event report_request_failed();
    Event stop_power();
    Event report_stopped();
    Event report_stop_failed();
    Event remove_power();
};

extern template class StateMachine<PolicyMachine, PolicyMachineState, PolicyMachineEvent>;

}  // namespace openkmdf::framework
