#include "executive/ob/test_kernel.h"

#include "executive/ps/processes.h"
#include "executive/se/sddl.h"
#include "executive/se/security_descriptor.h"
#include "tests/support/tested.h"

#include <cstring>
#include <string>
#include <utility>

// Named objects, waits, timers, processes, security and keys behind handles; tokens and what their
// processes may do.

namespace openkmdf::executive {
namespace {

class ZwMoreTest : public KernelTest {};

HANDLE make_event(POBJECT_ATTRIBUTES attributes = nullptr, EVENT_TYPE type = NotificationEvent)
{
    HANDLE event = nullptr;
    EXPECT_EQ(ZwCreateEvent(&event, EVENT_ALL_ACCESS, attributes, type, FALSE), STATUS_SUCCESS);
    return event;
}

void *body_of(HANDLE handle)
{
    PVOID object = nullptr;
    EXPECT_EQ(ObReferenceObjectByHandle(handle, 0, nullptr, KernelMode, &object, nullptr), 0);
    ObDereferenceObject(object);
    return object;
}

NTSTATUS poll(HANDLE handle)
{
    LARGE_INTEGER at_once = {};
    return ZwWaitForSingleObject(handle, FALSE, &at_once);
}

using Open = NTSTATUS(NTAPI *)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES);

NTSTATUS NTAPI create_event(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes)
{
    return ZwCreateEvent(handle, access, attributes, NotificationEvent, FALSE);
}

NTSTATUS NTAPI create_timer(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes)
{
    return ZwCreateTimer(handle, access, attributes, NotificationTimer);
}

struct NamedType {
    Open create;
    Open open;
} const kNamedTypes[] = {
    {create_event, ZwOpenEvent},
    {create_timer, ZwOpenTimer},
    {ZwCreateDirectoryObject, ZwOpenDirectoryObject},
};

TEST_F(ZwMoreTest, NamedObjectsAreFoundByTheirNameAndType)
{
    OPENKMDF_TESTS(ZwCreateEvent, ZwOpenEvent, ZwCreateTimer, ZwOpenTimer, ZwCreateDirectoryObject,
                   ZwOpenDirectoryObject, ZwClose);
    in_kernel([] {
        for (const NamedType &type : kNamedTypes) {
            Text path(u"\\BaseNamedObjects\\Thing");
            NameAttributes attributes(&path);
            HANDLE made = nullptr, opened = nullptr, other = nullptr;
            EXPECT_EQ(type.open(&opened, GENERIC_READ, &attributes), STATUS_OBJECT_NAME_NOT_FOUND);
            ASSERT_EQ(type.create(&made, GENERIC_READ, &attributes), STATUS_SUCCESS);
            EXPECT_EQ(type.create(&other, GENERIC_READ, &attributes), STATUS_OBJECT_NAME_COLLISION);
            ASSERT_EQ(type.open(&opened, GENERIC_READ, &attributes), STATUS_SUCCESS);
            EXPECT_EQ(body_of(opened), body_of(made));
            const NamedType &wrong = kNamedTypes[(&type - kNamedTypes + 1) % 3];
            EXPECT_EQ(wrong.open(&other, GENERIC_READ, &attributes), STATUS_OBJECT_TYPE_MISMATCH);
            EXPECT_EQ(ZwClose(made), STATUS_SUCCESS);
            EXPECT_EQ(ZwClose(opened), STATUS_SUCCESS);
            EXPECT_EQ(type.open(&opened, GENERIC_READ, &attributes), STATUS_OBJECT_NAME_NOT_FOUND);
        }
    });
}

TEST_F(ZwMoreTest, BadNamesFailWithTheDocumentedStatus)
{
    OPENKMDF_TESTS(ZwCreateEvent, ZwOpenEvent, ZwOpenTimer, ZwCreateDirectoryObject,
                   ZwOpenDirectoryObject, ZwOpenSymbolicLinkObject);
    const std::pair<const char16_t *, NTSTATUS> rows[] = {
        {u"\\BaseNamedObjects\\", STATUS_OBJECT_NAME_INVALID},
        {u"\\Nowhere\\Thing", STATUS_OBJECT_PATH_NOT_FOUND},
        {u"Thing", STATUS_OBJECT_PATH_SYNTAX_BAD},
    };
    const Open routines[] = {create_event,          ZwOpenEvent,
                             ZwOpenTimer,           ZwCreateDirectoryObject,
                             ZwOpenDirectoryObject, ZwOpenSymbolicLinkObject};
    in_kernel([&] {
        for (Open routine : routines) {
            HANDLE handle = nullptr;
            for (auto [text, status] : rows) {
                Text path(text);
                NameAttributes attributes(&path);
                EXPECT_EQ(routine(&handle, GENERIC_READ, &attributes), status)
                    << std::string(text, text + path.Length / 2);
            }
            Text path(u"\\BaseNamedObjects\\Thing");
            NameAttributes attributes(&path);
            attributes.Length = sizeof(OBJECT_ATTRIBUTES) - 1;
            EXPECT_EQ(routine(&handle, GENERIC_READ, &attributes), STATUS_INVALID_PARAMETER);
        }
        Text empty(u"");
        NameAttributes attributes(&empty);
        HANDLE handle = nullptr;
        for (Open open : {Open{ZwOpenEvent}, Open{ZwOpenDirectoryObject}}) {
            EXPECT_EQ(open(&handle, GENERIC_READ, nullptr), STATUS_INVALID_PARAMETER);
            EXPECT_EQ(open(&handle, GENERIC_READ, &attributes), STATUS_OBJECT_PATH_SYNTAX_BAD);
        }
    });
}

// What the page of ZwCreateEvent says beyond the others.
TEST_F(ZwMoreTest, EventsHaveATypeAndANameThatIsNotEmpty)
{
    OPENKMDF_TESTS(ZwCreateEvent);
    in_kernel([] {
        HANDLE handle = nullptr;
        EXPECT_EQ(
            ZwCreateEvent(&handle, EVENT_ALL_ACCESS, nullptr, static_cast<EVENT_TYPE>(2), FALSE),
            STATUS_INVALID_PARAMETER_4);
        Text empty(u"");
        NameAttributes attributes(&empty);
        EXPECT_EQ(create_event(&handle, EVENT_ALL_ACCESS, &attributes),
                  STATUS_OBJECT_PATH_SYNTAX_BAD);
    });
}

TEST_F(ZwMoreTest, RightsOfPrivilegesNeedThem)
{
    OPENKMDF_TESTS(ZwCreateEvent, ZwOpenEvent);
    as(se::TokenKind::User, [] {
        Text path(u"\\BaseNamedObjects\\Thing");
        NameAttributes attributes(&path, OBJ_FORCE_ACCESS_CHECK);
        HANDLE handle = nullptr;
        EXPECT_EQ(create_event(&handle, ACCESS_SYSTEM_SECURITY, &attributes),
                  STATUS_PRIVILEGE_NOT_HELD);
        make_event(&attributes);
        EXPECT_EQ(ZwOpenEvent(&handle, ACCESS_SYSTEM_SECURITY, &attributes),
                  STATUS_PRIVILEGE_NOT_HELD);
    });
}

TEST_F(ZwMoreTest, OnlyWhatCanBeSignalledIsWaitedFor)
{
    OPENKMDF_TESTS(ZwSetEvent, ZwResetEvent, ZwWaitForSingleObject, ZwWaitForMultipleObjects);
    in_kernel([] {
        const HANDLE one = make_event(nullptr, SynchronizationEvent), two = make_event();
        ZwSetEvent(one, nullptr);
        ZwSetEvent(two, nullptr);
        HANDLE both[] = {one, two};
        EXPECT_EQ(ZwWaitForMultipleObjects(2, both, WaitAll, FALSE, nullptr), STATUS_SUCCESS);
        EXPECT_EQ(poll(one), STATUS_TIMEOUT);
        EXPECT_EQ(poll(two), STATUS_SUCCESS);
        HANDLE directory = nullptr;
        ZwCreateDirectoryObject(&directory, DIRECTORY_ALL_ACCESS, nullptr);
        ZwClose(one);
        LONG previous = 7;
        for (auto [handle, status] : {std::pair{directory, STATUS_OBJECT_TYPE_MISMATCH},
                                      std::pair{one, STATUS_INVALID_HANDLE}}) {
            EXPECT_EQ(ZwSetEvent(handle, &previous), status);
            EXPECT_EQ(ZwResetEvent(handle, &previous), status);
            EXPECT_EQ(poll(handle), status);
            HANDLE mixed[] = {two, handle};
            EXPECT_EQ(ZwWaitForMultipleObjects(2, mixed, WaitAny, FALSE, nullptr), status);
        }
        EXPECT_EQ(previous, 7);
        EXPECT_EQ(ob::references_of(body_of(two)), 1);
    });
}

TEST_F(ZwMoreTest, TimersAreResetByAWaitAndPeriodic)
{
    OPENKMDF_TESTS(ZwCreateTimer, ZwSetTimer, ZwCancelTimer);
    in_kernel([] {
        HANDLE timer = nullptr;
        ASSERT_EQ(ZwCreateTimer(&timer, GENERIC_ALL, nullptr, SynchronizationTimer), 0);
        LARGE_INTEGER due, wait;
        BOOLEAN state = 7;
        auto set = [&](LONG period) {
            due.QuadPart = -5 * 10'000;
            return ZwSetTimer(timer, &due, nullptr, nullptr, FALSE, period, &state);
        };
        auto signals_within = [&](LONGLONG milliseconds) {
            wait.QuadPart = -milliseconds * 10'000;
            return ZwWaitForSingleObject(timer, FALSE, &wait) == STATUS_SUCCESS;
        };
        EXPECT_EQ(set(0), STATUS_SUCCESS);
        EXPECT_FALSE(state);
        EXPECT_FALSE(signals_within(4));
        EXPECT_TRUE(signals_within(2));
        EXPECT_FALSE(signals_within(50)) << "reset by the wait";
        EXPECT_EQ(set(3), STATUS_SUCCESS);
        for (int i = 0; i < 3; i++) EXPECT_TRUE(signals_within(6)) << i;
        EXPECT_EQ(ZwCancelTimer(timer, &state), STATUS_SUCCESS);
        EXPECT_FALSE(state);
        EXPECT_FALSE(signals_within(50));
        ZwClose(timer);
        EXPECT_EQ(set(0), STATUS_INVALID_HANDLE);
        EXPECT_EQ(ZwCancelTimer(timer, &state), STATUS_INVALID_HANDLE);
    });
}

TEST_F(ZwMoreTest, LinksTellTheirTargetAndItsLength)
{
    OPENKMDF_TESTS(ZwQuerySymbolicLinkObject, ZwMakeTemporaryObject);
    in_kernel([&] {
        Text path(u"\\??\\Link"), expected(u"\\Device\\Target");
        NameAttributes attributes(&path);
        pc_->objects->create_symbolic_link(path, expected);
        HANDLE link = nullptr;
        ASSERT_EQ(ZwOpenSymbolicLinkObject(&link, GENERIC_READ, &attributes), STATUS_SUCCESS);
        WCHAR text[32] = {};
        UNICODE_STRING target = {0, static_cast<USHORT>(expected.Length - 2), text};
        ULONG length = sizeof text;
        EXPECT_EQ(ZwQuerySymbolicLinkObject(link, &target, &length), STATUS_BUFFER_TOO_SMALL);
        EXPECT_EQ(length, expected.Length);
        target.MaximumLength = expected.Length;
        EXPECT_EQ(ZwQuerySymbolicLinkObject(link, &target, nullptr), STATUS_SUCCESS);
        EXPECT_TRUE(RtlEqualUnicodeString(&target, &expected, FALSE));
        EXPECT_EQ(ZwQuerySymbolicLinkObject(nullptr, &target, nullptr), STATUS_INVALID_HANDLE);
        EXPECT_EQ(ZwMakeTemporaryObject(nullptr), STATUS_INVALID_HANDLE);
    });
}

struct TwoPrivileges {
    explicit TwoPrivileges(ULONG control) : set{2, control, {{{SE_DEBUG_PRIVILEGE, 0}, 0}}} {}
    PRIVILEGE_SET set;
    LUID_AND_ATTRIBUTES tcb = {{SE_TCB_PRIVILEGE, 0}, 0};

