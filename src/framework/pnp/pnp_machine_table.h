#pragma once

#include "framework/pnp/pnp_machine.h"

// The table of the PnP machine.

namespace openkmdf::framework {

#define PNP_STATE_ROW(name, documented, enter)                                                     \
    StateRow<PnpMachine>                                                                           \
    {                                                                                              \
        PnpMachineState::name, #name, WdfDevStatePnp##documented, WdfDevStatePnp##documented,      \
            enter                                                                                  \
    }
#define PNP_ROW(from, event, to)                                                                   \
    TransitionRow<PnpMachine>                                                                      \
    {                                                                                              \
        PnpMachineState::from, PnpMachineEvent::event, PnpMachineState::to                         \
    }
#define PNP_OUTCOME(state, event)                                                                  \
    OutcomeRow<PnpMachine>                                                                         \
    {                                                                                              \
        PnpMachineState::state, PnpMachineEvent::event                                             \
    }
#define PNP_EVENT_ROW(name, source)                                                                \
    EventRow<PnpMachine>                                                                           \
    {                                                                                              \
        PnpMachineEvent::name, #name, EventSource::source                                          \
    }

inline constexpr auto kPnpTables = make_tables<PnpMachine>(
    std::to_array<StateRow<PnpMachine>>({
        PNP_STATE_ROW(Init, Init, nullptr),
        PNP_STATE_ROW(InitQueryRemovePending, InitQueryRemove, &PnpMachine::reply),
        PNP_STATE_ROW(InitQueryRemoveCanceled, InitQueryRemoveCanceled,
                      &PnpMachine::reply_and_go_on),
        PNP_STATE_ROW(InitSurpriseRemoved, InitSurpriseRemoved, &PnpMachine::leave_surprised),
        PNP_STATE_ROW(Starting, InitStarting, &PnpMachine::start_lower_drivers),
        PNP_STATE_ROW(HardwareAvailable, HardwareAvailable, &PnpMachine::prepare_hardware),
        PNP_STATE_ROW(PoweringUp, HardwareAvailable, &PnpMachine::power_up),
        PNP_STATE_ROW(PowerUpFailed, HardwareAvailablePowerPolicyFailed, &PnpMachine::go_on),
        PNP_STATE_ROW(EnablingInterfaces, EnableInterfaces, &PnpMachine::enable_interfaces),
        PNP_STATE_ROW(Started, Started, &PnpMachine::reply),
        PNP_STATE_ROW(QueryStopStaticCheck, QueryStopStaticCheck, &PnpMachine::check_stoppable),
        PNP_STATE_ROW(QueryStopAskDriver, QueryStopAskDriver, &PnpMachine::ask_query_stop),
        PNP_STATE_ROW(QueryStopPending, QueryStopPending, &PnpMachine::reply),
        PNP_STATE_ROW(StopCanceled, StartedCancelStop, &PnpMachine::go_on),
        PNP_STATE_ROW(StartedStopping, StartedStopping, &PnpMachine::power_down),
        PNP_STATE_ROW(StoppedReleaseHardware, Stopped, &PnpMachine::release_hardware),
        PNP_STATE_ROW(Stopped, Stopped, &PnpMachine::reply),
        PNP_STATE_ROW(StopFailed, Failed, &PnpMachine::report_stop_failed),
        PNP_STATE_ROW(Restarting, Restarting, &PnpMachine::start_lower_drivers),
        PNP_STATE_ROW(RestartHardwareAvailable, RestartHardwareAvailable,
                      &PnpMachine::prepare_hardware),
        PNP_STATE_ROW(RestartPoweringUp, RestartHardwareAvailable, &PnpMachine::power_up),
        PNP_STATE_ROW(QueryRemoveStaticCheck, QueryRemoveStaticCheck, &PnpMachine::check_stoppable),
        PNP_STATE_ROW(QueryRemoveAskDriver, QueryRemoveAskDriver, &PnpMachine::ask_query_remove),
        PNP_STATE_ROW(QueryRemovePending, QueryRemovePending, &PnpMachine::reply),
        PNP_STATE_ROW(QueryRefused, QueryCanceled, &PnpMachine::go_on),
        PNP_STATE_ROW(RemoveCanceled, StartedCancelRemove, &PnpMachine::go_on),
        PNP_STATE_ROW(QueriedRemoving, QueriedRemoving, &PnpMachine::go_on),
        PNP_STATE_ROW(RemovingDisableInterfaces, RemovingDisableInterfaces,
                      &PnpMachine::disable_interfaces),
        PNP_STATE_ROW(RemovingPowerDown, StartedRemoving, &PnpMachine::power_down),
        PNP_STATE_ROW(RemovingReleaseHardware, StartedRemoving, &PnpMachine::release_hardware),
        PNP_STATE_ROW(RemovingPurge, StartedRemoving, &PnpMachine::purge_managed),
        PNP_STATE_ROW(QueriedSurpriseRemoved, QueriedSurpriseRemove, &PnpMachine::go_on),
        PNP_STATE_ROW(SurpriseRemoved, SurpriseRemove, &PnpMachine::leave_surprised),
        PNP_STATE_ROW(SurprisePowerDown, FailedPowerDown, &PnpMachine::power_down),
        PNP_STATE_ROW(FailedStarted, FailedStarted, &PnpMachine::report_failure),
        PNP_STATE_ROW(FailedStartedWaiting, FailedStarted, &PnpMachine::reply),
        PNP_STATE_ROW(FailedStartedRefusing, FailedStarted, &PnpMachine::refuse),
        PNP_STATE_ROW(FailedOwnHardware, FailedOwnHardware, &PnpMachine::release_hardware),
        PNP_STATE_ROW(Failed, Failed, &PnpMachine::purge_managed),
        PNP_STATE_ROW(FailedWaitForRemove, FailedWaitForRemove, &PnpMachine::reply),
        PNP_STATE_ROW(Removed, Removed, &PnpMachine::clean_up),
        PNP_STATE_ROW(RemovedReplied, FdoRemoved, &PnpMachine::reply),
        PNP_STATE_ROW(Final, Final, nullptr),
    }),
    std::to_array<EventRow<PnpMachine>>({
        PNP_EVENT_ROW(None, Framework),
        PNP_EVENT_ROW(Start, System),
        PNP_EVENT_ROW(QueryStop, System),
        PNP_EVENT_ROW(CancelStop, System),
        PNP_EVENT_ROW(Stop, System),
        PNP_EVENT_ROW(QueryRemove, System),
        PNP_EVENT_ROW(CancelRemove, System),
        PNP_EVENT_ROW(SurpriseRemove, System),
        PNP_EVENT_ROW(Remove, System),
        PNP_EVENT_ROW(PoweredUp, Framework),
        PNP_EVENT_ROW(PowerUpFailed, Framework),
        PNP_EVENT_ROW(PoweredDown, Framework),
        PNP_EVENT_ROW(PowerDownFailed, Framework),
        PNP_EVENT_ROW(PowerFailed, Framework),
        PNP_EVENT_ROW(FailureReported, Driver),
        PNP_EVENT_ROW(Detached, Framework),
        PNP_EVENT_ROW(Succeeded, Framework),
        PNP_EVENT_ROW(Failed, Framework),
    }),
    std::to_array<TransitionRow<PnpMachine>>({
        PNP_ROW(Init, Start, Starting),
        PNP_ROW(Init, QueryRemove, InitQueryRemovePending),
        PNP_ROW(Init, CancelRemove, InitQueryRemoveCanceled),
        PNP_ROW(Init, SurpriseRemove, InitSurpriseRemoved),
        PNP_ROW(Init, Remove, RemovingDisableInterfaces),
        PNP_ROW(InitQueryRemovePending, CancelRemove, InitQueryRemoveCanceled),
        PNP_ROW(InitQueryRemovePending, Remove, RemovingDisableInterfaces),
        PNP_ROW(InitQueryRemovePending, SurpriseRemove, InitSurpriseRemoved),
        PNP_ROW(InitQueryRemoveCanceled, Succeeded, Init),
        PNP_ROW(InitSurpriseRemoved, Succeeded, Failed),

        PNP_ROW(Starting, Succeeded, HardwareAvailable),
        PNP_ROW(Starting, Failed, Failed),
        PNP_ROW(HardwareAvailable, Succeeded, PoweringUp),
        PNP_ROW(HardwareAvailable, Failed, FailedOwnHardware),
        PNP_ROW(PoweringUp, PoweredUp, EnablingInterfaces),
        PNP_ROW(PoweringUp, PowerUpFailed, PowerUpFailed),
        PNP_ROW(PowerUpFailed, Succeeded, FailedOwnHardware),
        PNP_ROW(EnablingInterfaces, Succeeded, Started),

        PNP_ROW(Started, QueryStop, QueryStopStaticCheck),
        PNP_ROW(Started, CancelStop, StopCanceled),  // after this or another driver refused
        PNP_ROW(Started, QueryRemove, QueryRemoveStaticCheck),
        PNP_ROW(Started, CancelRemove, RemoveCanceled),
        PNP_ROW(Started, Remove, RemovingDisableInterfaces),
        PNP_ROW(Started, SurpriseRemove, SurpriseRemoved),
        PNP_ROW(Started, PowerFailed, FailedStarted),
        PNP_ROW(Started, FailureReported, FailedStarted),

        PNP_ROW(QueryStopStaticCheck, Succeeded, QueryStopAskDriver),
        PNP_ROW(QueryStopStaticCheck, Failed, QueryRefused),
        PNP_ROW(QueryStopAskDriver, Succeeded, QueryStopPending),
        PNP_ROW(QueryStopAskDriver, Failed, QueryRefused),
        PNP_ROW(QueryRefused, Succeeded, Started),
        PNP_ROW(QueryStopPending, Stop, StartedStopping),
        PNP_ROW(QueryStopPending, CancelStop, StopCanceled),
        PNP_ROW(QueryStopPending, SurpriseRemove, QueriedSurpriseRemoved),
        PNP_ROW(QueryStopPending, Remove, RemovingDisableInterfaces),
        PNP_ROW(QueryStopPending, PowerFailed, FailedStarted),
        PNP_ROW(QueryStopPending, FailureReported, FailedStarted),
        PNP_ROW(StopCanceled, Succeeded, Started),
        PNP_ROW(StartedStopping, PoweredDown, StoppedReleaseHardware),
        PNP_ROW(StartedStopping, PowerDownFailed, StopFailed),
        PNP_ROW(StoppedReleaseHardware, Succeeded, Stopped),
        PNP_ROW(StoppedReleaseHardware, Failed, StopFailed),
        PNP_ROW(StopFailed, Succeeded, FailedWaitForRemove),
        PNP_ROW(Stopped, Start, Restarting),
        PNP_ROW(Stopped, SurpriseRemove, SurpriseRemoved),
        PNP_ROW(Stopped, Remove, RemovingDisableInterfaces),
        PNP_ROW(Stopped, FailureReported, FailedStarted),
        PNP_ROW(Restarting, Succeeded, RestartHardwareAvailable),
        PNP_ROW(Restarting, Failed, Failed),
        PNP_ROW(RestartHardwareAvailable, Succeeded, RestartPoweringUp),
        PNP_ROW(RestartHardwareAvailable, Failed, FailedOwnHardware),
        PNP_ROW(RestartPoweringUp, PoweredUp, Started),
        PNP_ROW(RestartPoweringUp, PowerUpFailed, PowerUpFailed),

        PNP_ROW(QueryRemoveStaticCheck, Succeeded, QueryRemoveAskDriver),
        PNP_ROW(QueryRemoveStaticCheck, Failed, QueryRefused),
        PNP_ROW(QueryRemoveAskDriver, Succeeded, QueryRemovePending),
        PNP_ROW(QueryRemoveAskDriver, Failed, QueryRefused),
        PNP_ROW(QueryRemovePending, Remove, QueriedRemoving),
        PNP_ROW(QueryRemovePending, CancelRemove, RemoveCanceled),
        PNP_ROW(QueryRemovePending, SurpriseRemove, QueriedSurpriseRemoved),
        PNP_ROW(QueryRemovePending, PowerFailed, FailedStarted),
        PNP_ROW(QueryRemovePending, FailureReported, FailedStarted),
        PNP_ROW(RemoveCanceled, Succeeded, Started),
        PNP_ROW(QueriedRemoving, Succeeded, RemovingDisableInterfaces),
        PNP_ROW(RemovingDisableInterfaces, Succeeded, RemovingPowerDown),
        PNP_ROW(RemovingPowerDown, PoweredDown, RemovingReleaseHardware),
        PNP_ROW(RemovingPowerDown, PowerDownFailed, RemovingReleaseHardware),
        PNP_ROW(RemovingReleaseHardware, Succeeded, RemovingPurge),
        PNP_ROW(RemovingReleaseHardware, Failed, RemovingPurge),
        PNP_ROW(RemovingPurge, Succeeded, Removed),

        PNP_ROW(QueriedSurpriseRemoved, Succeeded, SurpriseRemoved),
        PNP_ROW(SurpriseRemoved, Succeeded, SurprisePowerDown),
        PNP_ROW(SurprisePowerDown, PoweredDown, FailedOwnHardware),
        PNP_ROW(SurprisePowerDown, PowerDownFailed, FailedOwnHardware),

        // The device failed while it worked: what is its own goes when the PnP manager removes it.
        PNP_ROW(FailedStarted, Succeeded, FailedStartedWaiting),
        PNP_ROW(FailedStartedWaiting, SurpriseRemove, SurpriseRemoved),
        PNP_ROW(FailedStartedWaiting, Remove, RemovingDisableInterfaces),
        PNP_ROW(FailedStartedWaiting, QueryRemove, FailedStartedWaiting),
        PNP_ROW(FailedStartedWaiting, CancelRemove, FailedStartedWaiting),
        PNP_ROW(FailedStartedWaiting, QueryStop, FailedStartedRefusing),
        PNP_ROW(FailedStartedWaiting, CancelStop, FailedStartedWaiting),
        PNP_ROW(FailedStartedWaiting, Stop, FailedStartedRefusing),
        PNP_ROW(FailedStartedWaiting, Start, FailedStartedRefusing),
        PNP_ROW(FailedStartedRefusing, Succeeded, FailedStartedWaiting),
        PNP_ROW(FailedOwnHardware, Succeeded, Failed),
        PNP_ROW(FailedOwnHardware, Failed, Failed),
        PNP_ROW(Failed, Succeeded, FailedWaitForRemove),
        PNP_ROW(FailedWaitForRemove, SurpriseRemove, FailedWaitForRemove),
        PNP_ROW(FailedWaitForRemove, QueryRemove, FailedWaitForRemove),
        PNP_ROW(FailedWaitForRemove, CancelRemove, FailedWaitForRemove),
        PNP_ROW(FailedWaitForRemove, Remove, Removed),

        PNP_ROW(Removed, Succeeded, RemovedReplied),
        PNP_ROW(RemovedReplied, Detached, Final),
    }),
    // The device is on its way out already, or its failure is known.
    std::to_array<OutcomeRow<PnpMachine>>({
        PNP_OUTCOME(SurprisePowerDown, PowerFailed),
        PNP_OUTCOME(SurprisePowerDown, FailureReported),
        PNP_OUTCOME(RemovingPowerDown, PowerFailed),
        PNP_OUTCOME(RemovingPowerDown, FailureReported),
        PNP_OUTCOME(FailedStartedWaiting, PowerFailed),
        PNP_OUTCOME(FailedStartedWaiting, FailureReported),
        PNP_OUTCOME(FailedWaitForRemove, PowerFailed),
        PNP_OUTCOME(FailedWaitForRemove, FailureReported),
        PNP_OUTCOME(RemovedReplied, PowerFailed),
        PNP_OUTCOME(RemovedReplied, FailureReported),
        PNP_OUTCOME(Final, PowerFailed),
        PNP_OUTCOME(Final, FailureReported),
        PNP_OUTCOME(Stopped, PowerFailed),
        PNP_OUTCOME(Init, PowerFailed),
        PNP_OUTCOME(InitQueryRemovePending, PowerFailed),
    }),
    // A failure that is reported before the device works is looked at when it does.
    std::to_array<OutcomeRow<PnpMachine>>({
        PNP_OUTCOME(Init, FailureReported),
        PNP_OUTCOME(InitQueryRemovePending, FailureReported),
        PNP_OUTCOME(PoweringUp, FailureReported),
        PNP_OUTCOME(PoweringUp, PowerFailed),
        PNP_OUTCOME(RestartPoweringUp, FailureReported),
        PNP_OUTCOME(RestartPoweringUp, PowerFailed),
        PNP_OUTCOME(StartedStopping, FailureReported),
        PNP_OUTCOME(StartedStopping, PowerFailed),
    }));

#undef PNP_STATE_ROW
#undef PNP_ROW
#undef PNP_OUTCOME
#undef PNP_EVENT_ROW

template <>
struct TablesOf<PnpMachine> {
    static constexpr const auto &value = kPnpTables;
};

}  // namespace openkmdf::framework
