#pragma once

#include "framework/device/device.h"
#include "framework/device/device_details.h"
#include "framework/pnp/machines.h"
#include "framework/pnp/resource_lists.h"
#include "framework/support/callback.h"

#include <ntddk.h>
#include <wdf.h>

#include <cstdint>

// PnP and power of a real device: its machines, and what they do to it.

namespace openkmdf::framework {

// IRPs of the device that are inside the framework; its removal waits for them.
class IrpRundown {
public:
    bool enter();
    void leave();
    void close_and_wait();  // for the last one: nothing enters any more, and all others have left

private:
    static constexpr std::uint32_t kClosed = 0x8000'0000;
    std::uint32_t word_ = 0;  // atomic: count, and kClosed
    KEVENT *drained_ = nullptr;
};

struct PnpState final : MachineBridge {
    explicit PnpState(Device &owner);

    Device &device;
    DeviceMachines machines{*this};
    IrpRundown rundown;

    // --- The PnP IRP that is being handled: one at a time ----------------------------------------
    PIRP pnp_irp = nullptr;
    bool awaits_reply = false;
    NTSTATUS reply = STATUS_SUCCESS;
    KEVENT replied;

    // --- Power IRPs that the machines answer; atomic ---------------------------------------------
    PIRP down_irp = nullptr;    // device power, on its way down
    PIRP up_irp = nullptr;      // device power, came back from the lower drivers
    PIRP system_irp = nullptr;  // for a sleeping state, of the power policy owner
    SYSTEM_POWER_STATE system_state = PowerSystemWorking;  // of the last system power IRP
    POWER_ACTION system_action =
        PowerActionNone;  // while the system leaves S0, sleeps and comes back

    // --- Failure ---------------------------------------------------------------------------------
    bool has_failed = false;        // what IRP_MN_QUERY_PNP_DEVICE_STATE says
    bool failure_reported = false;  // atomic: WdfDeviceSetFailed was called

    // --- Resources -------------------------------------------------------------------------------
    CmResList *raw = nullptr;  // from EvtDevicePrepareHardware to EvtDeviceReleaseHardware
    CmResList *translated = nullptr;
    // What EvtDeviceRemoveAddedResources left for the lower drivers, in pool, while the start IRP
    // is below; else null.
    PCM_RESOURCE_LIST lists_below = nullptr;
    PCM_RESOURCE_LIST lists_below_translated = nullptr;

    // --- Special files, by WDF_SPECIAL_FILE_TYPE -------------------------------------------------
    bool supports_special[WdfSpecialFileMax] = {};
    std::uint32_t special_files[WdfSpecialFileMax] = {};  // open ones

    struct LaterRun {
        WORK_QUEUE_ITEM item = {};
        PnpState *state = nullptr;
        MachineKind machine = MachineKind::Pnp;
    } later[3];

    bool owns_power_policy() const { return device.details->settings.power_policy_owner; }
    bool has_special_files() const;
    WDFDEVICE handle() const { return static_cast<WDFDEVICE>(handle_of(&device)); }

    // Sends the IRP down and waits until it comes back; its status.
    NTSTATUS send_down_and_wait(PIRP irp);
    // Lets the PnP machine handle `irp`; the status of its answer.
    NTSTATUS run(PnpMachineEvent event, PIRP irp);

    // --- MachineBridge ---------------------------------------------------------------------------
    NTSTATUS perform(PnpStep step, std::uint32_t argument) override;
    void observe(MachineKind machine, StateMoment moment, std::uint16_t state,
                 std::uint16_t other) override;
    void trace(MachineKind machine, std::uint8_t state, const char *name) override;
    void unexpected(MachineKind machine, const char *state, const char *event,
                    EventSource source) override;
    bool at_passive_level() override;
    void run_later(MachineKind machine) override;
    void pin() override { reference(device); }
    void unpin() override { dereference(device); }
    std::int64_t now() override;
    bool is_power_pageable() override;
    DEVICE_POWER_STATE sleep_state() override;
    WDF_POWER_DEVICE_STATE power_down_target() override;

private:
    NTSTATUS hardware_step(PnpStep step);
    NTSTATUS power_step(PnpStep step, WDF_POWER_DEVICE_STATE other);
    NTSTATUS io_step(PnpStep step);
    NTSTATUS query_step(PnpStep step);
    NTSTATUS removal_step(PnpStep step);
    NTSTATUS irp_step(PnpStep step, std::uint32_t argument);
    NTSTATUS prepare_hardware();
    NTSTATUS release_hardware();
    NTSTATUS remove_added_resources();
    NTSTATUS send_start_down();
    NTSTATUS request_device_power(DEVICE_POWER_STATE state);
    void answer(NTSTATUS status);
};

// Statuses that the documentation forbids some callbacks to return.
NTSTATUS checked_pnp_status(Device &device, CallbackId id, NTSTATUS status);

// --- IRPs beside those that the machine handles (pnp/queries.cpp, pnp/special_files.cpp)
// --------------
NTSTATUS query_capabilities(PnpState &state, PIRP irp);
NTSTATUS query_device_state(PnpState &state, PIRP irp);
NTSTATUS filter_resource_requirements(PnpState &state, PIRP irp);
NTSTATUS notify_usage(PnpState &state, PIRP irp);

}  // namespace openkmdf::framework
