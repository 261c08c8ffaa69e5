#include "scheduler/stack_switch.h"

#include "scheduler/arena.h"

#include <gtest/gtest.h>

#include <cfenv>
#include <cmath>
#include <exception>
#include <stdexcept>
#include <string>

namespace openkmdf::scheduler {
namespace {

class StackSwitch : public testing::Test {
public:
    StackSwitch() : arena(Arena::create()), stack(arena->take_stack()) {}
    ~StackSwitch() override
    {
        release_stack(other);
        Arena::destroy(arena);
    }

    Arena *arena;
    Arena::Stack stack;
    StackContext host;
    StackContext other;
    int turns = 0;
};

TEST_F(StackSwitch, GoesThereAndBack)
{
    auto main = [](void *argument) {
        auto &test = *static_cast<StackSwitch *>(argument);
        for (;;) {
            char here;
            EXPECT_GE(reinterpret_cast<std::byte *>(&here), test.stack.low);
            (void)here;
            test.turns++;
            switch_stack(test.other, test.host);
        }
    };
    prepare_stack(other, stack.low, stack.high, main, static_cast<StackSwitch *>(this));
    for (int turn = 1; turn <= 5; turn++) {
        switch_stack(host, other);
        EXPECT_EQ(turns, turn);
    }
}

TEST_F(StackSwitch, KeepsTheFloatingPointControlWordsOfEachStack)
{
    auto main = [](void *argument) {
        auto &test = *static_cast<StackSwitch *>(argument);
        EXPECT_EQ(std::fegetround(), FE_TONEAREST);
        std::fesetround(FE_UPWARD);
        switch_stack(test.other, test.host);
        EXPECT_EQ(std::fegetround(), FE_UPWARD);
        switch_stack(test.other, test.host);
    };
    prepare_stack(other, stack.low, stack.high, main, static_cast<StackSwitch *>(this));
    switch_stack(host, other);
    EXPECT_EQ(std::fegetround(), FE_TONEAREST);
    volatile double third = 1.0 / 3.0;  // sets a sticky status flag on one side only
    EXPECT_GT(third, 0.33);
    switch_stack(host, other);
    EXPECT_EQ(std::fegetround(), FE_TONEAREST);
}

TEST_F(StackSwitch, KeepsTheExceptionsOfEachStack)
{
    auto main = [](void *argument) {
        auto &test = *static_cast<StackSwitch *>(argument);
        EXPECT_EQ(std::current_exception(), nullptr);
        try {
            throw std::runtime_error("inner");
        } catch (const std::exception &) {
            switch_stack(test.other, test.host);
            EXPECT_NE(std::current_exception(), nullptr);
        }
        EXPECT_EQ(std::current_exception(), nullptr);
        switch_stack(test.other, test.host);
    };
    prepare_stack(other, stack.low, stack.high, main, static_cast<StackSwitch *>(this));
    try {
        throw std::logic_error("outer");
    } catch (const std::exception &) {
        switch_stack(host, other);
        switch_stack(host, other);
        try {
            std::rethrow_exception(std::current_exception());
        } catch (const std::logic_error &error) {
            EXPECT_STREQ(error.what(), "outer");
        }
    }
}

TEST_F(StackSwitch, CallsOnAnotherStack)
{
    prepare_stack(other, stack.low, stack.high, nullptr, nullptr);
    void *frame = nullptr;
    auto body = [](void *argument) {
        auto &test = *static_cast<StackSwitch *>(argument);
        char here;
        EXPECT_GE(reinterpret_cast<std::byte *>(&here) + 0, test.stack.low);
        (void)here;
        test.turns++;
    };
    for (int turn = 1; turn <= 3; turn++) {
        EXPECT_TRUE(call_on_stack(host, other, body, static_cast<StackSwitch *>(this), &frame));
        EXPECT_EQ(turns, turn);
    }
}

struct Abandoned {
    StackContext *host;
    StackContext *other;
    void *frame = nullptr;
    int destroyed = 0;
    int depth = 0;
};

struct CountsDestruction {
    Abandoned &test;
    ~CountsDestruction() { test.destroyed++; }
};

[[gnu::noinline]] void descend(Abandoned &test, int depth)
{
    CountsDestruction counter{test};
    volatile char frame[200] = {};
    test.depth = depth + frame[0];
    if (depth == 50) abandon_stack(*test.other, *test.host, test.frame);
    if (depth < 60) descend(test, depth + 1);
    test.depth -= frame[1];
}

TEST_F(StackSwitch, AbandonsFramesWithoutUnwindingThem)
{
    prepare_stack(other, stack.low, stack.high, nullptr, nullptr);
    Abandoned test{&host, &other};
    auto body = [](void *argument) { descend(*static_cast<Abandoned *>(argument), 0); };
    for (int turn = 0; turn < 20; turn++) {
        EXPECT_FALSE(call_on_stack(host, other, body, &test, &test.frame));
        EXPECT_EQ(test.depth, 50);
    }
    EXPECT_EQ(test.destroyed, 0);
    int completed = 0;
    EXPECT_TRUE(call_on_stack(
        host, other, [](void *count) { ++*static_cast<int *>(count); }, &completed, &test.frame));
    EXPECT_EQ(completed, 1);
}

TEST_F(StackSwitch, AbandonRestoresTheFloatingPointControlWords)
{
    prepare_stack(other, stack.low, stack.high, nullptr, nullptr);
    Abandoned test{&host, &other};
    auto body = [](void *argument) {
        auto &test = *static_cast<Abandoned *>(argument);
        std::fesetround(FE_DOWNWARD);
        abandon_stack(*test.other, *test.host, test.frame);
    };
    EXPECT_FALSE(call_on_stack(host, other, body, &test, &test.frame));
    EXPECT_EQ(std::fegetround(), FE_TONEAREST);
}

TEST_F(StackSwitch, ADroppedStackIsUsableAgain)
{
    auto main = [](void *argument) {
        auto &test = *static_cast<StackSwitch *>(argument);
        volatile char frame[300] = {};
        test.turns += 1 + frame[0];
        leave_stack(test.other, test.host);
    };
    for (int turn = 1; turn <= 10; turn++) {
        prepare_stack(other, stack.low, stack.high, main, static_cast<StackSwitch *>(this));
        switch_stack(host, other);
        EXPECT_EQ(turns, turn);
    }
}

}  // namespace
}  // namespace openkmdf::scheduler
