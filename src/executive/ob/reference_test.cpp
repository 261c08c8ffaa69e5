#include "executive/ob/test_kernel.h"

#include "executive/data_exports.h"
#include "executive/ps/processes.h"
#include "executive/se/sddl.h"
#include "executive/se/security_descriptor.h"
#include "tests/support/tested.h"

#include <cstring>
#include <string>

// References, handles, names and security of objects, as drivers use them.

namespace openkmdf::executive {
namespace {

using ob::TypeIndex;

constexpr ULONG kTag = 'tseT';

// The tagged routine behaves as the plain one.
void (*const kDeferredReleases[])(void *) = {
    [](void *body) { ObDereferenceObjectDeferDelete(body); },
    [](void *body) { ObDereferenceObjectDeferDeleteWithTag(body, kTag); },
};
void (*const kReleases[])(void *) = {
    [](void *body) { ObfDereferenceObject(body); },
    [](void *body) { ObfDereferenceObjectWithTag(body, kTag); },
    kDeferredReleases[0],
    kDeferredReleases[1],
};

struct Deletion {
    int count;
    BOOLEAN safe;
    KIRQL irql;
    PKTHREAD thread;
    KEVENT happened;
} deletion;

void note_deletion(void *body)
{
    deletion.safe = ObReferenceObjectSafe(body);
    deletion.irql = KeGetCurrentIrql();
    deletion.thread = KeGetCurrentThread();
    ++deletion.count;
    KeSetEvent(&deletion.happened, IO_NO_INCREMENT, FALSE);
}

// An object of its own with one reference, whose deletion is noted.
void *make_object()
{
    ObjectManager &objects = object_manager();
    deletion = {};
    deletion.safe = TRUE;
    KeInitializeEvent(&deletion.happened, SynchronizationEvent, FALSE);
    objects.set_procedures(TypeIndex::Callback, {note_deletion, nullptr, nullptr});
    void *body = nullptr;
    EXPECT_EQ(objects.create_object(TypeIndex::Callback, 64, &body), STATUS_SUCCESS);
    return body;
}

POBJECT_TYPE type(TypeIndex index)
{
    return object_manager().type(index);
}

void guard(void *body, const char16_t *sddl)
{
    alignas(8) char descriptor[se::kMostDescriptorBytes];
    std::size_t length = 0;
    EXPECT_EQ(se::parse_sddl(sddl, descriptor, &length), STATUS_SUCCESS);
    EXPECT_EQ(object_manager().set_security(body, se::parts_of(descriptor)), STATUS_SUCCESS);
}

// While it lives, the current activity runs in a process without special rights.
class AsUser {
public:
    AsUser() : process_(processes().create_client(u"user.exe", se::TokenKind::User))
    {
        processes().assign(*scheduler::current.activity, process_);
    }
    ~AsUser()
    {
        processes().assign(*scheduler::current.activity, nullptr);
        processes().end(process_, STATUS_SUCCESS);
        ObDereferenceObject(process_);
    }

private:
    static Processes &processes() { return *kernel().processes; }
    PEPROCESS process_;
};

using ObReferences = BothModes;
INSTANTIATE_IN_BOTH_MODES(ObReferences);

TEST_P(ObReferences, KeepAnObjectWithOrWithoutATag)
{
    OPENKMDF_TESTS(ObfReferenceObject, ObfReferenceObjectWithTag, ObfDereferenceObject,
                   ObfDereferenceObjectWithTag);
    EXPECT_TRUE(pc.run([] {
        void *body = make_object();
        ObfReferenceObject(body);
        EXPECT_EQ(ob::references_of(body), 2);
        ObfReferenceObjectWithTag(body, kTag);
        EXPECT_EQ(ob::references_of(body), 3);
        ObfDereferenceObjectWithTag(body, kTag);
        ObfDereferenceObject(body);
        EXPECT_EQ(ob::references_of(body), 1);
        EXPECT_EQ(deletion.count, 0);
        ObfDereferenceObjectWithTag(body, kTag);
        EXPECT_EQ(deletion.count, 1);
        EXPECT_EQ(deletion.thread, KeGetCurrentThread());
    }));
}

TEST(ObReleaseTest, OneReleaseTooManyIsABugcheckByEveryRoutine)
{
    OPENKMDF_TESTS(ObfDereferenceObject, ObfDereferenceObjectWithTag,
                   ObDereferenceObjectDeferDelete, ObDereferenceObjectDeferDeleteWithTag);
    for (auto release : kReleases) {
        TestMachine pc;
        const BugcheckRecord &report = pc.stops([&] {
            void *body = make_object();
            ObfDereferenceObject(body);
            release(body);
        });
        EXPECT_EQ(report.code, REFERENCE_BY_POINTER);
    }
}

TEST_P(ObReferences, DeferredDeletionIsAWorkerThreads)
{
    OPENKMDF_TESTS(ObDereferenceObjectDeferDelete, ObDereferenceObjectDeferDeleteWithTag);
    EXPECT_TRUE(pc.run([&] {
        for (auto release : kDeferredReleases) {
            void *body = make_object();
            ObfReferenceObject(body);
            release(body);
            EXPECT_EQ(ob::references_of(body), 1);
            EXPECT_EQ(deletion.count, 0);
            const KIRQL old = KeRaiseIrqlToDpcLevel();
            release(body);
            KeLowerIrql(old);
            KeWaitForSingleObject(&deletion.happened, Executive, KernelMode, FALSE, nullptr);
            EXPECT_EQ(deletion.count, 1);
            EXPECT_EQ(deletion.irql, PASSIVE_LEVEL);
            EXPECT_NE(deletion.thread, KeGetCurrentThread());
        }
    }));
}

TEST_P(ObReferences, AreRefusedOnceAnObjectIsBeingDeleted)
{
    OPENKMDF_TESTS(ObReferenceObjectSafe);
    EXPECT_TRUE(pc.run([] {
        void *body = make_object();
        EXPECT_TRUE(ObReferenceObjectSafe(body));
        EXPECT_EQ(ob::references_of(body), 2);
        ObfDereferenceObject(body);
        ObfDereferenceObject(body);
        ASSERT_EQ(deletion.count, 1);
        EXPECT_FALSE(deletion.safe);
    }));
}

TEST_P(ObReferences, ByPointerCheckTheType)
{
    OPENKMDF_TESTS(ObReferenceObjectByPointer, ObReferenceObjectByPointerWithTag);
    EXPECT_TRUE(pc.run([] {
        void *body = make_object();
        POBJECT_TYPE own = type(TypeIndex::Callback);
        POBJECT_TYPE other = type(TypeIndex::Event);
        EXPECT_EQ(ObReferenceObjectByPointer(body, 0, nullptr, KernelMode), STATUS_SUCCESS);
        EXPECT_EQ(ObReferenceObjectByPointer(body, 0, own, UserMode), STATUS_SUCCESS);
        EXPECT_EQ(ObReferenceObjectByPointerWithTag(body, 0, nullptr, KernelMode, kTag),
                  STATUS_SUCCESS);
        EXPECT_EQ(ObReferenceObjectByPointerWithTag(body, 0, own, UserMode, kTag), STATUS_SUCCESS);
        EXPECT_EQ(ob::references_of(body), 5);
        EXPECT_EQ(ObReferenceObjectByPointer(body, 0, other, UserMode),
                  STATUS_OBJECT_TYPE_MISMATCH);
        EXPECT_EQ(ObReferenceObjectByPointerWithTag(body, 0, other, UserMode, kTag),
                  STATUS_OBJECT_TYPE_MISMATCH);
        POBJECT_TYPE link = type(TypeIndex::SymbolicLink);
        EXPECT_EQ(ObReferenceObjectByPointer(body, 0, link, KernelMode),
                  STATUS_OBJECT_TYPE_MISMATCH);
        EXPECT_EQ(ob::references_of(body), 5);
        EXPECT_EQ(ObReferenceObjectByPointer(body, 0, other, KernelMode), STATUS_SUCCESS);
        while (ob::references_of(body) > 1) ObfDereferenceObject(body);
        ObfDereferenceObject(body);
    }));
}

// The type may be left out for kernel mode only.
TEST_P(ObReferences, ByPointerForUserModeNeedAType)
{
    OPENKMDF_TESTS(ObReferenceObjectByPointer, ObReferenceObjectByPointerWithTag);
    EXPECT_TRUE(pc.run([] {
        void *body = make_object();
        EXPECT_EQ(ObReferenceObjectByPointer(body, 0, nullptr, UserMode),
                  STATUS_OBJECT_TYPE_MISMATCH);
        EXPECT_EQ(ObReferenceObjectByPointerWithTag(body, 0, nullptr, UserMode, kTag),
                  STATUS_OBJECT_TYPE_MISMATCH);
        EXPECT_EQ(ob::references_of(body), 1);
    }));
}

TEST_P(ObReferences, ByHandleCheckTypeAccessAndHandle)
{
    OPENKMDF_TESTS(ObReferenceObjectByHandle, ObReferenceObjectByHandleWithTag);
    EXPECT_TRUE(pc.run([] {
        HANDLE handle;
        ASSERT_EQ(ZwCreateEvent(&handle, EVENT_QUERY_STATE, nullptr, NotificationEvent, FALSE),
                  STATUS_SUCCESS);
        PVOID plain = nullptr, tagged = nullptr, none = nullptr;
        POBJECT_TYPE event = type(TypeIndex::Event);
        OBJECT_HANDLE_INFORMATION information = {};
        EXPECT_EQ(
            ObReferenceObjectByHandle(handle, EVENT_QUERY_STATE, event, UserMode, &plain, nullptr),
            STATUS_SUCCESS);
        EXPECT_EQ(ObReferenceObjectByHandleWithTag(handle, EVENT_QUERY_STATE, event, UserMode, kTag,
                                                   &tagged, &information),
                  STATUS_SUCCESS);
        ASSERT_EQ(tagged, plain);
        EXPECT_EQ(ob::references_of(plain), 3);
        EXPECT_EQ(information.GrantedAccess, ACCESS_MASK{EVENT_QUERY_STATE});
        EXPECT_EQ(ObReferenceObjectByHandleWithTag(handle, EVENT_MODIFY_STATE, event, UserMode,
                                                   kTag, &none, nullptr),
                  STATUS_ACCESS_DENIED);
        EXPECT_EQ(ObReferenceObjectByHandleWithTag(handle, 0, type(TypeIndex::Semaphore),
                                                   KernelMode, kTag, &none, nullptr),
                  STATUS_OBJECT_TYPE_MISMATCH);
        EXPECT_EQ(ob::references_of(plain), 3);
        EXPECT_EQ(ObReferenceObjectByHandleWithTag(handle, EVENT_MODIFY_STATE, event, KernelMode,
                                                   kTag, &none, nullptr),
                  STATUS_SUCCESS);
        ObfDereferenceObjectWithTag(none, kTag);
        ObfDereferenceObjectWithTag(tagged, kTag);
        EXPECT_EQ(ZwClose(handle), STATUS_SUCCESS);
        EXPECT_EQ(
            ObReferenceObjectByHandleWithTag(handle, 0, nullptr, KernelMode, kTag, &none, nullptr),
            STATUS_INVALID_HANDLE);
        EXPECT_EQ(ob::references_of(plain), 1);
        ObfDereferenceObject(plain);
    }));
}

NTSTATUS open(void *body, ULONG attributes, ACCESS_MASK access, POBJECT_TYPE wanted,
              KPROCESSOR_MODE mode, HANDLE *handle, bool tagged)
{
    return tagged ? ObOpenObjectByPointerWithTag(body, attributes, nullptr, access, wanted, mode,
                                                 kTag, handle)
                  : ObOpenObjectByPointer(body, attributes, nullptr, access, wanted, mode, handle);
}

class ObReferenceTest : public KernelTest {};

TEST_F(ObReferenceTest, ObjectsAreOpenedByPointer)
{
    OPENKMDF_TESTS(ObOpenObjectByPointer, ObOpenObjectByPointerWithTag, ObIsKernelHandle);
    in_kernel([] {
        void *body = make_object();
        for (bool tagged : {false, true}) {
            HANDLE handle = nullptr;
            EXPECT_EQ(open(body, OBJ_KERNEL_HANDLE, GENERIC_ALL, type(TypeIndex::Callback),
                           KernelMode, &handle, tagged),
                      STATUS_SUCCESS);
            EXPECT_TRUE(ObIsKernelHandle(handle));
            PVOID object = nullptr;
            OBJECT_HANDLE_INFORMATION information = {};
            ObReferenceObjectByHandle(handle, 0, nullptr, KernelMode, &object, &information);
            EXPECT_EQ(object, body);
            EXPECT_EQ(information.GrantedAccess, type(TypeIndex::Callback)->mapping.GenericAll);
            ObDereferenceObject(body);
            ZwClose(handle);
            EXPECT_EQ(open(body, OBJ_INHERIT, 1, nullptr, KernelMode, &handle, tagged), 0);
            EXPECT_FALSE(ObIsKernelHandle(handle));
            ObReferenceObjectByHandle(handle, 0, nullptr, KernelMode, &object, &information);
            EXPECT_EQ(information.HandleAttributes, ULONG{OBJ_INHERIT});
            ObDereferenceObject(body);
            ZwClose(handle);
            EXPECT_EQ(open(body, OBJ_KERNEL_HANDLE, 1, type(TypeIndex::Event), KernelMode, &handle,
                           tagged),
                      STATUS_OBJECT_TYPE_MISMATCH);
            kernel().arena->fail_allocation(1, true);
            EXPECT_EQ(open(body, OBJ_KERNEL_HANDLE, 1, nullptr, KernelMode, &handle, tagged),
                      STATUS_INSUFFICIENT_RESOURCES);
            kernel().arena->fail_allocation(0, false);
            EXPECT_EQ(ob::references_of(body), 1);
        }
        ACCESS_STATE state = {};
        state.RemainingDesiredAccess = READ_CONTROL;
        state.PreviouslyGrantedAccess = SYNCHRONIZE;
        HANDLE handle = nullptr;
        EXPECT_EQ(ObOpenObjectByPointer(body, 0, &state, 0, nullptr, KernelMode, &handle),
                  STATUS_SUCCESS);
        PVOID object = nullptr;
        EXPECT_EQ(ObReferenceObjectByHandle(handle, READ_CONTROL | SYNCHRONIZE, nullptr, UserMode,
                                            &object, nullptr),
                  STATUS_SUCCESS);
    });
}

TEST_F(ObReferenceTest, OpeningForUserModeAsksTheSecurityDescriptor)
{
    OPENKMDF_TESTS(ObOpenObjectByPointer, ObOpenObjectByPointerWithTag);
    in_kernel([] {
        void *body = make_object();
        guard(body, u"D:(A;;GA;;;BA)(A;;0x1;;;BU)");
        POBJECT_TYPE own = type(TypeIndex::Callback);
        for (bool tagged : {false, true}) {
            AsUser user;
            HANDLE handle = nullptr;
            EXPECT_EQ(open(body, 0, DELETE, own, UserMode, &handle, tagged), STATUS_ACCESS_DENIED);
            EXPECT_EQ(handle, nullptr);
            EXPECT_EQ(open(body, OBJ_FORCE_ACCESS_CHECK, DELETE, own, KernelMode, &handle, tagged),
                      STATUS_ACCESS_DENIED);
            EXPECT_EQ(open(body, 0, ACCESS_SYSTEM_SECURITY, own, UserMode, &handle, tagged),
                      STATUS_PRIVILEGE_NOT_HELD);
            EXPECT_EQ(ob::references_of(body), 1);
            EXPECT_EQ(open(body, 0, 1, own, UserMode, &handle, tagged), STATUS_SUCCESS);
            ZwClose(handle);
            EXPECT_EQ(open(body, 0, DELETE, own, KernelMode, &handle, tagged), STATUS_SUCCESS);
            ZwClose(handle);
        }
        ObDereferenceObject(body);
    });
}

TEST_F(ObReferenceTest, OpeningByPointerRefusesFlagsThatAreNone)
{
    OPENKMDF_TESTS(ObOpenObjectByPointer, ObOpenObjectByPointerWithTag);
    in_kernel([] {
        void *body = make_object();
        for (bool tagged : {false, true}) {
            HANDLE handle = nullptr;
            for (ULONG attributes : {ULONG{0x80000000}, ULONG{OBJ_EXCLUSIVE | OBJ_INHERIT}})
                EXPECT_EQ(open(body, attributes, 1, nullptr, KernelMode, &handle, tagged),
                          STATUS_INVALID_PARAMETER)
                    << attributes;
        }
    });
}

TEST_F(ObReferenceTest, HandlesAreClosedByTheirMode)
{
    OPENKMDF_TESTS(ObCloseHandle);
    in_kernel([] {
        void *body = make_object();
        ObjectManager &objects = object_manager();
        HANDLE handle;
        objects.create_handle(body, 1, 0, UserMode, &handle);
        EXPECT_EQ(ob::references_of(body), 2);
        ob::HandleTable &table = *kernel().processes->current()->handles;
        table.set_attributes(handle, ob::kProtectFromClose);
        EXPECT_EQ(ObCloseHandle(handle, UserMode), STATUS_HANDLE_NOT_CLOSABLE);
        table.set_attributes(handle, 0);
        EXPECT_EQ(ObCloseHandle(handle, UserMode), STATUS_SUCCESS);
        EXPECT_EQ(ob::references_of(body), 1);
        EXPECT_EQ(ObCloseHandle(handle, UserMode), STATUS_INVALID_HANDLE);
        HANDLE own;
        objects.create_handle(body, 1, OBJ_KERNEL_HANDLE, KernelMode, &own);
        EXPECT_EQ(ObCloseHandle(own, UserMode), STATUS_INVALID_HANDLE);
        EXPECT_EQ(ob::references_of(body), 2);
        ObDereferenceObject(body);
        EXPECT_EQ(ObCloseHandle(own, KernelMode), STATUS_SUCCESS);
        EXPECT_EQ(deletion.count, 1);
    });
    const BugcheckRecord &report = pc_.stops([] {
        HANDLE own;
        object_manager().create_handle(make_object(), 1, OBJ_KERNEL_HANDLE, KernelMode, &own);
        ObCloseHandle(own, KernelMode);
        ObCloseHandle(own, KernelMode);
    });
    EXPECT_EQ(report.code, INVALID_KERNEL_HANDLE);
}

TEST_F(ObReferenceTest, NamesComeWholeAndTerminated)
{
    OPENKMDF_TESTS(ObQueryNameString);
    in_kernel([] {
        void *body = make_object();
        alignas(8) char buffer[128];
        auto *information = reinterpret_cast<POBJECT_NAME_INFORMATION>(buffer);
        ULONG needed = 0;
        information->Name = {6, 6, nullptr};
        EXPECT_EQ(ObQueryNameString(body, information, sizeof buffer, &needed), STATUS_SUCCESS);
        EXPECT_EQ(information->Name.Buffer, nullptr);
        EXPECT_EQ(information->Name.Length, 0);
        EXPECT_EQ(information->Name.MaximumLength, 0);

        const std::u16string path = u"\\Callback\\Named";
        EXPECT_EQ(object_manager().insert_name(body, Text(path.c_str()), nullptr, 0),
                  STATUS_SUCCESS);
        const auto bytes = static_cast<ULONG>(path.size() * sizeof(WCHAR));
        EXPECT_EQ(ObQueryNameString(body, nullptr, 0, &needed), STATUS_INFO_LENGTH_MISMATCH);
        EXPECT_EQ(needed, sizeof(OBJECT_NAME_INFORMATION) + bytes + sizeof(WCHAR));
        std::memset(buffer, 0x55, sizeof buffer);
        const ULONG exact = needed;
        EXPECT_EQ(ObQueryNameString(body, information, exact - 1, &needed),
                  STATUS_INFO_LENGTH_MISMATCH);
        EXPECT_EQ(needed, exact);
        EXPECT_EQ(std::string(buffer, sizeof buffer), std::string(sizeof buffer, 0x55));
        EXPECT_EQ(ObQueryNameString(body, information, exact, &needed), STATUS_SUCCESS);
        EXPECT_EQ(needed, exact);
        EXPECT_EQ(information->Name.Length, bytes);
        EXPECT_EQ(information->Name.MaximumLength, bytes + sizeof(WCHAR));
        EXPECT_EQ(std::u16string(information->Name.Buffer), path);
    });
}

TEST_F(ObReferenceTest, SecurityIsCopiedAndGivenBack)
{
    OPENKMDF_TESTS(ObGetObjectSecurity, ObReleaseObjectSecurity);
    in_kernel([] {
        void *body = make_object();
        PSECURITY_DESCRIPTOR descriptor = body;
        BOOLEAN allocated = TRUE;
        EXPECT_EQ(ObGetObjectSecurity(body, &descriptor, &allocated), STATUS_SUCCESS);
        EXPECT_EQ(descriptor, nullptr);
        EXPECT_FALSE(allocated);
        ObReleaseObjectSecurity(descriptor, allocated);

        guard(body, u"O:BAD:(A;;GA;;;BU)");
        ASSERT_EQ(ObGetObjectSecurity(body, &descriptor, &allocated), STATUS_SUCCESS);
        ASSERT_TRUE(allocated);
        PSID owner = nullptr;
        BOOLEAN defaulted = TRUE;
        EXPECT_TRUE(RtlValidRelativeSecurityDescriptor(
            descriptor, RtlLengthSecurityDescriptor(descriptor),
            OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION));
        EXPECT_EQ(RtlGetOwnerSecurityDescriptor(descriptor, &owner, &defaulted), STATUS_SUCCESS);
        se::Sid admins = se::kAdministrators;
        EXPECT_TRUE(RtlEqualSid(owner, &admins));
        ObReleaseObjectSecurity(descriptor, allocated);

        kernel().arena->fail_allocation(1, true);
        EXPECT_EQ(ObGetObjectSecurity(body, &descriptor, &allocated),
                  STATUS_INSUFFICIENT_RESOURCES);
        kernel().arena->fail_allocation(0, false);
        ObDereferenceObject(body);
    });
    // Released memory is free.
    const BugcheckRecord &report = pc_.stops([] {
        void *body = make_object();
        guard(body, u"D:(A;;GA;;;BU)");
        PSECURITY_DESCRIPTOR descriptor = nullptr;
        BOOLEAN allocated = FALSE;
        ObGetObjectSecurity(body, &descriptor, &allocated);
        ObReleaseObjectSecurity(descriptor, allocated);
        ObReleaseObjectSecurity(descriptor, allocated);
    });
    EXPECT_EQ(report.code, BAD_POOL_CALLER);
}

// Each exported type accepts handles of its own objects and no others.
TEST_F(ObReferenceTest, ExportedTypesTellObjectsApart)
{
    OPENKMDF_TESTS(CmKeyObjectType, PsProcessType, PsThreadType, SeTokenObjectType,
                   ObReferenceObjectByHandle);
    in_kernel([] {
        Text path(u"\\Registry\\Machine");
        NameAttributes attributes(&path);
        HANDLE key = nullptr, token = nullptr;
        ASSERT_EQ(ZwOpenKey(&key, KEY_READ, &attributes), STATUS_SUCCESS);
        PVOID primary = PsGetCurrentProcess()->token;
        ASSERT_EQ(open(primary, OBJ_KERNEL_HANDLE, 0, nullptr, KernelMode, &token, false), 0);
        const struct {
            const char *name;
            HANDLE handle;
        } rows[] = {
            {"CmKeyObjectType", key},
            {"PsProcessType", NtCurrentProcess()},
            {"PsThreadType", NtCurrentThread()},
            {"SeTokenObjectType", token},
        };
        for (const auto &row : rows) {
            auto *variable = static_cast<POBJECT_TYPE **>(find_data_export(kernel(), row.name));
            ASSERT_NE(variable, nullptr) << row.name;
            for (const auto &other : rows) {
                PVOID object = nullptr;
                const NTSTATUS status = ObReferenceObjectByHandle(other.handle, 0, **variable,
                                                                  KernelMode, &object, nullptr);
                EXPECT_EQ(status, &row == &other ? STATUS_SUCCESS : STATUS_OBJECT_TYPE_MISMATCH)
                    << row.name << " with a handle of " << other.name;
                if (NT_SUCCESS(status)) ObDereferenceObject(object);
            }
        }
        ZwClose(token);
    });
}

}  // namespace
}  // namespace openkmdf::executive
