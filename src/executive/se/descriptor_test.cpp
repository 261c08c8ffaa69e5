#include "executive/ob/test_kernel.h"

#include "executive/ps/processes.h"
#include "executive/se/sddl.h"
#include "executive/se/security_descriptor.h"
#include "tests/support/tested.h"

#include <cstring>
#include <initializer_list>
#include <string>

// Identifiers, access control lists, descriptors, and what is decided with them.

namespace openkmdf::executive {
namespace {

class SeDescriptorTest : public KernelTest {};

se::Sid made(UCHAR authority, std::initializer_list<ULONG> parts)
{
    se::Sid sid;
    SID_IDENTIFIER_AUTHORITY value = {{0, 0, 0, 0, 0, authority}};
    EXPECT_EQ(RtlInitializeSid(&sid, &value, static_cast<UCHAR>(parts.size())), STATUS_SUCCESS);
    ULONG index = 0;
    for (ULONG part : parts) *RtlSubAuthoritySid(&sid, index++) = part;
    return sid;
}

TEST_F(SeDescriptorTest, SidsAreBuiltComparedAndCopied)
{
    OPENKMDF_TESTS(RtlInitializeSid, RtlSubAuthoritySid, RtlSubAuthorityCountSid, RtlLengthSid,
                   RtlLengthRequiredSid, RtlValidSid, RtlEqualSid, RtlCopySid);
    se::Sid sid = made(5, {32, 544});
    se::Sid admins = se::kAdministrators;
    EXPECT_EQ(sid.revision, SID_REVISION);
    EXPECT_EQ(*RtlSubAuthorityCountSid(&sid), 2);
    EXPECT_EQ(RtlLengthSid(&sid), 16u);
    EXPECT_EQ(RtlLengthRequiredSid(2), 16u);
    EXPECT_EQ(RtlLengthRequiredSid(SID_MAX_SUB_AUTHORITIES), 68u);
    EXPECT_TRUE(RtlEqualSid(&sid, &admins));
    for (se::Sid other : {made(5, {32, 545}), made(5, {32}), made(5, {32, 544, 1}),
                          made(6, {32, 544}), made(5, {33, 544})})
        EXPECT_FALSE(RtlEqualSid(&sid, &other));

    se::Sid copy = made(1, {0});
    EXPECT_EQ(RtlCopySid(15, &copy, &sid), STATUS_BUFFER_TOO_SMALL);
    EXPECT_EQ(*RtlSubAuthorityCountSid(&copy), 1);
    EXPECT_EQ(RtlCopySid(16, &copy, &sid), STATUS_SUCCESS);
    EXPECT_TRUE(RtlEqualSid(&copy, &sid));

    SID_IDENTIFIER_AUTHORITY authority = {{1, 2, 3, 4, 5, 6}};
    EXPECT_EQ(RtlInitializeSid(&copy, &authority, SID_MAX_SUB_AUTHORITIES + 1),
              STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlInitializeSid(&copy, &authority, SID_MAX_SUB_AUTHORITIES), STATUS_SUCCESS);
    EXPECT_EQ(std::memcmp(copy.authority, authority.Value, 6), 0);
    EXPECT_TRUE(RtlValidSid(&copy));
    *RtlSubAuthorityCountSid(&copy) = SID_MAX_SUB_AUTHORITIES + 1;
    EXPECT_FALSE(RtlValidSid(&copy));
    sid.revision = SID_REVISION + 1;
    EXPECT_FALSE(RtlValidSid(&sid));
}

TEST_F(SeDescriptorTest, SidsHaveATextForm)
{
    OPENKMDF_TESTS(RtlConvertSidToUnicodeString);
    in_kernel([&] {
        se::Sid sid = made(5, {21, 4294967295, 0, 1001});
        const std::u16string expected = u"S-1-5-21-4294967295-0-1001";
        const auto bytes = static_cast<USHORT>(expected.size() * sizeof(WCHAR));
        WCHAR buffer[64] = {};
        UNICODE_STRING text = {0, static_cast<USHORT>(bytes - 2), buffer};
        EXPECT_EQ(RtlConvertSidToUnicodeString(&text, &sid, FALSE), STATUS_BUFFER_OVERFLOW);
        text.MaximumLength = sizeof buffer;
        EXPECT_EQ(RtlConvertSidToUnicodeString(&text, &sid, FALSE), STATUS_SUCCESS);
        EXPECT_EQ(std::u16string(text.Buffer, text.Length / 2), expected);
        EXPECT_EQ(text.Buffer, buffer);
        EXPECT_EQ(text.MaximumLength, sizeof buffer);
        UNICODE_STRING allocated = {};
        EXPECT_EQ(RtlConvertSidToUnicodeString(&allocated, &sid, TRUE), STATUS_SUCCESS);
        EXPECT_EQ(std::u16string(allocated.Buffer, allocated.Length / 2), expected);
        EXPECT_GE(allocated.MaximumLength, allocated.Length);
        RtlFreeUnicodeString(&allocated);
        pc_.arena().fail_allocation(1, true);
        EXPECT_EQ(RtlConvertSidToUnicodeString(&allocated, &sid, TRUE), STATUS_NO_MEMORY);
        pc_.arena().fail_allocation(0, false);
        sid.revision = 0;
        EXPECT_EQ(RtlConvertSidToUnicodeString(&text, &sid, FALSE), STATUS_INVALID_SID);
    });
}

// Both from the routine's page: an authority above 2^32 is written as a hexadecimal number.
TEST_F(SeDescriptorTest, LargeAuthoritiesAreHexadecimal)
{
    OPENKMDF_TESTS(RtlConvertSidToUnicodeString);
    in_kernel([] {
        se::Sid sid = made(0, {12, 72, 9, 110});
        WCHAR buffer[64] = {};
        UNICODE_STRING text = {0, sizeof buffer, buffer};
        auto convert = [&](std::uint64_t authority) {
            for (int i = 0; i < 6; i++)
                sid.authority[i] = static_cast<UCHAR>(authority >> (40 - 8 * i));
            EXPECT_EQ(RtlConvertSidToUnicodeString(&text, &sid, FALSE), STATUS_SUCCESS);
            return std::u16string(text.Buffer, text.Length / 2);
        };
        EXPECT_EQ(convert(281'736), u"S-1-281736-12-72-9-110");
        EXPECT_EQ(convert(4'294'967'296), u"S-1-4294967296-12-72-9-110");
        EXPECT_EQ(convert(173'495'281'736), u"S-1-0x28651FE848-12-72-9-110");
    });
}

// An access control list with room for one entry of a SID with one and one with two parts.
struct List {
    List() { EXPECT_EQ(RtlCreateAcl(acl(), sizeof bytes, ACL_REVISION), STATUS_SUCCESS); }
    PACL acl() { return reinterpret_cast<PACL>(bytes); }
    const se::Ace *at(ULONG index)
    {
        PVOID ace = nullptr;
        EXPECT_EQ(RtlGetAce(acl(), index, &ace), STATUS_SUCCESS) << index;
        return static_cast<const se::Ace *>(ace);
    }
    alignas(8) char bytes[8 + 20 + 24] = {};
};

TEST_F(SeDescriptorTest, ListsAreMadeAndFilled)
{
    OPENKMDF_TESTS(RtlCreateAcl, RtlAddAccessAllowedAce, RtlAddAccessAllowedAceEx, RtlGetAce);
    List list;
    PACL acl = list.acl();
    EXPECT_EQ(RtlCreateAcl(acl, sizeof(ACL) - 1, ACL_REVISION), STATUS_BUFFER_TOO_SMALL);
    EXPECT_EQ(RtlCreateAcl(acl, sizeof list.bytes, ACL_REVISION4 + 1), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlCreateAcl(acl, 0x10000, ACL_REVISION), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(acl->AclRevision, ACL_REVISION);
    EXPECT_EQ(acl->AclSize, sizeof list.bytes);
    EXPECT_EQ(acl->AceCount, 0);
    PVOID ace = nullptr;
    EXPECT_EQ(RtlGetAce(acl, 0, &ace), STATUS_INVALID_PARAMETER);

    se::Sid everyone = se::kEveryone, admins = se::kAdministrators, bad = se::kEveryone;
    bad.revision = 7;
    for (bool extended : {false, true}) {
        auto add = [&](PACL to, ULONG revision, se::Sid &sid) {
            return extended ? RtlAddAccessAllowedAceEx(to, revision, CONTAINER_INHERIT_ACE,
                                                       GENERIC_READ, &sid)
                            : RtlAddAccessAllowedAce(to, revision, GENERIC_READ, &sid);
        };
        List small;
        EXPECT_EQ(add(small.acl(), ACL_REVISION, everyone), STATUS_SUCCESS);
        EXPECT_EQ(add(small.acl(), ACL_REVISION, bad), STATUS_INVALID_SID);
        EXPECT_EQ(add(small.acl(), ACL_REVISION4 + 1, everyone), STATUS_REVISION_MISMATCH);
        EXPECT_EQ(add(small.acl(), ACL_REVISION, admins), STATUS_SUCCESS);
        EXPECT_EQ(add(small.acl(), ACL_REVISION, everyone), STATUS_ALLOTTED_SPACE_EXCEEDED);
        EXPECT_EQ(small.acl()->AceCount, 2);
        EXPECT_EQ(small.at(1)->type, se::kAccessAllowed);
        EXPECT_EQ(small.at(1)->flags, extended ? CONTAINER_INHERIT_ACE : 0);
        EXPECT_EQ(small.at(1)->mask, ACCESS_MASK{GENERIC_READ});
        EXPECT_TRUE(RtlEqualSid(const_cast<PSID>(small.at(0)->sid()), &everyone));
        EXPECT_TRUE(RtlEqualSid(const_cast<PSID>(small.at(1)->sid()), &admins));
        small.acl()->AceCount = 3;
        EXPECT_EQ(add(small.acl(), ACL_REVISION, everyone), STATUS_INVALID_ACL);
    }
}

TEST_F(SeDescriptorTest, EntriesHaveInheritanceFlagsOnly)
{
    OPENKMDF_TESTS(RtlAddAccessAllowedAceEx);
    List list;
    se::Sid everyone = se::kEveryone;
    EXPECT_EQ(RtlAddAccessAllowedAceEx(list.acl(), ACL_REVISION, 0x100, GENERIC_ALL, &everyone),
              STATUS_INVALID_PARAMETER);
    EXPECT_EQ(list.acl()->AceCount, 0);
}

TEST_F(SeDescriptorTest, WhatFollowsADeletedEntryMovesUp)
{
    OPENKMDF_TESTS(RtlDeleteAce, RtlGetAce);
    List list;
    se::Sid everyone = se::kEveryone, admins = se::kAdministrators;
    RtlAddAccessAllowedAce(list.acl(), ACL_REVISION, 1, &everyone);
    RtlAddAccessAllowedAce(list.acl(), ACL_REVISION, 2, &admins);
    EXPECT_EQ(RtlDeleteAce(list.acl(), 2), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlDeleteAce(list.acl(), 0), STATUS_SUCCESS);
    EXPECT_EQ(list.acl()->AceCount, 1);
    EXPECT_EQ(list.at(0)->mask, 2u);
    EXPECT_TRUE(RtlEqualSid(const_cast<PSID>(list.at(0)->sid()), &admins));
    EXPECT_EQ(RtlAddAccessAllowedAce(list.acl(), ACL_REVISION, 3, &everyone), STATUS_SUCCESS);
    EXPECT_EQ(list.at(1)->mask, 3u);
    list.acl()->AclRevision = 99;
    PVOID ace = nullptr;
    EXPECT_EQ(RtlGetAce(list.acl(), 0, &ace), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlDeleteAce(list.acl(), 0), STATUS_INVALID_PARAMETER);
}

struct Parts {
    explicit Parts(PSECURITY_DESCRIPTOR descriptor)
    {
        EXPECT_EQ(RtlGetDaclSecurityDescriptor(descriptor, &present, &dacl, &dacl_defaulted), 0);
        EXPECT_EQ(RtlGetOwnerSecurityDescriptor(descriptor, &owner, &owner_defaulted), 0);
        EXPECT_EQ(RtlGetGroupSecurityDescriptor(descriptor, &group, &group_defaulted), 0);
    }
    BOOLEAN present = 7, dacl_defaulted = 7, owner_defaulted = 7, group_defaulted = 7;
    PACL dacl = nullptr;
    PSID owner = &present, group = &present;
};

TEST_F(SeDescriptorTest, DescriptorsPointToTheirParts)
{
    OPENKMDF_TESTS(RtlCreateSecurityDescriptor, RtlSetDaclSecurityDescriptor,
                   RtlGetDaclSecurityDescriptor, RtlSetOwnerSecurityDescriptor,
                   RtlGetOwnerSecurityDescriptor, RtlSetGroupSecurityDescriptor,
                   RtlGetGroupSecurityDescriptor, RtlLengthSecurityDescriptor);
    SECURITY_DESCRIPTOR descriptor, zero = {};
    zero.Revision = SECURITY_DESCRIPTOR_REVISION;
    std::memset(&descriptor, 0x55, sizeof descriptor);
    EXPECT_EQ(RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION + 1),
              STATUS_UNKNOWN_REVISION);
    EXPECT_EQ(RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION),
              STATUS_SUCCESS);
    EXPECT_EQ(std::memcmp(&descriptor, &zero, sizeof zero), 0);
    EXPECT_EQ(RtlLengthSecurityDescriptor(&descriptor), sizeof descriptor);
    const Parts none(&descriptor);
    EXPECT_FALSE(none.present);
    EXPECT_EQ(none.owner, nullptr);
    EXPECT_EQ(none.group, nullptr);

    List list;
    se::Sid admins = se::kAdministrators, users = se::kUsers;
    EXPECT_EQ(RtlSetDaclSecurityDescriptor(&descriptor, TRUE, list.acl(), TRUE), STATUS_SUCCESS);
    EXPECT_EQ(RtlSetOwnerSecurityDescriptor(&descriptor, &admins, TRUE), STATUS_SUCCESS);
    EXPECT_EQ(RtlSetGroupSecurityDescriptor(&descriptor, &users, FALSE), STATUS_SUCCESS);
    EXPECT_EQ(descriptor.Control, SE_DACL_PRESENT | SE_DACL_DEFAULTED | SE_OWNER_DEFAULTED);
    const Parts all(&descriptor);
    EXPECT_TRUE(all.present == TRUE && all.dacl == list.acl() && all.dacl_defaulted == TRUE);
    EXPECT_TRUE(all.owner == &admins && all.owner_defaulted == TRUE);
    EXPECT_TRUE(all.group == &users && all.group_defaulted == FALSE);
    EXPECT_EQ(RtlLengthSecurityDescriptor(&descriptor),
              sizeof descriptor + list.acl()->AclSize + 2 * RtlLengthSid(&admins));
    // A null list allows everything; it is not the same as none.
    EXPECT_EQ(RtlSetDaclSecurityDescriptor(&descriptor, TRUE, nullptr, FALSE), STATUS_SUCCESS);
    EXPECT_TRUE(Parts(&descriptor).present);
    EXPECT_EQ(Parts(&descriptor).dacl, nullptr);
}

TEST_F(SeDescriptorTest, EachPartMustBeValid)
{
    OPENKMDF_TESTS(RtlValidSecurityDescriptor, RtlSetDaclSecurityDescriptor,
                   RtlSetOwnerSecurityDescriptor, RtlSetGroupSecurityDescriptor);
    SECURITY_DESCRIPTOR descriptor;
    RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    se::Sid bad = se::kUsers;
    bad.revision = 0;
    List list;
    list.acl()->AceCount = 9;
    EXPECT_TRUE(RtlValidSecurityDescriptor(&descriptor));
    RtlSetGroupSecurityDescriptor(&descriptor, &bad, TRUE);
    EXPECT_FALSE(RtlValidSecurityDescriptor(&descriptor));
    RtlSetGroupSecurityDescriptor(&descriptor, nullptr, TRUE);
    EXPECT_TRUE(RtlValidSecurityDescriptor(&descriptor));
    RtlSetOwnerSecurityDescriptor(&descriptor, &bad, FALSE);
    EXPECT_FALSE(RtlValidSecurityDescriptor(&descriptor));
    RtlSetOwnerSecurityDescriptor(&descriptor, nullptr, FALSE);
    EXPECT_TRUE(RtlValidSecurityDescriptor(&descriptor));
    RtlSetDaclSecurityDescriptor(&descriptor, TRUE, list.acl(), TRUE);
    EXPECT_FALSE(RtlValidSecurityDescriptor(&descriptor));
    RtlSetDaclSecurityDescriptor(&descriptor, FALSE, list.acl(), TRUE);
    EXPECT_TRUE(RtlValidSecurityDescriptor(&descriptor));
    EXPECT_EQ(descriptor.Control, SE_GROUP_DEFAULTED);
}

TEST_F(SeDescriptorTest, OnlyAbsoluteDescriptorsOfTheRevisionAreChanged)
{
    OPENKMDF_TESTS(RtlSetDaclSecurityDescriptor, RtlSetOwnerSecurityDescriptor,
                   RtlSetGroupSecurityDescriptor, RtlGetDaclSecurityDescriptor,
                   RtlValidSecurityDescriptor);
    SECURITY_DESCRIPTOR descriptor;
    RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    auto change = [&](NTSTATUS expected) {
        EXPECT_EQ(RtlSetDaclSecurityDescriptor(&descriptor, TRUE, nullptr, FALSE), expected);
        EXPECT_EQ(RtlSetOwnerSecurityDescriptor(&descriptor, nullptr, FALSE), expected);
        EXPECT_EQ(RtlSetGroupSecurityDescriptor(&descriptor, nullptr, FALSE), expected);
    };
    descriptor.Control = SE_SELF_RELATIVE;
    change(STATUS_INVALID_SECURITY_DESCR);
    descriptor.Control = 0;
    descriptor.Revision = SECURITY_DESCRIPTOR_REVISION + 1;
    change(STATUS_UNKNOWN_REVISION);
    BOOLEAN present = FALSE, defaulted = FALSE;
    PACL dacl = nullptr;
    EXPECT_EQ(RtlGetDaclSecurityDescriptor(&descriptor, &present, &dacl, &defaulted),
              STATUS_UNKNOWN_REVISION);
    EXPECT_FALSE(RtlValidSecurityDescriptor(&descriptor));
}

TEST_F(SeDescriptorTest, OwnerAndGroupOfAnUnknownRevisionAreRefused)
{
    OPENKMDF_TESTS(RtlGetOwnerSecurityDescriptor, RtlGetGroupSecurityDescriptor);
    SECURITY_DESCRIPTOR descriptor;
    RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    PSID sid = nullptr;
    BOOLEAN defaulted = 7;
    EXPECT_EQ(RtlGetGroupSecurityDescriptor(&descriptor, &sid, &defaulted), STATUS_SUCCESS);
    EXPECT_EQ(defaulted, 7) << "written without a group";
    descriptor.Revision = SECURITY_DESCRIPTOR_REVISION + 1;
    EXPECT_EQ(RtlGetOwnerSecurityDescriptor(&descriptor, &sid, &defaulted),
              STATUS_UNKNOWN_REVISION);
    EXPECT_EQ(RtlGetGroupSecurityDescriptor(&descriptor, &sid, &defaulted),
              STATUS_UNKNOWN_REVISION);
}

TEST_F(SeDescriptorTest, TheSelfRelativeFormIsCheckedToItsLastByte)
{
    OPENKMDF_TESTS(RtlAbsoluteToSelfRelativeSD, RtlValidRelativeSecurityDescriptor,
                   SeValidSecurityDescriptor, RtlLengthSecurityDescriptor);
    SECURITY_DESCRIPTOR absolute;
    RtlCreateSecurityDescriptor(&absolute, SECURITY_DESCRIPTOR_REVISION);
    List list;
    se::Sid admins = se::kAdministrators;
    RtlAddAccessAllowedAce(list.acl(), ACL_REVISION, 1, &admins);
    RtlSetDaclSecurityDescriptor(&absolute, TRUE, list.acl(), FALSE);
    RtlSetOwnerSecurityDescriptor(&absolute, &admins, FALSE);
    alignas(8) char relative[256] = {}, again[256];
    ULONG length = 0, room = sizeof again;
    EXPECT_EQ(RtlAbsoluteToSelfRelativeSD(&absolute, relative, &length), STATUS_BUFFER_TOO_SMALL);
    const ULONG needed = sizeof(se::RelativeDescriptor) + list.acl()->AclSize + 16;
    EXPECT_EQ(length, needed);
    length = needed - 1;
    EXPECT_EQ(RtlAbsoluteToSelfRelativeSD(&absolute, relative, &length), STATUS_BUFFER_TOO_SMALL);
    EXPECT_EQ(RtlAbsoluteToSelfRelativeSD(&absolute, relative, &length), STATUS_SUCCESS);
    EXPECT_EQ(RtlLengthSecurityDescriptor(relative), needed);
    EXPECT_EQ(RtlAbsoluteToSelfRelativeSD(relative, again, &room), STATUS_BAD_DESCRIPTOR_FORMAT);
    const Parts parts(relative);
    EXPECT_NE(parts.owner, &admins);
    EXPECT_TRUE(RtlEqualSid(parts.owner, &admins));
    EXPECT_TRUE(SeValidSecurityDescriptor(needed, relative));
    EXPECT_TRUE(RtlValidRelativeSecurityDescriptor(
        relative, needed, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION));
    EXPECT_FALSE(RtlValidRelativeSecurityDescriptor(relative, needed, GROUP_SECURITY_INFORMATION));
    EXPECT_FALSE(RtlValidRelativeSecurityDescriptor(relative, needed, SACL_SECURITY_INFORMATION));
    EXPECT_FALSE(RtlValidRelativeSecurityDescriptor(&absolute, sizeof absolute, 0));
    EXPECT_FALSE(SeValidSecurityDescriptor(sizeof absolute, &absolute));
    for (ULONG less = 0; less < needed; less++) {
        EXPECT_FALSE(SeValidSecurityDescriptor(less, relative)) << less;
        EXPECT_FALSE(RtlValidRelativeSecurityDescriptor(relative, less, 0)) << less;
    }
    auto *header = reinterpret_cast<se::RelativeDescriptor *>(relative);
    const ULONG good = header->owner;
    for (ULONG offset : {ULONG{4}, good + 1, needed, ULONG{0xFFFFFFFC}}) {
        header->owner = offset;
        EXPECT_FALSE(SeValidSecurityDescriptor(needed, relative)) << offset;
    }
    header->owner = good;
    header->revision++;
    EXPECT_FALSE(SeValidSecurityDescriptor(needed, relative));
}

GENERIC_MAPPING mapping = {FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_GENERIC_EXECUTE,
                           FILE_ALL_ACCESS};

TEST_F(SeDescriptorTest, GenericRightsAreMapped)
{
    OPENKMDF_TESTS(RtlMapGenericMask);
    auto mapped = [](ACCESS_MASK mask) {
        RtlMapGenericMask(&mask, &mapping);
        return mask;
    };
    EXPECT_EQ(mapped(GENERIC_READ), ACCESS_MASK{FILE_GENERIC_READ});
    EXPECT_EQ(mapped(GENERIC_WRITE | DELETE), ACCESS_MASK{FILE_GENERIC_WRITE | DELETE});
    EXPECT_EQ(mapped(GENERIC_EXECUTE), ACCESS_MASK{FILE_GENERIC_EXECUTE});
    EXPECT_EQ(mapped(GENERIC_ALL), ACCESS_MASK{FILE_ALL_ACCESS});
    EXPECT_EQ(mapped(MAXIMUM_ALLOWED | FILE_READ_DATA), MAXIMUM_ALLOWED | FILE_READ_DATA);
}

class SeAccessTest : public KernelTest {
protected:
    static void decides(const char16_t *sddl, ACCESS_MASK desired, NTSTATUS expected,
                        ACCESS_MASK rights = 0, ACCESS_MASK before = 0,
                        KPROCESSOR_MODE mode = UserMode)
    {
        alignas(8) char descriptor[se::kMostDescriptorBytes];
        std::size_t length = 0;
        EXPECT_EQ(se::parse_sddl(sddl, descriptor, &length), STATUS_SUCCESS);
        SECURITY_SUBJECT_CONTEXT subject;
        SeCaptureSubjectContext(&subject);
        SeLockSubjectContext(&subject);
        ACCESS_MASK granted = 0;
        NTSTATUS status = STATUS_PENDING;
        EXPECT_EQ(SeAccessCheck(descriptor, &subject, TRUE, desired, before, nullptr, &mapping,
                                mode, &granted, &status),
                  NT_SUCCESS(expected));
        EXPECT_EQ(status, expected);
        EXPECT_EQ(granted, rights);
        SeUnlockSubjectContext(&subject);
        SeReleaseSubjectContext(&subject);
    }
    static constexpr const char16_t *kRead = u"D:(A;;GR;;;WD)";
    static constexpr const char16_t *kOwn = u"O:S-1-5-21-1-2-3-1001D:";
};

TEST_F(SeAccessTest, RightsComeFromTheListAndFromBefore)
{
    OPENKMDF_TESTS(SeAccessCheck);
    as(se::TokenKind::User, [] {
        constexpr ACCESS_MASK both = FILE_READ_DATA | FILE_WRITE_DATA;
        constexpr ACCESS_MASK owners = READ_CONTROL | WRITE_DAC;
        decides(kRead, GENERIC_READ, STATUS_SUCCESS, FILE_GENERIC_READ);
        decides(kRead, both, STATUS_ACCESS_DENIED);
        decides(kRead, both, STATUS_SUCCESS, both, FILE_WRITE_DATA);
        decides(kRead, GENERIC_ALL, STATUS_SUCCESS, FILE_ALL_ACCESS, 0, KernelMode);
        decides(kOwn, owners, STATUS_SUCCESS, owners);
        decides(kOwn, WRITE_OWNER, STATUS_ACCESS_DENIED);
        decides(u"O:BA", MAXIMUM_ALLOWED, STATUS_SUCCESS, FILE_ALL_ACCESS);
        decides(kRead, ACCESS_SYSTEM_SECURITY, STATUS_PRIVILEGE_NOT_HELD);
    });
    as(se::TokenKind::Administrator, [] {
        decides(kRead, WRITE_OWNER, STATUS_SUCCESS, WRITE_OWNER);
        decides(kRead, ACCESS_SYSTEM_SECURITY, STATUS_SUCCESS, ACCESS_SYSTEM_SECURITY);
        decides(u"O:BA", MAXIMUM_ALLOWED | ACCESS_SYSTEM_SECURITY, STATUS_SUCCESS,
                FILE_ALL_ACCESS | ACCESS_SYSTEM_SECURITY);
    });
}

// A privilege counts when the right that it gives is asked for by name.
TEST_F(SeAccessTest, TheMaximumHasNoRightsOfPrivileges)
{
    OPENKMDF_TESTS(SeAccessCheck);
    as(se::TokenKind::Administrator,
       [] { decides(kRead, MAXIMUM_ALLOWED, STATUS_SUCCESS, FILE_GENERIC_READ); });
}

TEST_F(SeAccessTest, ASubjectHoldsItsTokenUntilItIsReleased)
{
    OPENKMDF_TESTS(SeCaptureSubjectContext, SeLockSubjectContext, SeUnlockSubjectContext,
                   SeReleaseSubjectContext);
    as(se::TokenKind::User, [] {
        PACCESS_TOKEN token = PsGetCurrentProcess()->token;
        SECURITY_SUBJECT_CONTEXT first, second;
        SeCaptureSubjectContext(&first);
        SeCaptureSubjectContext(&second);
        EXPECT_EQ(ob::references_of(token), 3);
        // The locks are readers' locks.
        SeLockSubjectContext(&first);
        SeLockSubjectContext(&second);
        EXPECT_EQ(SeQuerySubjectContextToken(&first), token);
        EXPECT_EQ(SeQuerySubjectContextToken(&second), token);
        SeUnlockSubjectContext(&first);
        SeUnlockSubjectContext(&second);
        SeReleaseSubjectContext(&second);
        SeReleaseSubjectContext(&first);
        EXPECT_EQ(ob::references_of(token), 1);
    });
}

TEST_F(SeAccessTest, TokensSayWhoseTheyAre)
{
    OPENKMDF_TESTS(SeTokenIsAdmin, SeTokenIsRestricted, SeTokenType, SeQuerySessionIdToken,
                   SeQueryAuthenticationIdToken, SeLocateProcessImageName);
    auto look = [](BOOLEAN admin, ULONG in_session, bool system, const char16_t *image) {
        PEPROCESS process = PsGetCurrentProcess();
        EXPECT_EQ(SeTokenIsAdmin(process->token), admin);
        EXPECT_FALSE(SeTokenIsRestricted(process->token));
        EXPECT_EQ(SeTokenType(process->token), TokenPrimary);
        ULONG session = 7;
        EXPECT_EQ(SeQuerySessionIdToken(process->token, &session), STATUS_SUCCESS);
        EXPECT_EQ(session, in_session);
        LUID id = {};
        EXPECT_EQ(SeQueryAuthenticationIdToken(process->token, &id), STATUS_SUCCESS);
        EXPECT_EQ(id.LowPart == 0x3E7 && id.HighPart == 0, system);
        PUNICODE_STRING name = nullptr;
        ASSERT_EQ(SeLocateProcessImageName(process, &name), STATUS_SUCCESS);
        EXPECT_EQ(std::u16string(name->Buffer, name->Length / 2), image);
        ExFreePool(name);
    };
    as(se::TokenKind::User, [&] { look(FALSE, 1, false, u"subject.exe"); });
    as(se::TokenKind::Administrator, [&] { look(TRUE, 1, false, u"subject.exe"); });
    in_kernel([&] {
        Processes &processes = *pc_->processes;
        processes.assign(*scheduler::current.activity, processes.system());
        look(TRUE, 0, true, u"System");
        processes.assign(*scheduler::current.activity, nullptr);
    });
}

}  // namespace
}  // namespace openkmdf::executive
