#pragma once

#include "base/assert.h"
#include "scheduler/internal_lock.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

// State machines as tables, and the one engine that runs them. A machine is two constexpr tables,
// one of its states (name, entry action) and one of its transitions, plus the events that a state
// ignores or puts off. Whatever is in none of them is an error: `Derived::unexpected` is told who
// caused it.
//
// Events are queued and run to completion: one thread at a time runs a machine, the others leave
// their event and go. An entry action runs without the machine's lock, so driver code may be called
// from it; it returns the event that follows at once, or None to wait for the next one. Posting
// above PASSIVE_LEVEL asks the owner to run the machine later.

namespace openkmdf::framework {

// Who is to blame when an event comes where no row has it.
enum class EventSource : std::uint8_t {
    Framework,  // our own: an assertion
    System,     // an IRP
    Driver,     // a DDI
};

template <class Derived>
struct StateRow {
    typename Derived::State state;
    const char *name;
    std::uint16_t documented;           // WDF_DEVICE_*_STATE
    std::uint16_t documented_nonpaged;  // of a device that is not power-pageable
    typename Derived::Event (Derived::*enter)() = nullptr;
};

template <class Derived>
struct EventRow {
    typename Derived::Event event;
    const char *name;
    EventSource source;
};

template <class Derived>
struct TransitionRow {
    typename Derived::State from;
    typename Derived::Event event;
    typename Derived::State to;
};

template <class Derived>
struct OutcomeRow {
    typename Derived::State state;
    typename Derived::Event event;
};

// What an event does in a state: a transition's index, or one of these.
enum SpecialOutcome : std::uint8_t {
    kOutcomeUnexpected = 255,
    kOutcomeIgnored = 254,
    kOutcomeDeferred = 253
};

inline constexpr std::size_t kMostTransitions = 192;

template <class Derived, std::size_t States, std::size_t Events, std::size_t Transitions>
struct MachineTables {
    static constexpr std::size_t kStates = States;
    static constexpr std::size_t kEvents = Events;
    static constexpr std::size_t kTransitions = Transitions;
    std::array<StateRow<Derived>, States> states;
    std::array<EventRow<Derived>, Events> events;
    std::array<TransitionRow<Derived>, Transitions> transitions;
    std::array<std::array<std::uint8_t, Events>, States> outcomes;
};

namespace table_errors {
// Never defined: a table that reaches one of these calls is not a constant, and the compiler names
// it.
void states_are_not_in_the_order_of_their_enum();
void a_state_has_no_row();
void events_are_not_in_the_order_of_their_enum();
void an_event_has_no_row();
void a_state_and_event_have_two_rows();
void a_state_cannot_be_reached();
void there_are_too_many_transitions();
}  // namespace table_errors

namespace detail {

template <class Derived, std::size_t States, std::size_t Events>
consteval void check_order(const std::array<StateRow<Derived>, States> &states,
                           const std::array<EventRow<Derived>, Events> &events)
{
    if (States != static_cast<std::size_t>(Derived::State::Count))
        table_errors::a_state_has_no_row();
    if (Events != static_cast<std::size_t>(Derived::Event::Count))
        table_errors::an_event_has_no_row();
    for (std::size_t i = 0; i < States; ++i)
        if (static_cast<std::size_t>(states[i].state) != i)
            table_errors::states_are_not_in_the_order_of_their_enum();
    for (std::size_t i = 0; i < Events; ++i)
        if (static_cast<std::size_t>(events[i].event) != i)
            table_errors::events_are_not_in_the_order_of_their_enum();
}

template <class Derived, std::size_t States, std::size_t Transitions>
consteval void check_reachable(const std::array<TransitionRow<Derived>, Transitions> &transitions)
{
    std::array<bool, States> reached{};
    reached[0] = true;
    for (bool again = true; again;) {
        again = false;
        for (const TransitionRow<Derived> &row : transitions) {
            bool &to = reached[static_cast<std::size_t>(row.to)];
            if (!reached[static_cast<std::size_t>(row.from)] || to) continue;
            to = again = true;
        }
    }
    for (bool one : reached)
        if (!one) table_errors::a_state_cannot_be_reached();
}

}  // namespace detail

// The machine starts in the state of the first row.
template <class Derived, std::size_t States, std::size_t Events, std::size_t Transitions,
          std::size_t Ignored, std::size_t Deferred>
consteval auto make_tables(const std::array<StateRow<Derived>, States> &states,
                           const std::array<EventRow<Derived>, Events> &events,
                           const std::array<TransitionRow<Derived>, Transitions> &transitions,
                           const std::array<OutcomeRow<Derived>, Ignored> &ignored,
                           const std::array<OutcomeRow<Derived>, Deferred> &deferred)
{
    if (Transitions > kMostTransitions) table_errors::there_are_too_many_transitions();
    MachineTables<Derived, States, Events, Transitions> tables{states, events, transitions, {}};
    detail::check_order<Derived>(tables.states, tables.events);
    detail::check_reachable<Derived, States>(tables.transitions);
    for (auto &row : tables.outcomes) row.fill(kOutcomeUnexpected);
    auto set = [&tables](auto state, auto event, std::size_t outcome) {
        std::uint8_t &cell =
            tables.outcomes[static_cast<std::size_t>(state)][static_cast<std::size_t>(event)];
        if (cell != kOutcomeUnexpected) table_errors::a_state_and_event_have_two_rows();
        cell = static_cast<std::uint8_t>(outcome);
    };
    for (std::size_t i = 0; i < Transitions; ++i) set(transitions[i].from, transitions[i].event, i);
    for (const OutcomeRow<Derived> &row : ignored) set(row.state, row.event, kOutcomeIgnored);
    for (const OutcomeRow<Derived> &row : deferred) set(row.state, row.event, kOutcomeDeferred);
    return tables;
}

// Specialised beside each machine's tables: `static constexpr const auto &value`.
template <class Derived>
struct TablesOf;

// Derived provides, besides the entry actions:
// - enum class State and Event : std::uint8_t, with None first, both ending in Count
// - void changing(State from, State to): before the state changes
// - void processed(State): after its entry action
// - void unexpected(State, Event, EventSource)
// - void begins(Event), if it wants to know: an event that was posted has its turn
// - bool may_run(): the IRQL allows entry actions
// - void run_later(): arranges a call of run_scheduled at PASSIVE_LEVEL
// - void pin(), void unpin(): keep the machine's memory while it runs
// - std::int64_t now()
template <class Derived, class StateType, class EventType>
class StateMachine {
public:
    using State = StateType;
    using Event = EventType;

