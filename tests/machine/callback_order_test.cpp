// The documented order of a device's callbacks, with a driver that registers all of them.

#include <openkmdf/gtest.h>
#include <openkmdf/machine.h>

#include <gtest/gtest.h>

namespace openkmdf {
namespace {

using Names = std::vector<std::string>;

class CallbackOrderTest : public testing::Test {
protected:
    void arrive(const char *module)
    {
        driver = pc.load(module);
        ASSERT_TRUE(driver) << driver.error();
        pc.clear_trace();
        device = pc.plug_in(driver, "ROOT\\LIFE");
    }

    void TearDown() override
    {
        const UnloadReport report = pc.unload(driver);
        EXPECT_TRUE(report.clean()) << report;
        EXPECT_FALSE(pc.bugcheck()) << *pc.bugcheck();
    }

    Machine pc;
    Driver driver;
    Device device;
};

TEST_F(CallbackOrderTest, Start)
{
    arrive(LIFECYCLE_DRIVER);
    EXPECT_TRUE(device) << device.error();
    EXPECT_THAT(
        pc.trace(),
        HasCallbacks({"EvtDriverDeviceAdd", "EvtDevicePrepareHardware", "EvtDeviceD0Entry",
                      "EvtDeviceD0EntryPostInterruptsEnabled", "EvtDeviceSelfManagedIoInit"}));
}

TEST_F(CallbackOrderTest, OrderlyRemoval)
{
    arrive(LIFECYCLE_DRIVER);
    pc.clear_trace();
    EXPECT_EQ(device.remove(), STATUS_SUCCESS);
    EXPECT_THAT(pc.trace(), HasCallbacks({"EvtDeviceQueryRemove", "EvtDeviceSelfManagedIoSuspend",
                                          "EvtDeviceD0ExitPreInterruptsDisabled", "EvtDeviceD0Exit",
                                          "EvtDeviceReleaseHardware", "EvtDeviceSelfManagedIoFlush",
                                          "EvtDeviceSelfManagedIoCleanup", "EvtCleanupCallback",
                                          "EvtDestroyCallback"}));
}

TEST_F(CallbackOrderTest, SurpriseRemovalInD0)
{
    arrive(LIFECYCLE_DRIVER);
    pc.clear_trace();
    device.surprise_remove();
    EXPECT_THAT(pc.trace(),
                HasCallbacks({"EvtDeviceSurpriseRemoval", "EvtDeviceSelfManagedIoSuspend",
                              "EvtDeviceD0ExitPreInterruptsDisabled", "EvtDeviceD0Exit",
                              "EvtDeviceReleaseHardware", "EvtDeviceSelfManagedIoFlush",
                              "EvtDeviceSelfManagedIoCleanup", "EvtCleanupCallback",
                              "EvtDestroyCallback"}));
}

// Between the two halves of a surprise removal the client's handle is still open.
TEST_F(CallbackOrderTest, SurpriseRemovalWaitsForOpenFiles)
{
    arrive(LIFECYCLE_DRIVER);
    File file = pc.open(R"(\\.\Life)");
    ASSERT_TRUE(file) << file.error();
    pc.clear_trace();
    device.surprise_remove();
    EXPECT_THAT(pc.trace(),
                HasCallbacks({"EvtDeviceSurpriseRemoval", "EvtDeviceSelfManagedIoSuspend",
                              "EvtDeviceD0ExitPreInterruptsDisabled", "EvtDeviceD0Exit",
                              "EvtDeviceReleaseHardware", "EvtDeviceSelfManagedIoFlush"}));
    pc.clear_trace();
    file.close();
    EXPECT_THAT(pc.trace(),
                HasCallbacks({"EvtFileCleanup", "EvtFileClose", "EvtDeviceSelfManagedIoCleanup",
                              "EvtCleanupCallback", "EvtDestroyCallback"}));
}

TEST_F(CallbackOrderTest, DeviceAddFails)
{
    arrive(LIFECYCLE_DEVICE_ADD_FAILS_DRIVER);
    EXPECT_FALSE(device);
    EXPECT_THAT(pc.trace(),
                HasCallbacks({"EvtDriverDeviceAdd", "EvtCleanupCallback", "EvtDestroyCallback"}));
}

TEST_F(CallbackOrderTest, PrepareHardwareFails)
{
    arrive(LIFECYCLE_PREPARE_HARDWARE_FAILS_DRIVER);
    EXPECT_FALSE(device);
    EXPECT_THAT(pc.trace(), HasCallbacks({"EvtDriverDeviceAdd", "EvtDevicePrepareHardware",
                                          "EvtDeviceReleaseHardware", "EvtCleanupCallback",
                                          "EvtDestroyCallback"}));
}

TEST_F(CallbackOrderTest, D0EntryFails)
{
    arrive(LIFECYCLE_D0_ENTRY_FAILS_DRIVER);
    EXPECT_FALSE(device);
    EXPECT_THAT(pc.trace(), HasCallbacks({"EvtDriverDeviceAdd", "EvtDevicePrepareHardware",
                                          "EvtDeviceD0Entry", "EvtDeviceReleaseHardware",
                                          "EvtCleanupCallback", "EvtDestroyCallback"}));
}

TEST_F(CallbackOrderTest, SelfManagedIoInitFails)
{
    arrive(LIFECYCLE_SELF_MANAGED_IO_INIT_FAILS_DRIVER);
    EXPECT_FALSE(device);
    EXPECT_THAT(pc.trace(),
                HasCallbacksInOrder({"EvtDriverDeviceAdd", "EvtDevicePrepareHardware",
                                     "EvtDeviceD0Entry", "EvtDeviceD0EntryPostInterruptsEnabled",
                                     "EvtDeviceSelfManagedIoInit", "EvtDeviceReleaseHardware",
                                     "EvtDeviceSelfManagedIoFlush", "EvtDeviceSelfManagedIoCleanup",
                                     "EvtCleanupCallback", "EvtDestroyCallback"}))
        << pc.trace();
}

TEST_F(CallbackOrderTest, QueryRemoveRefuses)
{
    arrive(LIFECYCLE_QUERY_REMOVE_FAILS_DRIVER);
    pc.clear_trace();
    EXPECT_FALSE(device.remove());
    EXPECT_THAT(pc.trace(), HasCallbacks({"EvtDeviceQueryRemove"}));
    EXPECT_TRUE(device.present());
    device.surprise_remove();
}

TEST_F(CallbackOrderTest, FileOpenAndClose)
{
    arrive(LIFECYCLE_DRIVER);
    pc.clear_trace();
    File file = pc.open(R"(\\.\Life)");
    ASSERT_TRUE(file) << file.error();
    EXPECT_THAT(pc.trace(), HasCallbacks({"EvtDeviceFileCreate"}));
    file.close();
    EXPECT_THAT(pc.trace(),
                HasCallbacks({"EvtDeviceFileCreate", "EvtFileCleanup", "EvtFileClose"}));
}

TEST_F(CallbackOrderTest, FileOpenFails)
{
    arrive(LIFECYCLE_FILE_CREATE_FAILS_DRIVER);
    pc.clear_trace();
    EXPECT_EQ(pc.open(R"(\\.\Life)").status(), STATUS_UNSUCCESSFUL);
    EXPECT_THAT(pc.trace(), HasCallbacks({"EvtDeviceFileCreate"}));
}

TEST(DriverUnloadOrderTest, UnloadComesAfterTheDevices)
{
    Machine pc;
    Driver driver = pc.load(LIFECYCLE_DRIVER);
    Device device = pc.plug_in(driver, "ROOT\\LIFE");
    ASSERT_TRUE(device) << device.error();
    EXPECT_EQ(device.remove(), STATUS_SUCCESS);
    pc.clear_trace();
    EXPECT_TRUE(pc.unload(driver).clean());
    EXPECT_THAT(pc.trace(), HasCallbacks({"DriverUnload", "EvtDriverUnload"}));
}

}  // namespace
}  // namespace openkmdf
