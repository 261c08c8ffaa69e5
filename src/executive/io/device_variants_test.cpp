#include "executive/ex/pool.h"
#include "executive/exports.h"
#include "executive/io/test_computer.h"

#include "tests/support/tested.h"

#include <wmistr.h>

// Devices and their stacks, and what drivers keep with a device: timers, work items, names.

namespace openkmdf::executive::test {

namespace {

class Devices : public InBothModes {
protected:
    Devices()
    {
        driver.name = u"owner";
        driver.log = &log;
        EXPECT_EQ(pc.load(driver), STATUS_SUCCESS);
        pc.call([&] { device = make(u"\\Device\\Owned"); });
    }
    // Ready for files; unnamed without a name.
    PDEVICE_OBJECT make(std::u16string_view name = {})
    {
        UNICODE_STRING text = io::counted(name);
        PDEVICE_OBJECT made = nullptr;
        EXPECT_EQ(IoCreateDevice(driver.object, sizeof(Extension), name.empty() ? nullptr : &text,
                                 FILE_DEVICE_UNKNOWN, 0, FALSE, &made),
                  STATUS_SUCCESS);
        made->Flags |= DO_BUFFERED_IO;
        made->Flags &= ~static_cast<ULONG>(DO_DEVICE_INITIALIZING);
        return made;
    }

