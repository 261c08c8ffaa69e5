#include "executive/ob/test_kernel.h"

#include "executive/ps/processes.h"
#include "tests/support/tested.h"

#include <string>

namespace openkmdf::executive {
namespace {

class ZwTest : public KernelTest {};

TEST_F(ZwTest, EventsAreSetResetAndWaitedFor)
{
    OPENKMDF_TESTS(ZwSetEvent, ZwResetEvent, ZwWaitForSingleObject, ZwWaitForMultipleObjects,
                   ZwClose);
    in_kernel([] {
        HANDLE event;
        EXPECT_EQ(
            ZwCreateEvent(&event, EVENT_ALL_ACCESS, nullptr, static_cast<EVENT_TYPE>(9), FALSE),
            STATUS_INVALID_PARAMETER_4);
        ASSERT_EQ(ZwCreateEvent(&event, EVENT_ALL_ACCESS, nullptr, SynchronizationEvent, FALSE),
                  STATUS_SUCCESS);
        LARGE_INTEGER now = {};
        EXPECT_EQ(ZwWaitForSingleObject(event, FALSE, &now), STATUS_TIMEOUT);
        LONG previous = 7;
        EXPECT_EQ(ZwSetEvent(event, &previous), STATUS_SUCCESS);
        EXPECT_EQ(previous, 0);
        EXPECT_EQ(ZwWaitForSingleObject(event, FALSE, nullptr), STATUS_SUCCESS);
        EXPECT_EQ(ZwWaitForSingleObject(event, FALSE, &now), STATUS_TIMEOUT);
        ZwSetEvent(event, nullptr);
        EXPECT_EQ(ZwResetEvent(event, &previous), STATUS_SUCCESS);
        EXPECT_EQ(previous, 1);
        HANDLE other;
        ASSERT_EQ(ZwCreateEvent(&other, EVENT_ALL_ACCESS, nullptr, NotificationEvent, TRUE),
                  STATUS_SUCCESS);
        HANDLE both[] = {event, other};
        EXPECT_EQ(ZwWaitForMultipleObjects(2, both, WaitAny, FALSE, nullptr), STATUS_WAIT_1);
        EXPECT_EQ(ZwWaitForMultipleObjects(2, both, WaitAll, FALSE, &now), STATUS_TIMEOUT);
        EXPECT_EQ(ZwWaitForMultipleObjects(0, both, WaitAll, FALSE, &now),
                  STATUS_INVALID_PARAMETER_1);
        ZwClose(event);
        ZwClose(other);
        EXPECT_EQ(ZwSetEvent(event, nullptr), STATUS_INVALID_HANDLE);
    });
}

TEST_F(ZwTest, NamedEventsAreOpened)
{
    OPENKMDF_TESTS(ZwCreateEvent, ZwOpenEvent);
    in_kernel([] {
        Text name(u"\\BaseNamedObjects\\Ready");
        NameAttributes attributes(&name);
        HANDLE first;
        HANDLE second;
        EXPECT_EQ(ZwOpenEvent(&second, EVENT_ALL_ACCESS, &attributes),
                  STATUS_OBJECT_NAME_NOT_FOUND);
        ASSERT_EQ(ZwCreateEvent(&first, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE),
                  STATUS_SUCCESS);
        ASSERT_EQ(ZwOpenEvent(&second, EVENT_ALL_ACCESS, &attributes), STATUS_SUCCESS);
        ZwSetEvent(first, nullptr);
        EXPECT_EQ(ZwWaitForSingleObject(second, FALSE, nullptr), STATUS_SUCCESS);
        ZwClose(first);
        ZwClose(second);
        EXPECT_EQ(ZwOpenEvent(&second, EVENT_ALL_ACCESS, &attributes),
                  STATUS_OBJECT_NAME_NOT_FOUND);
    });
}

TEST_F(ZwTest, TimersSignal)
{
    OPENKMDF_TESTS(ZwCreateTimer, ZwSetTimer, ZwCancelTimer);
    in_kernel([] {
        HANDLE timer;
        ASSERT_EQ(ZwCreateTimer(&timer, GENERIC_ALL, nullptr, NotificationTimer), STATUS_SUCCESS);
        LARGE_INTEGER due;
        due.QuadPart = -10'000;
        EXPECT_EQ(ZwSetTimer(timer, &due, nullptr, nullptr, FALSE, 0, nullptr), STATUS_SUCCESS);
        EXPECT_EQ(ZwWaitForSingleObject(timer, FALSE, nullptr), STATUS_SUCCESS);
        BOOLEAN state = FALSE;
        EXPECT_EQ(ZwCancelTimer(timer, &state), STATUS_SUCCESS);
        EXPECT_TRUE(state);
        ZwClose(timer);
    });
}

TEST_F(ZwTest, DirectoriesAndLinks)
{
    OPENKMDF_TESTS(ZwCreateDirectoryObject, ZwQueryObject, ZwOpenSymbolicLinkObject,
                   ZwQuerySymbolicLinkObject, ZwMakeTemporaryObject);
    in_kernel([&] {
        Text path(u"\\Device\\Folder");
        NameAttributes attributes(&path);
        HANDLE directory;
        ASSERT_EQ(ZwCreateDirectoryObject(&directory, DIRECTORY_ALL_ACCESS, &attributes),
                  STATUS_SUCCESS);
        Text relative(u"Event");
        NameAttributes inside(&relative, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, directory);
        HANDLE event;
        ASSERT_EQ(ZwCreateEvent(&event, EVENT_ALL_ACCESS, &inside, NotificationEvent, FALSE),
                  STATUS_SUCCESS);
        alignas(8) char buffer[256];
        ULONG length = 0;
        EXPECT_EQ(ZwQueryObject(event, ObjectNameInformation, buffer, sizeof buffer, &length),
                  STATUS_SUCCESS);
        auto *name = reinterpret_cast<POBJECT_NAME_INFORMATION>(buffer);
        EXPECT_EQ(std::u16string(name->Name.Buffer), u"\\Device\\Folder\\Event");
        EXPECT_EQ(ZwQueryObject(event, ObjectNameInformation, buffer, 8, &length),
                  STATUS_INFO_LENGTH_MISMATCH);
        ZwClose(event);
        ZwClose(directory);

        pc_->objects->create_symbolic_link(Text(u"\\??\\Link"), Text(u"\\Device\\Target"));
        Text link_path(u"\\??\\Link");
        NameAttributes link_attributes(&link_path);
        HANDLE link;
        ASSERT_EQ(ZwOpenSymbolicLinkObject(&link, GENERIC_READ, &link_attributes), STATUS_SUCCESS);
        WCHAR text[32];
        UNICODE_STRING target = {0, 8, text};
        EXPECT_EQ(ZwQuerySymbolicLinkObject(link, &target, &length), STATUS_BUFFER_TOO_SMALL);
        target.MaximumLength = sizeof text;
        length = sizeof text;
        EXPECT_EQ(ZwQuerySymbolicLinkObject(link, &target, &length), STATUS_SUCCESS);
        EXPECT_EQ(std::u16string(text, target.Length / 2), u"\\Device\\Target");
        EXPECT_EQ(ZwMakeTemporaryObject(link), STATUS_SUCCESS);
        ZwClose(link);
        EXPECT_EQ(ZwOpenSymbolicLinkObject(&link, GENERIC_READ, &link_attributes),
                  STATUS_OBJECT_NAME_NOT_FOUND);
    });
}

TEST_F(ZwTest, HandlesAreDuplicatedBetweenProcesses)
{
    OPENKMDF_TESTS(ZwDuplicateObject, ZwOpenProcess, ZwQueryInformationProcess);
    in_kernel([&] {
        PEPROCESS other = pc_->processes->create_client(u"other.exe");
        HANDLE process;
        CLIENT_ID id = {PsGetProcessId(other), nullptr};
        NameAttributes none(nullptr, OBJ_KERNEL_HANDLE);
        ASSERT_EQ(ZwOpenProcess(&process, PROCESS_ALL_ACCESS, &none, &id), STATUS_SUCCESS);
        HANDLE event;
        ASSERT_EQ(ZwCreateEvent(&event, EVENT_ALL_ACCESS, nullptr, NotificationEvent, FALSE),
                  STATUS_SUCCESS);
        HANDLE theirs;
        ASSERT_EQ(ZwDuplicateObject(NtCurrentProcess(), event, process, &theirs, 0, 0,
                                    DUPLICATE_SAME_ACCESS),
                  STATUS_SUCCESS);
        EXPECT_EQ(other->handles->count(), 1u);
        HANDLE back;
        ASSERT_EQ(ZwDuplicateObject(process, theirs, NtCurrentProcess(), &back, 0, 0,
                                    DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE),
                  STATUS_SUCCESS);
        EXPECT_EQ(other->handles->count(), 0u);
        ULONG count = 0;
        EXPECT_EQ(
            ZwQueryInformationProcess(process, ProcessHandleCount, &count, sizeof count, nullptr),
            STATUS_SUCCESS);
        ZwClose(event);
        ZwClose(back);
        pc_->processes->end(other, STATUS_SUCCESS);
        EXPECT_EQ(ZwWaitForSingleObject(process, FALSE, nullptr), STATUS_SUCCESS);
        ZwClose(process);
        pc_->objects->dereference(other);
    });
}

// A pseudo-handle means the source process, and the current thread.
TEST_F(ZwTest, PseudoHandlesBecomeRealOnesWhenDuplicated)
{
    OPENKMDF_TESTS(ZwDuplicateObject);
    in_kernel([&] {
        PEPROCESS other = pc_->processes->create_client(u"other.exe");
        HANDLE process;
        ASSERT_EQ(ObOpenObjectByPointer(other, OBJ_KERNEL_HANDLE, nullptr, PROCESS_ALL_ACCESS,
                                        nullptr, KernelMode, &process),
                  STATUS_SUCCESS);
        struct {
            HANDLE from;
            HANDLE source;
            void *body;
            ACCESS_MASK access;
        } const rows[] = {
            {NtCurrentProcess(), NtCurrentThread(), PsGetCurrentThread(), THREAD_ALL_ACCESS},
            {NtCurrentProcess(), NtCurrentProcess(), PsGetCurrentProcess(), PROCESS_ALL_ACCESS},
            {process, NtCurrentProcess(), other, PROCESS_ALL_ACCESS},
        };
        for (const auto &row : rows) {
            HANDLE made = nullptr;
            ASSERT_EQ(ZwDuplicateObject(row.from, row.source, NtCurrentProcess(), &made, 0, 0,
                                        DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE),
                      STATUS_SUCCESS);
            PVOID body = nullptr;
            OBJECT_HANDLE_INFORMATION information = {};
            ASSERT_EQ(ObReferenceObjectByHandle(made, 0, nullptr, UserMode, &body, &information),
                      STATUS_SUCCESS);
            EXPECT_EQ(body, row.body);
            EXPECT_EQ(information.GrantedAccess, row.access);
            ObDereferenceObject(body);
            EXPECT_EQ(ZwClose(made), STATUS_SUCCESS);
        }
        ZwClose(process);
        pc_->processes->end(other, STATUS_SUCCESS);
        ObDereferenceObject(other);
    });
}

TEST_F(ZwTest, SecurityOfAnObject)
{
    OPENKMDF_TESTS(ZwSetSecurityObject, ZwQuerySecurityObject);
    in_kernel([] {
        HANDLE event;
        ASSERT_EQ(ZwCreateEvent(&event, EVENT_ALL_ACCESS, nullptr, NotificationEvent, FALSE),
                  STATUS_SUCCESS);
        se::Sid admins = se::kAdministrators;
        alignas(8) char bytes[64];
        auto *acl = reinterpret_cast<PACL>(bytes);
        RtlCreateAcl(acl, sizeof bytes, ACL_REVISION);
        RtlAddAccessAllowedAce(acl, ACL_REVISION, EVENT_ALL_ACCESS, &admins);
        SECURITY_DESCRIPTOR descriptor;
        RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
        RtlSetDaclSecurityDescriptor(&descriptor, TRUE, acl, FALSE);
        EXPECT_EQ(ZwSetSecurityObject(event, DACL_SECURITY_INFORMATION, nullptr),
                  STATUS_ACCESS_VIOLATION);
        EXPECT_EQ(ZwSetSecurityObject(event, DACL_SECURITY_INFORMATION, &descriptor),
                  STATUS_SUCCESS);
        alignas(8) char back[256];
        ULONG needed = 0;
        EXPECT_EQ(ZwQuerySecurityObject(event, DACL_SECURITY_INFORMATION, back, 8, &needed),
                  STATUS_BUFFER_TOO_SMALL);
        EXPECT_EQ(
            ZwQuerySecurityObject(event, DACL_SECURITY_INFORMATION, back, sizeof back, &needed),
            STATUS_SUCCESS);
        EXPECT_EQ(RtlLengthSecurityDescriptor(back), needed);
        ZwClose(event);
    });
}

}  // namespace
}  // namespace openkmdf::executive
