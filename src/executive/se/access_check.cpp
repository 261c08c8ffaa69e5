#include "executive/se/access_check.h"

#include "executive/se/security_descriptor.h"

namespace openkmdf::executive::se {
namespace {

constexpr ACCESS_MASK kGenericBits = GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL;

LUID privilege(ULONG number)
{
    return {number, 0};
}

// Everything the list grants, entry by entry: what was denied first stays denied.
ACCESS_MASK granted_by_list(const ACL *dacl, const AccessRequest &request, bool is_owner)
{
    ACCESS_MASK granted = is_owner ? READ_CONTROL | WRITE_DAC : 0;
    ACCESS_MASK denied = 0;
    const Ace *ace = first_ace(dacl);
    for (unsigned index = 0; index < dacl->AceCount; ++index, ace = next_ace(ace)) {
        const bool simple = ace->type == kAccessAllowed || ace->type == kAccessDenied;
        if (!simple || (ace->flags & kInheritOnly) || !request.token->holds(ace->sid())) continue;
        const ACCESS_MASK mask = map_generic(ace->mask, *request.mapping);
        if (ace->type == kAccessAllowed) granted |= mask & ~denied;
        else denied |= mask & ~granted;
    }
    return granted;
}

NTSTATUS decide(const AccessRequest &request, ACCESS_MASK desired, ACCESS_MASK available,
                ACCESS_MASK *granted)
{
    const bool maximum = desired & MAXIMUM_ALLOWED;
    const ACCESS_MASK asked = desired & ~MAXIMUM_ALLOWED;
    *granted = 0;
    if (asked & ACCESS_SYSTEM_SECURITY) {
        if (request.token == nullptr ||
            !request.token->has_privilege(privilege(SE_SECURITY_PRIVILEGE)))
            return STATUS_PRIVILEGE_NOT_HELD;
        available |= ACCESS_SYSTEM_SECURITY;
    }
    available |= request.granted_before;
    if (asked & ~available) return STATUS_ACCESS_DENIED;
    *granted = maximum ? available : asked | request.granted_before;
    return maximum && available == 0 ? STATUS_ACCESS_DENIED : STATUS_SUCCESS;
}

}  // namespace

ACCESS_MASK map_generic(ACCESS_MASK access, const GENERIC_MAPPING &mapping)
{
    ACCESS_MASK mapped = access & ~kGenericBits;
    if (access & GENERIC_READ) mapped |= mapping.GenericRead;
    if (access & GENERIC_WRITE) mapped |= mapping.GenericWrite;
    if (access & GENERIC_EXECUTE) mapped |= mapping.GenericExecute;
    if (access & GENERIC_ALL) mapped |= mapping.GenericAll;
    return mapped;
}

NTSTATUS check_access(const AccessRequest &request, ACCESS_MASK *granted)
{
    const ACCESS_MASK desired = map_generic(request.desired, *request.mapping);
    if (request.mode == KernelMode) {
        *granted = desired & ~MAXIMUM_ALLOWED;
        if (desired & MAXIMUM_ALLOWED) *granted |= request.mapping->GenericAll;
        *granted |= request.granted_before;
        return STATUS_SUCCESS;
    }
    const ACCESS_MASK everything = request.mapping->GenericAll;
    if (request.descriptor == nullptr) return decide(request, desired, everything, granted);
    const DescriptorParts parts = parts_of(request.descriptor);
    if (parts.dacl == nullptr) return decide(request, desired, everything, granted);
    const bool is_owner = parts.owner != nullptr && request.token->holds(parts.owner);
    ACCESS_MASK available = granted_by_list(parts.dacl, request, is_owner);
    // Not for MAXIMUM_ALLOWED alone: a privilege counts where its right is asked for.
    if ((desired & WRITE_OWNER) &&
        request.token->has_privilege(privilege(SE_TAKE_OWNERSHIP_PRIVILEGE)))
        available |= WRITE_OWNER;
    return decide(request, desired, available, granted);
}

}  // namespace openkmdf::executive::se