    struct HistoryEntry {
        State state{};  // entered
        Event event{};  // because of
        std::int64_t time = 0;
    };
    static constexpr std::size_t kHistory = 32;
    static constexpr std::size_t kQueue = 16;

    State state() const { return static_cast<State>(__atomic_load_n(&state_, __ATOMIC_ACQUIRE)); }
    const char *state_name() const { return name_of(state()); }
    static const char *name_of(State state);
    static const char *name_of(Event event);
    // The number that drivers know the state by.
    static std::uint16_t documented(State state, bool nonpaged);
    std::uint16_t documented_state(bool nonpaged) const { return documented(state(), nonpaged); }

    // Queues the event and runs the machine, unless another thread does or the IRQL forbids it.
    void post(Event event);
    // What run_later arranged.
    void run_scheduled();

    // The last entries, oldest first; how many.
    std::size_t history(std::span<HistoryEntry> entries) const;
    bool was_taken(std::size_t transition) const
    {
        return (taken_[transition / 64] >> (transition % 64)) & 1;
    }

private:
    static constexpr unsigned kMostSteps = 1000;

    void begins(Event) {}
    Derived &derived() { return static_cast<Derived &>(*this); }
    static std::uint8_t outcome_of(std::uint8_t state, Event event);
    void run();
    bool take_event(Event &event);
    void step(Event event);
    Event take_transition(std::size_t row, Event event);

