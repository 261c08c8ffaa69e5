// Devices: creation and its failures, what they are made of, filters.

#include "tests/framework/device_fixture.h"

#include <string>

namespace openkmdf::test {
namespace {

// --- WdfDeviceCreate -----------------------------------------------------------------------------

TEST_F(DeviceTest, IsCreatedOncePerInit)
{
    OPENKMDF_TESTS(WdfDeviceCreate);
    add_device_with([&](PWDFDEVICE_INIT init) {
        PWDFDEVICE_INIT copy = init;
        EXPECT_STATUS(create(init), STATUS_SUCCESS);
        EXPECT_EQ(init, nullptr) << "it is used up";
        WDFDEVICE again = nullptr;
        EXPECT_STATUS(WdfDeviceCreate(&copy, WDF_NO_OBJECT_ATTRIBUTES, &again),
                      STATUS_INVALID_DEVICE_STATE);
        EXPECT_EQ(again, nullptr);
        return STATUS_SUCCESS;
    });
    EXPECT_TRUE(device.ok());
}

TEST_F(DeviceTest, IsRefusedWithWrongAttributes)
{
    OPENKMDF_TESTS(WdfDeviceCreate);
    add_device_with([&](PWDFDEVICE_INIT init) {
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with(wdf_driver);
        EXPECT_STATUS(create(init, &attributes), STATUS_WDF_PARENT_ASSIGNMENT_NOT_ALLOWED);
        attributes = attributes_with();
        attributes.Size = 4;
        EXPECT_STATUS(create(init, &attributes), STATUS_INFO_LENGTH_MISMATCH);
        attributes = attributes_with();
        attributes.ExecutionLevel = static_cast<WDF_EXECUTION_LEVEL>(9);
        EXPECT_STATUS(create(init, &attributes), STATUS_WDF_OBJECT_ATTRIBUTES_INVALID);
        EXPECT_NE(init, nullptr) << "it is still good";
        return create(init);
    });
    EXPECT_TRUE(device.ok());
}

TEST_F(DeviceTest, WithASecurityDescriptorHasAName)
{
    OPENKMDF_TESTS(WdfDeviceCreate, WdfDeviceInitAssignSDDLString, WdfDeviceInitSetDeviceClass,
                   WdfDeviceInitAssignName);
    add_device_with([&](PWDFDEVICE_INIT init) {
        const UNICODE_STRING sddl = text(u"D:P(A;;GA;;;SY)(A;;GA;;;BA)"),
                             name = text(u"\\Device\\Secure");
        EXPECT_STATUS(WdfDeviceInitAssignSDDLString(init, &sddl), STATUS_SUCCESS);
        EXPECT_STATUS(create(init), STATUS_INVALID_SECURITY_DESCR);
        EXPECT_STATUS(WdfDeviceInitAssignSDDLString(init, nullptr), STATUS_SUCCESS);
        WdfDeviceInitSetDeviceClass(init, &kClass);
        EXPECT_STATUS(create(init), STATUS_INVALID_SECURITY_DESCR);
        EXPECT_STATUS(WdfDeviceInitAssignName(init, &name), STATUS_SUCCESS);
        EXPECT_STATUS(WdfDeviceInitAssignSDDLString(init, &sddl), STATUS_SUCCESS);
        return create(init);
    });
    EXPECT_TRUE(device.ok()) << device.error();
}

TEST_F(DeviceTest, TakesAnotherNameWhenItsIsTaken)
{
    OPENKMDF_TESTS(WdfDeviceCreate, WdfDeviceInitAssignName);
    auto add = [&](const UNICODE_STRING &wanted, const UNICODE_STRING &other, NTSTATUS expected) {
        return [&, expected, wanted, other](PWDFDEVICE_INIT init) {
            EXPECT_STATUS(WdfDeviceInitAssignName(init, &wanted), STATUS_SUCCESS);
            EXPECT_STATUS(create(init), expected);
            if (NT_SUCCESS(expected)) return STATUS_SUCCESS;
            EXPECT_STATUS(WdfDeviceInitAssignName(init, &other), STATUS_SUCCESS);
            return create(init);
        };
    };
    const UNICODE_STRING one = text(u"\\Device\\One"), two = text(u"\\Device\\Two");
    add_device_with(add(one, one, STATUS_SUCCESS));
    device_add = add(one, two, STATUS_OBJECT_NAME_COLLISION);
    Device second = pc.plug_in(driver, "ROOT\\TEST");
    EXPECT_TRUE(second.ok()) << second.error();
    EXPECT_TRUE(pc.open("\\Device\\One").ok());
    EXPECT_TRUE(pc.open("\\Device\\Two").ok());
}

TEST_F(DeviceTest, HasNoNameAfterANullOne)
{
    OPENKMDF_TESTS(WdfDeviceInitAssignName);
    add_device_with([&](PWDFDEVICE_INIT init) {
        const UNICODE_STRING name = text(u"\\Device\\Gone");
        EXPECT_STATUS(WdfDeviceInitAssignName(init, &name), STATUS_SUCCESS);
        EXPECT_STATUS(WdfDeviceInitAssignName(init, nullptr), STATUS_SUCCESS);
        return create(init);
    });
    EXPECT_FALSE(pc.open("\\Device\\Gone").ok());
}

TEST_F(DeviceTest, NeedsMemory)
{
    OPENKMDF_TESTS(WdfDeviceCreate, WdfDeviceInitAssignName, WdfDeviceInitAssignSDDLString,
                   WdfDeviceCreateSymbolicLink, WdfDeviceCreateDeviceInterface);
    device_attributes.SynchronizationScope = WdfSynchronizationScopeDevice;
    add_device_with([&](PWDFDEVICE_INIT init) {
        const UNICODE_STRING name = text(u"\\Device\\Named"), sddl = text(u"D:P(A;;GA;;;WD)");
        const UNICODE_STRING link = text(u"\\DosDevices\\Test"), reference = text(u"reference");
        try_without_memory([&] { return WdfDeviceInitAssignName(init, &name); });
        try_without_memory([&] { return WdfDeviceInitAssignSDDLString(init, &sddl); });
        try_without_memory([&] { return create(init, &device_attributes); });
        try_without_memory([&] { return WdfDeviceCreateSymbolicLink(wdf_device, &link); });
        try_without_memory(
            [&] { return WdfDeviceCreateDeviceInterface(wdf_device, &kInterface, &reference); });
        return STATUS_SUCCESS;
    });
    EXPECT_TRUE(device.ok()) << device.error();
    EXPECT_TRUE(pc.open(R"(\\.\Test)").ok());
}

TEST_F(DeviceTest, OfAFailedAddIsGone)
{
    std::string order;
    auto cleanup = [&](WDFOBJECT) { order += "cleanup "; };
    auto destroy = [&](WDFOBJECT) { order += "destroy "; };
    device_attributes.EvtCleanupCallback = callback<PFN_WDF_OBJECT_CONTEXT_CLEANUP>(cleanup);
    device_attributes.EvtDestroyCallback = callback<PFN_WDF_OBJECT_CONTEXT_DESTROY>(destroy);
    add_device_with([&](PWDFDEVICE_INIT init) {
        EXPECT_STATUS(create(init, &device_attributes), STATUS_SUCCESS);
        return STATUS_DEVICE_HARDWARE_ERROR;
    });
    EXPECT_EQ(device.status(), STATUS_DEVICE_HARDWARE_ERROR);
    EXPECT_EQ(order, "cleanup destroy ");
}

TEST_F(DeviceTest, NeedNotBeCreated)
{
    add_device_with([](PWDFDEVICE_INIT) { return STATUS_SUCCESS; });
    EXPECT_TRUE(unload().clean());
}

TEST_F(DeviceTest, HasPassiveFileObjectsUnderALock)
{
    OPENKMDF_TESTS(WdfDeviceInitSetFileObjectConfig, WdfDeviceCreate);
    auto on_close = [](WDFFILEOBJECT) {};
    add_device_with([&](PWDFDEVICE_INIT init) {
        WDF_FILEOBJECT_CONFIG files;
        WDF_FILEOBJECT_CONFIG_INIT(&files, nullptr, callback<PFN_WDF_FILE_CLOSE>(on_close),
                                   nullptr);
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with();
        attributes.SynchronizationScope = WdfSynchronizationScopeDevice;
        WdfDeviceInitSetFileObjectConfig(init, &files, WDF_NO_OBJECT_ATTRIBUTES);
        EXPECT_FALSE(NT_SUCCESS(create(init, &attributes)));
        WDF_OBJECT_ATTRIBUTES file_attributes = attributes_with();
        file_attributes.SynchronizationScope = WdfSynchronizationScopeNone;
        file_attributes.ExecutionLevel = WdfExecutionLevelPassive;
        WdfDeviceInitSetFileObjectConfig(init, &files, &file_attributes);
        return create(init, &attributes);
    });
    EXPECT_TRUE(device.ok()) << device.error();
}

// --- What it is made of --------------------------------------------------------------------------

TEST_F(DeviceTest, IsAWdmDeviceOnItsStack)
{
    OPENKMDF_TESTS(WdfDeviceWdmGetDeviceObject, WdfDeviceWdmGetAttachedDevice,
                   WdfDeviceWdmGetPhysicalDevice, WdfWdmDeviceGetWdfDeviceHandle,
                   WdfDeviceGetDriver, WdfDeviceGetIoTarget, WdfFdoInitWdmGetPhysicalDevice);
    PDEVICE_OBJECT physical = nullptr;
    before_create = [&](PWDFDEVICE_INIT init) { physical = WdfFdoInitWdmGetPhysicalDevice(init); };
    start();
    run([&] {
        EXPECT_NE(physical, nullptr);
        EXPECT_EQ(WdfDeviceWdmGetPhysicalDevice(wdf_device), physical);
        EXPECT_EQ(WdfDeviceWdmGetAttachedDevice(wdf_device), physical) << "nothing is in between";
        EXPECT_EQ(physical->AttachedDevice, wdm());
        EXPECT_EQ(WdfWdmDeviceGetWdfDeviceHandle(wdm()), wdf_device);
        EXPECT_EQ(WdfDeviceGetDriver(wdf_device), wdf_driver);
        EXPECT_NE(WdfDeviceGetIoTarget(wdf_device), nullptr);
        EXPECT_FALSE(wdm()->Flags & DO_DEVICE_INITIALIZING);
    });
}

TEST_F(DeviceTest, TakesItsFlagsFromTheInit)
{
    OPENKMDF_TESTS(WdfDeviceInitSetDeviceType, WdfDeviceInitSetCharacteristics,
                   WdfDeviceInitSetIoType, WdfDeviceInitSetIoTypeEx, WdfDeviceInitSetPowerPageable,
                   WdfDeviceInitSetPowerNotPageable, WdfDeviceInitSetPowerInrush);
    struct Case {
        std::function<void(PWDFDEVICE_INIT)> prepare;
        ULONG set, clear;
    };
    const Case cases[] = {
        {[](PWDFDEVICE_INIT) {}, DO_BUFFERED_IO | DO_POWER_PAGABLE, DO_DIRECT_IO | DO_POWER_INRUSH},
        {[](PWDFDEVICE_INIT init) { WdfDeviceInitSetIoType(init, WdfDeviceIoDirect); },
         DO_DIRECT_IO, DO_BUFFERED_IO},
        {[](PWDFDEVICE_INIT init) { WdfDeviceInitSetIoType(init, WdfDeviceIoNeither); }, 0,
         DO_BUFFERED_IO | DO_DIRECT_IO},
        {[](PWDFDEVICE_INIT init) {
             WDF_IO_TYPE_CONFIG config;
             WDF_IO_TYPE_CONFIG_INIT(&config);
             config.ReadWriteIoType = WdfDeviceIoDirect;
             WdfDeviceInitSetIoTypeEx(init, &config);
         },
         DO_DIRECT_IO, DO_BUFFERED_IO},
        {[](PWDFDEVICE_INIT init) { WdfDeviceInitSetPowerNotPageable(init); }, 0,
         DO_POWER_PAGABLE | DO_POWER_INRUSH},
        {[](PWDFDEVICE_INIT init) { WdfDeviceInitSetPowerInrush(init); }, DO_POWER_INRUSH,
         DO_POWER_PAGABLE},
        {[](PWDFDEVICE_INIT init) {
             WdfDeviceInitSetPowerInrush(init);
             WdfDeviceInitSetPowerPageable(init);
         },
         DO_POWER_PAGABLE, DO_POWER_INRUSH},
    };
    load();
    for (const Case &one : cases) {
        device_add = [&](PWDFDEVICE_INIT init) {
            one.prepare(init);
            return create(init);
        };
        plug_in();
        run([&] {
            EXPECT_EQ(wdm()->Flags & one.set, one.set) << &one - cases;
            EXPECT_EQ(wdm()->Flags & one.clear, 0u) << &one - cases;
        });
    }
    device_add = [&](PWDFDEVICE_INIT init) {
        WdfDeviceInitSetDeviceType(init, FILE_DEVICE_SOUND);
        WdfDeviceInitSetCharacteristics(init, FILE_REMOVABLE_MEDIA, FALSE);
        WdfDeviceInitSetCharacteristics(init, FILE_READ_ONLY_DEVICE, TRUE);
        return create(init);
    };
    plug_in();
    run([&] {
        EXPECT_EQ(wdm()->DeviceType, static_cast<DEVICE_TYPE>(FILE_DEVICE_SOUND));
        EXPECT_EQ(wdm()->Characteristics,
                  static_cast<ULONG>(FILE_REMOVABLE_MEDIA | FILE_READ_ONLY_DEVICE |
                                     FILE_DEVICE_SECURE_OPEN))
            << "the last is always set";
    });
    device_add = [&](PWDFDEVICE_INIT init) {
        WdfDeviceInitSetCharacteristics(init, FILE_REMOVABLE_MEDIA, FALSE);
        WdfDeviceInitSetCharacteristics(init, FILE_READ_ONLY_DEVICE, FALSE);
        return create(init);
    };
    plug_in();
    run([&] {
        EXPECT_EQ(wdm()->Characteristics,
                  static_cast<ULONG>(FILE_READ_ONLY_DEVICE | FILE_DEVICE_SECURE_OPEN))
            << "overwritten";
    });
}

TEST_F(DeviceTest, ChangesItsCharacteristicsAndAlignment)
{
    OPENKMDF_TESTS(WdfDeviceSetCharacteristics, WdfDeviceGetCharacteristics,
                   WdfDeviceSetAlignmentRequirement, WdfDeviceGetAlignmentRequirement);
    start();
    run([&] {
        EXPECT_EQ(WdfDeviceGetAlignmentRequirement(wdf_device),
                  static_cast<ULONG>(FILE_BYTE_ALIGNMENT));
        WdfDeviceSetAlignmentRequirement(wdf_device, FILE_QUAD_ALIGNMENT);
        EXPECT_EQ(WdfDeviceGetAlignmentRequirement(wdf_device),
                  static_cast<ULONG>(FILE_QUAD_ALIGNMENT));
        EXPECT_EQ(wdm()->AlignmentRequirement, static_cast<ULONG>(FILE_QUAD_ALIGNMENT));
        WdfDeviceSetCharacteristics(wdf_device, FILE_READ_ONLY_DEVICE);
        EXPECT_EQ(WdfDeviceGetCharacteristics(wdf_device),
                  static_cast<ULONG>(FILE_READ_ONLY_DEVICE));
        EXPECT_EQ(wdm()->Characteristics, static_cast<ULONG>(FILE_READ_ONLY_DEVICE));
    });
}

TEST_F(DeviceTest, IsOpenedOnceWhenItIsExclusive)
{
    OPENKMDF_TESTS(WdfDeviceInitSetExclusive);
    add_device_with([&](PWDFDEVICE_INIT init) {
        const UNICODE_STRING name = text(u"\\Device\\Exclusive");
        WdfDeviceInitSetExclusive(init, TRUE);
        EXPECT_STATUS(WdfDeviceInitAssignName(init, &name), STATUS_SUCCESS);
        return create(init);
    });
    File first = pc.open("\\Device\\Exclusive");
    EXPECT_TRUE(first.ok()) << first.error();
    EXPECT_EQ(pc.open("\\Device\\Exclusive").status(), STATUS_ACCESS_DENIED);
    first.close();
    EXPECT_TRUE(pc.open("\\Device\\Exclusive").ok());
}

// --- Properties before it exists -----------------------------------------------------------------

TEST_F(DeviceTest, HasPropertiesBeforeItsCreation)
{
    OPENKMDF_TESTS(WdfFdoInitQueryProperty);
    add_device_with([&](PWDFDEVICE_INIT init) {
        ULONG needed = 0;
        EXPECT_STATUS(WdfFdoInitQueryProperty(init, DevicePropertyHardwareID, 0, nullptr, &needed),
                      STATUS_BUFFER_TOO_SMALL);
        EXPECT_EQ(needed, sizeof u"ROOT\\TEST" + sizeof(WCHAR))
            << "a list ends with an empty string";
        WCHAR buffer[64] = {};
        ULONG length = 0;
        EXPECT_STATUS(
            WdfFdoInitQueryProperty(init, DevicePropertyHardwareID, sizeof buffer, buffer, &length),
            STATUS_SUCCESS);
        EXPECT_EQ(length, needed);
        EXPECT_EQ(std::u16string(buffer), u"ROOT\\TEST");
        EXPECT_STATUS(WdfFdoInitQueryProperty(init, static_cast<DEVICE_REGISTRY_PROPERTY>(999),
                                              sizeof buffer, buffer, &length),
                      STATUS_INVALID_PARAMETER_2);
        return create(init);
    });
    EXPECT_TRUE(device.ok());
    run([&] {
        const UNICODE_STRING sddl = text(u"D:P(A;;GA;;;WD)");
        PWDFDEVICE_INIT control = WdfControlDeviceInitAllocate(wdf_driver, &sddl);
        WCHAR buffer[8];
        ULONG length = 0;
        EXPECT_STATUS(WdfFdoInitQueryProperty(control, DevicePropertyHardwareID, sizeof buffer,
                                              buffer, &length),
                      STATUS_INVALID_DEVICE_REQUEST);
        WdfDeviceInitFree(control);
    });
}

// --- Filters -------------------------------------------------------------------------------------

TEST_F(DeviceTest, AsAFilterTakesTheFlagsFromBelow)
{
    OPENKMDF_TESTS(WdfFdoInitSetFilter);
    add_device_with([&](PWDFDEVICE_INIT init) {
        WdfFdoInitSetFilter(init);
        WdfDeviceInitSetIoType(init, WdfDeviceIoNeither);
        WdfDeviceInitSetPowerInrush(init);
        EXPECT_STATUS(create(init), STATUS_SUCCESS);
        WDF_IO_QUEUE_CONFIG config = config_of(WdfIoQueueDispatchParallel);
        config.DefaultQueue = TRUE;
        queue = create_queue(config);
        return STATUS_SUCCESS;
    });
    ASSERT_TRUE(device.ok()) << device.error();
    run([&] {
        const ULONG mask = DO_BUFFERED_IO | DO_DIRECT_IO | DO_POWER_PAGABLE | DO_POWER_INRUSH;
        PDEVICE_OBJECT lower = WdfDeviceWdmGetAttachedDevice(wdf_device);
        EXPECT_EQ(wdm()->Flags & mask, lower->Flags & mask);
        EXPECT_EQ(wdm()->DeviceType, lower->DeviceType);
        pc.core().kernel->pnp->set_system_power(PowerSystemSleeping3, PowerActionSleep);
        EXPECT_FALSE(WdfIoQueueGetState(queue, nullptr, nullptr) & WdfIoQueuePnpHeld)
            << "its queues are not power-managed";
        pc.core().kernel->pnp->set_system_power(PowerSystemWorking, PowerActionNone);
    });
}

TEST_F(DeviceTest, AsAFilterMayFailAndTheStackIsBuiltWithoutIt)
{
    OPENKMDF_TESTS(WdfFdoInitSetFilter);
    add_device_with([&](PWDFDEVICE_INIT init) {
        WdfFdoInitSetFilter(init);
        EXPECT_STATUS(create(init), STATUS_SUCCESS);
        return STATUS_UNSUCCESSFUL;
    });
    EXPECT_TRUE(device.ok()) << device.error();
}

}  // namespace
}  // namespace openkmdf::test
