#include "executive/io/test_computer.h"

#include "executive/ob/handle_table.h"
#include "tests/support/tested.h"

// Files and handles as kernel code uses them.

namespace openkmdf::executive::test {

namespace {

constexpr ULONG kBuffered = control_code(METHOD_BUFFERED);
constexpr ULONG kSynchronous = FILE_SYNCHRONOUS_IO_NONALERT;
constexpr HANDLE kNoHandle = nullptr;

struct Named : OBJECT_ATTRIBUTES {
    explicit Named(const char16_t *path) : name(io::counted(path))
    {
        InitializeObjectAttributes(this, &name, OBJ_KERNEL_HANDLE, nullptr, nullptr);
    }
    UNICODE_STRING name;
};

NTSTATUS create(HANDLE *handle, ACCESS_MASK access, ULONG options, ULONG disposition = FILE_OPEN)
{
    Named attributes(u"\\Device\\Echo");
    IO_STATUS_BLOCK result = {};
    return ZwCreateFile(handle, access, &attributes, &result, nullptr, FILE_ATTRIBUTE_NORMAL, 0,
                        disposition, options, nullptr, 0);
}

HANDLE open(ULONG options)
{
    HANDLE handle = nullptr;
    EXPECT_EQ(create(&handle, FILE_GENERIC_READ | FILE_GENERIC_WRITE, options), STATUS_SUCCESS);
    return handle;
}

HANDLE make_event()
{
    HANDLE event = nullptr;
    EXPECT_EQ(ZwCreateEvent(&event, EVENT_ALL_ACCESS, nullptr, NotificationEvent, FALSE),
              STATUS_SUCCESS);
    return event;
}

NTSTATUS poll(HANDLE handle)
{
    LARGE_INTEGER at_once = {};
    return ZwWaitForSingleObject(handle, FALSE, &at_once);
}

LARGE_INTEGER offset_of(LONGLONG value)
{
    LARGE_INTEGER offset;
    offset.QuadPart = value;
    return offset;
}

template <class Body>
struct Entry {
    static void NTAPI run(PVOID context) { (*static_cast<Body *>(context))(); }
};

// Runs `body` in a system thread to its end.
template <class Body>
void run_in_a_thread(Body &body)
{
    HANDLE thread = nullptr;
    EXPECT_EQ(PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, nullptr, nullptr, nullptr,
                                   Entry<Body>::run, &body),
              STATUS_SUCCESS);
    EXPECT_EQ(ZwWaitForSingleObject(thread, FALSE, nullptr), STATUS_SUCCESS);
    ZwClose(thread);
}

// A device of 64 bytes: what is written can be read again.
class ZwFiles : public InBothModes {
protected:
    ZwFiles()
    {
        driver.name = u"echo";
        driver.entry = [this](Driver &own) {
            UNICODE_STRING name = io::counted(u"\\Device\\Echo");
            const NTSTATUS status = IoCreateDevice(own.object, sizeof(Extension), &name,
                                                   FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
            if (NT_SUCCESS(status)) device->Flags |= DO_BUFFERED_IO;
            return status;
        };
        for (UCHAR major : {IRP_MJ_READ, IRP_MJ_WRITE})
            driver.on[major] = [this, major](PDEVICE_OBJECT, PIRP irp) {
                // Reads and writes have the same parameters at the same places.
                const auto &read = IoGetCurrentIrpStackLocation(irp)->Parameters.Read;
                if (read.ByteOffset.QuadPart < 0 ||
                    read.ByteOffset.QuadPart + read.Length > static_cast<LONGLONG>(sizeof bytes))
                    return complete(irp, STATUS_END_OF_FILE);
                char *place = bytes + read.ByteOffset.QuadPart;
                void *buffer = irp->AssociatedIrp.SystemBuffer;
                if (major == IRP_MJ_READ) std::memcpy(buffer, place, read.Length);
                else std::memcpy(place, buffer, read.Length);
                return complete(irp, STATUS_SUCCESS, read.Length);
            };
        EXPECT_EQ(pc.load(driver), STATUS_SUCCESS);
    }
    ~ZwFiles() override { EXPECT_EQ(pc.kernel().io->live_irps(), 0u); }

    // Requests of the kind stay with the driver until they are taken from `pending`.
    void keep(UCHAR major)
    {
        driver.on[major] = [this](PDEVICE_OBJECT, PIRP irp) {
            IoMarkIrpPending(irp);
            IoSetCancelRoutine(irp, cancel);
            pending.push_back(irp);
            return STATUS_PENDING;
        };
    }
    static void NTAPI cancel(PDEVICE_OBJECT, PIRP irp)
    {
        IoReleaseCancelSpinLock(irp->CancelIrql);
        complete(irp, STATUS_CANCELLED);
    }
    void finish(std::size_t index, NTSTATUS status, ULONG_PTR information = 0)
    {
        EXPECT_NE(IoSetCancelRoutine(pending[index], nullptr), nullptr);
        complete(pending[index], status, information);
    }

    Driver driver;
    PDEVICE_OBJECT device = nullptr;
    char bytes[64] = {};
    std::vector<PIRP> pending;
};

TEST_P(ZwFiles, AreCreatedWithWhatTheCallerSays)
{
    OPENKMDF_TESTS(ZwCreateFile, ZwClose);
    NTSTATUS answer = STATUS_SUCCESS;
    std::size_t creates = 0;
    driver.on[IRP_MJ_CREATE] = [&](PDEVICE_OBJECT, PIRP irp) {
        ++creates;
        PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
        const auto &parameters = location->Parameters.Create;
        EXPECT_EQ(parameters.Options, FILE_OVERWRITE_IF << 24 | FILE_NON_DIRECTORY_FILE);
        EXPECT_EQ(parameters.FileAttributes, FILE_ATTRIBUTE_HIDDEN);
        EXPECT_EQ(parameters.ShareAccess, FILE_SHARE_READ);
        EXPECT_EQ(parameters.EaLength, 4u);
        EXPECT_EQ(std::string(static_cast<char *>(irp->AssociatedIrp.SystemBuffer), 4), "attr");
        EXPECT_EQ(parameters.SecurityContext->DesiredAccess, ACCESS_MASK{FILE_GENERIC_READ});
        EXPECT_EQ(irp->Overlay.AllocationSize.QuadPart, 4096);
        EXPECT_EQ(io::view(location->FileObject->FileName), u"\\name");
        return complete(irp, answer, FILE_CREATED);
    };
    in_kernel([&] {
        Named attributes(u"\\Device\\Echo\\name");
        LARGE_INTEGER size = offset_of(4096);
        char extended[] = "attr";
        HANDLE handle = nullptr;
        IO_STATUS_BLOCK result = {};
        auto call = [&] {
            return ZwCreateFile(&handle, GENERIC_READ, &attributes, &result, &size,
                                FILE_ATTRIBUTE_HIDDEN, FILE_SHARE_READ, FILE_OVERWRITE_IF,
                                FILE_NON_DIRECTORY_FILE, extended, 4);
        };
        EXPECT_EQ(call(), STATUS_SUCCESS);
        EXPECT_EQ(result.Status, STATUS_SUCCESS);
        EXPECT_EQ(result.Information, ULONG_PTR{FILE_CREATED});
        EXPECT_TRUE(ObIsKernelHandle(handle));
        EXPECT_EQ(device->ReferenceCount, 1);
        EXPECT_EQ(ZwClose(handle), STATUS_SUCCESS);
        EXPECT_EQ(device->ReferenceCount, 0);
        answer = STATUS_SHARING_VIOLATION;
        EXPECT_EQ(call(), STATUS_SHARING_VIOLATION);
        EXPECT_EQ(result.Status, STATUS_SHARING_VIOLATION);
        EXPECT_EQ(handle, nullptr);
        EXPECT_EQ(device->ReferenceCount, 0);
    });
    EXPECT_EQ(creates, 2u);
}

TEST_P(ZwFiles, WithContradictingOptionsAreNotCreated)
{
    OPENKMDF_TESTS(ZwCreateFile);
    in_kernel([] {
        HANDLE handle = nullptr;
        EXPECT_EQ(
            create(&handle, SYNCHRONIZE, FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT),
            STATUS_INVALID_PARAMETER);
        EXPECT_EQ(create(&handle, FILE_READ_DATA, kSynchronous), STATUS_INVALID_PARAMETER);
        EXPECT_EQ(create(&handle, SYNCHRONIZE, FILE_DIRECTORY_FILE | FILE_NON_DIRECTORY_FILE),
                  STATUS_INVALID_PARAMETER);
        EXPECT_EQ(create(&handle, SYNCHRONIZE, 0, FILE_MAXIMUM_DISPOSITION + 1),
                  STATUS_INVALID_PARAMETER);
        Named nothing(u"\\Device\\Nothing");
        IO_STATUS_BLOCK result = {};
        EXPECT_EQ(ZwCreateFile(&handle, SYNCHRONIZE, &nothing, &result, nullptr, 0, 0, FILE_OPEN, 0,
                               nullptr, 0),
                  STATUS_OBJECT_NAME_NOT_FOUND);
    });
    EXPECT_EQ(device->ReferenceCount, 0);
}

// What the page of ZwCreateFile says that each of these options needs or forbids.
TEST_P(ZwFiles, HaveOptionsThatFitTheAccessAndTheDisposition)
{
    OPENKMDF_TESTS(ZwCreateFile, IoCreateFile);
    in_kernel([] {
        HANDLE handle = nullptr;
        for (ULONG disposition : {FILE_SUPERSEDE, FILE_OVERWRITE, FILE_OVERWRITE_IF})
            EXPECT_FALSE(NT_SUCCESS(create(&handle, SYNCHRONIZE, FILE_DIRECTORY_FILE, disposition)))
                << disposition;
        EXPECT_FALSE(NT_SUCCESS(create(&handle, FILE_APPEND_DATA, FILE_NO_INTERMEDIATE_BUFFERING)));
        EXPECT_FALSE(NT_SUCCESS(create(&handle, FILE_READ_DATA, FILE_DELETE_ON_CLOSE)));
        Named attributes(u"\\Device\\Echo");
        IO_STATUS_BLOCK result = {};
        EXPECT_FALSE(NT_SUCCESS(IoCreateFile(&handle, SYNCHRONIZE, &attributes, &result, nullptr, 0,
                                             0, FILE_SUPERSEDE, FILE_DIRECTORY_FILE, nullptr, 0,
                                             CreateFileTypeNone, nullptr, 0)));
    });
}

TEST_P(ZwFiles, OfSynchronousIoKeepAPosition)
{
    OPENKMDF_TESTS(ZwReadFile, ZwWriteFile);
    in_kernel([&] {
        HANDLE file = open(kSynchronous);
        IO_STATUS_BLOCK result = {};
        char data[] = "abcdefgh", back[9] = {};
        auto write = [&](ULONG length, PLARGE_INTEGER offset) {
            return ZwWriteFile(file, nullptr, nullptr, nullptr, &result, data, length, offset,
                               nullptr);
        };
        auto read = [&](ULONG length, PLARGE_INTEGER offset) {
            return ZwReadFile(file, nullptr, nullptr, nullptr, &result, back, length, offset,
                              nullptr);
        };
        EXPECT_EQ(write(4, nullptr), STATUS_SUCCESS);
        EXPECT_EQ(result.Information, 4u);
        LARGE_INTEGER at_position;
        at_position.HighPart = -1;
        at_position.LowPart = FILE_USE_FILE_POINTER_POSITION;
        EXPECT_EQ(write(2, &at_position), STATUS_SUCCESS);
        EXPECT_EQ(std::string(bytes), "abcdab");
        LARGE_INTEGER offset = offset_of(3);
        EXPECT_EQ(read(2, &offset), STATUS_SUCCESS);
        EXPECT_EQ(std::string(back), "da");
        EXPECT_EQ(result.Information, 2u);
        // An explicit offset moves the position, too.
        EXPECT_EQ(write(3, nullptr), STATUS_SUCCESS);
        EXPECT_EQ(std::string(bytes), "abcdaabc");
        EXPECT_EQ(read(1, &at_position), STATUS_SUCCESS);
        offset = offset_of(sizeof bytes);
        EXPECT_EQ(read(1, &offset), STATUS_END_OF_FILE);
        EXPECT_EQ(result.Status, STATUS_END_OF_FILE);
        EXPECT_EQ(write(1, &offset), STATUS_END_OF_FILE);
        EXPECT_EQ(write(1, nullptr), STATUS_SUCCESS);
        EXPECT_EQ(bytes[9], 'a');
        ZwClose(file);
        EXPECT_EQ(read(1, nullptr), STATUS_INVALID_HANDLE);
        EXPECT_EQ(write(1, nullptr), STATUS_INVALID_HANDLE);
        file = make_event();
        EXPECT_EQ(read(1, nullptr), STATUS_OBJECT_TYPE_MISMATCH);
        EXPECT_EQ(write(1, nullptr), STATUS_OBJECT_TYPE_MISMATCH);
        ZwClose(file);
    });
}

TEST_P(ZwFiles, OfAsynchronousIoSignalTheEventOrTheFile)
{
    OPENKMDF_TESTS(ZwReadFile, ZwWriteFile, ZwDeviceIoControlFile);
    for (UCHAR major : {IRP_MJ_READ, IRP_MJ_WRITE, IRP_MJ_DEVICE_CONTROL}) keep(major);
    in_kernel([&] {
        const HANDLE file = open(0), event = make_event();
        char buffer[4] = {};
        LARGE_INTEGER start = {};
        for (HANDLE signalled : {event, kNoHandle}) {
            for (UCHAR major : {IRP_MJ_READ, IRP_MJ_WRITE, IRP_MJ_DEVICE_CONTROL}) {
                pending.clear();
                ZwSetEvent(event, nullptr);
                IO_STATUS_BLOCK result = {};
                const NTSTATUS status =
                    major == IRP_MJ_READ ? ZwReadFile(file, signalled, nullptr, nullptr, &result,
                                                      buffer, 4, &start, nullptr)
                    : major == IRP_MJ_WRITE
                        ? ZwWriteFile(file, signalled, nullptr, nullptr, &result, buffer, 4, &start,
                                      nullptr)
                        : ZwDeviceIoControlFile(file, signalled, nullptr, nullptr, &result,
                                                kBuffered, nullptr, 0, buffer, 4);
                EXPECT_EQ(status, STATUS_PENDING);
                ASSERT_EQ(pending.size(), 1u);
                const HANDLE waited = signalled ? signalled : file;
                EXPECT_EQ(poll(waited), STATUS_TIMEOUT);
                finish(0, STATUS_DEVICE_DATA_ERROR, 0);
                EXPECT_EQ(ZwWaitForSingleObject(waited, FALSE, nullptr), STATUS_SUCCESS);
                EXPECT_EQ(result.Status, STATUS_DEVICE_DATA_ERROR);
            }
        }
        ZwClose(event);
        ZwClose(file);
    });
}

TEST_P(ZwFiles, CarryControlCodes)
{
    OPENKMDF_TESTS(ZwDeviceIoControlFile);
    NTSTATUS answer = STATUS_SUCCESS;
    driver.on[IRP_MJ_DEVICE_CONTROL] = [&](PDEVICE_OBJECT, PIRP irp) {
        const auto &parameters = IoGetCurrentIrpStackLocation(irp)->Parameters.DeviceIoControl;
        EXPECT_EQ(parameters.IoControlCode, kBuffered);
        EXPECT_EQ(parameters.InputBufferLength, 4u);
        EXPECT_EQ(parameters.OutputBufferLength, 8u);
        auto *buffer = static_cast<char *>(irp->AssociatedIrp.SystemBuffer);
        std::memcpy(buffer + 4, buffer, 4);
        return complete(irp, answer, NT_SUCCESS(answer) ? 8 : 0);
    };
    in_kernel([&] {
        const HANDLE file = open(kSynchronous);
        char in[] = "echo", out[9] = {};
        IO_STATUS_BLOCK result = {};
        auto control = [&] {
            return ZwDeviceIoControlFile(file, nullptr, nullptr, nullptr, &result, kBuffered, in, 4,
                                         out, 8);
        };
        EXPECT_EQ(control(), STATUS_SUCCESS);
        EXPECT_EQ(result.Information, 8u);
        EXPECT_STREQ(out, "echoecho");
        answer = STATUS_DEVICE_BUSY;
        EXPECT_EQ(control(), STATUS_DEVICE_BUSY);
        EXPECT_EQ(result.Status, STATUS_DEVICE_BUSY);
        ZwClose(file);
        EXPECT_EQ(control(), STATUS_INVALID_HANDLE);
    });
}

TEST_P(ZwFiles, AreFlushedBeforeTheCallReturns)
{
    OPENKMDF_TESTS(ZwFlushBuffersFile);
    static PIRP flush;
    NTSTATUS answer = STATUS_SUCCESS;
    driver.on[IRP_MJ_FLUSH_BUFFERS] = [&](PDEVICE_OBJECT own, PIRP irp) {
        if (!NT_SUCCESS(answer)) return complete(irp, answer);
        IoMarkIrpPending(irp);
        flush = irp;
        PIO_WORKITEM item = IoAllocateWorkItem(own);
        auto work = [](PDEVICE_OBJECT, PVOID context) NTAPI {
            complete(flush, STATUS_SUCCESS);
            IoFreeWorkItem(static_cast<PIO_WORKITEM>(context));
        };
        IoQueueWorkItem(item, work, DelayedWorkQueue, item);
        return STATUS_PENDING;
    };
    in_kernel([&] {
        HANDLE file = nullptr;
        IO_STATUS_BLOCK result = {};
        for (ULONG options : {kSynchronous, ULONG{0}}) {
            file = open(options);
            answer = STATUS_SUCCESS;
            result.Status = STATUS_PENDING;
            EXPECT_EQ(ZwFlushBuffersFile(file, &result), STATUS_SUCCESS);
            EXPECT_EQ(result.Status, STATUS_SUCCESS);
            for (NTSTATUS failure : {STATUS_MEDIA_WRITE_PROTECTED, STATUS_VOLUME_DISMOUNTED}) {
                answer = failure;
                EXPECT_EQ(ZwFlushBuffersFile(file, &result), failure);
                EXPECT_EQ(result.Status, failure);
            }
            ZwClose(file);
        }
        EXPECT_EQ(ZwFlushBuffersFile(file, &result), STATUS_INVALID_HANDLE);
    });
}

// Of the file, and of the thread that asks.
TEST_P(ZwFiles, CancelTheirOwnRequests)
{
    OPENKMDF_TESTS(ZwCancelIoFile);
    keep(IRP_MJ_READ);
    in_kernel([&] {
        const HANDLE files[] = {open(0), open(0)};
        char buffer[4];
        IO_STATUS_BLOCK results[3] = {}, result = {{STATUS_PENDING}, 7};
        LARGE_INTEGER start = {};
        auto read = [&](HANDLE file, IO_STATUS_BLOCK &block) {
            EXPECT_EQ(
                ZwReadFile(file, nullptr, nullptr, nullptr, &block, buffer, 4, &start, nullptr),
                STATUS_PENDING);
        };
        read(files[0], results[0]);
        read(files[1], results[1]);
        read(files[0], results[2]);
        EXPECT_EQ(ZwCancelIoFile(files[0], &result), STATUS_SUCCESS);
        EXPECT_EQ(result.Status, STATUS_SUCCESS);
        EXPECT_EQ(results[0].Status, STATUS_CANCELLED);
        EXPECT_EQ(results[2].Status, STATUS_CANCELLED);
        EXPECT_EQ(results[1].Status, STATUS_SUCCESS) << "touched";
        finish(1, STATUS_SUCCESS, 4);
        EXPECT_EQ(results[1].Information, 4u);
        EXPECT_EQ(ZwCancelIoFile(files[0], &result), STATUS_SUCCESS);

        auto other = [&] { EXPECT_EQ(ZwCancelIoFile(files[0], &result), STATUS_SUCCESS); };
        read(files[0], results[0]);
        run_in_a_thread(other);
        finish(3, STATUS_SUCCESS, 4);
        EXPECT_EQ(results[0].Status, STATUS_SUCCESS);
        for (HANDLE file : files) ZwClose(file);
        EXPECT_EQ(ZwCancelIoFile(files[0], &result), STATUS_INVALID_HANDLE);
    });
}

TEST_P(ZwFiles, AndHandlesAreClosedByThePreviousMode)
{
    OPENKMDF_TESTS(NtClose, ZwClose);
    in_kernel([&] {
        std::size_t cleanups = 0;
        driver.on[IRP_MJ_CLEANUP] = [&](PDEVICE_OBJECT, PIRP irp) {
            ++cleanups;
            return complete(irp, STATUS_SUCCESS);
        };
        const HANDLE file = open(0);
        EXPECT_EQ(NtClose(file), STATUS_INVALID_HANDLE);
        EXPECT_EQ(device->ReferenceCount, 1);
        auto close = [&] { EXPECT_EQ(NtClose(file), STATUS_SUCCESS); };
        run_in_a_thread(close);
        EXPECT_EQ(cleanups, 1u);
        EXPECT_EQ(device->ReferenceCount, 0);

        ob::HandleTable &table = *PsGetCurrentProcess()->handles;
        for (auto *routine : {NtClose, ZwClose}) {
            HANDLE own = nullptr;
            ASSERT_EQ(ObOpenObjectByPointer(device, 0, nullptr, 0, nullptr, KernelMode, &own),
                      STATUS_SUCCESS);
            table.set_attributes(own, ob::kProtectFromClose);
            EXPECT_EQ(routine(own), STATUS_HANDLE_NOT_CLOSABLE);
            table.set_attributes(own, 0);
            EXPECT_EQ(routine(own), STATUS_SUCCESS);
            EXPECT_EQ(routine(own), STATUS_INVALID_HANDLE);
        }
    });
}

TEST_P(ZwFiles, AndOtherHandlesAreDuplicatedBetweenProcesses)
{
    OPENKMDF_TESTS(ZwDuplicateObject);
    in_kernel([&] {
        PEPROCESS other = pc.kernel().processes->create_client(u"other.exe");
        HANDLE theirs = nullptr, process = nullptr;
        ASSERT_EQ(ObOpenObjectByPointer(other, OBJ_KERNEL_HANDLE, nullptr, PROCESS_ALL_ACCESS,
                                        nullptr, KernelMode, &process),
                  STATUS_SUCCESS);
        const HANDLE own = NtCurrentProcess(), file = open(0);
        auto duplicate = [&](HANDLE from, HANDLE source, HANDLE to, ACCESS_MASK access,
                             ULONG options) {
            return ZwDuplicateObject(from, source, to, &theirs, access, OBJ_INHERIT, options);
        };
        auto granted = [&](HANDLE handle, ACCESS_MASK access, ULONG attributes) {
            ob::HandleEntry entry;
            ASSERT_TRUE(other->handles->reference(handle, entry));
            EXPECT_EQ(entry.granted, access);
            EXPECT_EQ(entry.attributes, attributes);
            ObDereferenceObject(entry.body);
        };
        EXPECT_EQ(duplicate(own, file, process, GENERIC_READ, 0), STATUS_SUCCESS);
        granted(theirs, FILE_GENERIC_READ, OBJ_INHERIT);
        EXPECT_EQ(
            duplicate(own, file, process, 0, DUPLICATE_SAME_ACCESS | DUPLICATE_SAME_ATTRIBUTES),
            STATUS_SUCCESS);
        granted(theirs, FILE_GENERIC_READ | FILE_GENERIC_WRITE, 0);
        const HANDLE last = theirs;
        EXPECT_EQ(duplicate(file, file, process, 0, 0), STATUS_OBJECT_TYPE_MISMATCH);
        EXPECT_EQ(duplicate(kNoHandle, file, process, 0, 0), STATUS_INVALID_HANDLE);
        EXPECT_EQ(duplicate(own, kNoHandle, process, 0, 0), STATUS_INVALID_HANDLE);
        EXPECT_FALSE(NT_SUCCESS(duplicate(own, file, nullptr, 0, 0)));
        EXPECT_EQ(duplicate(process, last, nullptr, 0, DUPLICATE_CLOSE_SOURCE), STATUS_SUCCESS);
        EXPECT_EQ(other->handles->count(), 1u);
        ZwClose(file);
        EXPECT_EQ(device->ReferenceCount, 1);
        pc.kernel().processes->end(other, STATUS_SUCCESS);
        EXPECT_EQ(device->ReferenceCount, 0);
        ZwClose(process);
        ObDereferenceObject(other);
    });
}

OPENKMDF_IN_BOTH_MODES(ZwFiles);

}  // namespace

}  // namespace openkmdf::executive::test