    mutable scheduler::InternalLock lock_;
    std::uint8_t state_ = 0;  // written by the running thread under lock_, read by any
    bool running_ = false;    // guarded by lock_, like all below
    bool scheduled_ = false;
    std::uint8_t queued_ = 0;
    Event queue_[kQueue] = {};
    std::uint32_t entered_ = 0;
    HistoryEntry history_[kHistory] = {};
    std::uint64_t taken_[kMostTransitions / 64] = {};  // by index of the transition
};

// The members are defined out of line so that `extern template` beside each machine keeps its
// tables out of the files that only post events.

template <class Derived, class StateType, class EventType>
const char *StateMachine<Derived, StateType, EventType>::name_of(State state)
{
    return TablesOf<Derived>::value.states[static_cast<std::size_t>(state)].name;
}

template <class Derived, class StateType, class EventType>
const char *StateMachine<Derived, StateType, EventType>::name_of(Event event)
{
    return TablesOf<Derived>::value.events[static_cast<std::size_t>(event)].name;
}

template <class Derived, class StateType, class EventType>
std::uint16_t StateMachine<Derived, StateType, EventType>::documented(State state, bool nonpaged)
{
    const StateRow<Derived> &row = TablesOf<Derived>::value.states[static_cast<std::size_t>(state)];
    return nonpaged ? row.documented_nonpaged : row.documented;
}

template <class Derived, class StateType, class EventType>
std::uint8_t StateMachine<Derived, StateType, EventType>::outcome_of(std::uint8_t state,
                                                                     Event event)
{
    return TablesOf<Derived>::value.outcomes[state][static_cast<std::size_t>(event)];
}

template <class Derived, class StateType, class EventType>
void StateMachine<Derived, StateType, EventType>::post(Event event)
{
    const bool now = derived().may_run();
    {
        scheduler::InternalGuard guard(lock_);
        OPENKMDF_ASSERT(queued_ < kQueue);
        queue_[queued_++] = event;
        if (running_ || scheduled_) return;
        (now ? running_ : scheduled_) = true;
    }
    if (now) run();
    else derived().run_later();
}

template <class Derived, class StateType, class EventType>
void StateMachine<Derived, StateType, EventType>::run_scheduled()
{
    {
        scheduler::InternalGuard guard(lock_);
        scheduled_ = false;
        if (running_) return;
        running_ = true;
    }
    run();
}

template <class Derived, class StateType, class EventType>
std::size_t
StateMachine<Derived, StateType, EventType>::history(std::span<HistoryEntry> entries) const
{
    scheduler::InternalGuard guard(lock_);
    const std::size_t kept = entered_ < kHistory ? entered_ : kHistory;
    const std::size_t count = kept < entries.size() ? kept : entries.size();
    for (std::size_t i = 0; i < count; ++i)
        entries[i] = history_[(entered_ - count + i) % kHistory];
    return count;
}

template <class Derived, class StateType, class EventType>
void StateMachine<Derived, StateType, EventType>::run()
{
    derived().pin();
    for (Event event; take_event(event);) {
        derived().begins(event);
        step(event);
    }
    derived().unpin();
}

// The oldest event that this state does not put off; without one the machine rests.
template <class Derived, class StateType, class EventType>
bool StateMachine<Derived, StateType, EventType>::take_event(Event &event)
{
    scheduler::InternalGuard guard(lock_);
    for (std::size_t i = 0; i < queued_; ++i) {
        if (outcome_of(state_, queue_[i]) == kOutcomeDeferred) continue;
        event = queue_[i];
        for (std::size_t next = i + 1; next < queued_; ++next) queue_[next - 1] = queue_[next];
        --queued_;
        return true;
    }
    running_ = false;
    return false;
}

template <class Derived, class StateType, class EventType>
void StateMachine<Derived, StateType, EventType>::step(Event event)
{
    const std::uint8_t outcome = outcome_of(state_, event);
    if (outcome == kOutcomeIgnored) return;
    if (outcome == kOutcomeUnexpected) {
        derived().unexpected(
            state(), event,
            TablesOf<Derived>::value.events[static_cast<std::size_t>(event)].source);
        return;
    }
    for (unsigned steps = 0; event != Event::None; ++steps) {
        OPENKMDF_ASSERT(steps < kMostSteps);
        const std::uint8_t row = outcome_of(state_, event);
        OPENKMDF_ASSERT(row < kMostTransitions, "an entry action returns what its state takes");
        event = take_transition(row, event);
    }
}

template <class Derived, class StateType, class EventType>
EventType StateMachine<Derived, StateType, EventType>::take_transition(std::size_t row, Event event)
{
    const State to = TablesOf<Derived>::value.transitions[row].to;
    derived().changing(state(), to);
    {
        scheduler::InternalGuard guard(lock_);
        __atomic_store_n(&state_, static_cast<std::uint8_t>(to), __ATOMIC_RELEASE);
        taken_[row / 64] |= std::uint64_t{1} << (row % 64);
        history_[entered_++ % kHistory] = {to, event, derived().now()};
    }
    auto enter = TablesOf<Derived>::value.states[static_cast<std::size_t>(to)].enter;
    const Event next = enter ? (derived().*enter)() : Event::None;
    derived().processed(to);
    return next;
}

}  // namespace openkmdf::framework
