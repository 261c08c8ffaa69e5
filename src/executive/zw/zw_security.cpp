#include "executive/ob/object_manager.h"
#include "executive/se/security_descriptor.h"

#include <cstring>
#include <initializer_list>

// Zw*: security descriptors of objects.

using namespace openkmdf::executive;

namespace {

constexpr SECURITY_INFORMATION kKnown = OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION |
                                        DACL_SECURITY_INFORMATION | SACL_SECURITY_INFORMATION;

// The object whose security a handle's object shows: a file opened on a device shows the device's.
ob::ObjectHeader *security_holder(void *body)
{
    ob::ObjectHeader *header = ob::header_of(body);
    if (header->type->index != ob::TypeIndex::File) return header;
    PDEVICE_OBJECT device = static_cast<PFILE_OBJECT>(body)->DeviceObject;
    return device != nullptr ? ob::header_of(device) : header;
}

// The parts of `from` that `information` names replace those of `parts`.
void take_parts(se::DescriptorParts &parts, const se::DescriptorParts &from,
                SECURITY_INFORMATION information)
{
    constexpr SECURITY_DESCRIPTOR_CONTROL kDacl =
        SE_DACL_PRESENT | SE_DACL_DEFAULTED | SE_DACL_PROTECTED;
    constexpr SECURITY_DESCRIPTOR_CONTROL kSacl =
        SE_SACL_PRESENT | SE_SACL_DEFAULTED | SE_SACL_PROTECTED;
    auto copy_control = [&](SECURITY_DESCRIPTOR_CONTROL mask) {
        parts.control = static_cast<SECURITY_DESCRIPTOR_CONTROL>((parts.control & ~mask) |
                                                                 (from.control & mask));
    };
    if (information & OWNER_SECURITY_INFORMATION) {
        parts.owner = from.owner;
        copy_control(SE_OWNER_DEFAULTED);
    }
    if (information & GROUP_SECURITY_INFORMATION) {
        parts.group = from.group;
        copy_control(SE_GROUP_DEFAULTED);
    }
    if (information & DACL_SECURITY_INFORMATION) {
        parts.dacl = from.dacl;
        copy_control(kDacl);
    }
    if (information & SACL_SECURITY_INFORMATION) {
        parts.sacl = from.sacl;
        copy_control(kSacl);
    }
}

ACCESS_MASK needed_access(SECURITY_INFORMATION information, bool to_set)
{
    ACCESS_MASK access = information & SACL_SECURITY_INFORMATION ? ACCESS_SYSTEM_SECURITY : 0;
    constexpr SECURITY_INFORMATION kOwners =
        OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION;
    if (!to_set) return access | READ_CONTROL;
    if (information & kOwners) access |= WRITE_OWNER;
    if (information & DACL_SECURITY_INFORMATION) access |= WRITE_DAC;
    return access;
}

NTSTATUS check_descriptor(PSECURITY_DESCRIPTOR descriptor)
{
    if (descriptor == nullptr) return STATUS_ACCESS_VIOLATION;
    if (static_cast<PISECURITY_DESCRIPTOR>(descriptor)->Revision != SECURITY_DESCRIPTOR_REVISION)
        return STATUS_UNKNOWN_REVISION;
    const se::DescriptorParts parts = se::parts_of(descriptor);
    for (const void *sid : {parts.owner, parts.group}) {
        if (sid != nullptr && !se::is_valid_sid(sid)) return STATUS_INVALID_SID;
    }
    for (const ACL *acl : {parts.sacl, parts.dacl}) {
        if (acl != nullptr && !se::is_valid_acl(acl)) return STATUS_INVALID_ACL;
    }
    return se::is_valid_descriptor(descriptor) ? STATUS_SUCCESS : STATUS_INVALID_SECURITY_DESCR;
}

}  // namespace

NTSTATUS NTAPI ZwQuerySecurityObject(HANDLE handle, SECURITY_INFORMATION information,
                                     PSECURITY_DESCRIPTOR descriptor, ULONG length, PULONG needed)
{
    void *body;
    const NTSTATUS status = object_manager().reference_by_handle(
        handle, needed_access(information, false), nullptr, KernelMode, &body);
    if (!NT_SUCCESS(status)) return status;
    se::DescriptorParts parts;
    const void *held = security_holder(body)->security;
    if (held != nullptr) take_parts(parts, se::parts_of(held), information & kKnown);
    *needed = static_cast<ULONG>(se::relative_length(parts));
    const bool fits = *needed <= length;
    if (fits) se::make_relative(parts, descriptor);
    object_manager().dereference(body);
    return fits ? STATUS_SUCCESS : STATUS_BUFFER_TOO_SMALL;
}

NTSTATUS NTAPI ZwSetSecurityObject(HANDLE handle, SECURITY_INFORMATION information,
                                   PSECURITY_DESCRIPTOR descriptor)
{
    NTSTATUS status = check_descriptor(descriptor);
    if (!NT_SUCCESS(status)) return status;
    void *body;
    status = object_manager().reference_by_handle(handle, needed_access(information, true), nullptr,
                                                  KernelMode, &body);
    if (!NT_SUCCESS(status)) return status;
    ob::ObjectHeader *holder = security_holder(body);
    se::DescriptorParts parts;
    if (holder->security != nullptr) parts = se::parts_of(holder->security);
    take_parts(parts, se::parts_of(descriptor), information & kKnown);
    status = object_manager().set_security(holder->body(), parts);
    object_manager().dereference(body);
    return status;
}
