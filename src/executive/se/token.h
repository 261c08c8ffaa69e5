#pragma once

#include "executive/se/sid.h"

#include <cstdint>

namespace openkmdf::executive {
class ObjectManager;
}

namespace openkmdf::executive::se {

// Body of a token object: what a process is and may do. It holds the user, its groups and its
// privileges, and nothing else: no sessions, no restricted or linked tokens.
struct Token {
    static constexpr std::size_t kMostGroups = 12;

    Sid user;
    Sid groups[kMostGroups];
    std::uint32_t group_count;
    std::uint64_t privileges;  // bit n: the privilege with LUID n is held and enabled
    LUID id;

    bool holds(const void *sid) const;
    bool has_privilege(LUID privilege) const
    {
        return privilege.HighPart == 0 && privilege.LowPart < 64 &&
               (privileges >> privilege.LowPart & 1) != 0;
    }
};

enum class TokenKind : std::uint8_t { System, Administrator, User };

// A new token object with one reference; nullptr: out of memory.
Token *create_token(ObjectManager &objects, TokenKind kind);

}  // namespace openkmdf::executive::se
