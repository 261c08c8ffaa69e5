#include "framework/pnp/pnp_machine.h"

#include "framework/pnp/machines.h"
#include "framework/pnp/pnp_machine_table.h"

#include <utility>

namespace openkmdf::framework {

template class StateMachine<PnpMachine, PnpMachineState, PnpMachineEvent>;

using Event = PnpMachineEvent;

const char *step_name(PnpStep step)
{
    static constexpr const char *kNames[] = {
#define PNP_STEP(name) #name,
#include "framework/pnp/steps.table"
#undef PNP_STEP
    };
    return kNames[static_cast<int>(step)];
}

Event PnpMachine::outcome(NTSTATUS status)
{
    if (NT_SUCCESS(status)) return Event::Succeeded;
    result_ = status;
    return Event::Failed;
}

// --- Start ---------------------------------------------------------------------------------------

Event PnpMachine::start_lower_drivers()
{
    NTSTATUS status = perform(PnpStep::RemoveAddedResources);
    if (NT_SUCCESS(status)) status = perform(PnpStep::SendStartDown);
    return outcome(status);
}

Event PnpMachine::prepare_hardware()
{
    hardware_prepared_ = true;  // also when it fails
    return outcome(perform(PnpStep::PrepareHardware));
}

Event PnpMachine::power_up()
{
    machines_.policy.post(PolicyMachineEvent::Start);
    return Event::None;
}

Event PnpMachine::enable_interfaces()
{
    interfaces_enabled_ = true;
    perform(PnpStep::EnableInterfaces);
    return Event::Succeeded;
}

// --- Questions -----------------------------------------------------------------------------------

Event PnpMachine::check_stoppable()
{
    return outcome(perform(PnpStep::CheckStoppable));
}

Event PnpMachine::ask_query_stop()
{
    return outcome(perform(PnpStep::QueryStop));
}

Event PnpMachine::ask_query_remove()
{
    return outcome(perform(PnpStep::QueryRemove));
}

Event PnpMachine::reply()
{
    const NTSTATUS status = result_;
    result_ = STATUS_SUCCESS;
    // It reaches a resting state by itself too.
    if (std::exchange(owes_answer_, false))
        perform(PnpStep::Reply, static_cast<std::uint32_t>(status));
    return Event::None;
}

Event PnpMachine::reply_and_go_on()
{
    reply();
    return Event::Succeeded;
}

Event PnpMachine::go_on()
{
    return Event::Succeeded;
}

// --- Stop and removal ----------------------------------------------------------------------------

Event PnpMachine::power_down()
{
    machines_.policy.post(PolicyMachineEvent::Stop);
    return Event::None;
}

Event PnpMachine::release_hardware()
{
    if (!hardware_prepared_) return Event::Succeeded;
    hardware_prepared_ = false;
    // The removal goes on; a stop reports the failure.
    return NT_SUCCESS(perform(PnpStep::ReleaseHardware)) ? Event::Succeeded : Event::Failed;
}

// IRP_MN_STOP_DEVICE may not fail: the PnP manager hears of it separately.
Event PnpMachine::report_stop_failed()
{
    release_hardware();
    perform(PnpStep::ReportFailure);
    return Event::Succeeded;
}

Event PnpMachine::disable_interfaces()
{
    if (interfaces_enabled_) perform(PnpStep::DisableInterfaces);
    interfaces_enabled_ = false;
    return Event::Succeeded;
}

// Nobody may open the device any more by its link either: the next device to arrive may want the
// name.
Event PnpMachine::leave_surprised()
{
    disable_interfaces();
    perform(PnpStep::DeleteSymbolicLink);
    return Event::Succeeded;
}

Event PnpMachine::purge_managed()
{
    perform(PnpStep::PurgePowerManagedQueues);
    if (machines_.power.self_managed_io_called()) perform(PnpStep::SelfManagedIoFlush);
    return Event::Succeeded;
}

Event PnpMachine::clean_up()
{
    perform(PnpStep::PurgeOtherQueues);
    if (machines_.power.self_managed_io_called()) perform(PnpStep::SelfManagedIoCleanup);
    machines_.policy.post(PolicyMachineEvent::Remove);
    return Event::Succeeded;
}

Event PnpMachine::report_failure()
{
    perform(PnpStep::ReportFailure);
    return Event::Succeeded;
}

Event PnpMachine::refuse()
{
    result_ = STATUS_INVALID_DEVICE_STATE;
    return Event::Succeeded;
}

}  // namespace openkmdf::framework
