// Devices that go together, and devices that special files need together.

#include "machine/machine_core.h"
#include "tests/support/function_calls.h"
#include "tests/support/tested.h"

#include <string>
#include <vector>

namespace openkmdf {
namespace {

using test::FunctionCalls;
using test::kCaller;

struct Added {
    Device device;
    WDFDEVICE handle;
    PDEVICE_OBJECT physical;
};

class RelationsTest : public testing::Test {
protected:
    Added add()
    {
        Device device = calls.add_device();
        EXPECT_TRUE(device.ok()) << device.error();
        auto handle = reinterpret_cast<WDFDEVICE>(calls.added.Device);
        return {device, handle, physical(handle)};
    }
    PDEVICE_OBJECT physical(WDFDEVICE device)
    {
        return DRIVER_CALL(calls, WdfDeviceWdmGetPhysicalDevice, device);
    }
    Status relate(WDFDEVICE device, PDEVICE_OBJECT other)
    {
        return DRIVER_CALL(calls, WdfDeviceAddRemovalRelationsPhysicalDevice, device, other);
    }

    FunctionCalls calls{CHECKED_DRIVER};
    WDFDEVICE first = calls.wdf_device();
};

// --- Removal -------------------------------------------------------------------------------------

TEST_F(RelationsTest, GoTogether)
{
    OPENKMDF_TESTS(WdfDeviceAddRemovalRelationsPhysicalDevice);
    Added second = add(), third = add(), other = add();
    EXPECT_EQ(relate(first, nullptr), Status(STATUS_INVALID_PARAMETER));
    calls.fail_allocation(1);
    EXPECT_EQ(relate(first, second.physical), Status(STATUS_INSUFFICIENT_RESOURCES));
    calls.fail_allocation(0);
    // Relations have relations; a circle is no harm.
    EXPECT_EQ(relate(first, second.physical), Status(STATUS_SUCCESS));
    EXPECT_EQ(relate(first, second.physical), Status(STATUS_SUCCESS));
    EXPECT_EQ(relate(second.handle, third.physical), Status(STATUS_SUCCESS));
    EXPECT_EQ(relate(third.handle, physical(first)), Status(STATUS_SUCCESS));
    // An open file of one keeps them all.
    EXPECT_EQ(third.device.remove(), Status(STATUS_DEVICE_BUSY));
    EXPECT_TRUE(second.device.present());
    EXPECT_TRUE(third.device.present());
    EXPECT_EQ(DRIVER_CALL(calls, WdfDeviceGetDriver, third.handle), calls.wdf_driver());
    calls.file.close();
    EXPECT_EQ(calls.device.remove(), Status(STATUS_SUCCESS));
    EXPECT_FALSE(calls.device.present());
    EXPECT_FALSE(second.device.present());
    EXPECT_FALSE(third.device.present());
    EXPECT_TRUE(other.device.present());
    EXPECT_EQ(calls.leaks(), "");
}

TEST_F(RelationsTest, GoTogetherBySurprise)
{
    Added second = add(), other = add();
    EXPECT_EQ(relate(second.handle, physical(first)), Status(STATUS_SUCCESS));
    second.device.surprise_remove();
    EXPECT_FALSE(second.device.present());
    // The file keeps what is left of the first one.
    EXPECT_FALSE(calls.file.write("x").ok());
    calls.file.close();
    calls.machine.run_until_idle();
    EXPECT_FALSE(calls.device.present());
    EXPECT_TRUE(other.device.present());
    EXPECT_EQ(calls.leaks(), "");
}

TEST_F(RelationsTest, AreTakenBack)
{
    OPENKMDF_TESTS(WdfDeviceRemoveRemovalRelationsPhysicalDevice,
                   WdfDeviceClearRemovalRelationsDevices);
    Added second = add(), third = add();
    for (PDEVICE_OBJECT other : {second.physical, third.physical})
        EXPECT_TRUE(relate(first, other).ok());
    DRIVER_CALL(calls, WdfDeviceRemoveRemovalRelationsPhysicalDevice, first, second.physical);
    DRIVER_CALL(calls, WdfDeviceRemoveRemovalRelationsPhysicalDevice, first, second.physical);
    EXPECT_TRUE(relate(third.handle, second.physical).ok());
    DRIVER_CALL(calls, WdfDeviceClearRemovalRelationsDevices, third.handle);
    calls.file.close();
    EXPECT_EQ(calls.device.remove(), Status(STATUS_SUCCESS));
    EXPECT_TRUE(second.device.present());
    EXPECT_FALSE(third.device.present());
    EXPECT_EQ(calls.leaks(), "");
}

// --- Special files -------------------------------------------------------------------------------

struct Usage {
    WDFDEVICE device;
    bool in_path;

    friend bool operator==(const Usage &, const Usage &) = default;
};

// What the callbacks below were told; they are the driver's, on kernel stacks.
struct UsageLog {
    Usage entries[16];
    unsigned count = 0;
    WDFDEVICE refuses = nullptr;

