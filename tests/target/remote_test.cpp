// Remote targets whose devices go: asked, called off, by surprise.

#include "drivers/watcher.h"
#include "stack.h"
#include "tests/support/tested.h"

#include <algorithm>

namespace openkmdf {
namespace {

// WDF_IO_TARGET_STATE
constexpr unsigned kStarted = 1;
constexpr unsigned kClosed = 4;

class RemoteTest : public testing::TestWithParam<Mode> {
protected:
    RemoteTest()
    {
        EXPECT_TRUE(target) << target.error();
        EXPECT_TRUE(file) << file.error();
    }
    ~RemoteTest() override
    {
        file.close();
        EXPECT_EQ(device.remove(), STATUS_SUCCESS);
        const UnloadReport of_watcher = pc.unload(driver);
        EXPECT_TRUE(of_watcher.clean()) << of_watcher;
        const UnloadReport of_bottom = pc.unload(bottom);
        EXPECT_TRUE(of_bottom.clean()) << of_bottom;
        EXPECT_FALSE(pc.bugcheck()) << *pc.bugcheck();
    }
    static MachineOptions options()
    {
        MachineOptions options;
        options.mode = GetParam();
        return options;
    }
    void open(WATCHER_OPEN how)
    {
        EXPECT_EQ(file.ioctl(IOCTL_WATCHER_OPEN, std::as_bytes(std::span(&how, 1))),
                  STATUS_SUCCESS);
        EXPECT_EQ(state(), kStarted);
        EXPECT_EQ(file.ioctl(IOCTL_WATCHER_FAIL), STATUS_DEVICE_DATA_ERROR);
    }
    unsigned ask(std::uint32_t code)
    {
        unsigned answer = 0;
        EXPECT_EQ(file.ioctl(code, {}, std::as_writable_bytes(std::span(&answer, 1))),
                  sizeof answer);
        return answer;
    }
    unsigned state() { return ask(IOCTL_WATCHER_GET_STATE); }
    int calls(const char *callback)
    {
        const auto names = pc.trace().callbacks();
        return static_cast<int>(std::count(names.begin(), names.end(), callback));
    }

