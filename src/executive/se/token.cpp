#include "executive/se/token.h"

#include "executive/ob/object_manager.h"

#include <initializer_list>

namespace openkmdf::executive::se {
namespace {

constexpr std::uint64_t bits(std::initializer_list<unsigned> privileges)
{
    std::uint64_t mask = 0;
    for (unsigned privilege : privileges) mask |= std::uint64_t{1} << privilege;
    return mask;
}

constexpr std::uint64_t kUserPrivileges = bits({SE_CHANGE_NOTIFY_PRIVILEGE});
constexpr std::uint64_t kAdministratorPrivileges =
    kUserPrivileges |
    bits({SE_SECURITY_PRIVILEGE, SE_TAKE_OWNERSHIP_PRIVILEGE, SE_LOAD_DRIVER_PRIVILEGE,
          SE_BACKUP_PRIVILEGE, SE_RESTORE_PRIVILEGE, SE_SHUTDOWN_PRIVILEGE, SE_DEBUG_PRIVILEGE,
          SE_SYSTEM_ENVIRONMENT_PRIVILEGE, SE_IMPERSONATE_PRIVILEGE, SE_MANAGE_VOLUME_PRIVILEGE,
          SE_CREATE_GLOBAL_PRIVILEGE, SE_INC_BASE_PRIORITY_PRIVILEGE});
constexpr std::uint64_t kSystemPrivileges =
    ((std::uint64_t{1} << (SE_MAX_WELL_KNOWN_PRIVILEGE + 1)) - 1) & ~std::uint64_t{3};

void add_groups(Token &token, std::initializer_list<const Sid *> groups)
{
    for (const Sid *group : groups) token.groups[token.group_count++] = *group;
}

}  // namespace

bool Token::holds(const void *sid) const
{
    if (equal_sids(&user, sid)) return true;
    for (std::uint32_t index = 0; index < group_count; ++index) {
        if (equal_sids(&groups[index], sid)) return true;
    }
    return false;
}

Token *create_token(ObjectManager &objects, TokenKind kind)
{
    Token *token;
    if (!NT_SUCCESS(objects.create_object(ob::TypeIndex::Token, &token))) return nullptr;
    token->id.LowPart = 0x3E7 + ob::header_of(token)->ordinal - 1;
    if (kind == TokenKind::System) {
        token->user = kLocalSystem;
        token->privileges = kSystemPrivileges;
        add_groups(*token, {&kAdministrators, &kEveryone, &kAuthenticatedUsers});
        return token;
    }
    token->user = kLocalUser;
    token->privileges = kUserPrivileges;
    add_groups(*token, {&kEveryone, &kUsers, &kInteractive, &kAuthenticatedUsers});
    if (kind == TokenKind::Administrator) {
        token->privileges = kAdministratorPrivileges;
        add_groups(*token, {&kAdministrators});
    }
    return token;
}

}  // namespace openkmdf::executive::se
