// Resource lists: what a device was assigned, and what it may ask for.

#include "tests/framework/driver_test.h"

#include <utility>

namespace openkmdf::test {
namespace {

class ResourceTest : public DriverTest {
protected:
    // Callbacks that see lists; each may look and try.
    std::function<void(WDFIORESREQLIST)> filter_add, filter_remove;
    std::function<void(WDFCMRESLIST, WDFCMRESLIST)> add_resources, prepare;

    void start_with_resources()
    {
        load();
        device_add = [this](PWDFDEVICE_INIT init) {
            register_callbacks(init);
            return WdfDeviceCreate(&init, WDF_NO_OBJECT_ATTRIBUTES, &wdf_device);
        };
        device = pc.plug_in(
            driver, "ROOT\\TEST",
            {.resources = {{.kind = Resource::Kind::Memory, .start = 0x1000, .length = 0x100},
                           {.kind = Resource::Kind::Port, .start = 0x20, .length = 8},
                           {.kind = Resource::Kind::Interrupt, .start = 5, .length = 5}}});
    }
    // What a callback does is answered with a bugcheck.
    void violates_in_callback()
    {
        expect_bugcheck();
        start_with_resources();
        ASSERT_TRUE(pc.bugcheck());
        EXPECT_EQ(pc.bugcheck()->code, static_cast<std::uint32_t>(WDF_VIOLATION));
    }
    static CM_PARTIAL_RESOURCE_DESCRIPTOR memory_at(LONGLONG start)
    {
        CM_PARTIAL_RESOURCE_DESCRIPTOR descriptor = {};
        descriptor.Type = CmResourceTypeMemory;
        descriptor.u.Memory.Start.QuadPart = start;
        descriptor.u.Memory.Length = 0x10;
        return descriptor;
    }
    static IO_RESOURCE_DESCRIPTOR range_at(LONGLONG start)
    {
        IO_RESOURCE_DESCRIPTOR descriptor = {};
        descriptor.Type = CmResourceTypeMemory;
        descriptor.u.Memory.MinimumAddress.QuadPart = start;
        descriptor.u.Memory.Length = 0x10;
        return descriptor;
    }
    static std::vector<LONGLONG> starts(WDFIORESLIST list)
    {
        std::vector<LONGLONG> all;
        for (ULONG i = 0; i < WdfIoResourceListGetCount(list); ++i)
            all.push_back(
                WdfIoResourceListGetDescriptor(list, i)->u.Memory.MinimumAddress.QuadPart);
        return all;
    }

private:
    void register_callbacks(PWDFDEVICE_INIT init)
    {
        WDF_FDO_EVENT_CALLBACKS fdo;
        WDF_FDO_EVENT_CALLBACKS_INIT(&fdo);
        if (filter_add)
            fdo.EvtDeviceFilterAddResourceRequirements =
                callback<PFN_WDF_DEVICE_FILTER_RESOURCE_REQUIREMENTS>(on_add);
        if (filter_remove)
            fdo.EvtDeviceFilterRemoveResourceRequirements =
                callback<PFN_WDF_DEVICE_FILTER_RESOURCE_REQUIREMENTS>(on_remove);
        if (add_resources)
            fdo.EvtDeviceRemoveAddedResources =
                callback<PFN_WDF_DEVICE_REMOVE_ADDED_RESOURCES>(on_added);
        WdfFdoInitSetEventCallbacks(init, &fdo);
        if (!prepare) return;
        WDF_PNPPOWER_EVENT_CALLBACKS power;
        WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&power);
        power.EvtDevicePrepareHardware = callback<PFN_WDF_DEVICE_PREPARE_HARDWARE>(on_prepare);
        WdfDeviceInitSetPnpPowerEventCallbacks(init, &power);
    }
    struct OnAdd {
        ResourceTest *test;
        NTSTATUS operator()(WDFDEVICE, WDFIORESREQLIST list)
        {
            return test->filter_add(list), STATUS_SUCCESS;
        }
    } on_add{this};
    struct OnRemove {
        ResourceTest *test;
        NTSTATUS operator()(WDFDEVICE, WDFIORESREQLIST list)
        {
            return test->filter_remove(list), STATUS_SUCCESS;
        }
    } on_remove{this};
    struct OnAdded {
        ResourceTest *test;
        NTSTATUS operator()(WDFDEVICE, WDFCMRESLIST raw, WDFCMRESLIST translated)
        {
            return test->add_resources(raw, translated), STATUS_SUCCESS;
        }
    } on_added{this};
    struct OnPrepare {
        ResourceTest *test;
        NTSTATUS operator()(WDFDEVICE, WDFCMRESLIST raw, WDFCMRESLIST translated)
        {
            return test->prepare(raw, translated), STATUS_SUCCESS;
        }
    } on_prepare{this};
};

TEST_F(ResourceTest, TellsWhatTheDeviceWasAssigned)
{
    OPENKMDF_TESTS(WdfCmResourceListGetCount, WdfCmResourceListGetDescriptor,
                   WdfDeviceInitSetPnpPowerEventCallbacks);
    int calls = 0;
    prepare = [&](WDFCMRESLIST raw, WDFCMRESLIST translated) {
        ++calls;
        EXPECT_EQ(WdfCmResourceListGetCount(raw), 3u);
        ASSERT_EQ(WdfCmResourceListGetCount(translated), 3u);
        PCM_PARTIAL_RESOURCE_DESCRIPTOR descriptor = WdfCmResourceListGetDescriptor(translated, 0);
        EXPECT_EQ(descriptor->Type, CmResourceTypeMemory);
        // The structure is packed, so nothing may refer to its 64-bit members.
        const LONGLONG start = descriptor->u.Memory.Start.QuadPart;
        EXPECT_EQ(start, 0x1000);
        EXPECT_EQ(descriptor->u.Memory.Length, 0x100u);
        EXPECT_EQ(WdfCmResourceListGetDescriptor(raw, 1)->Type, CmResourceTypePort);
        EXPECT_EQ(WdfCmResourceListGetDescriptor(raw, 2)->u.Interrupt.Vector, 5u);
        EXPECT_EQ(WdfCmResourceListGetDescriptor(raw, 3), nullptr);
        // "The driver could not modify the logical configuration that its EvtDevicePrepareHardware
        // received."
        CM_PARTIAL_RESOURCE_DESCRIPTOR more = memory_at(1);
        EXPECT_STATUS(WdfCmResourceListAppendDescriptor(raw, &more), STATUS_ACCESS_DENIED);
        EXPECT_STATUS(WdfCmResourceListInsertDescriptor(raw, &more, 0), STATUS_ACCESS_DENIED);
    };
    start_with_resources();
    EXPECT_EQ(calls, 1);
}

TEST_F(ResourceTest, IsNotShortenedWhereItIsReadOnly)
{
    OPENKMDF_TESTS(WdfCmResourceListRemove);
    prepare = [&](WDFCMRESLIST raw, WDFCMRESLIST) { WdfCmResourceListRemove(raw, 0); };
    violates_in_callback();
}

TEST_F(ResourceTest, IsNotShortenedByDescriptorWhereItIsReadOnly)
{
    OPENKMDF_TESTS(WdfCmResourceListRemoveByDescriptor);
    prepare = [&](WDFCMRESLIST raw, WDFCMRESLIST) {
        WdfCmResourceListRemoveByDescriptor(raw, WdfCmResourceListGetDescriptor(raw, 0));
    };
    violates_in_callback();
}

TEST_F(ResourceTest, IsShortenedForTheDriversBelow)
{
    OPENKMDF_TESTS(WdfCmResourceListRemove, WdfCmResourceListRemoveByDescriptor,
                   WdfFdoInitSetEventCallbacks);
    int calls = 0;
    add_resources = [&](WDFCMRESLIST raw, WDFCMRESLIST translated) {
        ++calls;
        ASSERT_EQ(WdfCmResourceListGetCount(raw), 3u);
        PCM_PARTIAL_RESOURCE_DESCRIPTOR last = WdfCmResourceListGetDescriptor(raw, 2);
        WdfCmResourceListRemove(raw, 0);
        EXPECT_EQ(WdfCmResourceListGetCount(raw), 2u);
        EXPECT_EQ(WdfCmResourceListGetDescriptor(raw, 0)->Type, CmResourceTypePort)
            << "later ones move down";
        EXPECT_EQ(WdfCmResourceListGetDescriptor(raw, 1), last);
        WdfCmResourceListRemoveByDescriptor(raw, last);
        EXPECT_EQ(WdfCmResourceListGetCount(raw), 1u);
        WdfCmResourceListRemove(translated, 2);
    };
    prepare = [&](WDFCMRESLIST raw, WDFCMRESLIST) {
        EXPECT_EQ(WdfCmResourceListGetCount(raw), 3u) << "the driver sees all";
    };
    start_with_resources();
    EXPECT_TRUE(device.ok()) << device.error();
    EXPECT_EQ(calls, 1);
}

TEST_F(ResourceTest, ShortensOnlyWhatIsThere)
{
    OPENKMDF_TESTS(WdfCmResourceListRemove);
    add_resources = [&](WDFCMRESLIST raw, WDFCMRESLIST) { WdfCmResourceListRemove(raw, 3); };
    violates_in_callback();
}

// --- Requirements --------------------------------------------------------------------------------

TEST_F(ResourceTest, RequirementsAreAdded)
{
    OPENKMDF_TESTS(WdfIoResourceListCreate, WdfIoResourceListAppendDescriptor,
                   WdfIoResourceListInsertDescriptor, WdfIoResourceListUpdateDescriptor,
                   WdfIoResourceListGetCount, WdfIoResourceListGetDescriptor,
                   WdfIoResourceListRemove, WdfIoResourceListRemoveByDescriptor);
    int calls = 0;
    filter_add = [&](WDFIORESREQLIST requirements) {
        ++calls;
        WDFIORESLIST list = nullptr;
        ASSERT_STATUS(WdfIoResourceListCreate(requirements, WDF_NO_OBJECT_ATTRIBUTES, &list),
                      STATUS_SUCCESS);
        EXPECT_EQ(WdfIoResourceListGetCount(list), 0u);
        EXPECT_EQ(WdfIoResourceListGetDescriptor(list, 0), nullptr);
        IO_RESOURCE_DESCRIPTOR one = range_at(1), two = range_at(2), three = range_at(3),
                               four = range_at(4);
        EXPECT_STATUS(WdfIoResourceListAppendDescriptor(list, &two), STATUS_SUCCESS);
        EXPECT_STATUS(WdfIoResourceListInsertDescriptor(list, &one, 0), STATUS_SUCCESS);
        EXPECT_STATUS(WdfIoResourceListInsertDescriptor(list, &four, WDF_INSERT_AT_END),
                      STATUS_SUCCESS);
        EXPECT_STATUS(WdfIoResourceListInsertDescriptor(list, &three, 2), STATUS_SUCCESS);
        EXPECT_EQ(starts(list), (std::vector<LONGLONG>{1, 2, 3, 4}));
        EXPECT_STATUS(WdfIoResourceListInsertDescriptor(list, &one, 5),
                      STATUS_ARRAY_BOUNDS_EXCEEDED);
        EXPECT_STATUS(
            WdfIoResourceListInsertDescriptor(list, &one, WdfIoResourceListGetCount(list)),
            STATUS_SUCCESS);
        two = range_at(20);
        WdfIoResourceListUpdateDescriptor(list, &two, 1);
        EXPECT_EQ(starts(list), (std::vector<LONGLONG>{1, 20, 3, 4, 1})) << "copied";
        WdfIoResourceListRemove(list, 0);
        WdfIoResourceListRemoveByDescriptor(list, WdfIoResourceListGetDescriptor(list, 1));
        EXPECT_EQ(starts(list), (std::vector<LONGLONG>{20, 4, 1}));
        try_without_memory([&] { return WdfIoResourceListAppendDescriptor(list, &one); });
        try_without_memory([&] { return WdfIoResourceListInsertDescriptor(list, &one, 0); });
    };
    start_with_resources();
    EXPECT_EQ(calls, 1);
}

TEST_F(ResourceTest, ConfigurationsAreChosenFrom)
{
    OPENKMDF_TESTS(
        WdfIoResourceRequirementsListAppendIoResList, WdfIoResourceRequirementsListInsertIoResList,
        WdfIoResourceRequirementsListGetCount, WdfIoResourceRequirementsListGetIoResList,
        WdfIoResourceListCreate, WdfIoResourceRequirementsListRemove,
        WdfIoResourceRequirementsListRemoveByIoResList, WdfIoResourceRequirementsListSetSlotNumber,
        WdfIoResourceRequirementsListSetInterfaceType);
    int calls = 0;
    filter_add = [&](WDFIORESREQLIST requirements) {
        ++calls;
        const ULONG before = WdfIoResourceRequirementsListGetCount(requirements);
        auto make = [&] {
            WDFIORESLIST list = nullptr;
            EXPECT_STATUS(WdfIoResourceListCreate(requirements, WDF_NO_OBJECT_ATTRIBUTES, &list),
                          STATUS_SUCCESS);
            return list;
        };
        WDFIORESLIST first = make(), second = make(), third = make();
        EXPECT_STATUS(WdfIoResourceRequirementsListAppendIoResList(requirements, second),
                      STATUS_SUCCESS);
        EXPECT_STATUS(WdfIoResourceRequirementsListInsertIoResList(requirements, first, 0),
                      STATUS_SUCCESS);
        EXPECT_STATUS(WdfIoResourceRequirementsListAppendIoResList(requirements, first),
                      STATUS_INVALID_PARAMETER)
            << "it is in already";
        EXPECT_STATUS(WdfIoResourceRequirementsListInsertIoResList(requirements, third, before + 3),
                      STATUS_ARRAY_BOUNDS_EXCEEDED);
        EXPECT_EQ(WdfIoResourceRequirementsListGetCount(requirements), before + 2);
        EXPECT_EQ(WdfIoResourceRequirementsListGetIoResList(requirements, 0), first);
        EXPECT_EQ(WdfIoResourceRequirementsListGetIoResList(requirements, before + 1), second);
        EXPECT_EQ(WdfIoResourceRequirementsListGetIoResList(requirements, before + 2), nullptr);
        try_without_memory(
            [&] { return WdfIoResourceRequirementsListAppendIoResList(requirements, third); });
        WDFIORESLIST fourth = make();
        try_without_memory(
            [&] { return WdfIoResourceRequirementsListInsertIoResList(requirements, fourth, 0); });
        WdfIoResourceRequirementsListRemove(requirements, 0);
        EXPECT_EQ(WdfIoResourceRequirementsListGetIoResList(requirements, 0), first);
        WdfIoResourceRequirementsListRemoveByIoResList(requirements, first);
        EXPECT_NE(WdfIoResourceRequirementsListGetIoResList(requirements, 0), first);
        WdfIoResourceRequirementsListSetSlotNumber(requirements, 7);
        WdfIoResourceRequirementsListSetInterfaceType(requirements, PCIBus);
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with(wdf_driver);
        EXPECT_STATUS(WdfIoResourceListCreate(requirements, &attributes, &third),
                      STATUS_WDF_PARENT_ASSIGNMENT_NOT_ALLOWED);
        EXPECT_EQ(third, nullptr);
        try_without_memory([&] {
            return WdfIoResourceListCreate(requirements, WDF_NO_OBJECT_ATTRIBUTES, &third);
        });
    };
    start_with_resources();
    EXPECT_EQ(calls, 1);
    PIO_RESOURCE_REQUIREMENTS_LIST &kept = pc.core().devices.back()->requirements;
    ASSERT_NE(kept, nullptr);
    EXPECT_EQ(kept->SlotNumber, 7u);
    EXPECT_EQ(kept->InterfaceType, PCIBus);
    // The PnP manager frees it with the device node; until then it counts as this program's, which
    // is the driver.
    run([&] { ExFreePool(std::exchange(kept, nullptr)); });
}

TEST_F(ResourceTest, ConfigurationsBelongToOneList)
{
    OPENKMDF_TESTS(WdfIoResourceRequirementsListAppendIoResList,
                   WdfIoResourceRequirementsListInsertIoResList);
    WDFIORESLIST kept = nullptr;
    filter_add = [&](WDFIORESREQLIST requirements) {
        if (!kept) {
            ASSERT_STATUS(WdfIoResourceListCreate(requirements, WDF_NO_OBJECT_ATTRIBUTES, &kept),
                          STATUS_SUCCESS);
            WdfObjectReferenceActual(kept, nullptr, __LINE__, __FILE__);
            return;
        }
        EXPECT_STATUS(WdfIoResourceRequirementsListAppendIoResList(requirements, kept),
                      STATUS_INVALID_DEVICE_REQUEST);
        EXPECT_STATUS(WdfIoResourceRequirementsListInsertIoResList(requirements, kept, 0),
                      STATUS_INVALID_DEVICE_REQUEST);
    };
    start_with_resources();
    device = pc.plug_in(
        driver, "ROOT\\TEST",
        {.resources = {{.kind = Resource::Kind::Memory, .start = 0x9000, .length = 0x100}}});
    EXPECT_TRUE(device.ok());
    run([&] { WdfObjectDereferenceActual(kept, nullptr, __LINE__, __FILE__); });
}

TEST_F(ResourceTest, RequirementsAreOnlyRemovedFirst)
{
    OPENKMDF_TESTS(WdfIoResourceListAppendDescriptor, WdfIoResourceListInsertDescriptor);
    int calls = 0;
    filter_remove = [&](WDFIORESREQLIST requirements) {
        ++calls;
        WDFIORESLIST list = nullptr;
        ASSERT_STATUS(WdfIoResourceListCreate(requirements, WDF_NO_OBJECT_ATTRIBUTES, &list),
                      STATUS_SUCCESS);
        IO_RESOURCE_DESCRIPTOR descriptor = range_at(1);
        EXPECT_STATUS(WdfIoResourceListAppendDescriptor(list, &descriptor), STATUS_ACCESS_DENIED);
        EXPECT_STATUS(WdfIoResourceListInsertDescriptor(list, &descriptor, 0),
                      STATUS_ACCESS_DENIED);
    };
    start_with_resources();
    EXPECT_EQ(calls, 1);
}

TEST_F(ResourceTest, RequirementsRemoveOnlyWhatIsThere)
{
    OPENKMDF_TESTS(WdfIoResourceRequirementsListRemove);
    filter_add = [&](WDFIORESREQLIST requirements) {
        WdfIoResourceRequirementsListRemove(requirements, 99);
    };
    violates_in_callback();
}

TEST_F(ResourceTest, ConfigurationsRemoveOnlyWhatIsThere)
{
    OPENKMDF_TESTS(WdfIoResourceListRemove);
    filter_add = [&](WDFIORESREQLIST requirements) {
        WDFIORESLIST list = nullptr;
        ASSERT_STATUS(WdfIoResourceListCreate(requirements, WDF_NO_OBJECT_ATTRIBUTES, &list),
                      STATUS_SUCCESS);
        WdfIoResourceListRemove(list, 0);
    };
    violates_in_callback();
}

TEST_F(ResourceTest, ConfigurationsUpdateOnlyWhatIsThere)
{
    OPENKMDF_TESTS(WdfIoResourceListUpdateDescriptor);
    filter_add = [&](WDFIORESREQLIST requirements) {
        WDFIORESLIST list = nullptr;
        ASSERT_STATUS(WdfIoResourceListCreate(requirements, WDF_NO_OBJECT_ATTRIBUTES, &list),
                      STATUS_SUCCESS);
        IO_RESOURCE_DESCRIPTOR descriptor = range_at(1);
        WdfIoResourceListUpdateDescriptor(list, &descriptor, 0);
    };
    violates_in_callback();
}

}  // namespace
}  // namespace openkmdf::test
