#pragma once

#include "framework/pnp/machine_base.h"

// The life of a device: started, stopped and removed by PnP IRPs, or failed.

namespace openkmdf::framework {

enum class PnpMachineState : std::uint8_t {
    Init,
    InitQueryRemovePending,
    InitQueryRemoveCanceled,
    InitSurpriseRemoved,
    Starting,
    HardwareAvailable,
    PoweringUp,
    PowerUpFailed,
    EnablingInterfaces,
    Started,
    QueryStopStaticCheck,
    QueryStopAskDriver,
    QueryStopPending,
    StopCanceled,
    StartedStopping,
    StoppedReleaseHardware,
    Stopped,
    StopFailed,
    Restarting,
    RestartHardwareAvailable,
    RestartPoweringUp,
    QueryRemoveStaticCheck,
    QueryRemoveAskDriver,
    QueryRemovePending,
    QueryRefused,
    RemoveCanceled,
    QueriedRemoving,
    RemovingDisableInterfaces,
    RemovingPowerDown,
    RemovingReleaseHardware,
    RemovingPurge,
    QueriedSurpriseRemoved,
    SurpriseRemoved,
    SurprisePowerDown,
    FailedStarted,
    FailedStartedWaiting,
    FailedStartedRefusing,
    FailedOwnHardware,
    Failed,
    FailedWaitForRemove,
    Removed,
    RemovedReplied,
    Final,
    Count,
};

enum class PnpMachineEvent : std::uint8_t {
    None,
    Start,  // IRPs
    QueryStop,
    CancelStop,
    Stop,
    QueryRemove,
    CancelRemove,
    SurpriseRemove,
    Remove,
    PoweredUp,  // from the power policy: answers to its Start and Stop
    PowerUpFailed,
    PoweredDown,
    PowerDownFailed,
    PowerFailed,      // a power transition of a started device has failed
    FailureReported,  // WdfDeviceSetFailed
    Detached,         // the device has left its stack
    Succeeded,
    Failed,
    Count,
};

class PnpMachine
    : public DeviceMachine<PnpMachine, PnpMachineState, PnpMachineEvent, MachineKind::Pnp> {
public:
    using DeviceMachine::DeviceMachine;

    // Why the power-up failed; said before PowerUpFailed is posted.
    void set_result(NTSTATUS status) { result_ = status; }
    // From here on the IRP is owed an answer: not since it was posted, as the machine may be coming
    // to rest for another reason then.
    void begins(Event event)
    {
        if (event >= Event::Start && event <= Event::Remove) owes_answer_ = true;
    }

    // --- Entry actions ---------------------------------------------------------------------------
    Event start_lower_drivers();
    Event prepare_hardware();
    Event power_up();
    Event enable_interfaces();
    Event check_stoppable();
    Event ask_query_stop();
    Event ask_query_remove();
    Event reply();
    Event reply_and_go_on();
    Event power_down();
    Event release_hardware();
    Event report_stop_failed();
    Event go_on();
    Event disable_interfaces();
    Event leave_surprised();
    Event purge_managed();
    Event clean_up();
    Event report_failure();
    Event refuse();

private:
    Event outcome(NTSTATUS status);

    bool owes_answer_ = false;
    NTSTATUS result_ = STATUS_SUCCESS;  // of the IRP that is being handled
    bool hardware_prepared_ = false;    // EvtDeviceReleaseHardware is owed
    bool interfaces_enabled_ = false;
};

extern template class StateMachine<PnpMachine, PnpMachineState, PnpMachineEvent>;

}  // namespace openkmdf::framework
