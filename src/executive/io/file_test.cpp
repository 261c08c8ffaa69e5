#include "executive/io/test_computer.h"

#include "tests/support/tested.h"

#include <sys/mman.h>

#include <array>

namespace openkmdf::executive::test {

namespace {

UNICODE_STRING text(const char16_t *string)
{
    return io::counted(string);
}

// A control device "\Device\Echo" with the link "\??\Echo", made by DriverEntry.
class Files : public InBothModes {
protected:
    Files()
    {
        driver.name = u"echo";
        driver.entry = [this](Driver &own) {
            UNICODE_STRING name = text(u"\\Device\\Echo"), link = text(u"\\??\\Echo");
            NTSTATUS status =
                IoCreateDevice(own.object, sizeof(Extension), &name, FILE_DEVICE_UNKNOWN,
                               FILE_DEVICE_SECURE_OPEN, exclusive, &device);
            if (!NT_SUCCESS(status)) return status;
            device->Flags |= io_flags;
            return IoCreateSymbolicLink(&link, &name);
        };
        for (UCHAR major : {IRP_MJ_CREATE, IRP_MJ_CLEANUP, IRP_MJ_CLOSE})
            driver.on[major] = [this, major](PDEVICE_OBJECT, PIRP irp) {
                log.push_back(major == IRP_MJ_CREATE    ? "create"
                              : major == IRP_MJ_CLEANUP ? "cleanup"
                                                        : "close");
                return complete(irp, major == IRP_MJ_CREATE ? create_status : STATUS_SUCCESS);
            };
        driver.unload = [this](Driver &) {
            UNICODE_STRING link = text(u"\\??\\Echo");
            IoDeleteSymbolicLink(&link);
            IoDeleteDevice(device);
        };
    }
    void load() { ASSERT_EQ(pc.load(driver), STATUS_SUCCESS); }
    PFILE_OBJECT open(std::u16string_view path = u"\\??\\Echo")
    {
        PFILE_OBJECT file;
        EXPECT_EQ(pc.open(path, &file), STATUS_SUCCESS);
        return file;
    }

