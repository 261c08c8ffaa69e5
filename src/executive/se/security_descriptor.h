#pragma once

#include "executive/se/sid.h"

#include <cstdint>

// Security descriptors in both forms, absolute and self-relative.

namespace openkmdf::executive::se {

// The self-relative form: offsets from its beginning, 0: absent.
struct RelativeDescriptor {
    UCHAR revision;
    UCHAR reserved;
    SECURITY_DESCRIPTOR_CONTROL control;
    ULONG owner;
    ULONG group;
    ULONG sacl;
    ULONG dacl;
};
static_assert(sizeof(RelativeDescriptor) == 20);

// An entry of an access control list; the SID follows the mask.
struct Ace {
    UCHAR type;
    UCHAR flags;
    USHORT size;
    ACCESS_MASK mask;
    ULONG sid_start;

    const void *sid() const { return &sid_start; }
};
inline constexpr UCHAR kAccessAllowed = 0;
inline constexpr UCHAR kAccessDenied = 1;
inline constexpr UCHAR kInheritOnly = 8;

struct DescriptorParts {
    SECURITY_DESCRIPTOR_CONTROL control = 0;
    const void *owner = nullptr;
    const void *group = nullptr;
    const ACL *sacl = nullptr;
    const ACL *dacl = nullptr;
};

DescriptorParts parts_of(const void *descriptor);
bool is_valid_acl(const ACL *acl);
bool is_valid_descriptor(const void *descriptor);
// The length of the self-relative form.
std::size_t relative_length(const DescriptorParts &parts);
// Writes the self-relative form into `buffer`, which has relative_length(parts) bytes.
void make_relative(const DescriptorParts &parts, void *buffer);

// The entries of a list that is_valid_acl accepts.
const Ace *first_ace(const ACL *acl);
inline const Ace *next_ace(const Ace *ace)
{
    return reinterpret_cast<const Ace *>(reinterpret_cast<const char *>(ace) + ace->size);
}

}  // namespace openkmdf::executive::se
