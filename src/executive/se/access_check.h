#pragma once

#include "executive/se/token.h"

namespace openkmdf::executive::se {

struct AccessRequest {
    const void *descriptor =
        nullptr;  // absolute or self-relative; null: the object has no security
    const Token *token = nullptr;
    ACCESS_MASK desired = 0;
    ACCESS_MASK granted_before = 0;
    const GENERIC_MAPPING *mapping = nullptr;
    KPROCESSOR_MODE mode = KernelMode;
};

// What the discretionary access list grants to the token, as documented for SeAccessCheck: entries
// in order, owner's rights, take-ownership and security privileges, MAXIMUM_ALLOWED.
NTSTATUS check_access(const AccessRequest &request, ACCESS_MASK *granted);

ACCESS_MASK map_generic(ACCESS_MASK access, const GENERIC_MAPPING &mapping);

}  // namespace openkmdf::executive::se
