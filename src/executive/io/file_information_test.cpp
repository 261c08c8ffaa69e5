#include "executive/io/test_computer.h"

#include "tests/support/tested.h"

#include <ntifs.h>

namespace openkmdf::executive::test {

namespace {

// Appending does not go with FILE_NO_INTERMEDIATE_BUFFERING.
constexpr ACCESS_MASK kAccess = FILE_GENERIC_READ | (FILE_GENERIC_WRITE & ~FILE_APPEND_DATA);

class FileInformation : public InBothModes {
protected:
    FileInformation()
    {
        driver.name = u"facts";
        driver.entry = [this](Driver &own) {
            UNICODE_STRING name = io::counted(u"\\Device\\Facts");
            return IoCreateDevice(own.object, sizeof(Extension), &name, FILE_DEVICE_DISK, 0, FALSE,
                                  &device);
        };
        driver.on[IRP_MJ_QUERY_INFORMATION] = [this](PDEVICE_OBJECT, PIRP irp) {
            const auto &query = IoGetCurrentIrpStackLocation(irp)->Parameters.QueryFile;
            asked = query.FileInformationClass;
            if (asked != FileStandardInformation) return complete(irp, STATUS_NOT_SUPPORTED);
            EXPECT_EQ(query.Length, sizeof(FILE_STANDARD_INFORMATION));
            auto *answer =
                static_cast<FILE_STANDARD_INFORMATION *>(irp->AssociatedIrp.SystemBuffer);
            answer->EndOfFile.QuadPart = 77;
            return complete(irp, STATUS_SUCCESS, sizeof *answer);
        };
        driver.on[IRP_MJ_SET_INFORMATION] = [this](PDEVICE_OBJECT, PIRP irp) {
            const auto &set = IoGetCurrentIrpStackLocation(irp)->Parameters.SetFile;
            asked = set.FileInformationClass;
            EXPECT_EQ(set.Length, sizeof(FILE_END_OF_FILE_INFORMATION));
            end = static_cast<FILE_END_OF_FILE_INFORMATION *>(irp->AssociatedIrp.SystemBuffer)
                      ->EndOfFile.QuadPart;
            return complete(irp, STATUS_SUCCESS);
        };
        EXPECT_EQ(pc.load(driver), STATUS_SUCCESS);
    }
    // The rest of a test, in the kernel, with a handle.
    template <class Body>
    void with_file(ULONG options, Body &&body)
    {
        ASSERT_TRUE(pc.call([&] {
            UNICODE_STRING name = io::counted(u"\\Device\\Facts");
            OBJECT_ATTRIBUTES attributes;
            InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, nullptr, nullptr);
            HANDLE file;
            ASSERT_EQ(ZwOpenFile(&file, kAccess, &attributes, &result, 0, options), STATUS_SUCCESS);
            body(file);
            EXPECT_EQ(ZwClose(file), STATUS_SUCCESS);
        })) << pc.kernel().bugcheck.message;
    }
    template <class Structure>
    NTSTATUS query(HANDLE file, FILE_INFORMATION_CLASS kind, Structure &information)
    {
        result = {};
        return ZwQueryInformationFile(file, &result, &information, sizeof information, kind);
    }
    template <class Structure>
    NTSTATUS set(HANDLE file, FILE_INFORMATION_CLASS kind, Structure information)
    {
        return ZwSetInformationFile(file, &result, &information, sizeof information, kind);
    }

