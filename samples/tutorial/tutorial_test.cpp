#include <openkmdf/machine.h>

#include <gtest/gtest.h>

TEST(TutorialTest, LivesFromLoadToUnload)
{
    openkmdf::Machine pc;
    auto driver = pc.load(TUTORIAL_DRIVER);
    ASSERT_TRUE(driver) << driver.error();
    auto device = pc.plug_in(driver, "ROOT\\TUTORIAL");
    ASSERT_TRUE(device) << device.error();
    {
        auto file = pc.open(R"(\\.\Tutorial)");
        ASSERT_TRUE(file) << file.error();
        // No queue, so nobody who would answer.
        EXPECT_EQ(file.write("hello"), STATUS_INVALID_DEVICE_REQUEST);
    }
    EXPECT_EQ(device.remove(), STATUS_SUCCESS);
    EXPECT_EQ(pc.open(R"(\\.\Tutorial)").status(), STATUS_OBJECT_NAME_NOT_FOUND);
    auto report = pc.unload(driver);
    EXPECT_TRUE(report.clean()) << report;
}

// A function driver can be unloaded without a callback of its own: the framework has the routine.
TEST(TutorialTest, NeedsNoUnloadCallback)
{
    openkmdf::Machine pc;
    auto driver = pc.load(TUTORIAL_WITHOUT_UNLOAD_DRIVER);
    ASSERT_TRUE(driver) << driver.error();
    auto device = pc.plug_in(driver, "ROOT\\TUTORIAL");
    ASSERT_TRUE(device) << device.error();
    EXPECT_TRUE(pc.open(R"(\\.\Tutorial)"));
    device.surprise_remove();
    auto report = pc.unload(driver);
    EXPECT_TRUE(report.clean()) << report;
}
