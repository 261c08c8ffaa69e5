#include "executive/io/device.h"
#include "executive/io/file.h"
#include "executive/ob/object_manager.h"

#include <ntifs.h>

// What is asked about a file and told to it ("ZwQueryInformationFile", "ZwSetInformationFile"): the
// system answers what only it knows, the driver's stack the rest.

namespace openkmdf::executive {

namespace {

constexpr ACCESS_MASK kNotAllowed = ~ACCESS_MASK{0};

struct InformationClass {
    FILE_INFORMATION_CLASS kind;
    ULONG size;  // of its structure; a buffer may be larger
    ACCESS_MASK query;
    ACCESS_MASK set;
};

constexpr ULONG kNameHeader = FIELD_OFFSET(FILE_NAME_INFORMATION, FileName);

constexpr InformationClass kClasses[] = {
    {FileBasicInformation, sizeof(FILE_BASIC_INFORMATION), FILE_READ_ATTRIBUTES,
     FILE_WRITE_ATTRIBUTES},
    {FileStandardInformation, sizeof(FILE_STANDARD_INFORMATION), 0, kNotAllowed},
    {FileInternalInformation, sizeof(FILE_INTERNAL_INFORMATION), 0, kNotAllowed},
    {FileEaInformation, sizeof(FILE_EA_INFORMATION), 0, kNotAllowed},
    {FileAccessInformation, sizeof(FILE_ACCESS_INFORMATION), 0, kNotAllowed},
    {FileNameInformation, kNameHeader, 0, kNotAllowed},
    {FilePositionInformation, sizeof(FILE_POSITION_INFORMATION), 0, 0},
    {FileModeInformation, sizeof(FILE_MODE_INFORMATION), 0, kNotAllowed},
    {FileAlignmentInformation, sizeof(FILE_ALIGNMENT_INFORMATION), 0, kNotAllowed},
    {FileNetworkOpenInformation, sizeof(FILE_NETWORK_OPEN_INFORMATION), FILE_READ_ATTRIBUTES,
     kNotAllowed},
    {FileAttributeTagInformation, sizeof(FILE_ATTRIBUTE_TAG_INFORMATION), FILE_READ_ATTRIBUTES,
     kNotAllowed},
    {FileDispositionInformation, sizeof(FILE_DISPOSITION_INFORMATION), kNotAllowed, DELETE},
    {FileAllocationInformation, sizeof(FILE_ALLOCATION_INFORMATION), kNotAllowed, FILE_WRITE_DATA},
    {FileEndOfFileInformation, sizeof(FILE_END_OF_FILE_INFORMATION), kNotAllowed, FILE_WRITE_DATA},
    {FileValidDataLengthInformation, sizeof(FILE_VALID_DATA_LENGTH_INFORMATION), kNotAllowed,
     FILE_WRITE_DATA},
};

struct Question {
    PFILE_OBJECT file;
    FILE_INFORMATION_CLASS kind;
    void *buffer;
    ULONG length;
};

ULONG mode_of(const FILE_OBJECT &file)
{
    ULONG mode = 0;
    if (file.Flags & FO_WRITE_THROUGH) mode |= FILE_WRITE_THROUGH;
    if (file.Flags & FO_SEQUENTIAL_ONLY) mode |= FILE_SEQUENTIAL_ONLY;
    if (file.Flags & FO_NO_INTERMEDIATE_BUFFERING) mode |= FILE_NO_INTERMEDIATE_BUFFERING;
    if (file.Flags & FO_SYNCHRONOUS_IO)
        mode |=
            file.Flags & FO_ALERTABLE_IO ? FILE_SYNCHRONOUS_IO_ALERT : FILE_SYNCHRONOUS_IO_NONALERT;
    if (file.Flags & FO_DELETE_ON_CLOSE) mode |= FILE_DELETE_ON_CLOSE;
    return mode;
}

// STATUS_PENDING: the driver knows.
NTSTATUS answer(const Question &question, ULONG_PTR &bytes)
{
    switch (question.kind) {
    case FileAccessInformation:
        static_cast<FILE_ACCESS_INFORMATION *>(question.buffer)->AccessFlags =
            io::granted_access(question.file);
        bytes = sizeof(FILE_ACCESS_INFORMATION);
        return STATUS_SUCCESS;
    case FileModeInformation:
        static_cast<FILE_MODE_INFORMATION *>(question.buffer)->Mode = mode_of(*question.file);
        bytes = sizeof(FILE_MODE_INFORMATION);
        return STATUS_SUCCESS;
    case FileAlignmentInformation:
        static_cast<FILE_ALIGNMENT_INFORMATION *>(question.buffer)->AlignmentRequirement =
            IoGetRelatedDeviceObject(question.file)->AlignmentRequirement;
        bytes = sizeof(FILE_ALIGNMENT_INFORMATION);
        return STATUS_SUCCESS;
    case FilePositionInformation:
        // Only a synchronous file has a position that the system keeps.
        if (!(question.file->Flags & FO_SYNCHRONOUS_IO)) return STATUS_INVALID_PARAMETER;
        static_cast<FILE_POSITION_INFORMATION *>(question.buffer)->CurrentByteOffset =
            question.file->CurrentByteOffset;
        bytes = sizeof(FILE_POSITION_INFORMATION);
        return STATUS_SUCCESS;
    default:
        return STATUS_PENDING;
    }
}

NTSTATUS take(const Question &question)
{
    if (question.kind != FilePositionInformation) return STATUS_PENDING;
    PFILE_OBJECT file = question.file;
    const LARGE_INTEGER offset =
        static_cast<FILE_POSITION_INFORMATION *>(question.buffer)->CurrentByteOffset;
    if (!(file->Flags & FO_SYNCHRONOUS_IO) || offset.QuadPart < 0) return STATUS_INVALID_PARAMETER;
    const ULONG sector = IoGetRelatedDeviceObject(file)->SectorSize;
    // "An integral of the sector size" if nothing buffers in between.
    if ((file->Flags & FO_NO_INTERMEDIATE_BUFFERING) && sector && offset.QuadPart % sector)
        return STATUS_INVALID_PARAMETER;
    file->CurrentByteOffset = offset;
    return STATUS_SUCCESS;
}

NTSTATUS ask_driver(UCHAR major, const Question &question, PIO_STATUS_BLOCK result)
{
    IoManager::Transfer transfer;
    transfer.major = major;
    transfer.code = static_cast<std::uint32_t>(question.kind);
    transfer.mode = KernelMode;
    if (major == IRP_MJ_QUERY_INFORMATION) {
        transfer.output = question.buffer;
        transfer.output_size = question.length;
    } else {
        transfer.input = question.buffer;
        transfer.input_size = question.length;
    }
    *result = kernel().io->transfer(question.file, transfer);
    return result->Status;
}

NTSTATUS ask(UCHAR major, HANDLE handle, PIO_STATUS_BLOCK result, Question question,
             const void *caller)
{
    const bool query = major == IRP_MJ_QUERY_INFORMATION;
    if (question.kind < FileDirectoryInformation || question.kind >= FileMaximumInformation)
        return STATUS_INVALID_INFO_CLASS;
    const InformationClass *known = nullptr;
    for (const InformationClass &row : kClasses)
        if (row.kind == question.kind) known = &row;
    if (!known)
        not_implemented(query ? "ZwQueryInformationFile with this information class"
                              : "ZwSetInformationFile with this information class",
                        caller);
    const ACCESS_MASK access = query ? known->query : known->set;
    if (access == kNotAllowed) return STATUS_INVALID_INFO_CLASS;
    if (question.length < known->size) return STATUS_INFO_LENGTH_MISMATCH;
    NTSTATUS status = kernel().objects->reference_by_handle(handle, access, ob::TypeIndex::File,
                                                            KernelMode, &question.file);
    if (!NT_SUCCESS(status)) return status;
    ULONG_PTR bytes = 0;
    status = query ? answer(question, bytes) : take(question);
    if (status == STATUS_PENDING) {
        status = ask_driver(major, question, result);
    } else {
        result->Status = status;
        result->Information = bytes;
    }
    ObDereferenceObject(question.file);
    return status;
}

}  // namespace

extern "C" {

NTSTATUS NTAPI ZwQueryInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                                      PVOID FileInformation, ULONG Length,
                                      FILE_INFORMATION_CLASS FileInformationClass)
{
    return ask(IRP_MJ_QUERY_INFORMATION, FileHandle, IoStatusBlock,
               {nullptr, FileInformationClass, FileInformation, Length},
               __builtin_return_address(0));
}

NTSTATUS NTAPI ZwSetInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                                    PVOID FileInformation, ULONG Length,
                                    FILE_INFORMATION_CLASS FileInformationClass)
{
    return ask(IRP_MJ_SET_INFORMATION, FileHandle, IoStatusBlock,
               {nullptr, FileInformationClass, FileInformation, Length},
               __builtin_return_address(0));
}

}  // extern "C"

}  // namespace openkmdf::executive