    Machine pc{options()};
    Driver bottom = pc.load(TARGET_BOTTOM_DRIVER);
    Driver driver = pc.load(TARGET_WATCHER_DRIVER);
    Device target = pc.plug_in(bottom, "ROOT\\BOTTOM");
    Device device = pc.plug_in(driver, "ROOT\\WATCHER");
    File file = pc.open(R"(\\.\Watcher)");
};

TEST_P(RemoteTest, TheDriverClosesItsTarget)
{
    OPENKMDF_TESTS(WdfIoTargetCloseForQueryRemove);
    open(WatcherAgrees);
    EXPECT_EQ(file.ioctl(IOCTL_WATCHER_KEEP), STATUS_SUCCESS);
    EXPECT_EQ(target.remove(), STATUS_SUCCESS);
    EXPECT_EQ(ask(IOCTL_WATCHER_GET_CANCELLED), 1u);
    EXPECT_EQ(state(), kClosed);
    EXPECT_EQ(calls("EvtIoTargetQueryRemove"), 1);
    EXPECT_EQ(calls("EvtIoTargetRemoveComplete"), 1);
    EXPECT_EQ(calls("EvtIoTargetRemoveCanceled"), 0);
    EXPECT_EQ(file.ioctl(IOCTL_WATCHER_FAIL), STATUS_INVALID_DEVICE_STATE);
}

TEST_P(RemoteTest, TheDriverVetoes)
{
    open(WatcherVetoes);
    EXPECT_EQ(target.remove(), STATUS_UNSUCCESSFUL);
    EXPECT_EQ(state(), kStarted);
    EXPECT_EQ(file.ioctl(IOCTL_WATCHER_FAIL), STATUS_DEVICE_DATA_ERROR);
    EXPECT_EQ(calls("EvtIoTargetRemoveComplete"), 0);
}

TEST_P(RemoteTest, AnotherClientPreventsTheRemoval)
{
    open(WatcherAgrees);
    File other = pc.open(R"(\\.\Bottom)");
    EXPECT_EQ(target.remove(), STATUS_DEVICE_BUSY);
    // Closed for the query and opened again when it was called off, once each.
    EXPECT_EQ(calls("EvtIoTargetQueryRemove"), 1);
    EXPECT_EQ(calls("EvtIoTargetRemoveCanceled"), 1);
    EXPECT_EQ(state(), kStarted);
    EXPECT_EQ(file.ioctl(IOCTL_WATCHER_FAIL), STATUS_DEVICE_DATA_ERROR);
    other.close();
    EXPECT_EQ(target.remove(), STATUS_SUCCESS);
    EXPECT_EQ(state(), kClosed);
}

TEST_P(RemoteTest, WithoutCallbacksTheFrameworkDoesIt)
{
    open(WatcherNoCallbacks);
    File other = pc.open(R"(\\.\Bottom)");
    EXPECT_EQ(target.remove(), STATUS_DEVICE_BUSY);
    EXPECT_EQ(state(), kStarted);
    EXPECT_EQ(file.ioctl(IOCTL_WATCHER_FAIL), STATUS_DEVICE_DATA_ERROR);
    EXPECT_EQ(file.ioctl(IOCTL_WATCHER_KEEP), STATUS_SUCCESS);
    other.close();
    EXPECT_EQ(target.remove(), STATUS_SUCCESS);
    EXPECT_EQ(ask(IOCTL_WATCHER_GET_CANCELLED), 1u);
    EXPECT_EQ(state(), kClosed);
}

TEST_P(RemoteTest, SurpriseRemoval)
{
    for (const WATCHER_OPEN how : {WatcherNoCallbacks, WatcherAgrees}) {
        pc.clear_trace();
        open(how);
        EXPECT_EQ(file.ioctl(IOCTL_WATCHER_KEEP), STATUS_SUCCESS);
        target.surprise_remove();
        pc.run_until_idle();
        EXPECT_EQ(state(), kClosed);
        EXPECT_EQ(calls("EvtIoTargetRemoveComplete"), how == WatcherAgrees);
        EXPECT_EQ(calls("EvtIoTargetQueryRemove"), 0);
        EXPECT_FALSE(target.present());
        target = pc.plug_in(bottom, "ROOT\\BOTTOM");
        EXPECT_TRUE(target) << target.error();
    }
}

TEST_P(RemoteTest, ADeletedTargetIsNotTold)
{
    open(WatcherAgrees);
    EXPECT_EQ(file.ioctl(IOCTL_WATCHER_DELETE), STATUS_SUCCESS);
    EXPECT_EQ(target.remove(), STATUS_SUCCESS);
    EXPECT_EQ(calls("EvtIoTargetQueryRemove"), 0);
    EXPECT_EQ(state(), kClosed);
}

TEST_P(RemoteTest, TheWatcherGoesFirst)
{
    open(WatcherAgrees);
    EXPECT_EQ(file.ioctl(IOCTL_WATCHER_KEEP), STATUS_SUCCESS);
    file.close();
    EXPECT_EQ(device.remove(), STATUS_SUCCESS);
    EXPECT_EQ(target.remove(), STATUS_SUCCESS);
    EXPECT_EQ(calls("EvtIoTargetQueryRemove"), 0);
    device = pc.plug_in(driver, "ROOT\\WATCHER");
    EXPECT_TRUE(device) << device.error();
}

INSTANTIATE_TEST_SUITE_P(BothModes, RemoteTest,
                         testing::Values(Mode::Deterministic, Mode::Threaded),
                         [](const auto &info) {
                             return info.param == Mode::Threaded ? "Threaded" : "Deterministic";
                         });

}  // namespace
}  // namespace openkmdf
