#include "executive/se/security_descriptor.h"

namespace openkmdf::executive::se {
namespace {

std::size_t aligned(std::size_t length)
{
    return (length + 3) & ~std::size_t{3};
}

template <class T>
const T *at(const void *base, ULONG offset)
{
    return offset == 0 ? nullptr
                       : reinterpret_cast<const T *>(static_cast<const char *>(base) + offset);
}

}  // namespace

DescriptorParts parts_of(const void *descriptor)
{
    auto *absolute = static_cast<const SECURITY_DESCRIPTOR *>(descriptor);
    DescriptorParts parts;
    parts.control = absolute->Control;
    if (absolute->Control & SE_SELF_RELATIVE) {
        auto *relative = static_cast<const RelativeDescriptor *>(descriptor);
        parts.owner = at<void>(descriptor, relative->owner);
        parts.group = at<void>(descriptor, relative->group);
        parts.sacl = at<ACL>(descriptor, relative->sacl);
        parts.dacl = at<ACL>(descriptor, relative->dacl);
    } else {
        parts.owner = absolute->Owner;
        parts.group = absolute->Group;
        parts.sacl = absolute->Sacl;
        parts.dacl = absolute->Dacl;
    }
    if (!(parts.control & SE_DACL_PRESENT)) parts.dacl = nullptr;
    if (!(parts.control & SE_SACL_PRESENT)) parts.sacl = nullptr;
    return parts;
}

const Ace *first_ace(const ACL *acl)
{
    return reinterpret_cast<const Ace *>(acl + 1);
}

bool is_valid_acl(const ACL *acl)
{
    if (acl->AclRevision < ACL_REVISION1 || acl->AclRevision > ACL_REVISION4 ||
        acl->AclSize < sizeof(ACL) || acl->AclSize % 4 != 0)
        return false;
    std::size_t left = acl->AclSize - sizeof(ACL);
    const Ace *ace = first_ace(acl);
    for (unsigned index = 0; index < acl->AceCount; ++index) {
        if (left < 8 || ace->size < 8 || ace->size > left || ace->size % 4 != 0) return false;
        const bool simple = ace->type <= 3;
        if (simple &&
            (ace->size < 16 || !is_valid_sid(ace->sid()) || 8 + sid_length(ace->sid()) > ace->size))
            return false;
        left -= ace->size;
        ace = next_ace(ace);
    }
    return true;
}

bool is_valid_descriptor(const void *descriptor)
{
    if (descriptor == nullptr) return false;
    if (static_cast<const SECURITY_DESCRIPTOR *>(descriptor)->Revision !=
        SECURITY_DESCRIPTOR_REVISION)
        return false;
    const DescriptorParts parts = parts_of(descriptor);
    return (parts.owner == nullptr || is_valid_sid(parts.owner)) &&
           (parts.group == nullptr || is_valid_sid(parts.group)) &&
           (parts.sacl == nullptr || is_valid_acl(parts.sacl)) &&
           (parts.dacl == nullptr || is_valid_acl(parts.dacl));
}

std::size_t relative_length(const DescriptorParts &parts)
{
    std::size_t length = sizeof(RelativeDescriptor);
    length += parts.owner != nullptr ? aligned(sid_length(parts.owner)) : 0;
    length += parts.group != nullptr ? aligned(sid_length(parts.group)) : 0;
    length += parts.sacl != nullptr ? aligned(parts.sacl->AclSize) : 0;
    length += parts.dacl != nullptr ? aligned(parts.dacl->AclSize) : 0;
    return length;
}

void make_relative(const DescriptorParts &parts, void *buffer)
{
    std::memset(buffer, 0, relative_length(parts));
    auto *header = static_cast<RelativeDescriptor *>(buffer);
    header->revision = SECURITY_DESCRIPTOR_REVISION;
    header->control = static_cast<SECURITY_DESCRIPTOR_CONTROL>(parts.control | SE_SELF_RELATIVE);
    std::size_t offset = sizeof(RelativeDescriptor);
    auto place = [&](const void *part, std::size_t length) -> ULONG {
        if (part == nullptr) return 0;
        std::memcpy(static_cast<char *>(buffer) + offset, part, length);
        const auto placed = static_cast<ULONG>(offset);
        offset += aligned(length);
        return placed;
    };
    header->sacl = place(parts.sacl, parts.sacl != nullptr ? parts.sacl->AclSize : 0);
    header->dacl = place(parts.dacl, parts.dacl != nullptr ? parts.dacl->AclSize : 0);
    header->owner = place(parts.owner, parts.owner != nullptr ? sid_length(parts.owner) : 0);
    header->group = place(parts.group, parts.group != nullptr ? sid_length(parts.group) : 0);
}

}  // namespace openkmdf::executive::se
