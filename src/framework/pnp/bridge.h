#pragma once

#include "framework/support/state_machine.h"

#include <ntddk.h>
#include <wdf.h>

#include <cstdint>

// What the machines of a device see of it. Real devices implement it with callbacks and IRPs, tests
// with a list.

namespace openkmdf::framework {

enum class PnpStep : std::uint8_t {
#define PNP_STEP(name) name,
#include "framework/pnp/steps.table"
#undef PNP_STEP
    Count,
};

const char *step_name(PnpStep step);

enum class MachineKind : std::uint8_t { Pnp, PowerPolicy, Power };
enum class StateMoment : std::uint8_t { Leaving, Entering, Processed };

class MachineBridge {
public:
    // At PASSIVE_LEVEL, on the thread that runs the machine. STATUS_SUCCESS where the driver has no
    // such callback.
    virtual NTSTATUS perform(PnpStep step, std::uint32_t argument = 0) = 0;

    // A state with a documented number is left, entered or has been processed. `other` is the state
    // on the other side; 0 for Processed.
    virtual void observe(MachineKind machine, StateMoment moment, std::uint16_t state,
                         std::uint16_t other) = 0;
    // Every state, by name.
    virtual void trace(MachineKind machine, std::uint8_t state, const char *name) = 0;
    virtual void unexpected(MachineKind machine, const char *state, const char *event,
                            EventSource source) = 0;

    virtual bool at_passive_level() = 0;
    virtual void run_later(MachineKind machine) = 0;
    virtual void pin() = 0;
    virtual void unpin() = 0;
    virtual std::int64_t now() = 0;

    // Constant while the machines run.
    virtual bool is_power_pageable() = 0;

    // Of the system power IRP in progress: the device state that the policy owner chooses for it.
    virtual DEVICE_POWER_STATE sleep_state() = 0;
    // Of the device power IRP in progress.
    virtual WDF_POWER_DEVICE_STATE power_down_target() = 0;

protected:
    ~MachineBridge() = default;
};

}  // namespace openkmdf::framework
