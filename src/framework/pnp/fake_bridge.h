#pragma once

#include "framework/pnp/machines.h"
#include "framework/pnp/pnp_machine_table.h"
#include "framework/power/policy_machine_table.h"
#include "framework/power/power_machine_table.h"
#include "framework/support/state_machine_text.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

// The machines of a device without a device, for tests: steps are written down, and fail where the
// test says.

namespace openkmdf::framework {

struct Coverage {
    TransitionCoverage<PnpMachine> pnp;
    TransitionCoverage<PolicyMachine> policy;
    TransitionCoverage<PowerMachine> power;
};
// Of all tests of this executable.
Coverage &coverage();

using Steps = std::vector<std::string>;

inline const Steps kPowerDownFinal = {"SelfManagedIoSuspend", "HoldQueues",
                                      "DisableDma",           "D0ExitPreInterruptsDisabled D3Final",
                                      "DisconnectInterrupts", "D0Exit D3Final"};

template <class... Text>
Steps list(Text... text)
{
    return {text...};
}

inline Steps operator+(Steps left, const Steps &right)
{
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

class FakeDevice : public MachineBridge {
public:
    ~FakeDevice()
    {
        coverage().pnp.add(machines.pnp);
        coverage().policy.add(machines.policy);
        coverage().power.add(machines.power);
    }

    // --- What the test does ----------------------------------------------------------------------

    // Sends a PnP IRP; its status, and in `steps` what happened.
    NTSTATUS pnp(PnpMachineEvent event)
    {
        replies = 0;
        steps.clear();
        machines.pnp.post(event);
        EXPECT_EQ(replies, 1) << "answers to one IRP, in " << machines.pnp.state_name();
        return reply;
    }
    NTSTATUS start()
    {
        const NTSTATUS status = pnp(PnpMachineEvent::Start);
        EXPECT_EQ(status, STATUS_SUCCESS);
        return status;
    }
    void set_dx(WDF_POWER_DEVICE_STATE target = WdfPowerDeviceD3)
    {
        steps.clear();
        target_ = target;
        down_irp = true;
        machines.power.post(PowerMachineEvent::SetDx);
    }
    void set_d0()
    {
        steps.clear();
        up_irp = true;
        machines.power.post(PowerMachineEvent::SetD0);
    }
    void fail(PnpStep step, NTSTATUS status = STATUS_UNSUCCESSFUL) { failures[step] = status; }

    // --- MachineBridge ---------------------------------------------------------------------------
    NTSTATUS perform(PnpStep step, std::uint32_t argument) override
    {
        if (step == PnpStep::Reply) {
            ++replies;
            reply = static_cast<NTSTATUS>(argument);
            return STATUS_SUCCESS;
        }
        if (step == PnpStep::ForwardPowerIrp && !std::exchange(down_irp, false))
            return STATUS_SUCCESS;
        if (step == PnpStep::CompletePowerIrp) {
            if (!std::exchange(up_irp, false)) return STATUS_SUCCESS;
            power_status = static_cast<NTSTATUS>(argument);
        }
        if (step == PnpStep::ForwardSystemIrp && !std::exchange(system_irp, false))
            return STATUS_SUCCESS;
        steps.push_back(text_of(step, argument));
        auto failure = failures.find(step);
        const NTSTATUS status = failure == failures.end() ? STATUS_SUCCESS : failure->second;
        if (during.contains(step)) during[step]();
        return status;
    }
    void observe(MachineKind machine, StateMoment moment, std::uint16_t state,
                 std::uint16_t other) override
    {
        static constexpr const char *kMoments[] = {"leave", "enter", "done"};
        char text[64];
        std::snprintf(text, sizeof text, "%d %s %x %x", static_cast<int>(machine),
                      kMoments[static_cast<int>(moment)], state, other);
        observed.push_back(text);
    }
    void trace(MachineKind, std::uint8_t, const char *) override {}
    void unexpected(MachineKind, const char *state, const char *event, EventSource) override
    {
        surprises.push_back(std::string(event) + " in " + state);
    }
    bool at_passive_level() override { return passive; }
    void run_later(MachineKind machine) override { later.push_back(machine); }
    void pin() override { ++pins; }
    void unpin() override { --pins; }
    std::int64_t now() override { return ++clock; }
    bool is_power_pageable() override { return pageable; }
    DEVICE_POWER_STATE sleep_state() override { return sleep; }
    WDF_POWER_DEVICE_STATE power_down_target() override { return target_; }

    static std::string text_of(PnpStep step, std::uint32_t argument)
    {
        static constexpr const char *kTargets[] = {
            "?", "D0", "D1", "D2", "D3", "D3Final", "PrepareForHibernation"};
        switch (step) {
        case PnpStep::D0Entry:
        case PnpStep::D0EntryPostInterruptsEnabled:
        case PnpStep::D0ExitPreInterruptsDisabled:
        case PnpStep::D0Exit:
            return std::string(step_name(step)) + " " + kTargets[argument];
        // DEVICE_POWER_STATE has the same order.
        case PnpStep::RequestDevicePower:
            return std::string(step_name(step)) + " " + kTargets[argument];
        default:
            return step_name(step);
        }
    }

    std::vector<std::string> steps;
    std::vector<std::string> observed;
    std::vector<std::string> surprises;
    std::map<PnpStep, NTSTATUS> failures;
    std::map<PnpStep, std::function<void()>> during;
    std::vector<MachineKind> later;
    int replies = 0;
    NTSTATUS reply = STATUS_SUCCESS;
    NTSTATUS power_status = STATUS_SUCCESS;
    bool down_irp = false;
    bool up_irp = false;
    bool system_irp = false;
    bool passive = true;
    bool pageable = true;
    DEVICE_POWER_STATE sleep = PowerDeviceD3;
    int pins = 0;
    std::int64_t clock = 0;
    DeviceMachines machines{*this};

private:
    WDF_POWER_DEVICE_STATE target_ = WdfPowerDeviceD3;
};

}  // namespace openkmdf::framework
