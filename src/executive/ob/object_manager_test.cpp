#include "executive/ob/test_kernel.h"

#include "executive/ob/directory.h"
#include "executive/ps/processes.h"
#include "tests/support/tested.h"

#include <string>

namespace openkmdf::executive {
namespace {

using ob::TypeIndex;

int deleted_count;

void count_deletion(void *)
{
    ++deleted_count;
}

class ObjectManagerTest : public KernelTest {
protected:
    ObjectManagerTest() { deleted_count = 0; }

    ObjectManager &objects() { return *pc_->objects; }
    void *make(TypeIndex index = TypeIndex::Callback)
    {
        void *body = nullptr;
        objects().set_procedures(TypeIndex::Callback, {count_deletion, nullptr, nullptr});
        EXPECT_EQ(objects().create_object(index, 64, &body), STATUS_SUCCESS);
        return body;
    }
    NTSTATUS find(const char16_t *path, void **body, POBJECT_TYPE wanted = nullptr)
    {
        Text name(path);
        ObjectManager::Lookup request;
        request.path = name;
        request.wanted = wanted;
        return objects().lookup(request, body);
    }
    std::u16string name_of(void *body)
    {
        char16_t buffer[128];
        std::size_t needed = 0;
        EXPECT_EQ(objects().query_name(body, buffer, sizeof buffer, &needed), STATUS_SUCCESS);
        return {buffer, needed / 2};
    }
};

TEST_F(ObjectManagerTest, LastReferenceDeletes)
{
    OPENKMDF_TESTS(ObfReferenceObject, ObfDereferenceObject);
    in_kernel([&] {
        void *body = make();
        EXPECT_TRUE(ObjectManager::is_object(body, objects().type(TypeIndex::Callback)));
        EXPECT_EQ(ObfReferenceObject(body), 2);
        EXPECT_EQ(ObfDereferenceObject(body), 1);
        EXPECT_EQ(deleted_count, 0);
        EXPECT_EQ(ObfDereferenceObject(body), 0);
        EXPECT_EQ(deleted_count, 1);
        EXPECT_EQ(objects().type(TypeIndex::Callback)->live, 0u);
    });
}

TEST_F(ObjectManagerTest, OneReferenceTooManyIsABugcheck)
{
    OPENKMDF_TESTS(ObfDereferenceObject);
    EXPECT_FALSE(pc_.run([&] {
        void *body = make();
        ObfDereferenceObject(body);
        ObfDereferenceObject(body);
    }));
    EXPECT_EQ(pc_->bugcheck.code, 0x18u);
}

TEST_F(ObjectManagerTest, DeletionWaitsForPassiveLevel)
{
    OPENKMDF_TESTS(ObfDereferenceObject, ObDereferenceObjectDeferDelete);
    in_kernel([&] {
        void *body = make();
        KIRQL old;
        KeRaiseIrql(DISPATCH_LEVEL, &old);
        ObfDereferenceObject(body);
        EXPECT_EQ(deleted_count, 0);
        KeLowerIrql(old);
        void *second = make();
        ObDereferenceObjectDeferDelete(second);
    });
    pc_.scheduler().run_until_idle();
    EXPECT_EQ(deleted_count, 2);
}

TEST_F(ObjectManagerTest, NamesAreFoundWithoutRegardToCaseInOrderOfInsertion)
{
    in_kernel([&] {
        void *first = make();
        void *second = make();
        Text second_name(u"\\Callback\\Alpha");
        Text first_name(u"\\Callback\\Zulu");
        EXPECT_EQ(objects().insert_name(first, first_name, nullptr, OBJ_CASE_INSENSITIVE),
                  STATUS_SUCCESS);
        EXPECT_EQ(objects().insert_name(second, second_name, nullptr, OBJ_CASE_INSENSITIVE),
                  STATUS_SUCCESS);
        EXPECT_EQ(objects().insert_name(make(), first_name, nullptr, OBJ_CASE_INSENSITIVE),
                  STATUS_OBJECT_NAME_COLLISION);
        void *found = nullptr;
        EXPECT_EQ(find(u"\\CALLBACK\\zulu", &found), STATUS_SUCCESS);
        EXPECT_EQ(found, first);
        EXPECT_EQ(name_of(found), u"\\Callback\\Zulu");
        void *directory = nullptr;
        EXPECT_EQ(find(u"\\Callback", &directory), STATUS_SUCCESS);
        EXPECT_EQ(objects().directory_entry(directory, 0), first);
        EXPECT_EQ(objects().directory_entry(directory, 1), second);
        EXPECT_EQ(objects().directory_entry(directory, 2), nullptr);
    });
}

TEST_F(ObjectManagerTest, LookupsFailWithTheDocumentedStatus)
{
    in_kernel([&] {
        void *found = nullptr;
        EXPECT_EQ(find(u"\\Device\\None", &found), STATUS_OBJECT_NAME_NOT_FOUND);
        EXPECT_EQ(find(u"\\None\\None", &found), STATUS_OBJECT_PATH_NOT_FOUND);
        EXPECT_EQ(find(u"Device", &found), STATUS_OBJECT_PATH_SYNTAX_BAD);
        EXPECT_EQ(find(u"\\Device\\\\x", &found), STATUS_OBJECT_NAME_INVALID);
        EXPECT_EQ(find(u"\\Device", &found, objects().type(TypeIndex::Event)),
                  STATUS_OBJECT_TYPE_MISMATCH);
        EXPECT_EQ(found, nullptr);
        EXPECT_EQ(find(u"\\", &found), STATUS_SUCCESS);
        EXPECT_EQ(name_of(found), u"\\");
    });
}

TEST_F(ObjectManagerTest, SymbolicLinksAreFollowedAndCyclesEnd)
{
    in_kernel([&] {
        void *body = make();
        EXPECT_EQ(objects().insert_name(body, Text(u"\\Device\\Thing"), nullptr, 0),
                  STATUS_SUCCESS);
        EXPECT_EQ(
            objects().create_symbolic_link(Text(u"\\DosDevices\\Link"), Text(u"\\Device\\Thing")),
            STATUS_SUCCESS);
        void *found = nullptr;
        EXPECT_EQ(find(u"\\??\\link", &found), STATUS_SUCCESS);
        EXPECT_EQ(found, body);
        EXPECT_EQ(find(u"\\??\\GLOBALROOT\\Device\\Thing", &found), STATUS_SUCCESS);
        EXPECT_EQ(found, body);
        EXPECT_EQ(find(u"\\??\\Link", &found, objects().type(TypeIndex::SymbolicLink)),
                  STATUS_SUCCESS);
        EXPECT_EQ(name_of(found), u"\\GLOBAL??\\Link");
        EXPECT_EQ(objects().create_symbolic_link(Text(u"\\??\\A"), Text(u"\\??\\B")),
                  STATUS_SUCCESS);
        EXPECT_EQ(objects().create_symbolic_link(Text(u"\\??\\B"), Text(u"\\??\\A")),
                  STATUS_SUCCESS);
        EXPECT_EQ(find(u"\\??\\A", &found), STATUS_OBJECT_NAME_NOT_FOUND);
        EXPECT_EQ(objects().create_symbolic_link(Text(u"\\??\\Link"), Text(u"\\x")),
                  STATUS_OBJECT_NAME_COLLISION);
        EXPECT_EQ(objects().delete_symbolic_link(Text(u"\\??\\Link")), STATUS_SUCCESS);
        EXPECT_EQ(find(u"\\??\\Link", &found), STATUS_OBJECT_NAME_NOT_FOUND);
    });
}

TEST_F(ObjectManagerTest, HandlesAreMultiplesOfFourAndAreUsedAgain)
{
    OPENKMDF_TESTS(ZwClose);
    in_kernel([&] {
        void *body = make();
        HANDLE first;
        HANDLE second;
        EXPECT_EQ(objects().create_handle(body, 1, 0, KernelMode, &first), STATUS_SUCCESS);
        EXPECT_EQ(objects().create_handle(body, 1, 0, KernelMode, &second), STATUS_SUCCESS);
        EXPECT_EQ(reinterpret_cast<std::uint64_t>(second),
                  reinterpret_cast<std::uint64_t>(first) + 4);
        EXPECT_EQ(ZwClose(first), STATUS_SUCCESS);
        EXPECT_EQ(ZwClose(first), STATUS_INVALID_HANDLE);
        HANDLE third;
        EXPECT_EQ(objects().create_handle(body, 1, 0, KernelMode, &third), STATUS_SUCCESS);
        EXPECT_EQ(third, first);
        EXPECT_EQ(ob::references_of(body), 3);
    });
}

TEST_F(ObjectManagerTest, HandlesKnowTheirTypeAndAccess)
{
    OPENKMDF_TESTS(ObReferenceObjectByHandle);
    in_kernel([&] {
        void *body = make(TypeIndex::Event);
        HANDLE handle;
        EXPECT_EQ(objects().create_handle(body, EVENT_QUERY_STATE, 0, UserMode, &handle),
                  STATUS_SUCCESS);
        PVOID object;
        OBJECT_HANDLE_INFORMATION information;
        EXPECT_EQ(ObReferenceObjectByHandle(handle, EVENT_QUERY_STATE, nullptr, UserMode, &object,
                                            &information),
                  STATUS_SUCCESS);
        EXPECT_EQ(object, body);
        EXPECT_EQ(information.GrantedAccess, ACCESS_MASK{EVENT_QUERY_STATE});
        EXPECT_EQ(ObReferenceObjectByHandle(handle, EVENT_MODIFY_STATE, nullptr, UserMode, &object,
                                            nullptr),
                  STATUS_ACCESS_DENIED);
        EXPECT_EQ(ObReferenceObjectByHandle(handle, EVENT_MODIFY_STATE, nullptr, KernelMode,
                                            &object, nullptr),
                  STATUS_SUCCESS);
        EXPECT_EQ(ObReferenceObjectByHandle(handle, 0, objects().type(TypeIndex::File), KernelMode,
                                            &object, nullptr),
                  STATUS_OBJECT_TYPE_MISMATCH);
        EXPECT_EQ(ObReferenceObjectByHandle(reinterpret_cast<HANDLE>(0x4444), 0, nullptr,
                                            KernelMode, &object, nullptr),
                  STATUS_INVALID_HANDLE);
        EXPECT_EQ(
            ObReferenceObjectByHandle(NtCurrentProcess(), 0, nullptr, KernelMode, &object, nullptr),
            STATUS_SUCCESS);
        EXPECT_EQ(object, pc_->processes->current());
    });
}

TEST_F(ObjectManagerTest, KernelHandlesAreTheSystemsAndNoClientsMay)
{
    OPENKMDF_TESTS(ObIsKernelHandle, ObCloseHandle, ObReferenceObjectByHandle);
    in_kernel([&] {
        void *body = make();
        HANDLE handle;
        EXPECT_EQ(objects().create_handle(body, 1, OBJ_KERNEL_HANDLE, KernelMode, &handle),
                  STATUS_SUCCESS);
        EXPECT_TRUE(ObIsKernelHandle(handle));
        PVOID object;
        EXPECT_EQ(ObReferenceObjectByHandle(handle, 0, nullptr, UserMode, &object, nullptr),
                  STATUS_INVALID_HANDLE);
        EXPECT_EQ(ObCloseHandle(handle, UserMode), STATUS_INVALID_HANDLE);
        EXPECT_EQ(ObReferenceObjectByHandle(handle, 0, nullptr, KernelMode, &object, nullptr),
                  STATUS_SUCCESS);
        EXPECT_EQ(ObCloseHandle(handle, KernelMode), STATUS_SUCCESS);
    });
}

TEST_F(ObjectManagerTest, ClosingAKernelHandleTwiceIsABugcheck)
{
    OPENKMDF_TESTS(ZwClose);
    EXPECT_FALSE(pc_.run([&] {
        HANDLE handle;
        objects().create_handle(make(), 1, OBJ_KERNEL_HANDLE, KernelMode, &handle);
        ZwClose(handle);
        ZwClose(handle);
    }));
    EXPECT_EQ(pc_->bugcheck.code, 0x93u);
    EXPECT_EQ(pc_->bugcheck.parameters[1], 1u);
}

TEST_F(ObjectManagerTest, TemporaryNamesGoWithTheLastHandle)
{
    in_kernel([&] {
        Text name(u"\\BaseNamedObjects\\Go");
        NameAttributes attributes(&name);
        void *body = make();
        HANDLE handle;
        EXPECT_EQ(objects().insert(body, &attributes, 1, KernelMode, &handle), STATUS_SUCCESS);
        HANDLE again;
        EXPECT_EQ(objects().open_by_name(&attributes, nullptr, 1, KernelMode, nullptr, &again),
                  STATUS_SUCCESS);
        ZwClose(handle);
        void *found = nullptr;
        EXPECT_EQ(find(u"\\BaseNamedObjects\\Go", &found), STATUS_SUCCESS);
        ObfDereferenceObject(found);
        ZwClose(again);
        EXPECT_EQ(find(u"\\BaseNamedObjects\\Go", &found), STATUS_OBJECT_NAME_NOT_FOUND);
        EXPECT_EQ(deleted_count, 1);
    });
}

TEST_F(ObjectManagerTest, PermanentNamesStayUntilMadeTemporary)
{
    OPENKMDF_TESTS(ObMakeTemporaryObject);
    in_kernel([&] {
        Text name(u"\\BaseNamedObjects\\Stay");
        NameAttributes attributes(&name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE | OBJ_PERMANENT);
        HANDLE handle;
        EXPECT_EQ(objects().insert(make(), &attributes, 1, KernelMode, &handle), STATUS_SUCCESS);
        ZwClose(handle);
        void *found = nullptr;
        EXPECT_EQ(find(u"\\BaseNamedObjects\\Stay", &found), STATUS_SUCCESS);
        ObMakeTemporaryObject(found);
        EXPECT_EQ(deleted_count, 0);
        ObfDereferenceObject(found);
        EXPECT_EQ(deleted_count, 1);
    });
}

TEST_F(ObjectManagerTest, OpenIfTakesAnExistingObject)
{
    OPENKMDF_TESTS(ZwCreateEvent);
    in_kernel([&] {
        Text name(u"\\BaseNamedObjects\\Event");
        NameAttributes attributes(&name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE | OBJ_OPENIF);
        HANDLE first;
        HANDLE second;
        EXPECT_EQ(ZwCreateEvent(&first, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE),
                  STATUS_SUCCESS);
        EXPECT_EQ(ZwCreateEvent(&second, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE),
                  STATUS_OBJECT_NAME_EXISTS);
        PVOID one;
        PVOID two;
        ObReferenceObjectByHandle(first, 0, nullptr, KernelMode, &one, nullptr);
        ObReferenceObjectByHandle(second, 0, nullptr, KernelMode, &two, nullptr);
        EXPECT_EQ(one, two);
        attributes.Attributes &= ~ULONG{OBJ_OPENIF};
        EXPECT_EQ(ZwCreateEvent(&second, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE),
                  STATUS_OBJECT_NAME_COLLISION);
    });
}

TEST_F(ObjectManagerTest, FailingAllocationsLeaveNothing)
{
    OPENKMDF_TESTS(ZwCreateEvent);
    in_kernel([&] {
        Text name(u"\\BaseNamedObjects\\Never");
        NameAttributes attributes(&name);
        const std::uint64_t before = objects().type(TypeIndex::Event)->live;
        for (std::uint64_t nth = 1;; ++nth) {
            pc_.arena().fail_allocation(nth, false);
            HANDLE handle;
            const NTSTATUS status =
                ZwCreateEvent(&handle, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE);
            pc_.arena().fail_allocation(0, false);
            void *found = nullptr;
            if (NT_SUCCESS(status)) {
                EXPECT_GT(nth, 2u);
                ZwClose(handle);
                EXPECT_EQ(objects().type(TypeIndex::Event)->live, before);
                break;
            }
            EXPECT_EQ(status, STATUS_INSUFFICIENT_RESOURCES);
            EXPECT_EQ(handle, nullptr);
            EXPECT_EQ(find(u"\\BaseNamedObjects\\Never", &found), STATUS_OBJECT_NAME_NOT_FOUND);
            EXPECT_EQ(objects().type(TypeIndex::Event)->live, before);
        }
    });
}

TEST_F(ObjectManagerTest, DataExportsPointToTheMachinesTypes)
{
    auto *variable = static_cast<POBJECT_TYPE **>(objects().data_export("ExEventObjectType"));
    ASSERT_NE(variable, nullptr);
    EXPECT_EQ(**variable, objects().type(TypeIndex::Event));
    EXPECT_EQ(objects().data_export("Nothing"), nullptr);
}

}  // namespace
}  // namespace openkmdf::executive
