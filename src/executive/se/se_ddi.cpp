#include "executive/kernel.h"
#include "executive/ob/object_manager.h"
#include "executive/ps/processes.h"
#include "executive/se/access_check.h"
#include "executive/se/security_descriptor.h"

#include <cstring>

// Se*: access checks and tokens.

using namespace openkmdf::executive;

namespace {

const se::Token *token_of(const SECURITY_SUBJECT_CONTEXT *subject)
{
    return static_cast<const se::Token *>(SeQuerySubjectContextToken(subject));
}

constexpr ULONG kTokenTag = 0x6F546553;  // 'SeTo'

}  // namespace

BOOLEAN NTAPI SeAccessCheck(PSECURITY_DESCRIPTOR descriptor, PSECURITY_SUBJECT_CONTEXT subject,
                            BOOLEAN, ACCESS_MASK desired, ACCESS_MASK granted_before,
                            PPRIVILEGE_SET *privileges, PGENERIC_MAPPING mapping,
                            KPROCESSOR_MODE mode, PACCESS_MASK granted, PNTSTATUS status)
{
    if (privileges != nullptr) *privileges = nullptr;
    *granted = 0;
    if (mode != KernelMode && descriptor == nullptr) {
        *status = STATUS_ACCESS_DENIED;
        return FALSE;
    }
    se::AccessRequest request;
    request.descriptor = descriptor;
    request.token = token_of(subject);
    request.desired = desired;
    request.granted_before = granted_before;
    request.mapping = mapping;
    request.mode = mode;
    *status = se::check_access(request, granted);
    return NT_SUCCESS(*status);
}

BOOLEAN NTAPI SeValidSecurityDescriptor(ULONG length, PSECURITY_DESCRIPTOR descriptor)
{
    return RtlValidRelativeSecurityDescriptor(descriptor, length, 0);
}

VOID NTAPI SeCaptureSubjectContext(PSECURITY_SUBJECT_CONTEXT subject)
{
    *subject = {};
    PEPROCESS process = kernel().processes->current();
    subject->PrimaryToken = PsReferencePrimaryToken(process);
    subject->ProcessAuditId = PsGetProcessId(process);
}

// A token never changes after it was made, so there is nothing to keep others from.
VOID NTAPI SeLockSubjectContext(PSECURITY_SUBJECT_CONTEXT)
{
}
VOID NTAPI SeUnlockSubjectContext(PSECURITY_SUBJECT_CONTEXT)
{
}

VOID NTAPI SeReleaseSubjectContext(PSECURITY_SUBJECT_CONTEXT subject)
{
    if (subject->PrimaryToken != nullptr) PsDereferencePrimaryToken(subject->PrimaryToken);
    PsDereferenceImpersonationToken(subject->ClientToken);
    *subject = {};
}

BOOLEAN NTAPI SeSinglePrivilegeCheck(LUID privilege, KPROCESSOR_MODE mode)
{
    return mode == KernelMode || kernel().processes->current()->token->has_privilege(privilege);
}

BOOLEAN NTAPI SePrivilegeCheck(PPRIVILEGE_SET required, PSECURITY_SUBJECT_CONTEXT subject,
                               KPROCESSOR_MODE mode)
{
    ULONG held = 0;
    for (ULONG index = 0; index < required->PrivilegeCount; ++index) {
        LUID_AND_ATTRIBUTES &privilege = required->Privilege[index];
        if (mode == KernelMode || token_of(subject)->has_privilege(privilege.Luid)) {
            privilege.Attributes |= SE_PRIVILEGE_USED_FOR_ACCESS;
            ++held;
        }
    }
    if (mode == KernelMode) return TRUE;
    return required->Control & PRIVILEGE_SET_ALL_NECESSARY ? held == required->PrivilegeCount
                                                           : held != 0;
}

BOOLEAN NTAPI SeTokenIsAdmin(PACCESS_TOKEN token)
{
    return static_cast<const se::Token *>(token)->holds(&se::kAdministrators);
}

BOOLEAN NTAPI SeTokenIsRestricted(PACCESS_TOKEN)
{
    return FALSE;
}
TOKEN_TYPE NTAPI SeTokenType(PACCESS_TOKEN)
{
    return TokenPrimary;
}

NTSTATUS NTAPI SeQuerySessionIdToken(PACCESS_TOKEN token, PULONG session)
{
    const bool is_system =
        se::equal_sids(&static_cast<const se::Token *>(token)->user, &se::kLocalSystem);
    *session = is_system ? 0 : 1;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI SeQueryAuthenticationIdToken(PACCESS_TOKEN token, PLUID id)
{
    *id = static_cast<const se::Token *>(token)->id;
    return STATUS_SUCCESS;
}

// The name alone: the programs of a machine's clients lie in no file system of it.
NTSTATUS NTAPI SeLocateProcessImageName(PEPROCESS process, PUNICODE_STRING *name)
{
    const std::u16string_view text = process->image_name;
    const std::size_t bytes = text.size() * sizeof(WCHAR);
    auto *made = static_cast<PUNICODE_STRING>(ExAllocatePoolWithTag(
        PagedPool, sizeof(UNICODE_STRING) + bytes + sizeof(WCHAR), kTokenTag));
    *name = made;
    if (made == nullptr) return STATUS_NO_MEMORY;
    made->Buffer = reinterpret_cast<PWCH>(made + 1);
    made->Length = static_cast<USHORT>(bytes);
    made->MaximumLength = static_cast<USHORT>(bytes + sizeof(WCHAR));
    std::memcpy(made->Buffer, text.data(), bytes);
    made->Buffer[text.size()] = 0;
    return STATUS_SUCCESS;
}