    Driver driver;
    PDEVICE_OBJECT device = nullptr;
    bool exclusive = false;
    ULONG io_flags = DO_BUFFERED_IO;
    NTSTATUS create_status = STATUS_SUCCESS;
};

using Log = std::vector<std::string>;

TEST_P(Files, ComeByLinkAndByNameAndGoInOrder)
{
    OPENKMDF_TESTS(IoCreateDevice, IoCreateSymbolicLink, IoDeleteSymbolicLink);
    load();
    EXPECT_FALSE(device->Flags & DO_DEVICE_INITIALIZING);
    PFILE_OBJECT file = open();
    EXPECT_EQ(device->ReferenceCount, 1);
    EXPECT_EQ(file->FileName.Length, 0);
    pc.close(file);
    EXPECT_EQ(log, (Log{"create", "cleanup", "close"}));
    EXPECT_EQ(device->ReferenceCount, 0);

    file = open(u"\\Device\\Echo\\some\\name");
    EXPECT_EQ(io::view(file->FileName), u"\\some\\name");
    pc.close(file);
    EXPECT_EQ(pc.unload(driver), STATUS_SUCCESS);
    EXPECT_EQ(pc.open(u"\\??\\Echo", &file), STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_EQ(pc.kernel().io->live_irps(), 0u);
}

TEST_P(Files, WhoseCreateFailsAreNeitherCleanedUpNorClosed)
{
    create_status = STATUS_ACCESS_DENIED;
    load();
    PFILE_OBJECT file;
    EXPECT_EQ(pc.open(u"\\??\\Echo", &file), STATUS_ACCESS_DENIED);
    EXPECT_EQ(log, (Log{"create"}));
    EXPECT_EQ(device->ReferenceCount, 0);
    EXPECT_EQ(pc.unload(driver), STATUS_SUCCESS);
}

TEST_P(Files, OfAnExclusiveDeviceAreOneAtATime)
{
    OPENKMDF_TESTS(IoCreateDevice);
    exclusive = true;
    load();
    PFILE_OBJECT first = open(), second;
    EXPECT_EQ(pc.open(u"\\??\\Echo", &second), STATUS_ACCESS_DENIED);
    pc.close(first);
    first = open();
    pc.close(first);
}

TEST_P(Files, KeepADeletedDevice)
{
    OPENKMDF_TESTS(IoDeleteDevice);
    load();
    PFILE_OBJECT file = open(), other;
    pc.call([&] { IoDeleteDevice(device); });
    EXPECT_EQ(pc.open(u"\\Device\\Echo", &other), STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_EQ(driver.object->DeviceObject, device);
    pc.close(file);
    EXPECT_EQ(driver.object->DeviceObject, nullptr);
    EXPECT_EQ(log.back(), "close");
}

TEST_P(Files, AreRefusedWhileTheDeviceIsInitializing)
{
    load();
    device->Flags |= DO_DEVICE_INITIALIZING;
    PFILE_OBJECT file;
    EXPECT_EQ(pc.open(u"\\??\\Echo", &file), STATUS_NO_SUCH_DEVICE);
    EXPECT_TRUE(log.empty());
}

TEST_P(Files, GoToTheTopOfTheStack)
{
    OPENKMDF_TESTS(IoGetRelatedDeviceObject, IoDetachDevice, IoAttachDeviceToDeviceStack,
                   IoGetAttachedDevice, IoGetLowerDeviceObject);
    load();
    Driver filter;
    filter.name = u"filter";
    PFILE_OBJECT file = nullptr;
    filter.on[IRP_MJ_CREATE] = [&](PDEVICE_OBJECT own, PIRP irp) {
        log.push_back("filter");
        return pass(own, irp);
    };
    ASSERT_EQ(pc.load(filter), STATUS_SUCCESS);
    pc.call([&] { EXPECT_EQ(filter.attach(device), STATUS_SUCCESS); });
    EXPECT_EQ(device->AttachedDevice->StackSize, 2);
    file = open();
    pc.call([&] { EXPECT_EQ(IoGetRelatedDeviceObject(file), device->AttachedDevice); });
    pc.close(file);
    EXPECT_EQ(log[0], "filter");
    EXPECT_EQ(log[1], "create");
    pc.call([&] {
        PDEVICE_OBJECT top = device->AttachedDevice;
        EXPECT_EQ(IoGetLowerDeviceObject(top), device);
        ObDereferenceObject(device);
        IoDetachDevice(device);
        IoDeleteDevice(top);
        EXPECT_EQ(IoGetAttachedDevice(device), device);
    });
    EXPECT_EQ(pc.unload(filter), STATUS_SUCCESS);
    EXPECT_EQ(pc.unload(driver), STATUS_SUCCESS);
}

TEST_P(Files, CarryBufferedReadsAndWrites)
{
    std::string held;
    driver.on[IRP_MJ_WRITE] = [&](PDEVICE_OBJECT, PIRP irp) {
        const ULONG length = IoGetCurrentIrpStackLocation(irp)->Parameters.Write.Length;
        held.assign(static_cast<char *>(irp->AssociatedIrp.SystemBuffer), length);
        return complete(irp, STATUS_SUCCESS, length);
    };
    driver.on[IRP_MJ_READ] = [&](PDEVICE_OBJECT, PIRP irp) {
        EXPECT_NE(irp->AssociatedIrp.SystemBuffer, irp->UserBuffer);
        std::memcpy(irp->AssociatedIrp.SystemBuffer, held.data(), held.size());
        return complete(irp, STATUS_SUCCESS, held.size());
    };
    load();
    PFILE_OBJECT file = open();
    for (std::size_t size : {std::size_t{5}, std::size_t{48}, std::size_t{4000}}) {
        const std::string data(size, 'x');
        std::string back(size, '.');
        EXPECT_EQ(pc.transfer(file, write_of(data.data(), size)).Information, size);
        EXPECT_EQ(pc.transfer(file, read_of(back.data(), size)).Information, size);
        EXPECT_EQ(back, data);
    }
    pc.close(file);
    EXPECT_EQ(pc.unload(driver), STATUS_SUCCESS);
}

TEST_P(Files, CarryDirectReadsAndWrites)
{
    io_flags = DO_DIRECT_IO;
    std::string held;
    driver.on[IRP_MJ_WRITE] = [&](PDEVICE_OBJECT, PIRP irp) {
        held.assign(
            static_cast<char *>(MmGetSystemAddressForMdlSafe(irp->MdlAddress, NormalPagePriority)),
            MmGetMdlByteCount(irp->MdlAddress));
        return complete(irp, STATUS_SUCCESS, held.size());
    };
    driver.on[IRP_MJ_READ] = [&](PDEVICE_OBJECT, PIRP irp) {
        std::memcpy(MmGetSystemAddressForMdlSafe(irp->MdlAddress, NormalPagePriority), held.data(),
                    held.size());
        return complete(irp, STATUS_SUCCESS, held.size());
    };
    load();
    PFILE_OBJECT file = open();
    const std::string data = "direct";
    char back[8] = {};
    EXPECT_EQ(pc.transfer(file, write_of(data.data(), data.size())).Information, data.size());
    EXPECT_EQ(pc.transfer(file, read_of(back, 6)).Status, STATUS_SUCCESS);
    EXPECT_EQ(std::string(back), data);
    pc.close(file);
}

TEST_P(Files, CarryControlCodesByAllMethods)
{
    driver.on[IRP_MJ_DEVICE_CONTROL] = [&](PDEVICE_OBJECT, PIRP irp) {
        auto &parameters = IoGetCurrentIrpStackLocation(irp)->Parameters.DeviceIoControl;
        const ULONG method = parameters.IoControlCode & 3;
        const void *in = irp->AssociatedIrp.SystemBuffer;
        void *out = in ? const_cast<void *>(in) : nullptr;
        if (method == METHOD_NEITHER) {
            in = parameters.Type3InputBuffer;
            out = irp->UserBuffer;
        } else if (method != METHOD_BUFFERED) {
            out = MmGetSystemAddressForMdlSafe(irp->MdlAddress, NormalPagePriority);
        }
        char copy[8];
        std::memcpy(copy, in, parameters.InputBufferLength);
        for (ULONG i = 0; i < parameters.OutputBufferLength; ++i)
            static_cast<char *>(out)[i] = static_cast<char>(copy[i] + 1);
        return complete(irp, STATUS_SUCCESS, parameters.OutputBufferLength);
    };
    load();
    PFILE_OBJECT file = open();
    for (ULONG method : {METHOD_BUFFERED, METHOD_IN_DIRECT, METHOD_OUT_DIRECT, METHOD_NEITHER}) {
        char in[] = {1, 2, 3, 4}, out[4] = {};
        const ULONG code = control_code(method);
        IO_STATUS_BLOCK result = pc.transfer(file, control_of(code, in, 4, out, 4));
        EXPECT_EQ(result.Status, STATUS_SUCCESS) << method;
        EXPECT_EQ(result.Information, 4u);
        EXPECT_EQ(std::string(out, 4), "\2\3\4\5") << method;
    }
    pc.close(file);
}

TEST_P(Files, GiveNothingBackOnErrorAndNoMoreThanThereIsRoom)
{
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    driver.on[IRP_MJ_DEVICE_CONTROL] = [&](PDEVICE_OBJECT, PIRP irp) {
        std::memset(irp->AssociatedIrp.SystemBuffer, 'z', 8);
        return complete(irp, status, 8);
    };
    load();
    PFILE_OBJECT file = open();
    const ULONG code = control_code(METHOD_BUFFERED);
    char in[8] = {}, out[9] = "........";
    EXPECT_EQ(pc.transfer(file, control_of(code, in, 8, out, 4)).Status, STATUS_UNSUCCESSFUL);
    EXPECT_STREQ(out, "........");
    // A warning carries data; more than the client has room for stays here.
    status = STATUS_BUFFER_OVERFLOW;
    EXPECT_EQ(pc.transfer(file, control_of(code, in, 8, out, 4)).Status, STATUS_BUFFER_OVERFLOW);
    EXPECT_STREQ(out, "zzzz....");
    pc.close(file);
}

TEST_P(Files, RefuseBuffersThatAreNotTheClients)
{
    load();
    PFILE_OBJECT file = open();
    std::size_t calls = 0;
    driver.on[IRP_MJ_READ] = [&](PDEVICE_OBJECT, PIRP irp) {
        ++calls;
        return complete(irp, STATUS_SUCCESS);
    };
    auto *kernel_memory = reinterpret_cast<void *>(device);
    EXPECT_EQ(pc.transfer(file, read_of(kernel_memory, 8)).Status, STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(pc.transfer(file, read_of(nullptr, 8)).Status, STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(
        pc.transfer(file, read_of(reinterpret_cast<void *>(~std::uintptr_t{0} - 3), 8)).Status,
        STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(calls, 0u);
    EXPECT_EQ(pc.transfer(file, read_of(nullptr, 0)).Status, STATUS_SUCCESS);
    pc.close(file);
    EXPECT_EQ(pc.kernel().io->live_irps(), 0u);
}

// The system service probes in a handler; the driver never sees such a request.
TEST_P(Files, RefuseBuffersThatAreNotThere)
{
    constexpr std::size_t kPage = 4096;
    load();
    PFILE_OBJECT file = open();
    auto *page =
        static_cast<char *>(mmap(nullptr, kPage, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    std::size_t calls = 0;
    bool takes_away = false;
    auto handler = [&](PDEVICE_OBJECT, PIRP irp) {
        ++calls;
        if (takes_away) mprotect(page, kPage, PROT_NONE);
        return complete(irp, STATUS_SUCCESS, 8);
    };
    for (UCHAR major : {IRP_MJ_READ, IRP_MJ_WRITE, IRP_MJ_DEVICE_CONTROL})
        driver.on[major] = handler;
    const ULONG code = control_code(METHOD_BUFFERED);
    char good[8] = {};
    EXPECT_EQ(pc.transfer(file, write_of(page, 8)).Status, STATUS_SUCCESS);
    EXPECT_EQ(pc.transfer(file, read_of(page, 8)).Status, STATUS_ACCESS_VIOLATION);
    mprotect(page, kPage, PROT_NONE);
    EXPECT_EQ(pc.transfer(file, write_of(page, 8)).Status, STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(pc.transfer(file, control_of(code, page, 8, good, 8)).Status,
              STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(pc.transfer(file, control_of(code, good, 8, page, 8)).Status,
              STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(calls, 1u);
    // Memory that goes while the driver works on the request is missed when it is to be filled.
    mprotect(page, kPage, PROT_READ | PROT_WRITE);
    takes_away = true;
    IO_STATUS_BLOCK result = pc.transfer(file, control_of(code, good, 8, page, 8));
    EXPECT_EQ(result.Status, STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(result.Information, 0u);
    EXPECT_EQ(calls, 2u);
    pc.close(file);
    munmap(page, kPage);
    EXPECT_EQ(pc.kernel().io->live_irps(), 0u);
}

TEST_P(Files, WithoutARoutineGetTheSystemsAnswer)
{
    driver.on[IRP_MJ_READ] = io::invalid_device_request;
    load();
    PFILE_OBJECT file = open();
    char buffer[4];
    EXPECT_EQ(pc.transfer(file, read_of(buffer, 4)).Status, STATUS_INVALID_DEVICE_REQUEST);
    pc.close(file);
}

OPENKMDF_IN_BOTH_MODES(Files);

}  // namespace

}  // namespace openkmdf::executive::test
