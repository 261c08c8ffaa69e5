#pragma once

#include "framework/pnp/machine_base.h"

// Takes the device into and out of its working state: the order of callbacks of a power-up and of a
// power-down.

namespace openkmdf::framework {

enum class PowerMachineState : std::uint8_t {
    Created,
    // The first power-up and that of a restart, without an IRP.
    Starting,
    StartingInterrupts,
    StartingDma,
    StartingIo,
    StartReported,
    StartIoFailed,
    StartDmaFailed,
    StartInterruptsFailed,
    StartFailed,
    // Stable, and what device power IRPs do.
    D0,
    GoingToDx,
    GoingToDxIoStopped,
    Dx,
    DxFailed,
    DxFailureReported,
    Waking,
    WakingInterrupts,
    WakingDma,
    WakingIo,
    WakeIoFailed,
    WakeDmaFailed,
    WakeInterruptsFailed,
    WakeFailed,
    WakeFailureReported,
    // The power-down of a stop or removal, without an IRP.
    Stopping,
    StoppingIoStopped,
    StopFailed,
    StopReported,
    Stopped,
    Final,
    Count,
};

enum class PowerMachineEvent : std::uint8_t {
    None,
    Start,  // to D0, without an IRP
    Stop,   // to D3 for good, without an IRP
    SetDx,  // a device power IRP on its way down
    SetD0,  // one on its way up
    Remove,
    Succeeded,
    Failed,
    Count,
};

class PowerMachine
    : public DeviceMachine<PowerMachine, PowerMachineState, PowerMachineEvent, MachineKind::Power> {
public:
    using DeviceMachine::DeviceMachine;

    // EvtDeviceSelfManagedIoInit was called: Flush and Cleanup are owed.
    bool self_managed_io_called() const { return self_managed_ != SelfManaged::Never; }

    // --- Entry actions ---------------------------------------------------------------------------
    Event enter_d0();
    Event connect_interrupts();
    Event enable_dma();
    Event start_io();
    Event report_started();
    Event undo_io();
    Event undo_dma();
    Event undo_interrupts();
    Event report_start_failed();
    Event rest_in_d0();
    Event stop_io();
    Event leave_d0();
    Event rest_in_dx();
    Event report_power_failed();
    Event report_wake_failed();
    Event begin_stop();
    Event report_stop_failed();
    Event report_stopped();
    Event answer_irp();

private:
    enum class SelfManaged : std::uint8_t { Never, Running, Suspended, Failed };

    Event outcome(NTSTATUS status);
    NTSTATUS start_self_managed_io();
    void suspend_io();

    WDF_POWER_DEVICE_STATE previous_ = WdfPowerDeviceD3Final;  // before the present power-up
    WDF_POWER_DEVICE_STATE target_ = WdfPowerDeviceD3Final;    // of the present power-down
    SelfManaged self_managed_ = SelfManaged::Never;
    NTSTATUS result_ = STATUS_SUCCESS;  // of the transition in progress
};

extern template class StateMachine<PowerMachine, PowerMachineState, PowerMachineEvent>;

}  // namespace openkmdf::framework