    Driver driver;
    PDEVICE_OBJECT device = nullptr;
};

TEST_P(Devices, AreMadeAsAskedFor)
{
    OPENKMDF_TESTS(IoCreateDevice, IoDeleteDevice);
    in_kernel([&] {
        UNICODE_STRING name = io::counted(u"\\Device\\Disk");
        PDEVICE_OBJECT disk = nullptr, second = nullptr;
        auto create = [&](PDEVICE_OBJECT *made) {
            return IoCreateDevice(driver.object, 24, &name, FILE_DEVICE_DISK, FILE_READ_ONLY_DEVICE,
                                  TRUE, made);
        };
        EXPECT_EQ(without_memory([&] { return create(&disk); }), STATUS_INSUFFICIENT_RESOURCES);
        EXPECT_EQ(driver.object->DeviceObject, device);
        ASSERT_EQ(create(&disk), STATUS_SUCCESS);
        EXPECT_EQ(disk->Type, IO_TYPE_DEVICE);
        EXPECT_EQ(disk->Size, sizeof(DEVICE_OBJECT) + 24);
        EXPECT_EQ(disk->DriverObject, driver.object);
        EXPECT_EQ(driver.object->DeviceObject, disk);
        EXPECT_EQ(disk->NextDevice, device);
        EXPECT_EQ(disk->DeviceType, ULONG{FILE_DEVICE_DISK});
        EXPECT_EQ(disk->Characteristics, ULONG{FILE_READ_ONLY_DEVICE});
        EXPECT_EQ(disk->StackSize, 1);
        constexpr ULONG kFlags = DO_DEVICE_INITIALIZING | DO_EXCLUSIVE | DO_DEVICE_HAS_NAME;
        EXPECT_EQ(disk->Flags & kFlags, kFlags);
        const char zero[24] = {};
        EXPECT_EQ(std::memcmp(disk->DeviceExtension, zero, sizeof zero), 0);
        // Never mounted.
        ASSERT_NE(disk->Vpb, nullptr);
        EXPECT_EQ(disk->Vpb->RealDevice, disk);
        EXPECT_FALSE(disk->Vpb->Flags & VPB_MOUNTED);
        EXPECT_EQ(device->Vpb, nullptr);
        EXPECT_EQ(create(&second), STATUS_OBJECT_NAME_COLLISION);
        EXPECT_EQ(second, nullptr);
        EXPECT_EQ(driver.object->DeviceObject, disk);
        IoDeleteDevice(disk);
        EXPECT_EQ(driver.object->DeviceObject, device);
        EXPECT_EQ(create(&second), STATUS_SUCCESS);
    });
}

TEST_P(Devices, AttachToTheTopOfAStack)
{
    OPENKMDF_TESTS(IoAttachDeviceToDeviceStack, IoAttachDeviceToDeviceStackSafe,
                   IoGetAttachedDevice, IoGetAttachedDeviceReference, IoGetDeviceAttachmentBaseRef);
    in_kernel([&] {
        PDEVICE_OBJECT first = make(), second = make(), third = make(), late = nullptr;
        device->AlignmentRequirement = FILE_QUAD_ALIGNMENT;
        EXPECT_EQ(IoGetAttachedDevice(device), device);
        EXPECT_EQ(IoAttachDeviceToDeviceStack(first, device), device);
        EXPECT_EQ(IoAttachDeviceToDeviceStack(second, device), first);
        EXPECT_EQ(IoAttachDeviceToDeviceStackSafe(third, device, &late), STATUS_SUCCESS);
        EXPECT_EQ(late, second);
        EXPECT_EQ(second->AttachedDevice, third);
        EXPECT_EQ(third->StackSize, 4);
        EXPECT_EQ(third->AlignmentRequirement, ULONG{FILE_QUAD_ALIGNMENT});
        for (PDEVICE_OBJECT any : {device, first, second, third}) {
            EXPECT_EQ(IoGetAttachedDevice(any), third);
            const std::int64_t top = ob::references_of(third), bottom = ob::references_of(device);
            EXPECT_EQ(IoGetAttachedDeviceReference(any), third);
            EXPECT_EQ(ob::references_of(third), top + 1);
            EXPECT_EQ(IoGetDeviceAttachmentBaseRef(any), device);
            EXPECT_EQ(ob::references_of(device), bottom + 1);
            ObDereferenceObject(third);
            ObDereferenceObject(device);
        }
        // One that is going takes no more.
        PDEVICE_OBJECT going = make(), above = make(), other = make();
        EXPECT_EQ(IoAttachDeviceToDeviceStack(above, going), going);
        IoDeleteDevice(above);
        ObReferenceObject(going);
        IoDeleteDevice(going);
        EXPECT_EQ(IoAttachDeviceToDeviceStack(other, going), nullptr);
        late = nullptr;
        EXPECT_EQ(IoAttachDeviceToDeviceStackSafe(other, going, &late), STATUS_NO_SUCH_DEVICE);
        EXPECT_EQ(late, nullptr);
        EXPECT_EQ(other->StackSize, 1);
        ObDereferenceObject(going);
    });
}

TEST_P(Devices, AttachByName)
{
    OPENKMDF_TESTS(IoAttachDevice);
    auto note = [&](const char *what) {
        return [this, what](PDEVICE_OBJECT own, PIRP irp) {
            log.push_back((own == device ? "target " : "source ") + std::string(what));
            return own == device ? complete(irp, STATUS_SUCCESS) : pass(own, irp);
        };
    };
    driver.on[IRP_MJ_CREATE] = note("create");
    driver.on[IRP_MJ_CLEANUP] = note("cleanup");
    driver.on[IRP_MJ_CLOSE] = note("close");
    in_kernel([&] {
        PDEVICE_OBJECT source = make();
        UNICODE_STRING nothing = io::counted(u"\\Device\\Nothing");
        EXPECT_EQ(IoAttachDevice(source, &nothing, &extension_of(source).lower),
                  STATUS_OBJECT_NAME_NOT_FOUND);
        EXPECT_EQ(source->StackSize, 1);
        UNICODE_STRING name = io::counted(u"\\Device\\Owned");
        EXPECT_EQ(IoAttachDevice(source, &name, &extension_of(source).lower), STATUS_SUCCESS);
        EXPECT_EQ(extension_of(source).lower, device);
        EXPECT_EQ(device->AttachedDevice, source);
        EXPECT_EQ(source->StackSize, 2);
        // The file is closed when the source is attached already.
        EXPECT_EQ(log,
                  (std::vector<std::string>{"target create", "source cleanup", "target cleanup",
                                            "source close", "target close"}));
        EXPECT_EQ(device->ReferenceCount, 0);
    });
}

TEST_P(Devices, KnowTheDeviceBelow)
{
    OPENKMDF_TESTS(IoGetLowerDeviceObject);
    in_kernel([&] {
        PDEVICE_OBJECT upper = make(), middle = make();
        EXPECT_EQ(IoGetLowerDeviceObject(device), nullptr);
        IoAttachDeviceToDeviceStack(middle, device);
        IoAttachDeviceToDeviceStack(upper, device);
        const std::int64_t before = ob::references_of(middle);
        EXPECT_EQ(IoGetLowerDeviceObject(upper), middle);
        EXPECT_EQ(ob::references_of(middle), before + 1);
        ObDereferenceObject(middle);
        EXPECT_EQ(IoGetLowerDeviceObject(middle), device);
        ObDereferenceObject(device);
        // A device that others are attached to goes with the last of them.
        IoDeleteDevice(device);
        EXPECT_EQ(IoGetLowerDeviceObject(middle), nullptr);
    });
}

TEST_P(Devices, AreListedByDriver)
{
    OPENKMDF_TESTS(IoEnumerateDeviceObjectList);
    in_kernel([&] {
        PDEVICE_OBJECT second = make(), third = make(), list[4] = {};
        ULONG count = 0;
        EXPECT_EQ(IoEnumerateDeviceObjectList(driver.object, nullptr, 0, &count),
                  STATUS_BUFFER_TOO_SMALL);
        EXPECT_EQ(count, 3u);
        auto size = [](int entries) { return static_cast<ULONG>(entries * sizeof(void *)); };
        const std::int64_t before = ob::references_of(device), other = ob::references_of(second);
        EXPECT_EQ(IoEnumerateDeviceObjectList(driver.object, list, size(4), &count),
                  STATUS_SUCCESS);
        EXPECT_EQ(count, 3u);
        EXPECT_EQ(std::vector(list, list + 4),
                  (std::vector<PDEVICE_OBJECT>{third, second, device, nullptr}));
        EXPECT_EQ(ob::references_of(device), before + 1);
        for (PDEVICE_OBJECT entry : {third, second, device}) ObDereferenceObject(entry);
        // As many as there is room for.
        PDEVICE_OBJECT two[3] = {};
        EXPECT_EQ(IoEnumerateDeviceObjectList(driver.object, two, size(2), &count),
                  STATUS_BUFFER_TOO_SMALL);
        EXPECT_EQ(count, 3u);
        EXPECT_EQ(two[0], third);
        EXPECT_EQ(two[1], second);
        EXPECT_EQ(two[2], nullptr);
        EXPECT_EQ(ob::references_of(device), before);
        EXPECT_EQ(ob::references_of(second), other + 1);
        for (PDEVICE_OBJECT entry : {third, second}) ObDereferenceObject(entry);
    });
}

TEST_P(Devices, KeepExtensionsOfTheirDriver)
{
    OPENKMDF_TESTS(IoAllocateDriverObjectExtension, IoGetDriverObjectExtension);
    in_kernel([&] {
        int one, two;
        void *first = nullptr, *second = nullptr, *third = &one;
        auto allocate = [&](int &id, void **extension) {
            return IoAllocateDriverObjectExtension(driver.object, &id, 100, extension);
        };
        EXPECT_EQ(IoGetDriverObjectExtension(driver.object, &one), nullptr);
        EXPECT_EQ(without_memory([&] { return allocate(one, &first); }),
                  STATUS_INSUFFICIENT_RESOURCES);
        EXPECT_EQ(allocate(one, &first), STATUS_SUCCESS);
        EXPECT_EQ(allocate(two, &second), STATUS_SUCCESS);
        std::memset(first, 1, 100);
        std::memset(second, 2, 100);
        EXPECT_EQ(allocate(one, &third), STATUS_OBJECT_NAME_COLLISION);
        EXPECT_EQ(third, nullptr);
        EXPECT_EQ(IoGetDriverObjectExtension(driver.object, &one), first);
        EXPECT_EQ(IoGetDriverObjectExtension(driver.object, &two), second);
        EXPECT_EQ(static_cast<char *>(first)[99], 1);
        EXPECT_EQ(&driver_of(driver.object), &driver);
    });
}

TEST_P(Devices, AreNamedByLinks)
{
    OPENKMDF_TESTS(IoCreateSymbolicLink, IoCreateUnprotectedSymbolicLink, IoDeleteSymbolicLink);
    driver.on[IRP_MJ_CREATE] = [](PDEVICE_OBJECT, PIRP irp) {
        return complete(irp, STATUS_SUCCESS);
    };
    UNICODE_STRING link = io::counted(u"\\DosDevices\\Owned"),
                   target = io::counted(u"\\Device\\Owned"), bad = io::counted(u"NoPath");
    PFILE_OBJECT file;
    for (auto create : {IoCreateSymbolicLink, IoCreateUnprotectedSymbolicLink}) {
        EXPECT_EQ(pc.open(u"\\??\\Owned", &file), STATUS_OBJECT_NAME_NOT_FOUND);
        in_kernel([&] {
            EXPECT_FALSE(NT_SUCCESS(create(&bad, &target)));
            EXPECT_EQ(create(&link, &target), STATUS_SUCCESS);
            EXPECT_EQ(create(&link, &target), STATUS_OBJECT_NAME_COLLISION);
        });
        ASSERT_EQ(pc.open(u"\\??\\Owned", &file), STATUS_SUCCESS);
        EXPECT_EQ(file->DeviceObject, device);
        pc.close(file);
        in_kernel([&] {
            EXPECT_EQ(IoDeleteSymbolicLink(&link), STATUS_SUCCESS);
            EXPECT_EQ(IoDeleteSymbolicLink(&link), STATUS_OBJECT_NAME_NOT_FOUND);
            // Not a link.
            EXPECT_FALSE(NT_SUCCESS(IoDeleteSymbolicLink(&target)));
        });
    }
}

TEST_P(Devices, AreFoundAndOpenedByName)
{
    OPENKMDF_TESTS(IoGetDeviceObjectPointer, IoCreateFile);
    driver.on[IRP_MJ_CREATE] = [&](PDEVICE_OBJECT, PIRP irp) {
        const auto &create = IoGetCurrentIrpStackLocation(irp)->Parameters.Create;
        EXPECT_EQ(create.ShareAccess, FILE_SHARE_READ);
        EXPECT_EQ(create.Options, ULONG{FILE_OPEN_IF << 24 | FILE_NON_DIRECTORY_FILE});
        return complete(irp, STATUS_SUCCESS, FILE_OPENED);
    };
    in_kernel([&] {
        auto open = [&](const char16_t *path, HANDLE *handle, PIO_STATUS_BLOCK result) {
            UNICODE_STRING name = io::counted(path);
            OBJECT_ATTRIBUTES attributes;
            InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, nullptr, nullptr);
            return IoCreateFile(handle, FILE_READ_DATA, &attributes, result, nullptr, 0,
                                FILE_SHARE_READ, FILE_OPEN_IF, FILE_NON_DIRECTORY_FILE, nullptr, 0,
                                CreateFileTypeNone, nullptr, 0);
        };
        HANDLE handle = nullptr;
        IO_STATUS_BLOCK result = {};
        EXPECT_EQ(open(u"\\Device\\Nothing", &handle, &result), STATUS_OBJECT_NAME_NOT_FOUND);
        ASSERT_EQ(open(u"\\Device\\Owned", &handle, &result), STATUS_SUCCESS);
        EXPECT_EQ(result.Information, ULONG_PTR{FILE_OPENED});
        EXPECT_EQ(device->ReferenceCount, 1);
        EXPECT_EQ(ZwClose(handle), STATUS_SUCCESS);
        EXPECT_EQ(device->ReferenceCount, 0);
        driver.on[IRP_MJ_CREATE] = [](PDEVICE_OBJECT, PIRP irp) {
            return complete(irp, STATUS_SUCCESS);
        };
        PFILE_OBJECT file = nullptr;
        PDEVICE_OBJECT found = nullptr, upper = make();
        IoAttachDeviceToDeviceStack(upper, device);
        auto point = [&](std::u16string_view path) {
            UNICODE_STRING name = io::counted(path);
            return IoGetDeviceObjectPointer(&name, FILE_READ_DATA, &file, &found);
        };
        EXPECT_EQ(point(u"\\Driver\\owner"), STATUS_OBJECT_TYPE_MISMATCH);
        EXPECT_EQ(point(u"\\Device\\\\Owned"), STATUS_OBJECT_NAME_INVALID);
        EXPECT_EQ(without_memory([&] { return point(u"\\Device\\Owned"); }),
                  STATUS_INSUFFICIENT_RESOURCES);
        EXPECT_EQ(point(u"\\Device\\Owned"), STATUS_SUCCESS);
        EXPECT_EQ(found, upper);
        EXPECT_EQ(file->DeviceObject, device);
        ObDereferenceObject(file);
    });
}

TEST(KernelStacks, AreKnownToTheirThread)
{
    OPENKMDF_TESTS(IoGetStackLimits, IoGetInitialStack, IoWithinStackLimits,
                   IoIsWdmVersionAvailable);
    Computer pc(Mode::Deterministic);
    pc.call([] {
        ULONG_PTR low = 0, high = 0;
        IoGetStackLimits(&low, &high);
        // Not of a local variable, which a sanitizer may keep elsewhere.
        const auto here = reinterpret_cast<ULONG_PTR>(__builtin_frame_address(0));
        EXPECT_LT(low, here);
        EXPECT_LE(here + sizeof(void *), high);
        EXPECT_EQ(reinterpret_cast<ULONG_PTR>(IoGetInitialStack()), high);
        EXPECT_TRUE(IoWithinStackLimits(here, sizeof(void *)));
        EXPECT_TRUE(IoWithinStackLimits(low, high - low));
        EXPECT_FALSE(IoWithinStackLimits(low - 1, 2));
        EXPECT_FALSE(IoWithinStackLimits(high - 1, 2));
        EXPECT_FALSE(IoWithinStackLimits(here, ~SIZE_T{0}));
        EXPECT_FALSE(IoWithinStackLimits(0, 1));
        for (UCHAR minor : {0, 5, 0x10, 0x20, 0x30}) EXPECT_TRUE(IoIsWdmVersionAvailable(1, minor));
        EXPECT_TRUE(IoIsWdmVersionAvailable(6, 0));
        EXPECT_FALSE(IoIsWdmVersionAvailable(0xFF, 0));
        EXPECT_FALSE(IoIsWdmVersionAvailable(0xFF, 0xFF));
    });
}

TEST_P(Devices, HaveTheTypesThatDriversImport)
{
    OPENKMDF_TESTS(IoDeviceObjectType, IoDriverObjectType, IoFileObjectType,
                   IoWMIDeviceObjectToProviderId);
    PFILE_OBJECT file;
    driver.on[IRP_MJ_CREATE] = [](PDEVICE_OBJECT, PIRP irp) {
        return complete(irp, STATUS_SUCCESS);
    };
    ASSERT_EQ(pc.open(u"\\Device\\Owned", &file), STATUS_SUCCESS);
    in_kernel([&] {
        auto type = [&](const char *name) {
            return **static_cast<POBJECT_TYPE **>(find_export(pc.kernel(), name));
        };
        POBJECT_TYPE types[] = {type("IoDeviceObjectType"), type("IoDriverObjectType"),
                                type("IoFileObjectType")};
        void *objects[] = {device, driver.object, file};
        for (int i = 0; i < 3; ++i)
            for (int k = 0; k < 3; ++k) {
                const NTSTATUS status =
                    ObReferenceObjectByPointer(objects[k], 0, types[i], UserMode);
                EXPECT_EQ(status, i == k ? STATUS_SUCCESS : STATUS_OBJECT_TYPE_MISMATCH);
                if (NT_SUCCESS(status)) ObDereferenceObject(objects[k]);
            }
        PDEVICE_OBJECT second = make();
        const ULONG id = IoWMIDeviceObjectToProviderId(device);
        EXPECT_EQ(IoWMIDeviceObjectToProviderId(device), id);
        EXPECT_NE(IoWMIDeviceObjectToProviderId(second), id);
    });
    pc.close(file);
}

TEST_P(Devices, SendEventsThatAreNotTooLarge)
{
    OPENKMDF_TESTS(IoWMIWriteEvent);
    in_kernel([&] {
        auto make = [](ULONG size) {
            auto *event =
                static_cast<PWNODE_HEADER>(ExAllocatePoolWithTag(NonPagedPoolNx, size, 'tseT'));
            std::memset(event, 0, size);
            event->BufferSize = size;
            event->Flags = WNODE_FLAG_EVENT_ITEM;
            return event;
        };
        auto is_allocated = [&](void *event) {
            PoolBlock block;
            return pc.kernel().pool->find(event, block) && !block.freed;
        };
        PWNODE_HEADER small = make(256), large = make(64 * 1024);
        EXPECT_TRUE(is_allocated(small));
        EXPECT_EQ(IoWMIWriteEvent(small), STATUS_SUCCESS);
        EXPECT_FALSE(is_allocated(small));
        // Only an event that was taken is the system's.
        EXPECT_EQ(IoWMIWriteEvent(large), STATUS_BUFFER_OVERFLOW);
        EXPECT_TRUE(is_allocated(large));
        // Nor is one for the logger only.
        large->Flags = WNODE_FLAG_TRACED_GUID;
        EXPECT_EQ(IoWMIWriteEvent(large), STATUS_SUCCESS);
        EXPECT_TRUE(is_allocated(large));
        if (is_allocated(large)) ExFreePoolWithTag(large, 'tseT');
    });
}

OPENKMDF_IN_BOTH_MODES(Devices);

}  // namespace

}  // namespace openkmdf::executive::test
