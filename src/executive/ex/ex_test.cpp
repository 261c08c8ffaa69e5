#include "executive/testing.h"
#include "tests/support/tested.h"

#include <atomic>

namespace openkmdf::executive {
namespace {

using Ex = BothModes;
INSTANTIATE_IN_BOTH_MODES(Ex);

// A class template, not a function template: Clang 19 crashes while it deduces the latter's
// address.
template <class Body>
struct Entry {
    static void NTAPI run(PVOID context) { (*static_cast<Body *>(context))(); }
};

struct Helper {
    template <class Body>
    explicit Helper(Body &body)
    {
        EXPECT_EQ(PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, nullptr, nullptr, nullptr,
                                       Entry<Body>::run, &body),
                  STATUS_SUCCESS);
    }
    void join()
    {
        void *thread = nullptr;
        EXPECT_EQ(
            object_manager().reference_by_handle(handle, SYNCHRONIZE, nullptr, KernelMode, &thread),
            STATUS_SUCCESS);
        KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, nullptr);
        ObDereferenceObject(thread);
        ZwClose(handle);
    }
    HANDLE handle = nullptr;
};

TEST_P(Ex, ResourcesAreSharedAndExclusive)
{
    OPENKMDF_TESTS(ExInitializeResourceLite, ExAcquireResourceSharedLite,
                   ExAcquireResourceExclusiveLite, ExReleaseResourceLite,
                   ExIsResourceAcquiredSharedLite, ExConvertExclusiveToSharedLite);
    EXPECT_TRUE(pc.run([] {
        ERESOURCE resource;
        EXPECT_EQ(ExInitializeResourceLite(&resource), STATUS_SUCCESS);
        KeEnterCriticalRegion();
        EXPECT_TRUE(ExAcquireResourceSharedLite(&resource, TRUE));
        EXPECT_TRUE(ExAcquireResourceSharedLite(&resource, TRUE));
        EXPECT_EQ(ExIsResourceAcquiredSharedLite(&resource), 2u);
        auto reader = [&] {
            KeEnterCriticalRegion();
            EXPECT_TRUE(ExAcquireResourceSharedLite(&resource, FALSE));
            EXPECT_FALSE(ExAcquireResourceExclusiveLite(&resource, FALSE));
            ExReleaseResourceLite(&resource);
            KeLeaveCriticalRegion();
        };
        Helper one(reader);
        one.join();
        ExReleaseResourceLite(&resource);
        ExReleaseResourceLite(&resource);
        EXPECT_TRUE(ExAcquireResourceExclusiveLite(&resource, TRUE));
        EXPECT_TRUE(ExAcquireResourceExclusiveLite(&resource, TRUE));
        std::atomic<bool> entered = false;
        KEVENT tried;
        KeInitializeEvent(&tried, NotificationEvent, FALSE);
        auto writer = [&] {
            KeEnterCriticalRegion();
            EXPECT_FALSE(ExAcquireResourceSharedLite(&resource, FALSE));
            KeSetEvent(&tried, IO_NO_INCREMENT, FALSE);
            EXPECT_TRUE(ExAcquireResourceExclusiveLite(&resource, TRUE));
            entered = true;
            ExReleaseResourceLite(&resource);
            KeLeaveCriticalRegion();
        };
        Helper two(writer);
        KeWaitForSingleObject(&tried, Executive, KernelMode, FALSE, nullptr);
        ExReleaseResourceLite(&resource);
        EXPECT_FALSE(entered);
        ExConvertExclusiveToSharedLite(&resource);
        EXPECT_FALSE(ExIsResourceAcquiredExclusiveLite(&resource));
        ExReleaseResourceLite(&resource);
        two.join();
        EXPECT_TRUE(entered);
        KeLeaveCriticalRegion();
        EXPECT_EQ(ExDeleteResourceLite(&resource), STATUS_SUCCESS);
    }));
}

