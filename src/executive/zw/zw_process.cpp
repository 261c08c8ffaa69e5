#include "executive/ob/object_manager.h"
#include "executive/ps/processes.h"

#include <cstring>

// Zw*: processes.

using namespace openkmdf::executive;

namespace {

ACCESS_MASK valid_access()
{
    return object_manager().type(ob::TypeIndex::Process)->valid_access | GENERIC_READ |
           GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL | MAXIMUM_ALLOWED | ACCESS_SYSTEM_SECURITY;
}

bool is_thread_of(PEPROCESS process, HANDLE id)
{
    PETHREAD thread;
    if (!NT_SUCCESS(PsLookupThreadByThreadId(id, &thread))) return false;
    const bool same = PsGetThreadProcess(thread) == process;
    object_manager().dereference(thread);
    return same;
}

NTSTATUS open_process(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes,
                      PCLIENT_ID client, KPROCESSOR_MODE mode)
{
    *handle = nullptr;
    const bool named = attributes != nullptr && attributes->ObjectName != nullptr;
    if (named || client == nullptr) return STATUS_INVALID_PARAMETER_MIX;
    if (access & ~valid_access()) return STATUS_INVALID_PARAMETER;
    PEPROCESS process = kernel().processes->find(client->UniqueProcess);
    if (process == nullptr) return STATUS_INVALID_CID;
    NTSTATUS status = STATUS_INVALID_CID;
    if (client->UniqueThread == nullptr || is_thread_of(process, client->UniqueThread)) {
        const ULONG flags = attributes != nullptr ? attributes->Attributes : 0;
        status = object_manager().open_handle(process, access, flags, mode, handle);
    }
    object_manager().dereference(process);
    return status;
}

NTSTATUS give(PVOID information, ULONG length, PULONG return_length, const void *data, ULONG size)
{
    if (return_length != nullptr) *return_length = size;
    if (length != size) return STATUS_INFO_LENGTH_MISMATCH;
    std::memcpy(information, data, size);
    return STATUS_SUCCESS;
}

NTSTATUS image_name(PEPROCESS process, PVOID information, ULONG length, PULONG return_length)
{
    const std::u16string_view name = process->image_name;
    const auto bytes = static_cast<USHORT>(name.size() * sizeof(WCHAR));
    const ULONG needed = static_cast<ULONG>(sizeof(UNICODE_STRING) + bytes + sizeof(WCHAR));
    if (return_length != nullptr) *return_length = needed;
    if (length < needed) return STATUS_INFO_LENGTH_MISMATCH;
    auto *text = static_cast<PUNICODE_STRING>(information);
    text->Buffer = reinterpret_cast<PWCH>(text + 1);
    text->Length = bytes;
    text->MaximumLength = static_cast<USHORT>(bytes + sizeof(WCHAR));
    std::memcpy(text->Buffer, name.data(), bytes);
    text->Buffer[name.size()] = 0;
    return STATUS_SUCCESS;
}

NTSTATUS query(PEPROCESS process, PROCESSINFOCLASS kind, PVOID information, ULONG length,
               PULONG return_length)
{
    switch (kind) {
    case ProcessBasicInformation: {
        struct {
            LONGLONG exit_status;
            void *peb;
            ULONG_PTR affinity;
            LONGLONG base_priority;
            ULONG_PTR id;
            ULONG_PTR parent;
        } basic = {process->exit_status,
                   nullptr,
                   (ULONG_PTR{1} << kernel().scheduler->processors().size()) - 1,
                   8,
                   process->id,
                   process->parent != nullptr ? process->parent->id : 0};
        return give(information, length, return_length, &basic, sizeof basic);
    }
    case ProcessHandleCount: {
        const ULONG count = process->handles->count();
        return give(information, length, return_length, &count, sizeof count);
    }
    case ProcessWow64Information: {
        const ULONG_PTR peb = process->is_32bit;
        return give(information, length, return_length, &peb, sizeof peb);
    }
    case ProcessImageFileName:
        return image_name(process, information, length, return_length);
    default:
        return STATUS_INVALID_INFO_CLASS;
    }
}

}  // namespace

NTSTATUS NTAPI ZwOpenProcess(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes,
                             PCLIENT_ID client)
{
    return open_process(handle, access, attributes, client, KernelMode);
}

NTSTATUS NTAPI NtOpenProcess(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes,
                             PCLIENT_ID client)
{
    return open_process(handle, access, attributes, client, ExGetPreviousMode());
}

NTSTATUS NTAPI ZwQueryInformationProcess(HANDLE handle, PROCESSINFOCLASS kind, PVOID information,
                                         ULONG length, PULONG return_length)
{
    PEPROCESS process;
    NTSTATUS status = object_manager().reference_by_handle(handle, 0x400, ob::TypeIndex::Process,
                                                           KernelMode, &process);
    if (!NT_SUCCESS(status)) return status;
    status = query(process, kind, information, length, return_length);
    object_manager().dereference(process);
    return status;
}