    BOOLEAN check(KPROCESSOR_MODE mode)
    {
        SECURITY_SUBJECT_CONTEXT subject;
        SeCaptureSubjectContext(&subject);
        const BOOLEAN held = SePrivilegeCheck(&set, &subject, mode);
        SeReleaseSubjectContext(&subject);
        return held;
    }
    void marks(ULONG first, ULONG second) const
    {
        EXPECT_EQ(set.Privilege[0].Attributes, first);
        EXPECT_EQ(tcb.Attributes, second);
    }
};

TEST_F(ZwMoreTest, PrivilegesAreCheckedOneByOneOrTogether)
{
    OPENKMDF_TESTS(SePrivilegeCheck, SeSinglePrivilegeCheck);
    TwoPrivileges any(0), all(PRIVILEGE_SET_ALL_NECESSARY), none(0);
    as(se::TokenKind::Administrator, [&] {
        EXPECT_TRUE(SeSinglePrivilegeCheck({SE_DEBUG_PRIVILEGE, 0}, UserMode));
        EXPECT_TRUE(any.check(UserMode));
        any.marks(SE_PRIVILEGE_USED_FOR_ACCESS, 0);
        EXPECT_FALSE(all.check(UserMode));
    });
    as(se::TokenKind::User, [&] {
        EXPECT_FALSE(SeSinglePrivilegeCheck({SE_DEBUG_PRIVILEGE, 0}, UserMode));
        EXPECT_TRUE(SeSinglePrivilegeCheck({SE_DEBUG_PRIVILEGE, 0}, KernelMode));
        EXPECT_FALSE(none.check(UserMode));
        none.marks(0, 0);
        EXPECT_TRUE(all.check(KernelMode));
    });
}

TEST_F(ZwMoreTest, ForKernelModeAllPrivilegesAreMarked)
{
    OPENKMDF_TESTS(SePrivilegeCheck);
    TwoPrivileges all(PRIVILEGE_SET_ALL_NECESSARY);
    as(se::TokenKind::User, [&] { EXPECT_TRUE(all.check(KernelMode)); });
    all.marks(SE_PRIVILEGE_USED_FOR_ACCESS, SE_PRIVILEGE_USED_FOR_ACCESS);
}

TEST_F(ZwMoreTest, ProcessesAreOpenedByTheirIdentifier)
{
    OPENKMDF_TESTS(ZwOpenProcess, NtOpenProcess);
    as(se::TokenKind::User, [&] {
        PEPROCESS other = pc_->processes->create_client(u"other.exe");
        alignas(8) char descriptor[se::kMostDescriptorBytes];
        std::size_t size = 0;
        se::parse_sddl(u"D:(A;;GA;;;SY)(A;;0x1000;;;BU)", descriptor, &size);
        pc_->objects->set_security(other, se::parts_of(descriptor));
        CLIENT_ID id = {PsGetProcessId(other), nullptr};
        NameAttributes none(nullptr, 0), own(nullptr), forced(nullptr, OBJ_FORCE_ACCESS_CHECK);
        constexpr ACCESS_MASK kQuery = 0x1000;
        HANDLE handle = nullptr;
        ASSERT_EQ(NtOpenProcess(&handle, kQuery, &none, &id), STATUS_SUCCESS);
        EXPECT_FALSE(ObIsKernelHandle(handle));
        EXPECT_EQ(body_of(handle), other);
        ZwClose(handle);
        EXPECT_EQ(NtOpenProcess(&handle, PROCESS_ALL_ACCESS, &none, &id), STATUS_ACCESS_DENIED);
        EXPECT_EQ(ZwOpenProcess(&handle, PROCESS_ALL_ACCESS, &forced, &id), STATUS_ACCESS_DENIED);
        ASSERT_EQ(ZwOpenProcess(&handle, PROCESS_ALL_ACCESS, &own, &id), STATUS_SUCCESS);
        EXPECT_TRUE(ObIsKernelHandle(handle));
        EXPECT_EQ(body_of(handle), other);
        Text name(u"\\BaseNamedObjects\\Process");
        NameAttributes named(&name);
        EXPECT_EQ(ZwOpenProcess(&handle, kQuery, &named, &id), STATUS_INVALID_PARAMETER_MIX);
        EXPECT_EQ(NtOpenProcess(&handle, kQuery, &named, &id), STATUS_INVALID_PARAMETER_MIX);
        pc_->processes->end(other, STATUS_SUCCESS);
        ObDereferenceObject(other);
        id.UniqueThread = PsGetCurrentThreadId();
        EXPECT_EQ(ZwOpenProcess(&handle, kQuery, &own, &id), STATUS_INVALID_CID);
        EXPECT_EQ(NtOpenProcess(&handle, kQuery, &none, &id), STATUS_INVALID_CID);
    });
}

TEST_F(ZwMoreTest, ObjectsAndIdentifiersAreQueried)
{
    OPENKMDF_TESTS(ZwQueryObject, ZwAllocateLocallyUniqueId, ZwSetSecurityObject,
                   ZwQuerySecurityObject);
    in_kernel([] {
        HANDLE event = make_event(), second = nullptr;
        ObOpenObjectByPointer(body_of(event), OBJ_KERNEL_HANDLE, nullptr, SYNCHRONIZE, nullptr,
                              KernelMode, &second);
        alignas(8) char buffer[256];
        // As PUBLIC_OBJECT_BASIC_INFORMATION.
        struct Basic {
            ULONG attributes, granted, handles, pointers, reserved[10];
        };
        const auto &basic = *reinterpret_cast<Basic *>(buffer);
        ULONG needed = 0;
        auto query = [&](OBJECT_INFORMATION_CLASS kind, ULONG length) {
            return ZwQueryObject(second, kind, buffer, length, &needed);
        };
        EXPECT_EQ(query(ObjectBasicInformation, sizeof basic - 1), STATUS_INFO_LENGTH_MISMATCH);
        EXPECT_EQ(query(ObjectBasicInformation, sizeof basic), STATUS_SUCCESS);
        EXPECT_EQ(basic.granted, ULONG{SYNCHRONIZE});
        EXPECT_EQ(basic.handles, 2u);
        EXPECT_EQ(query(ObjectTypeInformation, 16), STATUS_INFO_LENGTH_MISMATCH);
        EXPECT_EQ(query(ObjectTypeInformation, sizeof buffer), STATUS_SUCCESS);
        EXPECT_EQ(std::u16string(reinterpret_cast<PUNICODE_STRING>(buffer)->Buffer), u"Event");
        ZwClose(second);
        EXPECT_EQ(query(ObjectBasicInformation, sizeof basic), STATUS_INVALID_HANDLE);
        SECURITY_DESCRIPTOR descriptor;
        RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
        EXPECT_EQ(ZwSetSecurityObject(second, 0, &descriptor), STATUS_INVALID_HANDLE);
        EXPECT_EQ(ZwQuerySecurityObject(second, 0, buffer, 8, &needed), STATUS_INVALID_HANDLE);
        LUID one = {}, two = {};
        EXPECT_EQ(ZwAllocateLocallyUniqueId(&one), STATUS_SUCCESS);
        EXPECT_EQ(ZwAllocateLocallyUniqueId(&two), STATUS_SUCCESS);
        EXPECT_TRUE(one.LowPart != two.LowPart || one.HighPart != two.HighPart);
    });
}

TEST_F(ZwMoreTest, AnIdentifierNeedsAPlace)
{
    OPENKMDF_TESTS(ZwAllocateLocallyUniqueId);
    pc_.be_driver();
    in_kernel([] { EXPECT_EQ(ZwAllocateLocallyUniqueId(nullptr), STATUS_ACCESS_VIOLATION); });
}

TEST_F(ZwMoreTest, BrokenSecurityIsRefusedByName)
{
    OPENKMDF_TESTS(ZwSetSecurityObject);
    in_kernel([] {
        const HANDLE event = make_event();
        SECURITY_DESCRIPTOR descriptor;
        RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
        auto set = [&] {
            return ZwSetSecurityObject(event, OWNER_SECURITY_INFORMATION, &descriptor);
        };
        SID sid = {};
        descriptor.Owner = &sid;
        EXPECT_EQ(set(), STATUS_INVALID_SID);
        descriptor.Owner = nullptr;
        ACL acl = {};
        RtlSetDaclSecurityDescriptor(&descriptor, TRUE, &acl, FALSE);
        EXPECT_EQ(set(), STATUS_INVALID_ACL);
        descriptor.Revision++;
        EXPECT_EQ(set(), STATUS_UNKNOWN_REVISION);
    });
}

HANDLE open_key(const char16_t *path, ULONG options, NTSTATUS expected = STATUS_SUCCESS)
{
    Text name(path);
    NameAttributes attributes(&name);
    HANDLE key = nullptr;
    EXPECT_EQ(ZwOpenKeyEx(&key, KEY_ALL_ACCESS, &attributes, options), expected);
    return key;
}

TEST_F(ZwMoreTest, KeysAreOpenedOrWhatTheyLinkTo)
{
    OPENKMDF_TESTS(ZwOpenKeyEx, ZwOpenKey, ZwCreateKey, ZwQueryKey);
    in_kernel([&] {
        constexpr const char16_t *kLink = u"\\Registry\\Machine\\System\\CurrentControlSet";
        char buffer[200];
        ULONG needed = 0;
        auto name = [&](HANDLE key) {
            EXPECT_EQ(ZwQueryKey(key, KeyNameInformation, buffer, sizeof buffer, &needed), 0);
            return std::u16string(reinterpret_cast<char16_t *>(buffer + 4), needed / 2 - 2);
        };
        EXPECT_TRUE(name(open_key(kLink, 0)).ends_with(u"\\ControlSet001"));
        EXPECT_TRUE(name(open_key(kLink, REG_OPTION_OPEN_LINK)).ends_with(u"\\CurrentControlSet"));
        open_key(kLink, 0x1000, STATUS_INVALID_PARAMETER_4);
        open_key(u"Registry\\Machine", 0, STATUS_OBJECT_PATH_SYNTAX_BAD);
        open_key(u"\\Registry\\Machine\\None", 0, STATUS_OBJECT_NAME_NOT_FOUND);
        pc_.arena().fail_allocation(1, true);
        open_key(kLink, 0, STATUS_INSUFFICIENT_RESOURCES);
        pc_.arena().fail_allocation(0, false);
        Text path(u"Key");
        NameAttributes stray(&path, OBJ_KERNEL_HANDLE, reinterpret_cast<HANDLE>(0x4444));
        HANDLE key = nullptr;
        EXPECT_EQ(ZwOpenKey(&key, KEY_READ, &stray), STATUS_INVALID_HANDLE);
        EXPECT_EQ(ZwCreateKey(&key, KEY_READ, &stray, 0, nullptr, 0, nullptr),
                  STATUS_INVALID_HANDLE);
    });
}

TEST_F(ZwMoreTest, KeyInformationNeedsRoomAndAClass)
{
    OPENKMDF_TESTS(ZwQueryKey, ZwEnumerateKey, ZwEnumerateValueKey, ZwSetInformationKey);
    in_kernel([] {
        const HANDLE key = open_key(u"\\Registry\\Machine\\System\\CurrentControlSet", 0);
        Text name(u"Value");
        EXPECT_EQ(ZwSetValueKey(key, &name, 0, REG_DWORD, &name, 4), STATUS_SUCCESS);
        alignas(8) char buffer[100];
        ULONG needed = 0;
        auto query = [&](int routine, int kind, ULONG length) {
            const auto of_key = static_cast<KEY_INFORMATION_CLASS>(kind);
            const auto of_value = static_cast<KEY_VALUE_INFORMATION_CLASS>(kind);
            return routine == 0   ? ZwEnumerateKey(key, 0, of_key, buffer, length, &needed)
                   : routine == 1 ? ZwEnumerateValueKey(key, 0, of_value, buffer, length, &needed)
                                  : ZwQueryKey(key, of_key, buffer, length, &needed);
        };
        KEY_WRITE_TIME_INFORMATION time = {};
        time.LastWriteTime.QuadPart = 12345;
        EXPECT_EQ(ZwSetInformationKey(key, KeyWriteTimeInformation, &time, sizeof time), 0);
        EXPECT_EQ(ZwSetInformationKey(key, KeyWriteTimeInformation, &time, 4),
                  STATUS_INFO_LENGTH_MISMATCH);
        for (int routine = 0; routine < 3; routine++) {
            const int none = routine == 1 ? int{MaxKeyValueInfoClass} : int{MaxKeyInfoClass};
            EXPECT_EQ(query(routine, none, sizeof buffer), STATUS_INVALID_PARAMETER);
            std::memset(buffer, 0x55, sizeof buffer);
            EXPECT_EQ(query(routine, KeyBasicInformation, 2), STATUS_BUFFER_TOO_SMALL);
            EXPECT_EQ(buffer[0], 0x55) << "written";
            const ULONG whole = needed;
            EXPECT_EQ(query(routine, KeyBasicInformation, whole - 1), STATUS_BUFFER_OVERFLOW);
            EXPECT_EQ(needed, whole);
            EXPECT_EQ(query(routine, KeyBasicInformation, whole), STATUS_SUCCESS);
        }
        EXPECT_EQ(*reinterpret_cast<LONGLONG *>(buffer), time.LastWriteTime.QuadPart);
    });
}

TEST_F(ZwMoreTest, KeyRoutinesNeedAnOpenKey)
{
    OPENKMDF_TESTS(ZwDeleteKey, ZwDeleteValueKey, ZwEnumerateKey, ZwEnumerateValueKey, ZwFlushKey,
                   ZwQueryKey, ZwQueryValueKey, ZwRenameKey, ZwSetInformationKey, ZwSetValueKey);
    in_kernel([] {
        const HANDLE key = make_event();
        ZwClose(key);
        Text name(u"Value");
        KEY_WRITE_TIME_INFORMATION data = {};
        ULONG size = sizeof data, needed = 0;
        const NTSTATUS results[] = {
            ZwDeleteKey(key),
            ZwDeleteValueKey(key, &name),
            ZwFlushKey(key),
            ZwRenameKey(key, &name),
            ZwSetValueKey(key, &name, 0, REG_BINARY, &data, size),
            ZwSetInformationKey(key, KeyWriteTimeInformation, &data, size),
            ZwQueryKey(key, KeyBasicInformation, &data, size, &needed),
            ZwEnumerateKey(key, 0, KeyBasicInformation, &data, size, &needed),
            ZwEnumerateValueKey(key, 0, KeyValueBasicInformation, &data, size, &needed),
            ZwQueryValueKey(key, &name, KeyValueBasicInformation, &data, size, &needed),
        };
        for (const NTSTATUS &result : results)
            EXPECT_EQ(result, STATUS_INVALID_HANDLE) << "routine " << &result - results;
    });
}

}  // namespace
}  // namespace openkmdf::executive
