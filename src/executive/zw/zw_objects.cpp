#include "executive/ob/directory.h"
#include "executive/ob/object_manager.h"
#include "executive/ps/processes.h"
#include "executive/se/access_check.h"
#include "scheduler/user_memory.h"

#include <cstring>

// Zw*: handles, directories, symbolic links.

using namespace openkmdf::executive;

namespace {

// The process behind a handle, referenced.
NTSTATUS process_behind(HANDLE handle, PEPROCESS *process)
{
    return object_manager().reference_by_handle(handle, PROCESS_DUP_HANDLE, ob::TypeIndex::Process,
                                                KernelMode, process);
}

void close_source(PEPROCESS process, HANDLE handle)
{
    const bool pseudo = handle == NtCurrentProcess() || handle == NtCurrentThread();
    if (pseudo) return;
    const bool kernel_handle = ob::HandleTable::is_kernel_handle(handle);
    object_manager().close_handle_in(kernel_handle ? kernel().processes->system() : process,
                                     handle);
}

NTSTATUS duplicate(PEPROCESS source, HANDLE handle, PEPROCESS target, PHANDLE made,
                   ACCESS_MASK access, ULONG attributes, ULONG options)
{
    ObjectManager &objects = object_manager();
    ob::HandleEntry entry;
    if (!objects.reference_entry(source, handle, entry)) return STATUS_INVALID_HANDLE;
    NTSTATUS status = STATUS_SUCCESS;
    if (target != nullptr) {
        const ULONG wanted = options & DUPLICATE_SAME_ATTRIBUTES ? entry.attributes : attributes;
        const bool kernel_handle = (attributes & OBJ_KERNEL_HANDLE) != 0;
        const ACCESS_MASK granted =
            options & DUPLICATE_SAME_ACCESS
                ? entry.granted
                : se::map_generic(access, ob::header_of(entry.body)->type->mapping);
        HANDLE value = nullptr;
        status = objects.create_handle_in(kernel_handle ? kernel().processes->system() : target,
                                          entry.body, granted, wanted, &value);
        if (kernel_handle && NT_SUCCESS(status))
            value = reinterpret_cast<HANDLE>(reinterpret_cast<ULONG64>(value) |
                                             ob::HandleTable::kKernelBits);
        if (made != nullptr) *made = value;
    }
    objects.dereference(entry.body);
    if (options & DUPLICATE_CLOSE_SOURCE) close_source(source, handle);
    return status;
}

NTSTATUS open_typed(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes,
                    ob::TypeIndex index)
{
    ObjectManager &objects = object_manager();
    return objects.open_by_name(attributes, objects.type(index), access, KernelMode, nullptr,
                                handle);
}

}  // namespace

NTSTATUS NTAPI ZwClose(HANDLE handle)
{
    return object_manager().close_handle(handle, KernelMode);
}

NTSTATUS NTAPI NtClose(HANDLE handle)
{
    return object_manager().close_handle(handle, ExGetPreviousMode());
}

