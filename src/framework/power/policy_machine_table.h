#pragma once

#include "framework/power/policy_machine.h"

// The table of the power policy machine.

namespace openkmdf::framework {

#define POLICY_STATE_ROW(name, documented, enter)                                                  \
    StateRow<PolicyMachine>                                                                        \
    {                                                                                              \
        PolicyMachineState::name, #name, WdfDevStatePwrPol##documented,                            \
            WdfDevStatePwrPol##documented, enter                                                   \
    }
#define POLICY_ROW(from, event, to)                                                                \
    TransitionRow<PolicyMachine>                                                                   \
    {                                                                                              \
        PolicyMachineState::from, PolicyMachineEvent::event, PolicyMachineState::to                \
    }
#define POLICY_DEFER(state, event)                                                                 \
    OutcomeRow<PolicyMachine>                                                                      \
    {                                                                                              \
        PolicyMachineState::state, PolicyMachineEvent::event                                       \
    }
#define POLICY_EVENT_ROW(name, source)                                                             \
    EventRow<PolicyMachine>                                                                        \
    {                                                                                              \
        PolicyMachineEvent::name, #name, EventSource::source                                       \
    }

inline constexpr auto kPolicyTables = make_tables<PolicyMachine>(
    std::to_array<StateRow<PolicyMachine>>({
        POLICY_STATE_ROW(Created, ObjectCreated, &PolicyMachine::pass_system_irp),
        POLICY_STATE_ROW(Starting, Starting, &PolicyMachine::start_power),
        POLICY_STATE_ROW(StartingSucceeded, StartingSucceeded, &PolicyMachine::report_started),
        POLICY_STATE_ROW(StartingFailed, StartingFailed, &PolicyMachine::report_start_failed),
        POLICY_STATE_ROW(StartFailed, StartingFailed, &PolicyMachine::pass_system_irp),
        POLICY_STATE_ROW(Restarting, Restarting, &PolicyMachine::start_power),
        POLICY_STATE_ROW(Started, Started, nullptr),
        POLICY_STATE_ROW(Sleeping, Sleeping, &PolicyMachine::choose_sleep_state),
        POLICY_STATE_ROW(SleepingPowerDown, SleepingNoWakePowerDown, &PolicyMachine::request_sleep),
        POLICY_STATE_ROW(SleepingPoweredDown, SleepingNoWakeCompletePowerDown,
                         &PolicyMachine::go_on),
        POLICY_STATE_ROW(SleepingRequestFailed, SleepingNoWakeDxRequestFailed,
                         &PolicyMachine::report_request_failed),
        POLICY_STATE_ROW(SystemAsleep, SystemAsleepNoWake, &PolicyMachine::pass_system_irp),
        POLICY_STATE_ROW(WakingToD0, SystemWakeDeviceToD0, &PolicyMachine::request_d0),
        POLICY_STATE_ROW(WokenToD0, SystemWakeDeviceToD0CompletePowerUp, &PolicyMachine::go_on),
        POLICY_STATE_ROW(WakingRequestFailed, SystemWakeDeviceD0PowerRequestFailed,
                         &PolicyMachine::report_request_failed),
        POLICY_STATE_ROW(RequestFailed, DevicePowerRequestFailed, &PolicyMachine::pass_system_irp),
        POLICY_STATE_ROW(Stopping, Stopping, &PolicyMachine::stop_power),
        POLICY_STATE_ROW(StoppingFailed, StoppingFailed, &PolicyMachine::report_stop_failed),
        POLICY_STATE_ROW(StoppingSendStatus, StoppingSendStatus, &PolicyMachine::report_stopped),
        POLICY_STATE_ROW(Stopped, Stopped, &PolicyMachine::pass_system_irp),
        POLICY_STATE_ROW(Removed, Removed, &PolicyMachine::remove_power),
        POLICY_STATE_ROW(Final, Final, &PolicyMachine::pass_system_irp),
    }),
    std::to_array<EventRow<PolicyMachine>>({
        POLICY_EVENT_ROW(None, Framework),
        POLICY_EVENT_ROW(Start, Framework),
        POLICY_EVENT_ROW(Stop, Framework),
        POLICY_EVENT_ROW(Remove, Framework),
        POLICY_EVENT_ROW(PoweredUp, Framework),
        POLICY_EVENT_ROW(PowerUpFailed, Framework),
        POLICY_EVENT_ROW(PoweredDown, Framework),
        POLICY_EVENT_ROW(PowerDownFailed, Framework),
        POLICY_EVENT_ROW(SystemSleep, System),
        POLICY_EVENT_ROW(SystemWake, System),
        POLICY_EVENT_ROW(RequestSucceeded, Framework),
        POLICY_EVENT_ROW(RequestFailed, Framework),
        POLICY_EVENT_ROW(Succeeded, Framework),
        POLICY_EVENT_ROW(Failed, Framework),
    }),
    std::to_array<TransitionRow<PolicyMachine>>({
        POLICY_ROW(Created, Start, Starting),
        POLICY_ROW(Created, Stop, StoppingSendStatus),  // never powered up: nothing to undo
        POLICY_ROW(Created, SystemSleep, Created),
        POLICY_ROW(Created, Remove, Removed),
        POLICY_ROW(Starting, PoweredUp, StartingSucceeded),
        POLICY_ROW(Starting, PowerUpFailed, StartingFailed),
        POLICY_ROW(StartingSucceeded, Succeeded, Started),
        POLICY_ROW(StartingFailed, Succeeded, StartFailed),
        POLICY_ROW(StartFailed, SystemSleep, StartFailed),
        POLICY_ROW(StartFailed, Remove, Removed),
        POLICY_ROW(Restarting, PoweredUp, StartingSucceeded),
        POLICY_ROW(Restarting, PowerUpFailed, StartingFailed),

        POLICY_ROW(Started, Stop, Stopping),
        POLICY_ROW(Started, SystemSleep, Sleeping),
        POLICY_ROW(Sleeping, Succeeded, SleepingPowerDown),
        POLICY_ROW(Sleeping, Failed, SleepingPoweredDown),
        POLICY_ROW(SleepingPowerDown, RequestSucceeded, SleepingPoweredDown),
        POLICY_ROW(SleepingPowerDown, RequestFailed, SleepingRequestFailed),
        POLICY_ROW(SleepingPowerDown, Failed, SleepingRequestFailed),
        POLICY_ROW(SleepingPoweredDown, Succeeded, SystemAsleep),
        POLICY_ROW(SleepingRequestFailed, Succeeded, RequestFailed),
        POLICY_ROW(SystemAsleep, SystemSleep, SystemAsleep),
        POLICY_ROW(SystemAsleep, SystemWake, WakingToD0),
        POLICY_ROW(SystemAsleep, Stop, Stopping),
        POLICY_ROW(WakingToD0, RequestSucceeded, WokenToD0),
        POLICY_ROW(WakingToD0, RequestFailed, WakingRequestFailed),
        POLICY_ROW(WakingToD0, Failed, WakingRequestFailed),
        POLICY_ROW(WokenToD0, Succeeded, Started),
        POLICY_ROW(WakingRequestFailed, Succeeded, RequestFailed),
        POLICY_ROW(RequestFailed, SystemSleep, RequestFailed),
        POLICY_ROW(RequestFailed, Stop, Stopping),

        POLICY_ROW(Stopping, PoweredDown, StoppingSendStatus),
        POLICY_ROW(Stopping, PowerDownFailed, StoppingFailed),
        POLICY_ROW(StoppingFailed, Succeeded, Stopped),
        POLICY_ROW(StoppingSendStatus, Succeeded, Stopped),
        POLICY_ROW(Stopped, Start, Restarting),
        POLICY_ROW(Stopped, Stop, StoppingSendStatus),
        POLICY_ROW(Stopped, SystemSleep, Stopped),
        POLICY_ROW(Stopped, Remove, Removed),
        POLICY_ROW(Removed, Succeeded, Final),
        POLICY_ROW(Final, SystemSleep, Final),
    }),
    // The system wakes and the device has not been put to sleep by this machine.
    std::to_array<OutcomeRow<PolicyMachine>>({
        POLICY_DEFER(Created, SystemWake),
        POLICY_DEFER(StartFailed, SystemWake),
        POLICY_DEFER(Started, SystemWake),
        POLICY_DEFER(RequestFailed, SystemWake),
        POLICY_DEFER(Stopped, SystemWake),
        POLICY_DEFER(Final, SystemWake),
    }),
    // A request is under way; what comes in between waits for its end.
    std::to_array<OutcomeRow<PolicyMachine>>({
        POLICY_DEFER(Starting, SystemSleep),
        POLICY_DEFER(Starting, SystemWake),
        POLICY_DEFER(Restarting, SystemSleep),
        POLICY_DEFER(Restarting, SystemWake),
        POLICY_DEFER(SleepingPowerDown, Stop),
        POLICY_DEFER(SleepingPowerDown, SystemSleep),
        POLICY_DEFER(SleepingPowerDown, SystemWake),
        POLICY_DEFER(WakingToD0, Stop),
        POLICY_DEFER(WakingToD0, SystemSleep),
        POLICY_DEFER(WakingToD0, SystemWake),
        POLICY_DEFER(Stopping, SystemSleep),
        POLICY_DEFER(Stopping, SystemWake),
    }));

#undef POLICY_STATE_ROW
#undef POLICY_ROW
#undef POLICY_DEFER
#undef POLICY_EVENT_ROW

template <>
struct TablesOf<PolicyMachine> {
    static constexpr const auto &value = kPolicyTables;
};

}  // namespace openkmdf::framework
