#pragma once

#include "framework/pnp/bridge.h"
#include "framework/support/state_machine.h"

// What the three machines of a device have in common.

namespace openkmdf::framework {

struct DeviceMachines;  // pnp/machines.h

template <class Derived, class StateType, class EventType, MachineKind Kind>
class DeviceMachine : public StateMachine<Derived, StateType, EventType> {
public:
    static constexpr MachineKind kKind = Kind;

    DeviceMachine(DeviceMachines &machines, MachineBridge &bridge)
        : machines_(machines), bridge_(bridge)
    {
    }
    DeviceMachine(const DeviceMachine &) = delete;

    // --- For StateMachine ------------------------------------------------------------------------
    void changing(StateType from, StateType to)
    {
        const bool nonpaged = !bridge_.is_power_pageable();
        const std::uint16_t old_number = this->documented(from, nonpaged);
        const std::uint16_t new_number = this->documented(to, nonpaged);
        bridge_.trace(Kind, static_cast<std::uint8_t>(to), this->name_of(to));
        if (old_number == new_number) return;
        bridge_.observe(Kind, StateMoment::Leaving, old_number, new_number);
        bridge_.observe(Kind, StateMoment::Entering, new_number, old_number);
    }
    void processed(StateType state)
    {
        bridge_.observe(Kind, StateMoment::Processed,
                        this->documented(state, !bridge_.is_power_pageable()), 0);
    }
    void unexpected(StateType state, EventType event, EventSource source)
    {
        bridge_.unexpected(Kind, this->name_of(state), this->name_of(event), source);
        OPENKMDF_ASSERT(source != EventSource::Framework,
                        "a machine was sent what it does not expect");
    }
    bool may_run() { return bridge_.at_passive_level(); }
    void run_later() { bridge_.run_later(Kind); }
    void pin() { bridge_.pin(); }
    void unpin() { bridge_.unpin(); }
    std::int64_t now() { return bridge_.now(); }

protected:
    NTSTATUS perform(PnpStep step, std::uint32_t argument = 0)
    {
        return bridge_.perform(step, argument);
    }

    DeviceMachines &machines_;
    MachineBridge &bridge_;
};

}  // namespace openkmdf::framework