    Driver driver;
    PDEVICE_OBJECT device = nullptr;
    IO_STATUS_BLOCK result = {};
    FILE_INFORMATION_CLASS asked = FileMaximumInformation;
    LONGLONG end = 0;
};

TEST_P(FileInformation, ThatTheDriverHasComesFromIt)
{
    OPENKMDF_TESTS(ZwQueryInformationFile, ZwSetInformationFile);
    with_file(FILE_SYNCHRONOUS_IO_NONALERT, [&](HANDLE file) {
        FILE_STANDARD_INFORMATION standard = {};
        EXPECT_EQ(query(file, FileStandardInformation, standard), STATUS_SUCCESS);
        EXPECT_EQ(standard.EndOfFile.QuadPart, 77);
        EXPECT_EQ(result.Information, sizeof standard);
        FILE_BASIC_INFORMATION basic = {};
        EXPECT_EQ(query(file, FileBasicInformation, basic), STATUS_NOT_SUPPORTED);
        EXPECT_EQ(asked, FileBasicInformation);
        FILE_END_OF_FILE_INFORMATION end_of_file = {};
        end_of_file.EndOfFile.QuadPart = 12;
        EXPECT_EQ(set(file, FileEndOfFileInformation, end_of_file), STATUS_SUCCESS);
        EXPECT_EQ(asked, FileEndOfFileInformation);
        EXPECT_EQ(end, 12);
    });
}

TEST_P(FileInformation, ThatTheSystemHasDoesNotReachTheDriver)
{
    OPENKMDF_TESTS(ZwQueryInformationFile, ZwSetInformationFile);
    device->AlignmentRequirement = FILE_LONG_ALIGNMENT;
    device->SectorSize = 512;
    with_file(FILE_SYNCHRONOUS_IO_NONALERT | FILE_NO_INTERMEDIATE_BUFFERING, [&](HANDLE file) {
        FILE_MODE_INFORMATION mode = {};
        EXPECT_EQ(query(file, FileModeInformation, mode), STATUS_SUCCESS);
        EXPECT_EQ(mode.Mode, static_cast<ULONG>(FILE_SYNCHRONOUS_IO_NONALERT |
                                                FILE_NO_INTERMEDIATE_BUFFERING));
        FILE_ALIGNMENT_INFORMATION alignment = {};
        EXPECT_EQ(query(file, FileAlignmentInformation, alignment), STATUS_SUCCESS);
        EXPECT_EQ(alignment.AlignmentRequirement, static_cast<ULONG>(FILE_LONG_ALIGNMENT));
        FILE_ACCESS_INFORMATION access = {};
        EXPECT_EQ(query(file, FileAccessInformation, access), STATUS_SUCCESS);
        EXPECT_EQ(access.AccessFlags, kAccess);
        FILE_POSITION_INFORMATION position = {};
        position.CurrentByteOffset.QuadPart = 1024;
        EXPECT_EQ(set(file, FilePositionInformation, position), STATUS_SUCCESS);
        // Without a buffer in between, positions are those of sectors.
        position.CurrentByteOffset.QuadPart = 1025;
        EXPECT_EQ(set(file, FilePositionInformation, position), STATUS_INVALID_PARAMETER);
        position.CurrentByteOffset.QuadPart = -512;
        EXPECT_EQ(set(file, FilePositionInformation, position), STATUS_INVALID_PARAMETER);
        EXPECT_EQ(query(file, FilePositionInformation, position), STATUS_SUCCESS);
        EXPECT_EQ(position.CurrentByteOffset.QuadPart, 1024);
        EXPECT_EQ(result.Information, sizeof position);
    });
    with_file(0, [&](HANDLE file) {
        FILE_POSITION_INFORMATION position = {};
        EXPECT_EQ(query(file, FilePositionInformation, position), STATUS_INVALID_PARAMETER);
        EXPECT_EQ(set(file, FilePositionInformation, position), STATUS_INVALID_PARAMETER);
    });
    EXPECT_EQ(asked, FileMaximumInformation);
}

TEST_P(FileInformation, IsRefusedForAWrongQuestion)
{
    OPENKMDF_TESTS(ZwQueryInformationFile, ZwSetInformationFile);
    with_file(FILE_SYNCHRONOUS_IO_NONALERT, [&](HANDLE file) {
        ULONG small = 0;
        EXPECT_EQ(query(file, FileStandardInformation, small), STATUS_INFO_LENGTH_MISMATCH);
        EXPECT_EQ(set(file, FileBasicInformation, small), STATUS_INFO_LENGTH_MISMATCH);
        EXPECT_EQ(query(file, FileMaximumInformation, small), STATUS_INVALID_INFO_CLASS);
        EXPECT_EQ(query(file, static_cast<FILE_INFORMATION_CLASS>(0), small),
                  STATUS_INVALID_INFO_CLASS);
        EXPECT_EQ(query(file, FileEndOfFileInformation, small), STATUS_INVALID_INFO_CLASS);
        EXPECT_EQ(set(file, FileAlignmentInformation, small), STATUS_INVALID_INFO_CLASS);
        FILE_STANDARD_INFORMATION standard = {};
        EXPECT_EQ(query(nullptr, FileStandardInformation, standard), STATUS_INVALID_HANDLE);
    });
    EXPECT_EQ(asked, FileMaximumInformation);
}

TEST_P(FileInformation, OfAClassThatIsNotThereIsNamed)
{
    EXPECT_FALSE(pc.call([&] {
        ULONGLONG buffer[4] = {};
        query(nullptr, FileMailslotQueryInformation, buffer);
    }));
    EXPECT_NE(std::string(pc.kernel().bugcheck.message).find("ZwQueryInformationFile"),
              std::string::npos);
}

OPENKMDF_IN_BOTH_MODES(FileInformation);

}  // namespace

}  // namespace openkmdf::executive::test