NTSTATUS NTAPI ZwMakeTemporaryObject(HANDLE handle)
{
    ObjectManager &objects = object_manager();
    void *body;
    const NTSTATUS status = objects.reference_by_handle(handle, DELETE, nullptr, KernelMode, &body);
    if (!NT_SUCCESS(status)) return status;
    objects.make_temporary(body);
    objects.dereference(body);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI ZwDuplicateObject(HANDLE source_process, HANDLE source, HANDLE target_process,
                                 PHANDLE target, ACCESS_MASK access, ULONG attributes,
                                 ULONG options)
{
    if (target != nullptr) *target = nullptr;
    ObjectManager &objects = object_manager();
    PEPROCESS from = nullptr;
    PEPROCESS to = nullptr;
    NTSTATUS status = process_behind(source_process, &from);
    if (!NT_SUCCESS(status)) return status;
    if (target_process != nullptr) status = process_behind(target_process, &to);
    else if (!(options & DUPLICATE_CLOSE_SOURCE)) status = STATUS_INVALID_HANDLE;
    if (NT_SUCCESS(status))
        status = duplicate(from, source, to, target, access, attributes, options);
    if (to != nullptr) objects.dereference(to);
    objects.dereference(from);
    return status;
}

NTSTATUS NTAPI ZwCreateDirectoryObject(PHANDLE handle, ACCESS_MASK access,
                                       POBJECT_ATTRIBUTES attributes)
{
    *handle = nullptr;
    ob::Directory *directory;
    const NTSTATUS status = object_manager().create_object(ob::TypeIndex::Directory, &directory);
    if (!NT_SUCCESS(status)) return status;
    return object_manager().insert(directory, attributes, access, KernelMode, handle);
}

NTSTATUS NTAPI ZwOpenDirectoryObject(PHANDLE handle, ACCESS_MASK access,
                                     POBJECT_ATTRIBUTES attributes)
{
    return open_typed(handle, access, attributes, ob::TypeIndex::Directory);
}

NTSTATUS NTAPI ZwOpenSymbolicLinkObject(PHANDLE handle, ACCESS_MASK access,
                                        POBJECT_ATTRIBUTES attributes)
{
    return open_typed(handle, access, attributes, ob::TypeIndex::SymbolicLink);
}

NTSTATUS NTAPI ZwQuerySymbolicLinkObject(HANDLE handle, PUNICODE_STRING target, PULONG length)
{
    ob::SymbolicLink *link;
    const NTSTATUS status = object_manager().reference_by_handle(
        handle, SYMBOLIC_LINK_QUERY, ob::TypeIndex::SymbolicLink, KernelMode, &link);
    if (!NT_SUCCESS(status)) return status;
    const ULONG capacity =
        length != nullptr && *length < target->MaximumLength ? *length : target->MaximumLength;
    if (length != nullptr) *length = link->target.Length;
    const bool fits = link->target.Length <= capacity;
    if (fits) {
        std::memcpy(target->Buffer, link->target.Buffer, link->target.Length);
        target->Length = link->target.Length;
    }
    object_manager().dereference(link);
    return fits ? STATUS_SUCCESS : STATUS_BUFFER_TOO_SMALL;
}

namespace {

NTSTATUS query_basic(const ob::HandleEntry &entry, PVOID information, ULONG length, PULONG needed)
{
    struct Basic {
        ULONG attributes;
        ACCESS_MASK granted;
        ULONG handles;
        ULONG pointers;
        ULONG reserved[10];
    } basic = {};
    *needed = sizeof basic;
    if (length < sizeof basic) return STATUS_INFO_LENGTH_MISMATCH;
    basic.attributes = entry.attributes;
    basic.granted = entry.granted;
    basic.handles = static_cast<ULONG>(ob::handles_of(entry.body));
    basic.pointers = static_cast<ULONG>(ob::references_of(entry.body));
    std::memcpy(information, &basic, sizeof basic);
    return STATUS_SUCCESS;
}

NTSTATUS query_type(const ob::HandleEntry &entry, PVOID information, ULONG length, PULONG needed)
{
    struct Type {
        UNICODE_STRING name;
        ULONG reserved[22];
    } type = {};
    const std::u16string_view name = ob::header_of(entry.body)->type->name;
    const auto bytes = static_cast<USHORT>(name.size() * sizeof(WCHAR));
    *needed = static_cast<ULONG>(sizeof type + bytes + sizeof(WCHAR));
    if (length < *needed) return STATUS_INFO_LENGTH_MISMATCH;
    auto *text = reinterpret_cast<PWCH>(static_cast<char *>(information) + sizeof type);
    std::memcpy(text, name.data(), bytes);
    text[name.size()] = 0;
    type.name = {bytes, static_cast<USHORT>(bytes + sizeof(WCHAR)), text};
    std::memcpy(information, &type, sizeof type);
    return STATUS_SUCCESS;
}

}  // namespace

NTSTATUS NTAPI ZwQueryObject(HANDLE handle, OBJECT_INFORMATION_CLASS kind, PVOID information,
                             ULONG length, PULONG return_length)
{
    ObjectManager &objects = object_manager();
    ob::HandleEntry entry;
    OBJECT_HANDLE_INFORMATION granted;
    NTSTATUS status =
        objects.reference_by_handle(handle, 0, nullptr, KernelMode, &entry.body, &granted);
    if (!NT_SUCCESS(status)) return status;
    entry.granted = granted.GrantedAccess;
    entry.attributes = granted.HandleAttributes;
    ULONG needed = 0;
    switch (kind) {
    case ObjectBasicInformation:
        status = query_basic(entry, information, length, &needed);
        break;
    case ObjectTypeInformation:
        status = query_type(entry, information, length, &needed);
        break;
    case ObjectNameInformation:
        status = ObQueryNameString(entry.body, static_cast<POBJECT_NAME_INFORMATION>(information),
                                   length, &needed);
        break;
    default:
        status = STATUS_INVALID_INFO_CLASS;
        break;
    }
    objects.dereference(entry.body);
    if (return_length != nullptr) *return_length = needed;
    return status;
}

NTSTATUS NTAPI ZwAllocateLocallyUniqueId(PLUID luid)
{
    const std::uint64_t value = __atomic_add_fetch(&kernel().next_luid, 1, __ATOMIC_RELAXED);
    const LUID made = {static_cast<ULONG>(value), static_cast<LONG>(value >> 32)};
    return openkmdf::scheduler::copy_user_memory(luid, &made, sizeof made)
               ? STATUS_SUCCESS
               : STATUS_ACCESS_VIOLATION;
}
