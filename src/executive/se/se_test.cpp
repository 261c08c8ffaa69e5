#include "executive/ob/test_kernel.h"

#include "executive/ps/processes.h"
#include "executive/se/access_check.h"
#include "executive/se/sddl.h"
#include "executive/se/security_descriptor.h"
#include "tests/support/tested.h"

#include <cstring>
#include <string>

namespace openkmdf::executive {
namespace {

constexpr GENERIC_MAPPING kMapping = {0x00120089, 0x00120116, 0x001200A0, 0x001F01FF};

class SeTest : public KernelTest {
protected:
    NTSTATUS check(const char16_t *sddl, se::TokenKind kind, ACCESS_MASK desired,
                   ACCESS_MASK *granted)
    {
        alignas(8) char descriptor[se::kMostDescriptorBytes];
        std::size_t length = 0;
        EXPECT_EQ(se::parse_sddl(sddl, descriptor, &length), STATUS_SUCCESS);
        NTSTATUS status = STATUS_UNSUCCESSFUL;
        in_kernel([&] {
            se::Token *token = se::create_token(*pc_->objects, kind);
            se::AccessRequest request;
            request.descriptor = descriptor;
            request.token = token;
            request.desired = desired;
            request.mapping = &kMapping;
            request.mode = UserMode;
            status = se::check_access(request, granted);
            pc_->objects->dereference(token);
        });
        return status;
    }
};

TEST_F(SeTest, TheListDecides)
{
    constexpr const char16_t *admins = u"D:P(A;;GA;;;SY)(A;;GA;;;BA)";
    ACCESS_MASK granted = 0;
    EXPECT_EQ(check(admins, se::TokenKind::Administrator, GENERIC_READ | GENERIC_WRITE, &granted),
              STATUS_SUCCESS);
    EXPECT_EQ(granted, kMapping.GenericRead | kMapping.GenericWrite);
    EXPECT_EQ(check(admins, se::TokenKind::User, GENERIC_READ, &granted), STATUS_ACCESS_DENIED);
    EXPECT_EQ(granted, 0u);
    EXPECT_EQ(check(u"D:(A;;GR;;;WD)", se::TokenKind::User, MAXIMUM_ALLOWED, &granted),
              STATUS_SUCCESS);
    EXPECT_EQ(granted, kMapping.GenericRead);
    EXPECT_EQ(check(u"D:(D;;GW;;;BU)(A;;GA;;;WD)", se::TokenKind::User, FILE_WRITE_DATA, &granted),
              STATUS_ACCESS_DENIED);
    EXPECT_EQ(check(u"D:(A;;GA;;;WD)(D;;GW;;;BU)", se::TokenKind::User, FILE_WRITE_DATA, &granted),
              STATUS_SUCCESS);
    EXPECT_EQ(check(u"D:", se::TokenKind::User, READ_CONTROL, &granted), STATUS_ACCESS_DENIED);
    EXPECT_EQ(check(u"O:BAD:", se::TokenKind::Administrator, WRITE_DAC, &granted), STATUS_SUCCESS);
    EXPECT_EQ(check(u"O:BA", se::TokenKind::User, GENERIC_ALL, &granted), STATUS_SUCCESS);
    EXPECT_EQ(check(admins, se::TokenKind::User, ACCESS_SYSTEM_SECURITY, &granted),
              STATUS_PRIVILEGE_NOT_HELD);
}

TEST_F(SeTest, BadSddlIsRefused)
{
    OPENKMDF_TESTS(RtlValidRelativeSecurityDescriptor, RtlLengthSecurityDescriptor);
    alignas(8) char descriptor[se::kMostDescriptorBytes];
    std::size_t length = 0;
    for (const char16_t *bad :
         {u"X:", u"D", u"D:(A;;GA;;;)", u"D:(A;;QQ;;;WD)", u"D:(Z;;GA;;;WD)", u"D:(A;;GA;;WD)",
          u"D:(A;;GA;;;WD", u"D:(A;;GA;;;S-2-1)", u"D:P(A;;0xZZ;;;WD)"})
        EXPECT_EQ(se::parse_sddl(bad, descriptor, &length), STATUS_INVALID_PARAMETER)
            << std::string(bad, bad + std::u16string_view(bad).size());
    EXPECT_EQ(
        se::parse_sddl(u"O:SYG:S-1-5-32-544D:PAI(A;OICI;0x1200a9;;;S-1-15-2-1)S:(ML;;0x1;;;LW)",
                       descriptor, &length),
        STATUS_SUCCESS);
    EXPECT_TRUE(
        RtlValidRelativeSecurityDescriptor(descriptor, static_cast<ULONG>(length),
                                           OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION));
    EXPECT_FALSE(RtlValidRelativeSecurityDescriptor(descriptor, static_cast<ULONG>(length - 4), 0));
    EXPECT_EQ(RtlLengthSecurityDescriptor(descriptor), length);
}

TEST_F(SeTest, DescriptorsAndLists)
{
    OPENKMDF_TESTS(RtlCreateSecurityDescriptor, RtlLengthSecurityDescriptor, RtlCreateAcl,
                   RtlAddAccessAllowedAce, RtlGetAce, RtlDeleteAce, RtlSetDaclSecurityDescriptor,
                   RtlGetDaclSecurityDescriptor, RtlValidSecurityDescriptor,
                   RtlAbsoluteToSelfRelativeSD, SeValidSecurityDescriptor);
    SECURITY_DESCRIPTOR descriptor;
    EXPECT_EQ(RtlCreateSecurityDescriptor(&descriptor, 2), STATUS_UNKNOWN_REVISION);
    EXPECT_EQ(RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION),
              STATUS_SUCCESS);
    EXPECT_EQ(RtlLengthSecurityDescriptor(&descriptor), ULONG{SECURITY_DESCRIPTOR_MIN_LENGTH});
    alignas(8) char bytes[64];
    auto *acl = reinterpret_cast<PACL>(bytes);
    EXPECT_EQ(RtlCreateAcl(acl, 4, ACL_REVISION), STATUS_BUFFER_TOO_SMALL);
    EXPECT_EQ(RtlCreateAcl(acl, 40, ACL_REVISION), STATUS_SUCCESS);
    se::Sid everyone = se::kEveryone;
    EXPECT_EQ(RtlAddAccessAllowedAce(acl, ACL_REVISION, GENERIC_ALL, &everyone), STATUS_SUCCESS);
    se::Sid admins = se::kAdministrators;
    EXPECT_EQ(RtlAddAccessAllowedAce(acl, ACL_REVISION, GENERIC_ALL, &admins),
              STATUS_ALLOTTED_SPACE_EXCEEDED);
    PVOID ace = nullptr;
    EXPECT_EQ(RtlGetAce(acl, 1, &ace), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(RtlGetAce(acl, 0, &ace), STATUS_SUCCESS);
    EXPECT_EQ(RtlSetDaclSecurityDescriptor(&descriptor, TRUE, acl, FALSE), STATUS_SUCCESS);
    EXPECT_TRUE(RtlValidSecurityDescriptor(&descriptor));
    BOOLEAN present = FALSE;
    BOOLEAN defaulted = FALSE;
    PACL found = nullptr;
    EXPECT_EQ(RtlGetDaclSecurityDescriptor(&descriptor, &present, &found, &defaulted),
              STATUS_SUCCESS);
    EXPECT_EQ(found, acl);
    alignas(8) char relative[128];
    ULONG length = 8;
    EXPECT_EQ(RtlAbsoluteToSelfRelativeSD(&descriptor, relative, &length), STATUS_BUFFER_TOO_SMALL);
    EXPECT_EQ(RtlAbsoluteToSelfRelativeSD(&descriptor, relative, &length), STATUS_SUCCESS);
    EXPECT_TRUE(SeValidSecurityDescriptor(length, relative));
    EXPECT_EQ(RtlSetDaclSecurityDescriptor(relative, TRUE, acl, FALSE),
              STATUS_INVALID_SECURITY_DESCR);
    EXPECT_EQ(RtlDeleteAce(acl, 0), STATUS_SUCCESS);
    EXPECT_EQ(acl->AceCount, 0);
}

TEST_F(SeTest, Sids)
{
    OPENKMDF_TESTS(RtlValidSid, RtlLengthSid, RtlSubAuthoritySid, RtlConvertSidToUnicodeString,
                   RtlCopySid, RtlEqualSid);
    in_kernel([] {
        se::Sid sid = se::kAdministrators;
        EXPECT_TRUE(RtlValidSid(&sid));
        EXPECT_EQ(RtlLengthSid(&sid), 16u);
        EXPECT_EQ(*RtlSubAuthoritySid(&sid, 1), 544u);
        UNICODE_STRING text;
        EXPECT_EQ(RtlConvertSidToUnicodeString(&text, &sid, TRUE), STATUS_SUCCESS);
        EXPECT_EQ(std::u16string(text.Buffer), u"S-1-5-32-544");
        RtlFreeUnicodeString(&text);
        se::Sid copy;
        EXPECT_EQ(RtlCopySid(8, &copy, &sid), STATUS_BUFFER_TOO_SMALL);
        EXPECT_EQ(RtlCopySid(sizeof copy, &copy, &sid), STATUS_SUCCESS);
        EXPECT_TRUE(RtlEqualSid(&copy, &sid));
    });
}

TEST_F(SeTest, SubjectsAndPrivileges)
{
    OPENKMDF_TESTS(SeCaptureSubjectContext, SeReleaseSubjectContext, SeAccessCheck,
                   SeSinglePrivilegeCheck, SeTokenIsAdmin);
    in_kernel([&] {
        SECURITY_SUBJECT_CONTEXT subject;
        SeCaptureSubjectContext(&subject);
        EXPECT_TRUE(SeTokenIsAdmin(SeQuerySubjectContextToken(&subject)));
        alignas(8) char descriptor[se::kMostDescriptorBytes];
        std::size_t length = 0;
        se::parse_sddl(u"D:(A;;GR;;;BA)", descriptor, &length);
        ACCESS_MASK granted = 0;
        NTSTATUS status = STATUS_SUCCESS;
        GENERIC_MAPPING mapping = kMapping;
        EXPECT_TRUE(SeAccessCheck(descriptor, &subject, FALSE, GENERIC_READ, 0, nullptr, &mapping,
                                  UserMode, &granted, &status));
        EXPECT_FALSE(SeAccessCheck(descriptor, &subject, FALSE, GENERIC_WRITE, 0, nullptr, &mapping,
                                   UserMode, &granted, &status));
        EXPECT_EQ(status, STATUS_ACCESS_DENIED);
        EXPECT_TRUE(SeAccessCheck(descriptor, &subject, FALSE, GENERIC_WRITE, 0, nullptr, &mapping,
                                  KernelMode, &granted, &status));
        SeReleaseSubjectContext(&subject);
        LUID debug = {SE_DEBUG_PRIVILEGE, 0};
        LUID tcb = {SE_TCB_PRIVILEGE, 0};
        EXPECT_TRUE(SeSinglePrivilegeCheck(debug, UserMode));
        EXPECT_FALSE(SeSinglePrivilegeCheck(tcb, UserMode));
        EXPECT_TRUE(SeSinglePrivilegeCheck(tcb, KernelMode));
    });
}

}  // namespace
}  // namespace openkmdf::executive
