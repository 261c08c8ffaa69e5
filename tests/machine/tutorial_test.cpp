// The driver that every KMDF tutorial starts with: loaded, plugged in, opened, removed, unloaded.

#include <openkmdf/gtest.h>
#include <openkmdf/machine.h>

#include <gtest/gtest.h>

namespace openkmdf {
namespace {

class TutorialTest : public testing::TestWithParam<Mode> {
protected:
    MachineOptions options()
    {
        MachineOptions options;
        options.mode = GetParam();
        return options;
    }
};

TEST_P(TutorialTest, LivesAndGoesWithUnload)
{
    Machine pc(options());
    Driver driver = pc.load(TUTORIAL_DRIVER);
    ASSERT_TRUE(driver) << driver.error();
    Device device = pc.plug_in(driver, "ROOT\\TUTORIAL");
    ASSERT_TRUE(device) << device.error();
    {
        File file = pc.open(R"(\\.\Tutorial)");
        ASSERT_TRUE(file) << file.error();
        // No queue takes it.
        EXPECT_EQ(file.write("x"), STATUS_INVALID_DEVICE_REQUEST);
    }
    EXPECT_EQ(device.remove(), STATUS_SUCCESS);
    EXPECT_EQ(pc.open(R"(\\.\Tutorial)").status(), STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_TRUE(pc.unload(driver).clean());
    EXPECT_FALSE(pc.bugcheck());
    EXPECT_THAT(pc.trace(),
                HasCallbacksInOrder({"DriverEntry", "EvtDriverDeviceAdd", "EvtDriverUnload"}));
}

TEST_P(TutorialTest, LivesAndGoesWithoutUnload)
{
    Machine pc(options());
    Driver driver = pc.load(TUTORIAL_WITHOUT_UNLOAD_DRIVER);
    ASSERT_TRUE(driver) << driver.error();
    Device device = pc.plug_in(driver, "ROOT\\TUTORIAL");
    ASSERT_TRUE(device) << device.error();
    EXPECT_EQ(device.remove(), STATUS_SUCCESS);
    EXPECT_TRUE(pc.unload(driver).clean());
}

TEST_P(TutorialTest, MayBeLoadedAgain)
{
    Machine pc(options());
    for (int i = 0; i < 3; ++i) {
        Driver driver = pc.load(TUTORIAL_DRIVER);
        ASSERT_TRUE(driver) << driver.error();
        Device device = pc.plug_in(driver, "ROOT\\TUTORIAL");
        ASSERT_TRUE(device) << device.error();
        EXPECT_TRUE(pc.unload(driver).clean());
    }
}

INSTANTIATE_TEST_SUITE_P(BothModes, TutorialTest,
                         testing::Values(Mode::Deterministic, Mode::Threaded),
                         [](const auto &info) {
                             return info.param == Mode::Threaded ? "Threaded" : "Deterministic";
                         });

}  // namespace
}  // namespace openkmdf
