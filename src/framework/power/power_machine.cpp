#include "framework/power/power_machine.h"

#include "framework/pnp/machines.h"
#include "framework/power/power_machine_table.h"

namespace openkmdf::framework {

template class StateMachine<PowerMachine, PowerMachineState, PowerMachineEvent>;

using Event = PowerMachineEvent;

Event PowerMachine::outcome(NTSTATUS status)
{
    if (NT_SUCCESS(status)) return Event::Succeeded;
    if (NT_SUCCESS(result_)) result_ = status;
    return Event::Failed;
}

// --- Up ------------------------------------------------------------------------------------------

Event PowerMachine::enter_d0()
{
    result_ = STATUS_SUCCESS;
    return outcome(perform(PnpStep::D0Entry, previous_));
}

Event PowerMachine::connect_interrupts()
{
    NTSTATUS status = perform(PnpStep::ConnectInterrupts);
    if (NT_SUCCESS(status)) status = perform(PnpStep::D0EntryPostInterruptsEnabled, previous_);
    return outcome(status);
}

Event PowerMachine::enable_dma()
{
    NTSTATUS status = perform(PnpStep::EnableDma);
    if (NT_SUCCESS(status)) status = perform(PnpStep::ScanForChildren);
    return outcome(status);
}

Event PowerMachine::start_io()
{
    perform(PnpStep::ReleaseQueues);
    return outcome(start_self_managed_io());
}

NTSTATUS PowerMachine::start_self_managed_io()
{
    if (self_managed_ == SelfManaged::Failed || self_managed_ == SelfManaged::Running)
        return STATUS_SUCCESS;
    const bool first = self_managed_ == SelfManaged::Never;
    const NTSTATUS status =
        perform(first ? PnpStep::SelfManagedIoInit : PnpStep::SelfManagedIoRestart);
    self_managed_ = NT_SUCCESS(status) ? SelfManaged::Running : SelfManaged::Failed;
    return status;
}

Event PowerMachine::report_started()
{
    machines_.policy.post(PolicyMachineEvent::PoweredUp);
    return Event::Succeeded;
}

Event PowerMachine::rest_in_d0()
{
    perform(PnpStep::CompletePowerIrp, STATUS_SUCCESS);
    return Event::None;
}

// --- What a power-up that fails undoes -----------------------------------------------------------

Event PowerMachine::undo_io()
{
    perform(PnpStep::HoldQueues);
    return Event::Succeeded;
}

Event PowerMachine::undo_dma()
{
    perform(PnpStep::DisableDma);
    perform(PnpStep::D0ExitPreInterruptsDisabled, WdfPowerDeviceD3Final);
    return Event::Succeeded;
}

Event PowerMachine::undo_interrupts()
{
    perform(PnpStep::DisconnectInterrupts);
    perform(PnpStep::D0Exit, WdfPowerDeviceD3Final);
    return Event::Succeeded;
}

Event PowerMachine::report_start_failed()
{
    machines_.pnp.set_result(result_);
    machines_.policy.post(PolicyMachineEvent::PowerUpFailed);
    return Event::Succeeded;
}

Event PowerMachine::report_wake_failed()
{
    machines_.pnp.post(PnpMachineEvent::PowerFailed);
    return Event::Succeeded;
}

// --- Down ----------------------------------------------------------------------------------------

Event PowerMachine::stop_io()
{
    result_ = STATUS_SUCCESS;
    target_ = bridge_.power_down_target();
    suspend_io();
    return Event::Succeeded;
}

void PowerMachine::suspend_io()
{
    if (self_managed_ == SelfManaged::Running) {
        const NTSTATUS status = perform(PnpStep::SelfManagedIoSuspend);
        self_managed_ = NT_SUCCESS(status) ? SelfManaged::Suspended : SelfManaged::Failed;
        outcome(status);
    }
    perform(PnpStep::HoldQueues);
}

// A step that fails does not keep the others from being taken: the failure is reported afterwards.
Event PowerMachine::leave_d0()
{
    perform(PnpStep::DisableDma);
    outcome(perform(PnpStep::D0ExitPreInterruptsDisabled, target_));
    outcome(perform(PnpStep::DisconnectInterrupts));
    outcome(perform(PnpStep::D0Exit, target_));
    previous_ = target_;
    return outcome(result_);
}

Event PowerMachine::rest_in_dx()
{
    perform(PnpStep::ForwardPowerIrp);
    return Event::None;
}

Event PowerMachine::report_power_failed()
{
    machines_.pnp.post(PnpMachineEvent::PowerFailed);
    return Event::Succeeded;
}

Event PowerMachine::begin_stop()
{
    result_ = STATUS_SUCCESS;
    target_ = WdfPowerDeviceD3Final;
    suspend_io();
    return Event::Succeeded;
}

Event PowerMachine::report_stop_failed()
{
    previous_ = WdfPowerDeviceD3Final;
    machines_.policy.post(PolicyMachineEvent::PowerDownFailed);
    return Event::Succeeded;
}

Event PowerMachine::report_stopped()
{
    previous_ = WdfPowerDeviceD3Final;
    machines_.policy.post(PolicyMachineEvent::PoweredDown);
    return Event::Succeeded;
}

// The device's state does not change: an IRP passes, with the failure of the power-up that it asked
// for if there was one.
Event PowerMachine::answer_irp()
{
    perform(PnpStep::ForwardPowerIrp);
    perform(PnpStep::CompletePowerIrp, static_cast<std::uint32_t>(result_));
    result_ = STATUS_SUCCESS;
    return Event::None;
}

}  // namespace openkmdf::framework
