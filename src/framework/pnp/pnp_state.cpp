#include "framework/pnp/pnp_state.h"

#include "executive/tracer.h"
#include "framework/pnp/pnp.h"
#include "framework/support/library.h"
#include "framework/support/violation.h"

namespace openkmdf::framework {

// --- The IRPs inside -----------------------------------------------------------------------------

bool IrpRundown::enter()
{
    std::uint32_t word = __atomic_load_n(&word_, __ATOMIC_RELAXED);
    do {
        if (word & kClosed) return false;
    } while (!__atomic_compare_exchange_n(&word_, &word, word + 1, false, __ATOMIC_ACQUIRE,
                                          __ATOMIC_RELAXED));
    return true;
}

void IrpRundown::leave()
{
    const std::uint32_t left = __atomic_sub_fetch(&word_, 1u, __ATOMIC_ACQ_REL);
    if (left == (kClosed | 1u)) KeSetEvent(drained_, IO_NO_INCREMENT, FALSE);
}

void IrpRundown::close_and_wait()
{
    KEVENT drained;
    KeInitializeEvent(&drained, NotificationEvent, FALSE);
    drained_ = &drained;
    const std::uint32_t inside = __atomic_fetch_or(&word_, kClosed, __ATOMIC_ACQ_REL);
    if (inside > 1) KeWaitForSingleObject(&drained, Executive, KernelMode, FALSE, nullptr);
}

// --- Life ----------------------------------------------------------------------------------------

PnpState::PnpState(Device &owner) : device(owner)
{
    KeInitializeEvent(&replied, SynchronizationEvent, FALSE);
    for (int i = 0; i < 3; ++i) {
        later[i].state = this;
        later[i].machine = static_cast<MachineKind>(i);
    }
}

NTSTATUS create_pnp_state(Device &device)
{
    scheduler::Arena &arena = arena_of(device);
    device.pnp = arena.allocation_fails() ? nullptr : arena.make<PnpState>(device);
    return device.pnp ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

void destroy_pnp_state(Device &device)
{
    if (!device.pnp) return;
    arena_of(device).drop(device.pnp);
    device.pnp = nullptr;
}

bool PnpState::has_special_files() const
{
    for (std::uint32_t open : special_files)
        if (open) return true;
    return false;
}

// --- The PnP IRP ---------------------------------------------------------------------------------

NTSTATUS PnpState::run(PnpMachineEvent event, PIRP irp)
{
    if (awaits_reply)
        violation(device.globals, WDF_PNP_FATAL_ERROR, reinterpret_cast<std::uintptr_t>(handle()),
                  reinterpret_cast<std::uintptr_t>(irp),
                  "WDFDEVICE #%u received a PnP IRP while it handles another one. Only the PnP "
                  "manager sends them, one "
                  "at a time.",
                  device.ordinal);
    pnp_irp = irp;
    awaits_reply = true;
    machines.pnp.post(event);
    KeWaitForSingleObject(&replied, Executive, KernelMode, FALSE, nullptr);
    pnp_irp = nullptr;
    return reply;
}

void PnpState::answer(NTSTATUS status)
{
    reply = status;
    awaits_reply = false;
    KeSetEvent(&replied, IO_NO_INCREMENT, FALSE);
}

namespace {

NTSTATUS NTAPI came_back(PDEVICE_OBJECT, PIRP irp, PVOID event)
{
    if (irp->PendingReturned) KeSetEvent(static_cast<PKEVENT>(event), IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

}  // namespace

NTSTATUS PnpState::send_down_and_wait(PIRP irp)
{
    KEVENT event;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    IoCopyCurrentIrpStackLocationToNext(irp);
    IoSetCompletionRoutine(irp, came_back, &event, TRUE, TRUE, TRUE);
    if (IoCallDriver(device.lower, irp) == STATUS_PENDING)
        KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, nullptr);
    return irp->IoStatus.Status;
}

// --- What the machines ask -----------------------------------------------------------------------

bool PnpState::at_passive_level()
{
    return scheduler::current.processor->irql == scheduler::kPassiveLevel;
}

namespace {

void NTAPI run_machine(PVOID argument)
{
    auto &run = *static_cast<PnpState::LaterRun *>(argument);
    PnpState &state = *run.state;
    switch (run.machine) {
    case MachineKind::Pnp:
        state.machines.pnp.run_scheduled();
        break;
    case MachineKind::PowerPolicy:
        state.machines.policy.run_scheduled();
        break;
    case MachineKind::Power:
        state.machines.power.run_scheduled();
        break;
    }
    dereference(state.device);
}

}  // namespace

void PnpState::run_later(MachineKind machine)
{
    LaterRun &run = later[static_cast<int>(machine)];
    reference(device);
    ExInitializeWorkItem(&run.item, run_machine, &run);
    ExQueueWorkItem(&run.item, CriticalWorkQueue);
}

std::int64_t PnpState::now()
{
    return executive::kernel().scheduler->now();
}

bool PnpState::is_power_pageable()
{
    return (device.wdm->Flags & DO_POWER_PAGABLE) != 0;
}

DEVICE_POWER_STATE PnpState::sleep_state()
{
    const DeviceDetails &details = *device.details;
    if (system_state >= PowerSystemShutdown || !details.has_power_capabilities)
        return PowerDeviceD3;
    const DEVICE_POWER_STATE ideal = details.power_capabilities.IdealDxStateForSx;
    return ideal >= PowerDeviceD1 && ideal <= PowerDeviceD3 ? ideal : PowerDeviceD3;
}

WDF_POWER_DEVICE_STATE PnpState::power_down_target()
{
    const PIRP irp = __atomic_load_n(&down_irp, __ATOMIC_ACQUIRE);
    const DEVICE_POWER_STATE state =
        IoGetCurrentIrpStackLocation(irp)->Parameters.Power.State.DeviceState;
    if (state != PowerDeviceD3) return static_cast<WDF_POWER_DEVICE_STATE>(state);
    if (system_state >= PowerSystemShutdown) return WdfPowerDeviceD3Final;
    if (system_state == PowerSystemHibernate && special_files[WdfSpecialFileHibernation])
        return WdfPowerDevicePrepareForHibernation;
    return WdfPowerDeviceD3;
}

// --- What others see -----------------------------------------------------------------------------

void PnpState::trace(MachineKind machine, std::uint8_t state, const char *name)
{
    executive::Kernel &kernel = executive::kernel();
    if (!kernel.observe) return;
    executive::TraceRecord &record = kernel.tracer->begin(executive::TraceKind::StateEntered);
    record.function = static_cast<std::uint16_t>(static_cast<unsigned>(machine) << 8 | state);
    record.name(trace_name(&device));
    record.driver = device.globals->trace_driver;
    kernel.tracer->finish(record, name);
}

void PnpState::unexpected(MachineKind machine, const char *state, const char *event,
                          EventSource source)
{
    static constexpr const char *kMachines[] = {"PnP", "power policy", "power"};
    if (source == EventSource::Framework) return;
    violation(device.globals, WDF_PNP_FATAL_ERROR, reinterpret_cast<std::uintptr_t>(handle()), 0,
              "The %s machine of WDFDEVICE #%u received %s in its state %s. Only the PnP and power "
              "managers send such "
              "IRPs to a device, in the documented order.",
              kMachines[static_cast<int>(machine)], device.ordinal, event, state);
}

namespace {

constexpr std::uint32_t notification_type(StateMoment moment)
{
    switch (moment) {
    case StateMoment::Leaving:
        return StateNotificationLeaveState;
    case StateMoment::Entering:
        return StateNotificationEnterState;
    default:
        return StateNotificationPostProcessState;
    }
}

// The three notification structures differ in the enums only.
template <class Data, class State, class Callback>
void notify(Device &device, CallbackId id, void *callback, StateMoment moment, std::uint16_t state,
            std::uint16_t other)
{
    Data data = {};
    data.Type = static_cast<WDF_STATE_NOTIFICATION_TYPE>(notification_type(moment));
    const auto from = static_cast<State>(moment == StateMoment::Entering ? other : state);
    const auto to = static_cast<State>(moment == StateMoment::Entering ? state : other);
    if (moment == StateMoment::Entering) data.Data.EnterState = {from, to};
    else if (moment == StateMoment::Leaving) data.Data.LeaveState = {from, to};
    else data.Data.PostProcessState = {from};
    invoke(id, device, reinterpret_cast<Callback>(callback),
           static_cast<WDFDEVICE>(handle_of(&device)), static_cast<const Data *>(&data));
}

}  // namespace

void PnpState::observe(MachineKind machine, StateMoment moment, std::uint16_t state,
                       std::uint16_t other)
{
    const DeviceSettings &settings = device.details->settings;
    const StateCallback *callback = machine == MachineKind::Pnp     ? settings.pnp_callbacks
                                    : machine == MachineKind::Power ? settings.power_callbacks
                                                                    : settings.policy_callbacks;
    for (; callback; callback = callback->next) {
        if (callback->state != state || !(callback->types & notification_type(moment))) continue;
        switch (machine) {
        case MachineKind::Pnp:
            notify<WDF_DEVICE_PNP_NOTIFICATION_DATA, WDF_DEVICE_PNP_STATE,
                   PFN_WDF_DEVICE_PNP_STATE_CHANGE_NOTIFICATION>(
                device, CallbackId::EvtDevicePnpStateChangeNotification, callback->callback, moment,
                state, other);
            break;
        case MachineKind::Power:
            notify<WDF_DEVICE_POWER_NOTIFICATION_DATA, WDF_DEVICE_POWER_STATE,
                   PFN_WDF_DEVICE_POWER_STATE_CHANGE_NOTIFICATION>(
                device, CallbackId::EvtDevicePowerStateChangeNotification, callback->callback,
                moment, state, other);
            break;
        case MachineKind::PowerPolicy:
            notify<WDF_DEVICE_POWER_POLICY_NOTIFICATION_DATA, WDF_DEVICE_POWER_POLICY_STATE,
                   PFN_WDF_DEVICE_POWER_POLICY_STATE_CHANGE_NOTIFICATION>(
                device, CallbackId::EvtDevicePowerPolicyStateChangeNotification, callback->callback,
                moment, state, other);
            break;
        }
    }
}

}  // namespace openkmdf::framework
