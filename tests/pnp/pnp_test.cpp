// The callbacks of a function device in their documented order, through device stacks, IRPs and
// queues.

#include "machine/machine_core.h"

#include <openkmdf/gtest.h>
#include <openkmdf/machine.h>

#include <devioctl.h>
#include <gmock/gmock.h>

#include "life.h"

namespace openkmdf {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using Names = std::vector<std::string>;

template <class... Text>
Names list(Text... text)
{
    return {text...};
}

Names operator+(Names left, const Names &right)
{
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

class PnpTest : public testing::TestWithParam<Mode> {
protected:
    PnpTest()
    {
        driver = pc.load(PNP_LIFE_DRIVER);
        EXPECT_TRUE(driver) << driver.error();
    }
    ~PnpTest() override { EXPECT_FALSE(pc.bugcheck()) << *pc.bugcheck(); }

    static MachineOptions options()
    {
        MachineOptions options;
        options.mode = GetParam();
        return options;
    }
    void plug_in(std::string failing = "")
    {
        device = pc.plug_in(
            driver, "ROOT\\LIFE" + (failing.empty() ? "" : "-" + failing),
            {.resources = {{.kind = Resource::Kind::Memory, .start = 0x1000, .length = 0x100},
                           {.kind = Resource::Kind::Interrupt, .start = 5, .length = 5}}});
        pc.run_until_idle();
    }
    // The callbacks since it was asked last.
    Names callbacks()
    {
        pc.run_until_idle();
        Names names = pc.trace().callbacks();
        pc.clear_trace();
        return names;
    }
    void set_system_power(SYSTEM_POWER_STATE state, POWER_ACTION action)
    {
        pc.core().call([&] {
            EXPECT_EQ(pc.core().kernel->pnp->set_system_power(state, action), STATUS_SUCCESS);
        });
        pc.run_until_idle();
    }

    Machine pc{options()};
    Driver driver;
    Device device;
};

const Names kNotified = list("EvtDevicePnpStateChangeNotification");
const Names kHardware = list("EvtDevicePrepareHardware");
const Names kUp = list("EvtDeviceD0Entry", "EvtDeviceD0EntryPostInterruptsEnabled");
const Names kDown = list("EvtDeviceSelfManagedIoSuspend", "EvtDeviceD0ExitPreInterruptsDisabled",
                         "EvtDeviceD0Exit");
const Names kGone = list("EvtCleanupCallback", "EvtDestroyCallback");

TEST_P(PnpTest, StartsAndIsRemoved)
{
    callbacks();
    plug_in();
    ASSERT_TRUE(device) << device.error();
    EXPECT_EQ(pc.trace().prints(),
              (Names{"Resource 0 of type 3", "Resource 1 of type 2", "D0Entry from 5",
                     "Moment 1 of Started, now in 109", "Moment 2 of Started, now in 119"}));
    EXPECT_EQ(callbacks(), list("EvtDriverDeviceAdd") + kHardware + kUp +
                               list("EvtDeviceSelfManagedIoInit") + kNotified + kNotified);
    EXPECT_EQ(device.remove(), STATUS_SUCCESS);
    EXPECT_EQ(callbacks(),
              kNotified + list("EvtDeviceQueryRemove") + kDown + list("EvtDeviceReleaseHardware") +
                  list("EvtDeviceSelfManagedIoFlush", "EvtDeviceSelfManagedIoCleanup") + kGone);
    EXPECT_TRUE(pc.unload(driver).clean());
}

TEST_P(PnpTest, IsPulledOutWithRequestsAndFilesOpen)
{
    plug_in();
    File file = pc.open(R"(\\.\Life)");
    ASSERT_TRUE(file) << file.error();
    Operation read = file.read_async(4);
    Operation write = file.write_async("text");
    callbacks();
    device.surprise_remove();
    EXPECT_EQ(callbacks(),
              list("EvtDeviceSurpriseRemoval") + kNotified +
                  list("EvtDeviceSelfManagedIoSuspend", "EvtIoStop",
                       "EvtDeviceD0ExitPreInterruptsDisabled", "EvtDeviceD0Exit",
                       "EvtDeviceReleaseHardware", "EvtIoStop", "EvtDeviceSelfManagedIoFlush"));
    EXPECT_EQ(read.status(), STATUS_CANCELLED);
    EXPECT_EQ(write.status(), STATUS_DEVICE_REMOVED);
    EXPECT_FALSE(pc.open(R"(\\.\Life)").ok());
    EXPECT_FALSE(file.read_async(4).status().ok());
    callbacks();
    file.close();
    EXPECT_EQ(callbacks(), list("EvtDeviceSelfManagedIoCleanup") + kGone);
    EXPECT_TRUE(pc.unload(driver).clean());
}

TEST_P(PnpTest, IsRebalanced)
{
    plug_in();
    File file = pc.open(R"(\\.\Life)");
    Operation read = file.read_async(4);
    callbacks();
    EXPECT_EQ(device.stop(), STATUS_SUCCESS);
    EXPECT_EQ(callbacks(), kNotified + list("EvtDeviceQueryStop") +
                               list("EvtDeviceSelfManagedIoSuspend", "EvtIoStop",
                                    "EvtDeviceD0ExitPreInterruptsDisabled", "EvtDeviceD0Exit",
                                    "EvtDeviceReleaseHardware"));
    EXPECT_FALSE(read.done());
    EXPECT_EQ(device.restart(), STATUS_SUCCESS);
    EXPECT_EQ(callbacks(), kHardware + kUp + list("EvtIoResume", "EvtDeviceSelfManagedIoRestart") +
                               kNotified + kNotified);
    device.surprise_remove();
    EXPECT_EQ(read.status(), STATUS_CANCELLED);
}

TEST_P(PnpTest, SleepsAndWakesWithTheSystem)
{
    plug_in();
    File file = pc.open(R"(\\.\Life)");
    Operation read = file.read_async(4);
    callbacks();
    set_system_power(PowerSystemSleeping3, PowerActionSleep);
    EXPECT_THAT(pc.trace().prints(), testing::Contains("D0Exit to 3, action 2"))
        << "the ideal state for Sx is D2";
    EXPECT_EQ(callbacks(), list("EvtDeviceSelfManagedIoSuspend", "EvtIoStop",
                                "EvtDeviceD0ExitPreInterruptsDisabled", "EvtDeviceD0Exit"));
    set_system_power(PowerSystemWorking, PowerActionNone);
    EXPECT_THAT(pc.trace().prints(), ElementsAre("D0Entry from 3"));
    EXPECT_EQ(callbacks(), kUp + list("EvtIoResume", "EvtDeviceSelfManagedIoRestart"));
    EXPECT_FALSE(read.done());
    device.surprise_remove();
}

TEST_P(PnpTest, IsPoweredDownForGoodAtShutdown)
{
    plug_in();
    callbacks();
    set_system_power(PowerSystemShutdown, PowerActionShutdownOff);
    EXPECT_THAT(pc.trace().prints(), ElementsAre("D0Exit to 5, action 6"));
    EXPECT_EQ(callbacks(), kDown) << "EvtDeviceReleaseHardware is not called";
}

TEST_P(PnpTest, IsPulledOutWhileTheSystemSleeps)
{
    plug_in();
    set_system_power(PowerSystemSleeping3, PowerActionSleep);
    callbacks();
    device.surprise_remove();
    EXPECT_EQ(callbacks(), list("EvtDeviceSurpriseRemoval") + kNotified +
                               list("EvtDeviceReleaseHardware", "EvtDeviceSelfManagedIoFlush",
                                    "EvtDeviceSelfManagedIoCleanup") +
                               kGone);
}

TEST_P(PnpTest, VetoesItsStopAndRemoval)
{
    plug_in("EvtDeviceQueryRemove");
    callbacks();
    EXPECT_EQ(device.remove(), STATUS_DEVICE_HARDWARE_ERROR);
    // Left, and entered again twice: after the refusal and after the cancellation.
    EXPECT_EQ(callbacks(), kNotified + list("EvtDeviceQueryRemove") + kNotified + kNotified +
                               kNotified + kNotified + kNotified);
    EXPECT_EQ(device.remove(), STATUS_SUCCESS);

    plug_in("EvtDeviceQueryStop");
    callbacks();
    EXPECT_EQ(device.stop(), STATUS_DEVICE_HARDWARE_ERROR);
    EXPECT_EQ(device.stop(), STATUS_SUCCESS);
    EXPECT_EQ(device.restart(), STATUS_SUCCESS);
}

TEST_P(PnpTest, StaysWhenItSaysSo)
{
    plug_in();
    File file = pc.open(R"(\\.\Life)");
    EXPECT_EQ(file.ioctl(IOCTL_LIFE_KEEP), 0u);
    EXPECT_EQ(file.ioctl(IOCTL_LIFE_KEEP), 0u);
    EXPECT_EQ(device.stop(), STATUS_INVALID_DEVICE_STATE);
    EXPECT_EQ(file.ioctl(IOCTL_LIFE_LET_GO), 0u);
    EXPECT_EQ(device.stop(), STATUS_INVALID_DEVICE_STATE) << "the calls nest";
    EXPECT_EQ(file.ioctl(IOCTL_LIFE_LET_GO), 0u);
    EXPECT_EQ(device.stop(), STATUS_SUCCESS);
}

TEST_P(PnpTest, FailsToStart)
{
    struct Case {
        std::string failing;
        Names rest;
    };
    const Names left_d0 = list("EvtDeviceD0Exit"), released = list("EvtDeviceReleaseHardware");
    for (const Case &one :
         {Case{"EvtDevicePrepareHardware", released}, Case{"EvtDeviceD0Entry", released},
          Case{"EvtDeviceD0EntryPostInterruptsEnabled", left_d0 + released},
          Case{"EvtDeviceSelfManagedIoInit",
               list("EvtDeviceD0ExitPreInterruptsDisabled") + left_d0 + released +
                   list("EvtDeviceSelfManagedIoFlush", "EvtDeviceSelfManagedIoCleanup")}}) {
        callbacks();
        plug_in(one.failing);
        EXPECT_EQ(device.status(), STATUS_DEVICE_HARDWARE_ERROR) << one.failing;
        const Names all = callbacks();
        auto failing = std::ranges::find(all, one.failing);
        ASSERT_NE(failing, all.end());
        EXPECT_EQ(Names(failing + 1, all.end()), one.rest + kGone) << one.failing;
    }
    EXPECT_TRUE(pc.unload(driver).clean());
}

TEST_P(PnpTest, FailsToWake)
{
    plug_in("EvtDeviceD0Entry2");
    set_system_power(PowerSystemSleeping3, PowerActionSleep);
    callbacks();
    set_system_power(PowerSystemWorking, PowerActionNone);
    EXPECT_EQ(callbacks(),
              list("EvtDeviceD0Entry") + kNotified +
                  list("EvtDeviceSurpriseRemoval", "EvtDeviceReleaseHardware",
                       "EvtDeviceSelfManagedIoFlush", "EvtDeviceSelfManagedIoCleanup") +
                  kGone);
    EXPECT_FALSE(device.present());
    EXPECT_TRUE(pc.unload(driver).clean());
}

TEST_P(PnpTest, FailsToSleep)
{
    for (const char *failing : {"EvtDeviceSelfManagedIoSuspend",
                                "EvtDeviceD0ExitPreInterruptsDisabled", "EvtDeviceD0Exit"}) {
        plug_in(failing);
        callbacks();
        set_system_power(PowerSystemSleeping3, PowerActionSleep);
        EXPECT_EQ(callbacks(),
                  kDown + kNotified +
                      list("EvtDeviceSurpriseRemoval", "EvtDeviceReleaseHardware",
                           "EvtDeviceSelfManagedIoFlush", "EvtDeviceSelfManagedIoCleanup") +
                      kGone)
            << failing;
        set_system_power(PowerSystemWorking, PowerActionNone);
    }
}

TEST_P(PnpTest, ReportsItsFailure)
{
    plug_in();
    File file = pc.open(R"(\\.\Life)");
    callbacks();
    EXPECT_EQ(file.ioctl(IOCTL_LIFE_FAIL), 0u);
    EXPECT_EQ(callbacks(), list("EvtIoDeviceControl") + kNotified +
                               list("EvtDeviceSurpriseRemoval") + kDown +
                               list("EvtDeviceReleaseHardware", "EvtDeviceSelfManagedIoFlush"));
    file.close();
    EXPECT_EQ(callbacks(), list("EvtDeviceSelfManagedIoCleanup") + kGone);
}

TEST_P(PnpTest, ChangesItsDeviceState)
{
    plug_in();
    File file = pc.open(R"(\\.\Life)");
    EXPECT_EQ(file.ioctl(IOCTL_LIFE_HIDE), 0u);
    pc.run_until_idle();
    EXPECT_EQ(pc.core().devices.back()->pnp_state,
              static_cast<PNP_DEVICE_STATE>(PNP_DEVICE_DONT_DISPLAY_IN_UI));
    EXPECT_EQ(pc.core().devices.back()->capabilities.DeviceD2, 1u);
}

// --- Everything at once --------------------------------------------------------------------------

bool is_pnp_callback(const Event &event)
{
    return event.name.starts_with("EvtDevice") && event.name != "EvtDeviceSurpriseRemoval";
}

// "Callbacks of one device never overlap", with the documented exception.
void expect_no_overlap(const Trace &trace)
{
    std::string running;
    for (const Event &event : trace) {
        if (!is_pnp_callback(event)) continue;
        if (event.kind == EventKind::Callback) {
            EXPECT_EQ(running, "") << event.name << " was called meanwhile";
            running = event.name;
        } else if (event.kind == EventKind::CallbackReturn) {
            running.clear();
        }
    }
}

void live_with_seed(std::uint64_t seed)
{
    MachineOptions options;
    options.strategy = Strategy::Random;
    options.seed = seed;
    Machine pc(options);
    Driver driver = pc.load(PNP_LIFE_DRIVER);
    Device device = pc.plug_in(driver, "ROOT\\LIFE");
    ASSERT_TRUE(device) << device.error();
    Client reader = pc.client("reader", [&] {
        File file = pc.open(R"(\\.\Life)");
        for (int i = 0; i < 3 && file; ++i) file.read_async(4).cancel();
        if (seed % 3 == 0 && file) file.ioctl(IOCTL_LIFE_FAIL);
    });
    pc.core().call(
        [&] { pc.core().kernel->pnp->set_system_power(PowerSystemSleeping3, PowerActionSleep); });
    if (seed % 2)
        pc.core().call(
            [&] { pc.core().kernel->pnp->set_system_power(PowerSystemWorking, PowerActionNone); });
    device.surprise_remove();
    reader.join();
    pc.run_until_idle();
    EXPECT_FALSE(device.present());
    expect_no_overlap(pc.trace());
    const Names all = pc.trace().callbacks();
    EXPECT_EQ(std::ranges::count(all, "EvtDeviceD0Entry"),
              std::ranges::count(all, "EvtDeviceD0Exit"));
    for (const char *once :
         {"EvtDevicePrepareHardware", "EvtDeviceReleaseHardware", "EvtDeviceSelfManagedIoInit",
          "EvtDeviceSelfManagedIoFlush", "EvtDeviceSelfManagedIoCleanup", "EvtCleanupCallback"})
        EXPECT_EQ(std::ranges::count(all, once), 1) << once;
    EXPECT_TRUE(pc.unload(driver).clean());
    EXPECT_FALSE(pc.bugcheck()) << *pc.bugcheck();
}

TEST(PnpWithRandomChoices, SleepFailureAndRemovalAtOnce)
{
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        live_with_seed(seed);
        if (testing::Test::HasFailure()) FAIL() << "with seed " << seed;
    }
}

INSTANTIATE_TEST_SUITE_P(BothModes, PnpTest, testing::Values(Mode::Deterministic, Mode::Threaded),
                         [](const auto &info) {
                             return info.param == Mode::Threaded ? "Threaded" : "Deterministic";
                         });

}  // namespace
}  // namespace openkmdf
