#include "framework/support/state_machine.h"

#include "framework/support/state_machine_text.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace openkmdf::framework {
namespace {

using testing::ElementsAre;

enum class DoorState : std::uint8_t { Closed, Opening, Open, Locked, Count };
enum class DoorEvent : std::uint8_t { None, Push, Pull, Lock, Unlock, Moved, Stuck, Count };

class Door : public StateMachine<Door, DoorState, DoorEvent> {
public:
    DoorEvent open()
    {
        log.push_back("opening");
        if (push_again) post(DoorEvent::Pull);
        return is_stuck ? DoorEvent::Stuck : DoorEvent::Moved;
    }

    void changing(DoorState from, DoorState to)
    {
        log.push_back(std::string(name_of(from)) + ">" + name_of(to));
    }
    void processed(DoorState state) { log.push_back(std::string(name_of(state)) + " done"); }
    void unexpected(DoorState state, DoorEvent event, EventSource source)
    {
        log.push_back(std::string(name_of(event)) + "? in " + name_of(state));
        blamed = source;
    }
    bool may_run() { return can_run; }
    void run_later() { ++scheduled; }
    void pin() { ++pinned; }
    void unpin() { --pinned; }
    std::int64_t now() { return ++clock; }

    std::vector<std::string> log;
    EventSource blamed = EventSource::Framework;
    bool is_stuck = false;
    bool push_again = false;
    bool can_run = true;
    int scheduled = 0;
    int pinned = 0;
    std::int64_t clock = 0;
};

constexpr auto kDoor = make_tables<Door>(
    std::to_array<StateRow<Door>>({{DoorState::Closed, "Closed", 1, 1},
                                   {DoorState::Opening, "Opening", 2, 2, &Door::open},
                                   {DoorState::Open, "Open", 3, 0x8003},
                                   {DoorState::Locked, "Locked", 4, 4}}),
    std::to_array<EventRow<Door>>({{DoorEvent::None, "None", EventSource::Framework},
                                   {DoorEvent::Push, "Push", EventSource::Driver},
                                   {DoorEvent::Pull, "Pull", EventSource::Driver},
                                   {DoorEvent::Lock, "Lock", EventSource::System},
                                   {DoorEvent::Unlock, "Unlock", EventSource::System},
                                   {DoorEvent::Moved, "Moved", EventSource::Framework},
                                   {DoorEvent::Stuck, "Stuck", EventSource::Framework}}),
    std::to_array<TransitionRow<Door>>({{DoorState::Closed, DoorEvent::Push, DoorState::Opening},
                                        {DoorState::Closed, DoorEvent::Lock, DoorState::Locked},
                                        {DoorState::Opening, DoorEvent::Moved, DoorState::Open},
                                        {DoorState::Opening, DoorEvent::Stuck, DoorState::Closed},
                                        {DoorState::Open, DoorEvent::Pull, DoorState::Closed},
                                        {DoorState::Locked, DoorEvent::Unlock, DoorState::Closed}}),
    std::to_array<OutcomeRow<Door>>({{DoorState::Closed, DoorEvent::Pull}}),
    std::to_array<OutcomeRow<Door>>(
        {{DoorState::Locked, DoorEvent::Push}, {DoorState::Open, DoorEvent::Push}}));

}  // namespace

template <>
struct TablesOf<Door> {
    static constexpr const auto &value = kDoor;
};

namespace {

TEST(StateMachine, RunsToCompletion)
{
    Door door;
    EXPECT_EQ(door.state(), DoorState::Closed);
    door.post(DoorEvent::Push);
    EXPECT_THAT(door.log, ElementsAre("Closed>Opening", "opening", "Opening done", "Opening>Open",
                                      "Open done"));
    EXPECT_EQ(door.state(), DoorState::Open);
    EXPECT_STREQ(door.state_name(), "Open");
    EXPECT_EQ(door.pinned, 0);
}

TEST(StateMachine, EventsOfAnEntryActionWait)
{
    Door door;
    door.push_again = true;
    door.post(DoorEvent::Push);
    EXPECT_THAT(door.log, ElementsAre("Closed>Opening", "opening", "Opening done", "Opening>Open",
                                      "Open done", "Open>Closed", "Closed done"));
}

TEST(StateMachine, IgnoresWhatIsListed)
{
    Door door;
    door.post(DoorEvent::Pull);
    EXPECT_THAT(door.log, ElementsAre());
}

TEST(StateMachine, PutsOffWhatIsListed)
{
    Door door;
    door.post(DoorEvent::Lock);
    door.post(DoorEvent::Push);
    EXPECT_EQ(door.state(), DoorState::Locked);
    door.post(DoorEvent::Unlock);
    EXPECT_EQ(door.state(), DoorState::Open) << "the push comes through when it can";
}

TEST(StateMachine, ReportsTheRest)
{
    Door door;
    door.post(DoorEvent::Unlock);
    EXPECT_THAT(door.log, ElementsAre("Unlock? in Closed"));
    EXPECT_EQ(door.blamed, EventSource::System);
    EXPECT_EQ(door.state(), DoorState::Closed);
}

TEST(StateMachine, RunsLaterWhereTheIrqlForbids)
{
    Door door;
    door.can_run = false;
    door.post(DoorEvent::Push);
    door.post(DoorEvent::Pull);
    EXPECT_EQ(door.scheduled, 1);
    EXPECT_EQ(door.state(), DoorState::Closed);
    door.can_run = true;
    door.run_scheduled();
    EXPECT_EQ(door.state(), DoorState::Closed);
    EXPECT_EQ(door.log.size(), 7u);
}

TEST(StateMachine, KeepsAHistory)
{
    Door door;
    for (int i = 0; i < 20; ++i) door.post(DoorEvent::Push), door.post(DoorEvent::Pull);
    Door::HistoryEntry entries[Door::kHistory];
    ASSERT_EQ(door.history(entries), Door::kHistory);
    EXPECT_EQ(entries[Door::kHistory - 1].state, DoorState::Closed);
    EXPECT_EQ(entries[Door::kHistory - 1].event, DoorEvent::Pull);
    EXPECT_EQ(entries[Door::kHistory - 1].time, 60);
    Door::HistoryEntry last[2];
    ASSERT_EQ(door.history(last), 2u);
    EXPECT_EQ(last[0].state, DoorState::Open);
}

TEST(StateMachine, KnowsTheTransitionsTaken)
{
    Door door;
    door.is_stuck = true;
    door.post(DoorEvent::Push);
    TransitionCoverage<Door> coverage;
    coverage.add(door);
    EXPECT_THAT(coverage.never_taken(),
                ElementsAre("Closed --Lock--> Locked", "Opening --Moved--> Open",
                            "Open --Pull--> Closed", "Locked --Unlock--> Closed"));
}

TEST(StateMachine, DrawsItself)
{
    EXPECT_EQ(mermaid_text<Door>(),
              "stateDiagram-v2\n    [*] --> Closed\n    Closed --> Opening : Push\n"
              "    Closed --> Locked : Lock\n    Opening --> Open : Moved\n"
              "    Opening --> Closed : Stuck\n    Open --> Closed : Pull\n"
              "    Locked --> Closed : Unlock\n");
}

TEST(StateMachine, NumbersItsStates)
{
    EXPECT_EQ(Door::documented(DoorState::Open, false), 3);
    EXPECT_EQ(Door::documented(DoorState::Open, true), 0x8003);
}

}  // namespace
}  // namespace openkmdf::framework
