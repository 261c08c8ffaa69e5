// Timers.

#include "tests/framework/deferred_fixture.h"

using namespace std::chrono_literals;

namespace openkmdf::test {
namespace {

class TimerTest : public DeferredTest {};

INSTANTIATE_IN_BOTH_MODES(TimerTest);

TEST_P(TimerTest, RunsOnceAtDispatchLevel)
{
    OPENKMDF_TESTS(WdfTimerCreate, WdfTimerStart, WdfTimerStop, WdfTimerGetParentObject);
    auto expire = [&](WDFTIMER) { note_run(); };
    WDFTIMER timer = nullptr;
    run([&] {
        timer = make_timer(expire);
        EXPECT_EQ(WdfTimerGetParentObject(timer), wdf_device);
    });
    pc.advance(5ms);
    EXPECT_EQ(runs, 0) << "timers do not start by themselves";
    run([&] { EXPECT_FALSE(WdfTimerStart(timer, WDF_REL_TIMEOUT_IN_MS(2))); });
    while (!runs) pc.advance(1ms);
    EXPECT_EQ(runs, 1);
    EXPECT_EQ(irql, DISPATCH_LEVEL);
    run([&] {
        EXPECT_FALSE(WdfTimerStop(timer, FALSE)) << "it left the system's queue";
        EXPECT_FALSE(WdfTimerStart(timer, WDF_REL_TIMEOUT_IN_MS(2)));
    });
    while (runs < 2) pc.advance(1ms);
}

TEST_P(TimerTest, IsStoppedAndStartedAgain)
{
    OPENKMDF_TESTS(WdfTimerStart, WdfTimerStop);
    auto expire = [&](WDFTIMER) { note_run(); };
    run([&] {
        WDFTIMER timer = make_timer(expire);
        EXPECT_FALSE(WdfTimerStop(timer, TRUE));
        EXPECT_FALSE(WdfTimerStart(timer, WDF_REL_TIMEOUT_IN_SEC(100)));
        EXPECT_TRUE(WdfTimerStart(timer, WDF_REL_TIMEOUT_IN_SEC(200))) << "it was queued";
        EXPECT_TRUE(WdfTimerStop(timer, TRUE));
        EXPECT_FALSE(WdfTimerStop(timer, FALSE));
    });
    pc.run_until_idle();
    EXPECT_EQ(runs, 0);
}

TEST_P(TimerTest, PeriodicStaysQueued)
{
    OPENKMDF_TESTS(WdfTimerCreate, WdfTimerStart, WdfTimerStop);
    auto expire = [&](WDFTIMER) { note_run(); };
    WDFTIMER timer = nullptr;
    run([&] {
        timer = make_timer(expire, 2);
        EXPECT_FALSE(WdfTimerStart(timer, WDF_REL_TIMEOUT_IN_MS(1)));
    });
    while (runs < 5) pc.advance(2ms);
    run([&] {
        EXPECT_TRUE(WdfTimerStart(timer, WDF_REL_TIMEOUT_IN_MS(1)));
        EXPECT_TRUE(WdfTimerStop(timer, TRUE));
    });
    const int stopped_at = runs;
    pc.advance(10ms);
    EXPECT_EQ(runs, stopped_at);
}

TEST_P(TimerTest, TakesAbsoluteTimes)
{
    OPENKMDF_TESTS(WdfTimerStart);
    auto expire = [&](WDFTIMER) { note_run(); };
    run([&] {
        LARGE_INTEGER now;
        KeQuerySystemTime(&now);
        WdfTimerStart(make_timer(expire), now.QuadPart + WDF_ABS_TIMEOUT_IN_MS(3));
    });
    while (!runs) pc.advance(2ms);
    EXPECT_EQ(runs, 1);
}

TEST_P(TimerTest, RestartsItself)
{
    auto expire = [&](WDFTIMER timer) {
        note_run();
        if (runs == 3) return;
        EXPECT_FALSE(WdfTimerStart(timer, WDF_REL_TIMEOUT_IN_MS(1)));
    };
    run([&] { WdfTimerStart(make_timer(expire), WDF_REL_TIMEOUT_IN_MS(1)); });
    while (runs < 3) pc.advance(2ms);
    pc.advance(10ms);
    EXPECT_EQ(runs, 3);
}

TEST_P(TimerTest, PassiveRunsAtPassiveLevel)
{
    OPENKMDF_TESTS(WdfTimerCreate, WdfTimerStop);
    std::atomic<bool> leave = false;
    auto expire = [&](WDFTIMER) {
        note_run();
        LARGE_INTEGER tick;
        tick.QuadPart = WDF_REL_TIMEOUT_IN_MS(1);
        KeDelayExecutionThread(KernelMode, FALSE, &tick);
        leave = true;
    };
    WDFTIMER timer = nullptr;
    run([&] {
        timer = make_timer(expire, 0, WdfExecutionLevelPassive);
        WdfTimerStart(timer, WDF_REL_TIMEOUT_IN_MS(1));
    });
    while (!runs) pc.advance(500us);
    EXPECT_EQ(irql, PASSIVE_LEVEL);
    run([&] {
        EXPECT_FALSE(WdfTimerStop(timer, TRUE));
        EXPECT_TRUE(leave) << "Wait waits for the callback";
    });
}

TEST_P(TimerTest, StopsWithItsParent)
{
    auto expire = [&](WDFTIMER) { note_run(); };
    run([&] { WdfTimerStart(make_timer(expire, 1), WDF_REL_TIMEOUT_IN_MS(1)); });
    while (runs < 2) pc.advance(2ms);
    device.surprise_remove();
    const int at_removal = runs;
    pc.advance(10ms);
    EXPECT_EQ(runs, at_removal);
}

TEST_P(TimerTest, IsRefused)
{
    OPENKMDF_TESTS(WdfTimerCreate);
    auto expire = [&](WDFTIMER) {};
    WDF_TIMER_CONFIG good;
    WDF_TIMER_CONFIG_INIT(&good, callback<PFN_WDF_TIMER>(expire));
    auto create = [&](WDF_TIMER_CONFIG config, PWDF_OBJECT_ATTRIBUTES attributes) {
        auto timer = reinterpret_cast<WDFTIMER>(this);
        const NTSTATUS status = WdfTimerCreate(&config, attributes, &timer);
        EXPECT_EQ(timer != nullptr, NT_SUCCESS(status));
        return status;
    };
    run([&] {
        WDF_OBJECT_ATTRIBUTES attributes = of_device(), orphan = attributes_with(),
                              of_driver = attributes_with(wdf_driver);
        WDF_OBJECT_ATTRIBUTES passive = of_device();
        passive.ExecutionLevel = WdfExecutionLevelPassive;
        EXPECT_STATUS(create(changed(good, [](auto &config) { config.Size -= 8; }), &attributes),
                      STATUS_INFO_LENGTH_MISMATCH);
        EXPECT_STATUS(
            create(changed(good, [](auto &config) { config.EvtTimerFunc = nullptr; }), &attributes),
            STATUS_INVALID_PARAMETER);
        EXPECT_STATUS(
            create(changed(good, [](auto &config) { config.Period = static_cast<ULONG>(-1); }),
                   &attributes),
            STATUS_INVALID_PARAMETER);
        EXPECT_STATUS(create(good, nullptr), STATUS_WDF_PARENT_NOT_SPECIFIED);
        EXPECT_STATUS(create(good, &orphan), STATUS_WDF_PARENT_NOT_SPECIFIED);
        EXPECT_STATUS(create(good, &of_driver), STATUS_INVALID_DEVICE_REQUEST);
        EXPECT_FALSE(NT_SUCCESS(create(changed(good,
                                               [](auto &config) {
                                                   config.UseHighResolutionTimer = WdfTrue;
                                                   config.TolerableDelay = 1;
                                               }),
                                       &attributes)));
        EXPECT_STATUS(
            create(changed(good, [](auto &config) { config.UseHighResolutionTimer = WdfTrue; }),
                   &attributes),
            STATUS_SUCCESS);
        EXPECT_STATUS(
            create(changed(good,
                           [](auto &config) { config.TolerableDelay = TolerableDelayUnlimited; }),
                   &attributes),
            STATUS_SUCCESS);
        auto passive_periodic = [](auto &config) {
            config.Period = 1;
            config.AutomaticSerialization = FALSE;
        };
        EXPECT_FALSE(NT_SUCCESS(create(changed(good, passive_periodic), &passive)));
        // "Only if the parent is passive too."
        EXPECT_STATUS(create(good, &passive), STATUS_WDF_INCOMPATIBLE_EXECUTION_LEVEL);
    });
}

TEST_P(TimerTest, MayBeLateByItsTolerance)
{
    auto expire = [&](WDFTIMER) { note_run(); };
    WDF_TIMER_CONFIG config;
    WDF_TIMER_CONFIG_INIT(&config, callback<PFN_WDF_TIMER>(expire));
    config.TolerableDelay = 5;
    run([&] {
        WDF_OBJECT_ATTRIBUTES attributes = of_device();
        WDFTIMER timer = nullptr;
        ASSERT_STATUS(WdfTimerCreate(&config, &attributes, &timer), STATUS_SUCCESS);
        WdfTimerStart(timer, WDF_REL_TIMEOUT_IN_MS(2));
    });
    while (!runs) pc.advance(1ms);
    EXPECT_EQ(runs, 1);
}

}  // namespace
}  // namespace openkmdf::test
