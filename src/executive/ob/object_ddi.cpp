#include "executive/ob/object_manager.h"

#include "executive/se/security_descriptor.h"

#include <cstring>

// Ob*: the object manager as drivers call it. Tags are only looked at by debugging aids of Windows.

using namespace openkmdf::executive;

NTSTATUS NTAPI ObReferenceObjectByHandle(HANDLE handle, ACCESS_MASK access, POBJECT_TYPE type,
                                         KPROCESSOR_MODE mode, PVOID *object,
                                         POBJECT_HANDLE_INFORMATION information)
{
    return object_manager().reference_by_handle(handle, access, type, mode, object, information);
}

NTSTATUS NTAPI ObReferenceObjectByHandleWithTag(HANDLE handle, ACCESS_MASK access,
                                                POBJECT_TYPE type, KPROCESSOR_MODE mode, ULONG,
                                                PVOID *object,
                                                POBJECT_HANDLE_INFORMATION information)
{
    return object_manager().reference_by_handle(handle, access, type, mode, object, information);
}

// Kernel mode is trusted to know the type, and may leave it out; it may not be that of links.
NTSTATUS NTAPI ObReferenceObjectByPointer(PVOID object, ACCESS_MASK, POBJECT_TYPE type,
                                          KPROCESSOR_MODE mode)
{
    const bool is_link_type = type == object_manager().type(ob::TypeIndex::SymbolicLink);
    if (is_link_type || (mode != KernelMode && ob::header_of(object)->type != type))
        return STATUS_OBJECT_TYPE_MISMATCH;
    ObjectManager::reference(object);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI ObReferenceObjectByPointerWithTag(PVOID object, ACCESS_MASK access,
                                                 POBJECT_TYPE type, KPROCESSOR_MODE mode, ULONG)
{
    return ObReferenceObjectByPointer(object, access, type, mode);
}

BOOLEAN NTAPI ObReferenceObjectSafe(PVOID object)
{
    return ObjectManager::try_reference(object);
}
LONG_PTR NTAPI ObfReferenceObject(PVOID object)
{
    return ObjectManager::reference(object);
}
LONG_PTR NTAPI ObfReferenceObjectWithTag(PVOID object, ULONG)
{
    return ObjectManager::reference(object);
}
LONG_PTR NTAPI ObfDereferenceObject(PVOID object)
{
    return object_manager().dereference(object);
}
LONG_PTR NTAPI ObfDereferenceObjectWithTag(PVOID object, ULONG)
{
    return object_manager().dereference(object);
}
VOID NTAPI ObDereferenceObjectDeferDelete(PVOID object)
{
    object_manager().dereference_deferred(object);
}
VOID NTAPI ObDereferenceObjectDeferDeleteWithTag(PVOID object, ULONG)
{
    object_manager().dereference_deferred(object);
}

NTSTATUS NTAPI ObOpenObjectByPointer(PVOID object, ULONG attributes, PACCESS_STATE state,
                                     ACCESS_MASK access, POBJECT_TYPE type, KPROCESSOR_MODE mode,
                                     PHANDLE handle)
{
    *handle = nullptr;
    constexpr ULONG kIncompatible = OBJ_EXCLUSIVE | OBJ_INHERIT;
    if ((attributes & ~ULONG{OBJ_VALID_ATTRIBUTES}) ||
        (attributes & kIncompatible) == kIncompatible)
        return STATUS_INVALID_PARAMETER;
    if (type != nullptr && ob::header_of(object)->type != type) return STATUS_OBJECT_TYPE_MISMATCH;
    const ACCESS_MASK desired =
        state != nullptr ? state->RemainingDesiredAccess | state->PreviouslyGrantedAccess : access;
    return object_manager().open_handle(object, desired, attributes, mode, handle);
}

NTSTATUS NTAPI ObOpenObjectByPointerWithTag(PVOID object, ULONG attributes, PACCESS_STATE state,
                                            ACCESS_MASK access, POBJECT_TYPE type,
                                            KPROCESSOR_MODE mode, ULONG, PHANDLE handle)
{
    return ObOpenObjectByPointer(object, attributes, state, access, type, mode, handle);
}

NTSTATUS NTAPI ObCloseHandle(HANDLE handle, KPROCESSOR_MODE mode)
{
    return object_manager().close_handle(handle, mode);
}

NTSTATUS NTAPI ObQueryNameString(PVOID object, POBJECT_NAME_INFORMATION information, ULONG length,
                                 PULONG return_length)
{
    ObjectManager &objects = object_manager();
    std::size_t needed = 0;
    objects.query_name(object, nullptr, 0, &needed);
    const bool named = needed != 0;
    *return_length = static_cast<ULONG>(sizeof *information + (named ? needed + sizeof(WCHAR) : 0));
    if (information == nullptr || length < *return_length) return STATUS_INFO_LENGTH_MISMATCH;
    *information = {};
    if (!named) return STATUS_SUCCESS;
    auto *text = reinterpret_cast<PWCH>(information + 1);
    const NTSTATUS status = objects.query_name(object, text, needed, &needed);
    if (!NT_SUCCESS(status)) return status;
    text[needed / sizeof(WCHAR)] = 0;
    information->Name.Buffer = text;
    information->Name.Length = static_cast<USHORT>(needed);
    information->Name.MaximumLength = static_cast<USHORT>(needed + sizeof(WCHAR));
    return STATUS_SUCCESS;
}

BOOLEAN NTAPI ObIsKernelHandle(HANDLE handle)
{
    return ob::HandleTable::is_kernel_handle(handle);
}
VOID NTAPI ObMakeTemporaryObject(PVOID object)
{
    object_manager().make_temporary(object);
}

NTSTATUS NTAPI ObGetObjectSecurity(PVOID object, PSECURITY_DESCRIPTOR *descriptor,
                                   PBOOLEAN allocated)
{
    *descriptor = nullptr;
    *allocated = FALSE;
    const void *security = ob::header_of(object)->security;
    if (security == nullptr) return STATUS_SUCCESS;
    const std::size_t length = se::relative_length(se::parts_of(security));
    void *copy = ExAllocatePoolWithTag(PagedPool, length, ob::kSecurityTag);
    if (copy == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    std::memcpy(copy, security, length);
    *descriptor = copy;
    *allocated = TRUE;
    return STATUS_SUCCESS;
}

VOID NTAPI ObReleaseObjectSecurity(PSECURITY_DESCRIPTOR descriptor, BOOLEAN allocated)
{
    if (allocated && descriptor != nullptr) ExFreePoolWithTag(descriptor, ob::kSecurityTag);
}
