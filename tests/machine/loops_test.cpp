// Loops of a driver end when what they wait for has run, or else with a report; so do locks that
// nobody will release. In both modes.

#include "drivers/loops.h"

#include <bugcodes.h>
#include <openkmdf/gtest.h>
#include <openkmdf/machine.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace openkmdf {
namespace {

using testing::HasSubstr;

struct Way {
    const char *name;
    Mode mode;
    Strategy strategy;
    std::uint64_t seed;
};

class LoopsTest : public testing::TestWithParam<Way> {
protected:
    static MachineOptions options()
    {
        MachineOptions options;
        options.mode = GetParam().mode;
        options.strategy = GetParam().strategy;
        options.seed = GetParam().seed;
        options.watchdog = 200ms;
        return options;
    }
    static bool threaded() { return GetParam().mode == Mode::Threaded; }
    void SetUp() override
    {
        ASSERT_TRUE(driver) << driver.error();
        ASSERT_TRUE(file) << file.error();
    }
    Bugcheck stops(std::uint32_t code)
    {
        EXPECT_EQ(file.ioctl(code), kMachineStopped.value());
        return pc.bugcheck().value_or(Bugcheck{});
    }

    Machine pc{options()};
    Driver driver = pc.load(LOOPS_DRIVER);
    Device device = pc.plug_in(driver, "ROOT\\LOOPS");
    File file = pc.open(R"(\\.\Loops)");
};

INSTANTIATE_TEST_SUITE_P(, LoopsTest,
                         testing::Values(Way{"RunToBlock", Mode::Deterministic,
                                             Strategy::RunToBlock, 0},
                                         Way{"Random1", Mode::Deterministic, Strategy::Random, 1},
                                         Way{"Random2", Mode::Deterministic, Strategy::Random, 2},
                                         Way{"Threaded", Mode::Threaded, Strategy::RunToBlock, 0}),
                         [](const auto &way) { return way.param.name; });

TEST_P(LoopsTest, EndsWhenWhatItWaitsForHasRun)
{
    for (const std::uint32_t code :
         {IOCTL_LOOPS_STALL_UNTIL_TIMER, IOCTL_LOOPS_YIELD_UNTIL_WORK_ITEM,
          IOCTL_LOOPS_INTERLOCKED_UNTIL_WORK_ITEM,
          IOCTL_LOOPS_INTERLOCKED_AT_DISPATCH_UNTIL_WORK_ITEM})
        EXPECT_EQ(file.ioctl(code), STATUS_SUCCESS) << code;
    EXPECT_FALSE(pc.bugcheck());
}

TEST_P(LoopsTest, APollOfTheClockSeesTimePass)
{
    const std::int64_t before = pc.now();
    EXPECT_EQ(file.ioctl(IOCTL_LOOPS_POLL_CLOCK), STATUS_SUCCESS);
    EXPECT_GE(pc.now() - before, 5 * 10'000);
}

TEST_P(LoopsTest, ALoopThatPassesPointsForEverIsReported)
{
    // Host threads run at once and pass no points: there the watchdog finds it.
    for (const std::uint32_t code :
         {IOCTL_LOOPS_YIELD_FOR_EVER, IOCTL_LOOPS_INTERLOCKED_FOR_EVER}) {
        // A hundred times as many rounds as a loop that yields: once in each mode is enough.
        if (code == IOCTL_LOOPS_INTERLOCKED_FOR_EVER && GetParam().strategy == Strategy::Random)
            continue;
        Machine own{options()};
        Driver loaded = own.load(LOOPS_DRIVER);
        Device plugged = own.plug_in(loaded, "ROOT\\LOOPS");
        EXPECT_EQ(own.open(R"(\\.\Loops)").ioctl(code), kMachineStopped.value());
        ASSERT_TRUE(own.bugcheck());
        EXPECT_EQ(own.bugcheck()->code,
                  threaded() ? CLOCK_WATCHDOG_TIMEOUT : DRIVER_VERIFIER_DETECTED_VIOLATION);
        EXPECT_THAT(own.bugcheck()->message,
                    HasSubstr(threaded() ? "loops for ever" : "loops without progress"));
    }
}

TEST_P(LoopsTest, AnEmptyLoopIsFoundByTheWatchdog)
{
    const Bugcheck bugcheck = stops(IOCTL_LOOPS_EMPTY_FOR_EVER);
    EXPECT_EQ(bugcheck.code, CLOCK_WATCHDOG_TIMEOUT) << bugcheck;
    ASSERT_FALSE(bugcheck.stack.empty());
    EXPECT_EQ(bugcheck.stack[0].function, "EmptyForEver");
}

TEST_P(LoopsTest, WaitLocksTakenInOppositeOrderAreADeadlock)
{
    const Bugcheck bugcheck = stops(IOCTL_LOOPS_CROSS_WAIT_LOCKS);
    EXPECT_EQ(bugcheck.code, DRIVER_VERIFIER_DETECTED_VIOLATION) << bugcheck;
    EXPECT_EQ(bugcheck.parameters[0], 0x1001u);
    EXPECT_THAT(bugcheck.message, HasSubstr("Deadlock: threads wait for each other"));
    EXPECT_THAT(bugcheck.message, testing::ContainsRegex(
                                      "'main' waits for WDFWAITLOCK[^\n]*, held by system thread"));
    EXPECT_THAT(bugcheck.message, HasSubstr("cycle: "));
}

TEST_P(LoopsTest, ASpinLockTakenAgainIsNamed)
{
    const Bugcheck bugcheck = stops(IOCTL_LOOPS_SPIN_LOCK_TWICE);
    EXPECT_EQ(bugcheck.code, SPIN_LOCK_ALREADY_OWNED) << bugcheck;
    EXPECT_THAT(bugcheck.message, HasSubstr("A spin lock ("));
    ASSERT_FALSE(bugcheck.stack.empty());
    EXPECT_EQ(bugcheck.stack[0].function, "LoopsDeviceControl");
}

TEST_P(LoopsTest, TheStackThatWasUsedIsReported)
{
    if (OPENKMDF_INSTRUMENTED)
        GTEST_SKIP() << "frames of instrumented code are larger, or elsewhere";
    EXPECT_EQ(file.ioctl(IOCTL_LOOPS_DEEP_STACK), STATUS_SUCCESS);
    file.close();
    EXPECT_EQ(device.remove(), STATUS_SUCCESS);
    const UnloadReport report = pc.unload(driver);
    EXPECT_TRUE(report.clean()) << report;
    EXPECT_GT(report.stack_used, std::size_t{LOOPS_DEEP_STACK});
    EXPECT_THAT(report.text(),
                HasSubstr("KiB of kernel stack were used; Windows gives a driver 24 KiB"));
}

}  // namespace
}  // namespace openkmdf
