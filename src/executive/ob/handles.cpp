#include "executive/ob/object_manager.h"

#include "executive/ps/processes.h"
#include "executive/se/access_check.h"

namespace openkmdf::executive {
namespace {

const HANDLE kCurrentProcess = reinterpret_cast<HANDLE>(~std::uint64_t{0});
const HANDLE kCurrentThread = reinterpret_cast<HANDLE>(~std::uint64_t{1});
constexpr std::uint32_t kInvalidKernelHandle = 0x93;

bool is_pseudo(HANDLE handle)
{
    return handle == kCurrentProcess || handle == kCurrentThread;
}

}  // namespace

PEPROCESS ObjectManager::process_of(HANDLE handle)
{
    if (ob::HandleTable::is_kernel_handle(handle)) return kernel_.processes->system();
    return kernel_.processes->current();
}

NTSTATUS ObjectManager::create_handle_in(PEPROCESS process, void *body, ACCESS_MASK access,
                                         ULONG attributes, HANDLE *handle)
{
    *handle = nullptr;
    ob::ObjectHeader *header = ob::header_of(body);
    reference(body);
    __atomic_fetch_add(&header->handles, 1, __ATOMIC_ACQ_REL);
    if (kernel_.arena->allocation_fails() ||
        !process->handles->insert(body, access, attributes & OBJ_INHERIT, handle)) {
        __atomic_fetch_sub(&header->handles, 1, __ATOMIC_ACQ_REL);
        dereference(body);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    return STATUS_SUCCESS;
}

NTSTATUS ObjectManager::create_handle(void *body, ACCESS_MASK access, ULONG attributes,
                                      KPROCESSOR_MODE mode, HANDLE *handle)
{
    const bool kernel_handle = (attributes & OBJ_KERNEL_HANDLE) && mode == KernelMode;
    PEPROCESS process = kernel_handle ? kernel_.processes->system() : kernel_.processes->current();
    const NTSTATUS status = create_handle_in(process, body, access, attributes, handle);
    if (NT_SUCCESS(status) && kernel_handle)
        *handle = reinterpret_cast<HANDLE>(reinterpret_cast<std::uint64_t>(*handle) |
                                           ob::HandleTable::kKernelBits);
    return status;
}

NTSTATUS ObjectManager::open_handle(void *body, ACCESS_MASK access, ULONG attributes,
                                    KPROCESSOR_MODE mode, HANDLE *handle)
{
    *handle = nullptr;
    ob::ObjectHeader *header = ob::header_of(body);
    const bool forced = attributes & OBJ_FORCE_ACCESS_CHECK;
    se::AccessRequest request;
    request.descriptor = header->security;
    request.token = kernel_.processes->current()->token;
    request.desired = access;
    request.mapping = &header->type->mapping;
    request.mode = forced ? static_cast<KPROCESSOR_MODE>(UserMode) : mode;
    ACCESS_MASK granted = 0;
    const NTSTATUS status = se::check_access(request, &granted);
    if (!NT_SUCCESS(status)) return status;
    return create_handle(body, granted, attributes, mode, handle);
}

// Gives a new object its name. With OBJ_OPENIF an existing one takes its place in `body`.
NTSTATUS ObjectManager::name_or_open(void *&body, const OBJECT_ATTRIBUTES *attributes,
                                     KPROCESSOR_MODE mode)
{
    if (attributes == nullptr || attributes->ObjectName == nullptr) return STATUS_SUCCESS;
    if (attributes->ObjectName->Length == 0)
        return attributes->RootDirectory != nullptr ? STATUS_SUCCESS
                                                    : STATUS_OBJECT_PATH_SYNTAX_BAD;
    Lookup request;
    request.mode = mode;
    request.insert = body;
    void *existing = nullptr;
    const NTSTATUS status = lookup(attributes, request, &existing);
    if (existing == nullptr) return status;
    const bool same_type = ob::header_of(existing)->type == ob::header_of(body)->type;
    if (!(attributes->Attributes & OBJ_OPENIF) || !same_type) {
        dereference(existing);
        return attributes->Attributes & OBJ_OPENIF ? STATUS_OBJECT_TYPE_MISMATCH : status;
    }
    dereference(body);
    body = existing;
    return STATUS_OBJECT_NAME_EXISTS;
}

NTSTATUS ObjectManager::insert(void *body, const OBJECT_ATTRIBUTES *attributes, ACCESS_MASK access,
                               KPROCESSOR_MODE mode, HANDLE *handle)
{
    *handle = nullptr;
    const ULONG flags = attributes != nullptr ? attributes->Attributes : 0;
    NTSTATUS status = name_or_open(body, attributes, mode);
    if (NT_SUCCESS(status)) {
        const NTSTATUS opened = open_handle(body, access, flags, mode, handle);
        if (!NT_SUCCESS(opened) && status == STATUS_SUCCESS) make_temporary(body);
        status = NT_SUCCESS(opened) ? status : opened;
    }
    dereference(body);
    return status;
}

NTSTATUS ObjectManager::open_by_name(const OBJECT_ATTRIBUTES *attributes, POBJECT_TYPE type,
                                     ACCESS_MASK access, KPROCESSOR_MODE mode, void *context,
                                     HANDLE *handle)
{
    *handle = nullptr;
    Lookup request;
    request.mode = mode;
    request.access = access;
    request.wanted = type;
    request.context = context;
    void *body;
    NTSTATUS status = lookup(attributes, request, &body);
    if (!NT_SUCCESS(status)) return status;
    status = open_handle(body, access, attributes->Attributes, mode, handle);
    dereference(body);
    return status;
}

bool ObjectManager::reference_entry(PEPROCESS process, HANDLE handle, ob::HandleEntry &entry)
{
    if (!is_pseudo(handle)) {
        const bool kernel_handle = ob::HandleTable::is_kernel_handle(handle);
        PEPROCESS owner = kernel_handle ? kernel_.processes->system() : process;
        return owner->handles->reference(handle, entry);
    }
    entry = {};
    entry.body = handle == kCurrentProcess ? static_cast<void *>(process)
                                           : static_cast<void *>(KeGetCurrentThread());
    entry.granted = ob::header_of(entry.body)->type->mapping.GenericAll;
    reference(entry.body);
    return true;
}

NTSTATUS ObjectManager::reference_by_handle(HANDLE handle, ACCESS_MASK access, POBJECT_TYPE type,
                                            KPROCESSOR_MODE mode, void **body,
                                            OBJECT_HANDLE_INFORMATION *information)
{
    *body = nullptr;
    if (mode == UserMode && ob::HandleTable::is_kernel_handle(handle) && !is_pseudo(handle))
        return STATUS_INVALID_HANDLE;
    ob::HandleEntry entry;
    if (!reference_entry(kernel_.processes->current(), handle, entry)) return STATUS_INVALID_HANDLE;
    NTSTATUS status = STATUS_SUCCESS;
    if (type != nullptr && ob::header_of(entry.body)->type != type)
        status = STATUS_OBJECT_TYPE_MISMATCH;
    else if (mode == UserMode && (access & ~entry.granted) != 0) status = STATUS_ACCESS_DENIED;
    if (!NT_SUCCESS(status)) {
        dereference(entry.body);
        return status;
    }
    if (information != nullptr) {
        information->HandleAttributes = entry.attributes & OBJ_INHERIT;
        information->GrantedAccess = entry.granted;
    }
    *body = entry.body;
    return STATUS_SUCCESS;
}

void ObjectManager::drop_handle(PEPROCESS process, const ob::HandleEntry &entry)
{
    ob::ObjectHeader *header = ob::header_of(entry.body);
    const std::int64_t left = __atomic_sub_fetch(&header->handles, 1, __ATOMIC_ACQ_REL);
    if (header->type->procedures.closed != nullptr)
        header->type->procedures.closed(process, entry.body, entry.granted, left);
    if (left == 0 && !(header->flags & ob::kPermanent)) unlink_name(header);
    dereference(entry.body);
}

NTSTATUS ObjectManager::close_handle_in(PEPROCESS process, HANDLE handle)
{
    ob::HandleEntry entry;
    switch (process->handles->remove(handle, entry)) {
    case ob::HandleTable::Removal::Invalid:
        return STATUS_INVALID_HANDLE;
    case ob::HandleTable::Removal::Protected:
        return STATUS_HANDLE_NOT_CLOSABLE;
    case ob::HandleTable::Removal::Done:
        break;
    }
    drop_handle(process, entry);
    return STATUS_SUCCESS;
}

NTSTATUS ObjectManager::close_handle(HANDLE handle, KPROCESSOR_MODE mode)
{
    if (is_pseudo(handle)) return STATUS_SUCCESS;
    const bool kernel_handle = ob::HandleTable::is_kernel_handle(handle);
    if (kernel_handle && mode == UserMode) return STATUS_INVALID_HANDLE;
    const NTSTATUS status = close_handle_in(process_of(handle), handle);
    if (!NT_SUCCESS(status) && kernel_handle) {
        const bool was_protected = status == STATUS_HANDLE_NOT_CLOSABLE;
        kernel_.stop(kInvalidKernelHandle, reinterpret_cast<std::uint64_t>(handle),
                     was_protected ? 0 : 1, 0, 0,
                     was_protected
                         ? "A protected kernel handle was closed."
                         : "A kernel handle was closed that is not open: it was closed twice, or "
                           "never opened.");
    }
    return status;
}

void ObjectManager::close_all_handles(PEPROCESS process)
{
    ob::HandleEntry entry;
    for (HANDLE handle = process->handles->next(nullptr, entry); handle != nullptr;
         handle = process->handles->next(handle, entry)) {
        process->handles->set_attributes(handle, 0);
        close_handle_in(process, handle);
    }
}

}  // namespace openkmdf::executive