    std::vector<Usage> take()
    {
        std::vector<Usage> all(entries, entries + count);
        count = 0;
        return all;
    }
};
UsageLog usage_log;

NTSTATUS NTAPI usage_notification(WDFDEVICE device, WDF_SPECIAL_FILE_TYPE, BOOLEAN in_path)
{
    usage_log.entries[usage_log.count++] = {device, in_path != 0};
    return in_path && device == usage_log.refuses ? STATUS_DEVICE_BUSY : STATUS_SUCCESS;
}

class UsageTest : public RelationsTest {
protected:
    UsageTest() { usage_log = {}; }
    Added add_with_callback()
    {
        WDF_PNPPOWER_EVENT_CALLBACKS callbacks{};
        callbacks.Size = sizeof callbacks;
        callbacks.EvtDeviceUsageNotificationEx = usage_notification;
        DRIVER_ADD_CALL(calls, WdfDeviceInitSetPnpPowerEventCallbacks, kCaller, &callbacks);
        Added added = add();
        DRIVER_CALL(calls, WdfDeviceSetSpecialFileSupport, added.handle, WdfSpecialFilePaging,
                    BOOLEAN{TRUE});
        return added;
    }
    Status depend(const Added &on, PDEVICE_OBJECT other)
    {
        return DRIVER_CALL(calls, WdfDeviceAddDependentUsageDeviceObject, on.handle, other);
    }
    Status notify(const Added &added, bool in_path)
    {
        NTSTATUS status = STATUS_UNSUCCESSFUL;
        MachineCore &core = calls.machine.core();
        core.call([&] {
            executive::PnpManager &pnp = *core.kernel->pnp;
            status =
                pnp.send(*executive::PnpManager::node_of(added.physical),
                         IRP_MN_DEVICE_USAGE_NOTIFICATION, [in_path](PIO_STACK_LOCATION location) {
                             location->Parameters.UsageNotification.InPath = in_path;
                             location->Parameters.UsageNotification.Type = DeviceUsageTypePaging;
                         });
        });
        return status;
    }
};

TEST_F(UsageTest, DependentsHearFirst)
{
    OPENKMDF_TESTS(WdfDeviceAddDependentUsageDeviceObject,
                   WdfDeviceRemoveDependentUsageDeviceObject);
    Added disk = add_with_callback(), mirror = add_with_callback(),
          controller = add_with_callback();
    EXPECT_EQ(depend(disk, nullptr), Status(STATUS_INVALID_PARAMETER));
    calls.fail_allocation(1);
    EXPECT_EQ(depend(disk, mirror.physical), Status(STATUS_INSUFFICIENT_RESOURCES));
    calls.fail_allocation(0);
    ASSERT_EQ(depend(disk, mirror.physical), Status(STATUS_SUCCESS));
    ASSERT_EQ(depend(disk, controller.physical), Status(STATUS_SUCCESS));
    EXPECT_EQ(notify(disk, true), Status(STATUS_SUCCESS));
    EXPECT_EQ(usage_log.take(),
              (std::vector<Usage>{
                  {mirror.handle, true}, {controller.handle, true}, {disk.handle, true}}));
    EXPECT_EQ(notify(disk, false), Status(STATUS_SUCCESS));
    EXPECT_EQ(usage_log.take(),
              (std::vector<Usage>{
                  {mirror.handle, false}, {controller.handle, false}, {disk.handle, false}}));

    // One that refuses ends it, and those before hear the opposite.
    usage_log.refuses = controller.handle;
    EXPECT_EQ(notify(disk, true), Status(STATUS_DEVICE_BUSY));
    EXPECT_EQ(usage_log.take(),
              (std::vector<Usage>{
                  {mirror.handle, true}, {controller.handle, true}, {mirror.handle, false}}));
    usage_log.refuses = disk.handle;
    EXPECT_EQ(notify(disk, true), Status(STATUS_DEVICE_BUSY));
    EXPECT_EQ(usage_log.take(), (std::vector<Usage>{{mirror.handle, true},
                                                    {controller.handle, true},
                                                    {disk.handle, true},
                                                    {mirror.handle, false},
                                                    {controller.handle, false}}));

    usage_log.refuses = nullptr;
    DRIVER_CALL(calls, WdfDeviceRemoveDependentUsageDeviceObject, disk.handle, mirror.physical);
    EXPECT_EQ(notify(disk, true), Status(STATUS_SUCCESS));
    EXPECT_EQ(usage_log.take(),
              (std::vector<Usage>{{controller.handle, true}, {disk.handle, true}}));
    EXPECT_EQ(notify(disk, false), Status(STATUS_SUCCESS));
    EXPECT_EQ(calls.leaks(), "");
}

}  // namespace
}  // namespace openkmdf