TEST_P(Ex, ReleasingAForeignResource)
{
    OPENKMDF_TESTS(ExReleaseResourceLite);
    const BugcheckRecord &record = pc.stops([] {
        ERESOURCE resource;
        ExInitializeResourceLite(&resource);
        KeEnterCriticalRegion();
        ExReleaseResourceLite(&resource);
    });
    EXPECT_EQ(record.code, RESOURCE_NOT_OWNED);
}

TEST_P(Ex, PushLocksExclude)
{
    OPENKMDF_TESTS(ExInitializePushLock, ExAcquirePushLockExclusiveEx, ExReleasePushLockExclusiveEx,
                   ExAcquirePushLockSharedEx, ExReleasePushLockSharedEx);
    EXPECT_TRUE(pc.run([] {
        EX_PUSH_LOCK lock;
        ExInitializePushLock(&lock);
        int count = 0;
        auto body = [&] {
            for (int i = 0; i < 200; i++) {
                KeEnterCriticalRegion();
                ExAcquirePushLockExclusive(&lock);
                count++;
                ExReleasePushLockExclusive(&lock);
                ExAcquirePushLockShared(&lock);
                ExReleasePushLockShared(&lock);
                KeLeaveCriticalRegion();
            }
        };
        Helper one(body), two(body);
        one.join();
        two.join();
        EXPECT_EQ(count, 400);
        EXPECT_EQ(lock, 0u);
    }));
}

TEST_P(Ex, RundownWaitsForThoseInside)
{
    OPENKMDF_TESTS(ExInitializeRundownProtection, ExAcquireRundownProtection,
                   ExReleaseRundownProtection, ExWaitForRundownProtectionRelease,
                   ExReInitializeRundownProtection);
    EXPECT_TRUE(pc.run([] {
        EX_RUNDOWN_REF reference;
        ExInitializeRundownProtection(&reference);
        EXPECT_TRUE(ExAcquireRundownProtection(&reference));
        KEVENT go;
        KeInitializeEvent(&go, NotificationEvent, FALSE);
        std::atomic<bool> released = false;
        auto body = [&] {
            KeWaitForSingleObject(&go, Executive, KernelMode, FALSE, nullptr);
            released = true;
            ExReleaseRundownProtection(&reference);
        };
        Helper helper(body);
        KeSetEvent(&go, IO_NO_INCREMENT, FALSE);
        ExWaitForRundownProtectionRelease(&reference);
        EXPECT_TRUE(released);
        EXPECT_FALSE(ExAcquireRundownProtection(&reference));
        ExReInitializeRundownProtection(&reference);
        EXPECT_TRUE(ExAcquireRundownProtection(&reference));
        ExReleaseRundownProtection(&reference);
        helper.join();
    }));
}

TEST_P(Ex, SListsAreStacks)
{
    OPENKMDF_TESTS(InitializeSListHead, ExpInterlockedPushEntrySList, ExpInterlockedPopEntrySList,
                   ExpInterlockedFlushSList, ExQueryDepthSList, FirstEntrySList);
    EXPECT_TRUE(pc.run([] {
        alignas(16) SLIST_HEADER head;
        ExInitializeSListHead(&head);
        SLIST_ENTRY entries[3];
        for (SLIST_ENTRY &entry : entries) InterlockedPushEntrySList(&head, &entry);
        EXPECT_EQ(QueryDepthSList(&head), 3);
        EXPECT_EQ(InterlockedPopEntrySList(&head), &entries[2]);
        EXPECT_EQ(FirstEntrySList(&head), &entries[1]);
        EXPECT_EQ(InterlockedFlushSList(&head), &entries[1]);
        EXPECT_EQ(InterlockedPopEntrySList(&head), nullptr);
    }));
}

