// How clients find a device: links and interfaces; control devices, which have nothing else.

#include "tests/framework/device_fixture.h"

#include <string>

namespace openkmdf::test {
namespace {

class DeviceNameTest : public DeviceTest {};

// --- Symbolic links ------------------------------------------------------------------------------

TEST_F(DeviceNameTest, LeavesItsLinkToItsSuccessor)
{
    OPENKMDF_TESTS(WdfDeviceCreateSymbolicLink);
    start();
    File first = open();
    run([&] {
        const UNICODE_STRING link = text(u"\\DosDevices\\Test");
        EXPECT_FALSE(NT_SUCCESS(WdfDeviceCreateSymbolicLink(wdf_device, &link)));
    });
    device.surprise_remove();
    // The file is open still, the name is free.
    plug_in();
    EXPECT_TRUE(open().ok());
    first.close();
}

// --- Interfaces ----------------------------------------------------------------------------------

TEST_F(DeviceNameTest, EnablesItsInterfacesWhenItStarts)
{
    OPENKMDF_TESTS(WdfDeviceCreateDeviceInterface, WdfDeviceSetDeviceInterfaceState,
                   WdfDeviceSetDeviceInterfaceStateEx);
    const UNICODE_STRING one = text(u"one"), two = text(u"two");
    after_create = [&] {
        EXPECT_STATUS(WdfDeviceCreateDeviceInterface(wdf_device, &kInterface, nullptr),
                      STATUS_SUCCESS);
        EXPECT_STATUS(WdfDeviceCreateDeviceInterface(wdf_device, &kInterface, &one),
                      STATUS_SUCCESS);
        EXPECT_STATUS(WdfDeviceCreateDeviceInterface(wdf_device, &kInterface, &two),
                      STATUS_SUCCESS);
        WdfDeviceSetDeviceInterfaceStateEx(wdf_device, &kInterface, &two, FALSE);
        return STATUS_SUCCESS;
    };
    start();
    ASSERT_EQ(device.interfaces().size(), 2u) << "but for the one that was told not to";
    EXPECT_TRUE(pc.open(device.interfaces()[0]).ok());
    EXPECT_NE(device.interfaces()[1].find("\\one"), std::string::npos) << device.interfaces()[1];
    run([&] { WdfDeviceSetDeviceInterfaceState(wdf_device, &kInterface, &two, TRUE); });
    EXPECT_EQ(device.interfaces().size(), 3u);
    File still_open = pc.open(device.interfaces()[0]);
    run([&] { WdfDeviceSetDeviceInterfaceState(wdf_device, &kInterface, nullptr, FALSE); });
    EXPECT_EQ(device.interfaces().size(), 2u);
    EXPECT_TRUE(still_open.ok());
    still_open.close();
    run([&] {
        WdfDeviceSetDeviceInterfaceStateEx(wdf_device, &kInterface, nullptr, TRUE);
        WdfDeviceSetDeviceInterfaceState(wdf_device, &kClass, nullptr, TRUE);
    });
    EXPECT_EQ(device.interfaces().size(), 3u)
        << "an interface that it does not have changes nothing";
    EXPECT_EQ(device.remove(), STATUS_SUCCESS);
    EXPECT_TRUE(device.interfaces().empty());
}

TEST_F(DeviceNameTest, EnablesLaterInterfacesWhenToldTo)
{
    OPENKMDF_TESTS(WdfDeviceCreateDeviceInterface, WdfDeviceSetDeviceInterfaceState);
    start();
    run([&] {
        EXPECT_STATUS(WdfDeviceCreateDeviceInterface(wdf_device, &kInterface, nullptr),
                      STATUS_SUCCESS);
    });
    EXPECT_TRUE(device.interfaces().empty());
    run([&] { WdfDeviceSetDeviceInterfaceState(wdf_device, &kInterface, nullptr, TRUE); });
    EXPECT_EQ(device.interfaces().size(), 1u);
}

// --- Control devices -----------------------------------------------------------------------------

class ControlDeviceTest : public DeviceTest {
protected:
    PWDFDEVICE_INIT allocate()
    {
        const UNICODE_STRING sddl = text(u"D:P(A;;GA;;;WD)");
        PWDFDEVICE_INIT init = WdfControlDeviceInitAllocate(wdf_driver, &sddl);
        EXPECT_NE(init, nullptr);
        return init;
    }
    void create_control(const std::function<void(PWDFDEVICE_INIT)> &prepare = [](PWDFDEVICE_INIT) {
    })
    {
        run([&] {
            PWDFDEVICE_INIT init = allocate();
            const UNICODE_STRING name = text(u"\\Device\\Control"),
                                 link = text(u"\\DosDevices\\Test");
            EXPECT_STATUS(WdfDeviceInitAssignName(init, &name), STATUS_SUCCESS);
            prepare(init);
            ASSERT_STATUS(create(init), STATUS_SUCCESS);
            EXPECT_EQ(init, nullptr);
            EXPECT_STATUS(WdfDeviceCreateSymbolicLink(wdf_device, &link), STATUS_SUCCESS);
        });
    }
    void finish()
    {
        run([&] { WdfControlFinishInitializing(wdf_device); });
    }
};

TEST_F(ControlDeviceTest, TakesRequestsWhenItIsFinished)
{
    OPENKMDF_TESTS(WdfControlDeviceInitAllocate, WdfControlFinishInitializing, WdfObjectDelete);
    load();
    create_control();
    run([&] {
        WDF_IO_QUEUE_CONFIG config = config_of(WdfIoQueueDispatchParallel);
        config.DefaultQueue = TRUE;
        config.PowerManaged = WdfTrue;
        WDFQUEUE refused = nullptr;
        EXPECT_FALSE(
            NT_SUCCESS(WdfIoQueueCreate(wdf_device, &config, WDF_NO_OBJECT_ATTRIBUTES, &refused)));
        config.PowerManaged = WdfUseDefault;
        queue = create_queue(config);
    });
    EXPECT_FALSE(pc.open(R"(\\.\Test)").ok());
    finish();
    file = open();
    Operation one = read();
    ASSERT_EQ(got.size(), 1u);
    complete(got[0]);
    EXPECT_EQ(one.status(), STATUS_SUCCESS);
    file.close();
    run([&] { WdfObjectDelete(wdf_device); });
    EXPECT_FALSE(pc.open(R"(\\.\Test)").ok());
}

TEST_F(ControlDeviceTest, IsOnNoStack)
{
    OPENKMDF_TESTS(WdfDeviceWdmGetPhysicalDevice, WdfDeviceWdmGetAttachedDevice,
                   WdfDeviceCreateDeviceInterface, WdfDeviceGetIoTarget);
    load();
    create_control();
    run([&] {
        EXPECT_EQ(WdfDeviceWdmGetPhysicalDevice(wdf_device), nullptr);
        EXPECT_EQ(WdfDeviceWdmGetAttachedDevice(wdf_device), nullptr);
        EXPECT_EQ(WdfDeviceGetIoTarget(wdf_device), nullptr);
        EXPECT_FALSE(NT_SUCCESS(WdfDeviceCreateDeviceInterface(wdf_device, &kInterface, nullptr)));
    });
    finish();
}

TEST_F(ControlDeviceTest, WithoutANameHasNoLink)
{
    OPENKMDF_TESTS(WdfDeviceCreateSymbolicLink);
    load();
    run([&] {
        PWDFDEVICE_INIT init = allocate();
        ASSERT_STATUS(create(init), STATUS_SUCCESS);
        const UNICODE_STRING link = text(u"\\DosDevices\\Test");
        EXPECT_FALSE(NT_SUCCESS(WdfDeviceCreateSymbolicLink(wdf_device, &link)));
        EXPECT_TRUE(wdm()->Characteristics & FILE_AUTOGENERATED_DEVICE_NAME);
        WdfControlFinishInitializing(wdf_device);
    });
}

TEST_F(ControlDeviceTest, IsGivenUpByFreeingItsInit)
{
    OPENKMDF_TESTS(WdfDeviceInitFree, WdfControlDeviceInitAllocate);
    load();
    run([&] {
        const std::uint64_t before = pc.allocations();
        PWDFDEVICE_INIT init = allocate();
        const UNICODE_STRING name = text(u"\\Device\\Control");
        EXPECT_STATUS(WdfDeviceInitAssignName(init, &name), STATUS_SUCCESS);
        WdfDeviceInitFree(init);
        // Without memory there is none.
        const std::uint64_t count = pc.allocations() - before - 1;
        for (std::uint64_t nth = 1; nth <= count; ++nth) {
            pc.fail_allocation(nth);
            const UNICODE_STRING sddl = text(u"D:P(A;;GA;;;WD)");
            EXPECT_EQ(WdfControlDeviceInitAllocate(wdf_driver, &sddl), nullptr) << nth;
            pc.fail_allocation(0);
        }
    });
}

TEST_F(ControlDeviceTest, IsToldOfTheShutdown)
{
    OPENKMDF_TESTS(WdfControlDeviceInitSetShutdownNotification);
    int told = 0;
    auto shutdown = [&](WDFDEVICE of) {
        EXPECT_EQ(of, wdf_device);
        EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
        ++told;
    };
    load();
    create_control([&](PWDFDEVICE_INIT init) {
        WdfControlDeviceInitSetShutdownNotification(
            init, callback<PFN_WDF_DEVICE_SHUTDOWN_NOTIFICATION>(shutdown), WdfDeviceShutdown);
    });
    finish();
    run([&] {
        pc.core().kernel->pnp->set_system_power(PowerSystemShutdown, PowerActionShutdownOff);
    });
    EXPECT_EQ(told, 1);
}

}  // namespace
}  // namespace openkmdf::test
