#include "executive/se/access_check.h"
#include "executive/se/security_descriptor.h"

#include <cstring>
#include <initializer_list>

// Rtl*: security descriptors and access control lists.

using namespace openkmdf::executive;

namespace {

bool has_known_revision(PSECURITY_DESCRIPTOR descriptor)
{
    return static_cast<PISECURITY_DESCRIPTOR>(descriptor)->Revision == SECURITY_DESCRIPTOR_REVISION;
}

// The routines that change a descriptor take the absolute form only.
NTSTATUS check_absolute(PSECURITY_DESCRIPTOR descriptor)
{
    if (!has_known_revision(descriptor)) return STATUS_UNKNOWN_REVISION;
    return static_cast<PISECURITY_DESCRIPTOR>(descriptor)->Control & SE_SELF_RELATIVE
               ? STATUS_INVALID_SECURITY_DESCR
               : STATUS_SUCCESS;
}

void set_control(PISECURITY_DESCRIPTOR descriptor, SECURITY_DESCRIPTOR_CONTROL bit, bool set)
{
    const auto cleared = static_cast<SECURITY_DESCRIPTOR_CONTROL>(descriptor->Control & ~bit);
    descriptor->Control = set ? static_cast<SECURITY_DESCRIPTOR_CONTROL>(cleared | bit) : cleared;
}

// Where the next entry goes; nullptr: the list is not valid.
char *end_of(PACL acl)
{
    if (!se::is_valid_acl(acl)) return nullptr;
    const se::Ace *ace = se::first_ace(acl);
    for (unsigned index = 0; index < acl->AceCount; ++index) ace = se::next_ace(ace);
    return const_cast<char *>(reinterpret_cast<const char *>(ace));
}

}  // namespace