TEST_P(Ex, InterlockedListsTellWhatWasThere)
{
    OPENKMDF_TESTS(ExInterlockedInsertTailList, ExInterlockedRemoveHeadList, ExInterlockedAddUlong);
    EXPECT_TRUE(pc.run([] {
        KSPIN_LOCK lock = 0;
        LIST_ENTRY head, one, two;
        InitializeListHead(&head);
        EXPECT_EQ(ExInterlockedInsertTailList(&head, &one, &lock), nullptr);
        EXPECT_EQ(ExInterlockedInsertTailList(&head, &two, &lock), &one);
        EXPECT_EQ(ExInterlockedRemoveHeadList(&head, &lock), &one);
        EXPECT_EQ(ExInterlockedRemoveHeadList(&head, &lock), &two);
        EXPECT_EQ(ExInterlockedRemoveHeadList(&head, &lock), nullptr);
        ULONG count = 5;
        EXPECT_EQ(ExInterlockedAddUlong(&count, 3, &lock), 5u);
        EXPECT_EQ(count, 8u);
        EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    }));
}

TEST_P(Ex, CallbackObjectsCallAllRegistered)
{
    OPENKMDF_TESTS(ExCreateCallback, ExRegisterCallback, ExNotifyCallback, ExUnregisterCallback);
    EXPECT_TRUE(pc.run([] {
        UNICODE_STRING name;
        RtlInitUnicodeString(&name, u"\\Callback\\OpenKmdfTest");
        OBJECT_ATTRIBUTES attributes;
        InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, nullptr, nullptr);
        PCALLBACK_OBJECT object, again;
        EXPECT_EQ(ExCreateCallback(&object, &attributes, FALSE, TRUE),
                  STATUS_OBJECT_NAME_NOT_FOUND);
        ASSERT_EQ(ExCreateCallback(&object, &attributes, TRUE, TRUE), STATUS_SUCCESS);
        ASSERT_EQ(ExCreateCallback(&again, &attributes, FALSE, TRUE), STATUS_SUCCESS);
        EXPECT_EQ(again, object);
        auto routine = [](PVOID context, PVOID argument, PVOID) NTAPI {
            *static_cast<std::uintptr_t *>(context) += reinterpret_cast<std::uintptr_t>(argument);
        };
        std::uintptr_t first = 0, second = 0;
        PVOID one = ExRegisterCallback(object, routine, &first);
        PVOID two = ExRegisterCallback(object, routine, &second);
        ExNotifyCallback(object, reinterpret_cast<PVOID>(5), nullptr);
        ExUnregisterCallback(one);
        ExNotifyCallback(object, reinterpret_cast<PVOID>(2), nullptr);
        ExUnregisterCallback(two);
        EXPECT_EQ(first, 5u);
        EXPECT_EQ(second, 7u);
        ObDereferenceObject(again);
        ObDereferenceObject(object);
    }));
}

TEST(ExTimerTest, CallsBackInPeriods)
{
    OPENKMDF_TESTS(ExAllocateTimer, ExSetTimer, ExCancelTimer, ExDeleteTimer);
    TestMachine pc;
    struct Seen {
        int calls = 0;
        int deleted = 0;
    } seen;
    PEX_TIMER timer = nullptr;
    EXPECT_TRUE(pc.run([&] {
        timer = ExAllocateTimer([](PEX_TIMER, PVOID context)
                                    NTAPI { static_cast<Seen *>(context)->calls++; },
                                &seen, EX_TIMER_HIGH_RESOLUTION);
        EXPECT_FALSE(ExSetTimer(timer, -5'000, 5'000, nullptr));
    }));
    pc.advance(21'000);
    EXPECT_EQ(seen.calls, 4);
    EXPECT_TRUE(pc.run([&] {
        EXPECT_TRUE(ExCancelTimer(timer, nullptr));
        EXT_DELETE_PARAMETERS parameters;
        ExInitializeDeleteTimerParameters(&parameters);
        parameters.DeleteCallback = [](PVOID context)
                                        NTAPI { static_cast<Seen *>(context)->deleted++; };
        parameters.DeleteContext = &seen;
        EXPECT_FALSE(ExDeleteTimer(timer, TRUE, TRUE, &parameters));
    }));
    EXPECT_EQ(seen.deleted, 1);
    pc.advance(20'000);
    EXPECT_EQ(seen.calls, 4);
}

}  // namespace
}  // namespace openkmdf::executive
