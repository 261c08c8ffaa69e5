#include "framework/power/policy_machine.h"

#include "framework/pnp/machines.h"
#include "framework/power/policy_machine_table.h"

namespace openkmdf::framework {

template class StateMachine<PolicyMachine, PolicyMachineState, PolicyMachineEvent>;

using Event = PolicyMachineEvent;

Event PolicyMachine::start_power()
{
    machines_.power.post(PowerMachineEvent::Start);
    return Event::None;
}

Event PolicyMachine::report_started()
{
    machines_.pnp.post(PnpMachineEvent::PoweredUp);
    return Event::Succeeded;
}

Event PolicyMachine::report_start_failed()
{
    machines_.pnp.post(PnpMachineEvent::PowerUpFailed);
    return Event::Succeeded;
}

// --- Sleep ---------------------------------------------------------------------------------------

// A device that stays in D0 while the system sleeps needs no IRP of its own.
Event PolicyMachine::choose_sleep_state()
{
    return bridge_.sleep_state() == PowerDeviceD0 ? Event::Failed : Event::Succeeded;
}

Event PolicyMachine::request_sleep()
{
    const NTSTATUS status = perform(PnpStep::RequestDevicePower, bridge_.sleep_state());
    return NT_SUCCESS(status) ? Event::None : Event::Failed;
}

Event PolicyMachine::request_d0()
{
    const NTSTATUS status = perform(PnpStep::RequestDevicePower, PowerDeviceD0);
    return NT_SUCCESS(status) ? Event::None : Event::Failed;
}

// Where the device has nothing to do for it the system's IRP passes.
Event PolicyMachine::pass_system_irp()
{
    perform(PnpStep::ForwardSystemIrp);
    return Event::None;
}

Event PolicyMachine::go_on()
{
    return Event::Succeeded;
}

Event PolicyMachine::report_request_failed()
{
    machines_.pnp.post(PnpMachineEvent::PowerFailed);
    return Event::Succeeded;
}

// --- Stop ----------------------------------------------------------------------------------------

Event PolicyMachine::stop_power()
{
    machines_.power.post(PowerMachineEvent::Stop);
    return Event::None;
}

Event PolicyMachine::report_stopped()
{
    machines_.pnp.post(PnpMachineEvent::PoweredDown);
    return Event::Succeeded;
}

Event PolicyMachine::report_stop_failed()
{
    machines_.pnp.post(PnpMachineEvent::PowerDownFailed);
    return Event::Succeeded;
}

Event PolicyMachine::remove_power()
{
    machines_.power.post(PowerMachineEvent::Remove);
    return Event::Succeeded;
}

}  // namespace openkmdf::framework