NTSTATUS NTAPI RtlCreateSecurityDescriptor(PSECURITY_DESCRIPTOR descriptor, ULONG revision)
{
    if (revision != SECURITY_DESCRIPTOR_REVISION) return STATUS_UNKNOWN_REVISION;
    auto *made = static_cast<PISECURITY_DESCRIPTOR>(descriptor);
    std::memset(made, 0, sizeof *made);
    made->Revision = SECURITY_DESCRIPTOR_REVISION;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlSetDaclSecurityDescriptor(PSECURITY_DESCRIPTOR descriptor, BOOLEAN present,
                                            PACL dacl, BOOLEAN defaulted)
{
    const NTSTATUS status = check_absolute(descriptor);
    if (!NT_SUCCESS(status)) return status;
    auto *target = static_cast<PISECURITY_DESCRIPTOR>(descriptor);
    set_control(target, SE_DACL_PRESENT, present);
    set_control(target, SE_DACL_DEFAULTED, present && defaulted);
    target->Dacl = present ? dacl : nullptr;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlGetDaclSecurityDescriptor(PSECURITY_DESCRIPTOR descriptor, PBOOLEAN present,
                                            PACL *dacl, PBOOLEAN defaulted)
{
    auto *source = static_cast<PISECURITY_DESCRIPTOR>(descriptor);
    if (!has_known_revision(descriptor)) return STATUS_UNKNOWN_REVISION;
    *present = (source->Control & SE_DACL_PRESENT) != 0;
    if (*present) {
        *dacl = const_cast<PACL>(se::parts_of(descriptor).dacl);
        *defaulted = (source->Control & SE_DACL_DEFAULTED) != 0;
    }
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlSetOwnerSecurityDescriptor(PSECURITY_DESCRIPTOR descriptor, PSID owner,
                                             BOOLEAN defaulted)
{
    const NTSTATUS status = check_absolute(descriptor);
    if (!NT_SUCCESS(status)) return status;
    static_cast<PISECURITY_DESCRIPTOR>(descriptor)->Owner = owner;
    set_control(static_cast<PISECURITY_DESCRIPTOR>(descriptor), SE_OWNER_DEFAULTED, defaulted);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlSetGroupSecurityDescriptor(PSECURITY_DESCRIPTOR descriptor, PSID group,
                                             BOOLEAN defaulted)
{
    const NTSTATUS status = check_absolute(descriptor);
    if (!NT_SUCCESS(status)) return status;
    static_cast<PISECURITY_DESCRIPTOR>(descriptor)->Group = group;
    set_control(static_cast<PISECURITY_DESCRIPTOR>(descriptor), SE_GROUP_DEFAULTED, defaulted);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlGetOwnerSecurityDescriptor(PSECURITY_DESCRIPTOR descriptor, PSID *owner,
                                             PBOOLEAN defaulted)
{
    if (!has_known_revision(descriptor)) return STATUS_UNKNOWN_REVISION;
    const se::DescriptorParts parts = se::parts_of(descriptor);
    *owner = const_cast<PSID>(parts.owner);
    if (*owner != nullptr) *defaulted = (parts.control & SE_OWNER_DEFAULTED) != 0;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlGetGroupSecurityDescriptor(PSECURITY_DESCRIPTOR descriptor, PSID *group,
                                             PBOOLEAN defaulted)
{
    if (!has_known_revision(descriptor)) return STATUS_UNKNOWN_REVISION;
    const se::DescriptorParts parts = se::parts_of(descriptor);
    *group = const_cast<PSID>(parts.group);
    if (*group != nullptr) *defaulted = (parts.control & SE_GROUP_DEFAULTED) != 0;
    return STATUS_SUCCESS;
}

ULONG NTAPI RtlLengthSecurityDescriptor(PSECURITY_DESCRIPTOR descriptor)
{
    const se::DescriptorParts parts = se::parts_of(descriptor);
    const std::size_t relative = se::relative_length(parts);
    if (parts.control & SE_SELF_RELATIVE) return static_cast<ULONG>(relative);
    return static_cast<ULONG>(relative - sizeof(se::RelativeDescriptor) +
                              sizeof(SECURITY_DESCRIPTOR));
}

BOOLEAN NTAPI RtlValidSecurityDescriptor(PSECURITY_DESCRIPTOR descriptor)
{
    return se::is_valid_descriptor(descriptor);
}

BOOLEAN NTAPI RtlValidRelativeSecurityDescriptor(PSECURITY_DESCRIPTOR descriptor, ULONG length,
                                                 SECURITY_INFORMATION required)
{
    auto *header = static_cast<const se::RelativeDescriptor *>(descriptor);
    if (header == nullptr || length < sizeof *header ||
        header->revision != SECURITY_DESCRIPTOR_REVISION || !(header->control & SE_SELF_RELATIVE))
        return FALSE;
    auto fits = [=](ULONG offset, std::size_t size) {
        return offset % 4 == 0 && offset >= sizeof *header && offset <= length &&
               size <= length - offset;
    };
    auto *base = static_cast<const char *>(descriptor);
    for (ULONG offset : {header->owner, header->group}) {
        if (offset != 0 && (!fits(offset, 8) || !fits(offset, se::sid_length(base + offset))))
            return FALSE;
    }
    const ULONG dacl = header->control & SE_DACL_PRESENT ? header->dacl : 0;
    const ULONG sacl = header->control & SE_SACL_PRESENT ? header->sacl : 0;
    for (ULONG offset : {dacl, sacl}) {
        auto *acl = reinterpret_cast<const ACL *>(base + offset);
        if (offset != 0 && (!fits(offset, sizeof(ACL)) || !fits(offset, acl->AclSize)))
            return FALSE;
    }
    return !((required & OWNER_SECURITY_INFORMATION) && header->owner == 0) &&
           !((required & GROUP_SECURITY_INFORMATION) && header->group == 0) &&
           !((required & DACL_SECURITY_INFORMATION) && !(header->control & SE_DACL_PRESENT)) &&
           !((required & SACL_SECURITY_INFORMATION) && !(header->control & SE_SACL_PRESENT)) &&
           se::is_valid_descriptor(descriptor);
}

NTSTATUS NTAPI RtlAbsoluteToSelfRelativeSD(PSECURITY_DESCRIPTOR absolute,
                                           PSECURITY_DESCRIPTOR relative, PULONG length)
{
    const se::DescriptorParts parts = se::parts_of(absolute);
    if (parts.control & SE_SELF_RELATIVE) return STATUS_BAD_DESCRIPTOR_FORMAT;
    const ULONG needed = static_cast<ULONG>(se::relative_length(parts));
    const bool fits = *length >= needed && relative != nullptr;
    *length = needed;
    if (!fits) return STATUS_BUFFER_TOO_SMALL;
    se::make_relative(parts, relative);
    return STATUS_SUCCESS;
}

VOID NTAPI RtlMapGenericMask(PACCESS_MASK mask, const GENERIC_MAPPING *mapping)
{
    *mask = se::map_generic(*mask, *mapping);
}

NTSTATUS NTAPI RtlCreateAcl(PACL acl, ULONG length, ULONG revision)
{
    if (length < sizeof(ACL)) return STATUS_BUFFER_TOO_SMALL;
    if (revision < ACL_REVISION1 || revision > ACL_REVISION4 || length > 0xFFFF)
        return STATUS_INVALID_PARAMETER;
    *acl = {};
    acl->AclRevision = static_cast<UCHAR>(revision);
    acl->AclSize = static_cast<USHORT>(length & ~ULONG{3});
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlAddAccessAllowedAceEx(PACL acl, ULONG revision, ULONG flags, ACCESS_MASK mask,
                                        PSID sid)
{
    if (!se::is_valid_sid(sid)) return STATUS_INVALID_SID;
    if (revision > ACL_REVISION4) return STATUS_REVISION_MISMATCH;
    constexpr ULONG kInheritFlags = OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE |
                                    NO_PROPAGATE_INHERIT_ACE | INHERIT_ONLY_ACE | INHERITED_ACE;
    if (flags & ~kInheritFlags) return STATUS_INVALID_PARAMETER;
    char *place = end_of(acl);
    if (place == nullptr) return STATUS_INVALID_ACL;
    const std::size_t size = 8 + se::sid_length(sid);
    if (place + size > reinterpret_cast<char *>(acl) + acl->AclSize)
        return STATUS_ALLOTTED_SPACE_EXCEEDED;
    auto *ace = reinterpret_cast<se::Ace *>(place);
    ace->type = se::kAccessAllowed;
    ace->flags = static_cast<UCHAR>(flags);
    ace->size = static_cast<USHORT>(size);
    ace->mask = mask;
    std::memcpy(&ace->sid_start, sid, se::sid_length(sid));
    ++acl->AceCount;
    if (revision > acl->AclRevision) acl->AclRevision = static_cast<UCHAR>(revision);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlAddAccessAllowedAce(PACL acl, ULONG revision, ACCESS_MASK mask, PSID sid)
{
    return RtlAddAccessAllowedAceEx(acl, revision, 0, mask, sid);
}

NTSTATUS NTAPI RtlGetAce(PACL acl, ULONG index, PVOID *ace)
{
    if (!se::is_valid_acl(acl) || index >= acl->AceCount) return STATUS_INVALID_PARAMETER;
    const se::Ace *at = se::first_ace(acl);
    while (index-- != 0) at = se::next_ace(at);
    *ace = const_cast<se::Ace *>(at);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlDeleteAce(PACL acl, ULONG index)
{
    PVOID ace;
    const NTSTATUS status = RtlGetAce(acl, index, &ace);
    if (!NT_SUCCESS(status)) return status;
    char *end = end_of(acl);
    const USHORT size = static_cast<se::Ace *>(ace)->size;
    char *behind = static_cast<char *>(ace) + size;
    std::memmove(ace, behind, static_cast<std::size_t>(end - behind));
    std::memset(end - size, 0, size);
    --acl->AceCount;
    return STATUS_SUCCESS;
}
