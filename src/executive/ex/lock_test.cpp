#include "executive/ex/live_objects.h"
#include "executive/ex/pool.h"
#include "executive/ke/ke_state.h"
#include "executive/testing.h"
#include "tests/support/tested.h"

#include <atomic>

// Resources, fast mutexes, push locks, run-down protection.

namespace openkmdf::executive {
namespace {

constexpr ULONG kTag = 'kcoL';

class Locks : public BothModes {
protected:
    // Which rule of Driver Verifier a body breaks.
    template <class Body>
    std::uint64_t violation(Body &&body)
    {
        TestMachine other(GetParam());
        const BugcheckRecord &record = other.stops(std::forward<Body>(body));
        EXPECT_EQ(record.code, DRIVER_VERIFIER_DETECTED_VIOLATION) << record.message;
        return record.parameters[0];
    }
};
INSTANTIATE_IN_BOTH_MODES(Locks);

// A system thread that runs a body of the test.
class SystemThread {
public:
    template <class Body>
    explicit SystemThread(Body &body)
    {
        EXPECT_EQ(PsCreateSystemThread(&handle_, THREAD_ALL_ACCESS, nullptr, nullptr, nullptr,
                                       Entry<Body>::run, &body),
                  STATUS_SUCCESS);
    }
    void join()
    {
        void *thread = nullptr;
        EXPECT_EQ(object_manager().reference_by_handle(handle_, SYNCHRONIZE, nullptr, KernelMode,
                                                       &thread),
                  STATUS_SUCCESS);
        KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, nullptr);
        ObDereferenceObject(thread);
        ZwClose(handle_);
    }

private:
    template <class Body>
    struct Entry {
        static void NTAPI run(PVOID context) { (*static_cast<Body *>(context))(); }
    };
    HANDLE handle_ = nullptr;
};

template <class Body>
void in_another_thread(Body &&body)
{
    SystemThread thread(body);
    thread.join();
}

// What another thread does before it waits cannot be waited for, only looked for.
template <class Condition>
void wait_until(Condition &&condition)
{
    for (int i = 0; i < 1'000'000 && !condition(); i++) KeStallExecutionProcessor(1);
    EXPECT_TRUE(condition());
}

// Adds, with time for the other to come between.
void add_one(volatile int &count)
{
    const int before = count;
    KeStallExecutionProcessor(1);
    count = before + 1;
}

// A thread that writes under a resource which somebody else has: made, it waits for the resource.
struct Writer {
    explicit Writer(ERESOURCE &resource) : resource(resource), thread(*this)
    {
        wait_until([&] { return ExGetExclusiveWaiterCount(&resource) == 1; });
        EXPECT_FALSE(written);
    }
    void operator()()
    {
        ExEnterCriticalRegionAndAcquireResourceExclusive(&resource);
        written = true;
        ExReleaseResourceAndLeaveCriticalRegion(&resource);
    }
    void join()
    {
        thread.join();
        EXPECT_TRUE(written);
    }
    ERESOURCE &resource;
    std::atomic<bool> written = false;
    SystemThread thread;
};

TEST_P(Locks, AWriterThatWaitsIsPassedOrNotAsTheReaderAsks)
{
    OPENKMDF_TESTS(ExAcquireSharedStarveExclusive, ExAcquireSharedWaitForExclusive,
                   ExAcquireResourceSharedLite, ExGetExclusiveWaiterCount, ExGetSharedWaiterCount);
    EXPECT_TRUE(pc.run([] {
        ERESOURCE resource;
        ExInitializeResourceLite(&resource);
        KeEnterCriticalRegion();
        EXPECT_TRUE(ExAcquireSharedWaitForExclusive(&resource, FALSE));
        EXPECT_EQ(ExGetExclusiveWaiterCount(&resource), 0u);
        Writer writer(resource);
        EXPECT_EQ(ExGetSharedWaiterCount(&resource), 0u);
        // The first kind lets not even an owner in again, the second does.
        EXPECT_FALSE(ExAcquireSharedWaitForExclusive(&resource, FALSE));
        EXPECT_TRUE(ExAcquireResourceSharedLite(&resource, FALSE));
        ExReleaseResourceLite(&resource);
        auto read = [&] {
            KeEnterCriticalRegion();
            EXPECT_FALSE(ExAcquireSharedWaitForExclusive(&resource, FALSE));
            EXPECT_FALSE(ExAcquireResourceSharedLite(&resource, FALSE));
            EXPECT_TRUE(ExAcquireSharedStarveExclusive(&resource, FALSE));
            EXPECT_EQ(ExIsResourceAcquiredSharedLite(&resource), 1u);
            ExReleaseResourceLite(&resource);
            EXPECT_FALSE(writer.written);
            EXPECT_TRUE(ExAcquireSharedWaitForExclusive(&resource, TRUE));
            EXPECT_TRUE(writer.written);
            ExReleaseResourceLite(&resource);
            KeLeaveCriticalRegion();
        };
        SystemThread reader(read);
        wait_until([&] { return ExGetSharedWaiterCount(&resource) == 1; });
        ExReleaseResourceLite(&resource);
        writer.join();
        reader.join();
        EXPECT_EQ(ExGetSharedWaiterCount(&resource), 0u);
        KeLeaveCriticalRegion();
        EXPECT_EQ(ExDeleteResourceLite(&resource), STATUS_SUCCESS);
    }));
}

TEST_P(Locks, AnOwnerPointerIsReleasedByAnyThread)
{
    OPENKMDF_TESTS(ExSetResourceOwnerPointer, ExSetResourceOwnerPointerEx,
                   ExReleaseResourceForThreadLite);
    EXPECT_TRUE(pc.run([] {
        ERESOURCE resource;
        ExInitializeResourceLite(&resource);
        alignas(8) static ULONG64 storage;
        const ERESOURCE_THREAD self = ExGetCurrentResourceThread();
        KeEnterCriticalRegion();
        ExAcquireResourceExclusiveLite(&resource, TRUE);
        ExReleaseResourceForThreadLite(&resource, self);
        for (int form = 0; form < 6; form++) {
            const BOOLEAN shared = form & 1;
            const bool is_thread = form >= 4;
            const auto owner =
                (is_thread ? self : reinterpret_cast<ERESOURCE_THREAD>(&storage)) | 3;
            auto *pointer = reinterpret_cast<PVOID>(owner);
            EXPECT_TRUE((shared ? ExAcquireResourceSharedLite
                                : ExAcquireResourceExclusiveLite)(&resource, FALSE));
            if (form < 2) ExSetResourceOwnerPointer(&resource, pointer);
            else
                ExSetResourceOwnerPointerEx(&resource, pointer,
                                            is_thread * FLAG_OWNER_POINTER_IS_THREAD);
            EXPECT_EQ(ExIsResourceAcquiredSharedLite(&resource), 0u);
            in_another_thread([&] {
                KeEnterCriticalRegion();
                EXPECT_EQ(ExAcquireResourceSharedLite(&resource, FALSE), shared);
                if (shared) ExReleaseResourceLite(&resource);
                EXPECT_FALSE(ExAcquireResourceExclusiveLite(&resource, FALSE));
                ExReleaseResourceForThreadLite(&resource, owner);
                KeLeaveCriticalRegion();
            });
        }
        EXPECT_TRUE(ExAcquireResourceExclusiveLite(&resource, FALSE));
        ExReleaseResourceLite(&resource);
        KeLeaveCriticalRegion();
        ExDeleteResourceLite(&resource);
    })) << pc->bugcheck.message;
    // The thread itself owns it no more.
    const BugcheckRecord &record = pc.stops([] {
        ERESOURCE resource;
        ExInitializeResourceLite(&resource);
        KeEnterCriticalRegion();
        ExAcquireResourceExclusiveLite(&resource, TRUE);
        const ERESOURCE_THREAD self = ExGetCurrentResourceThread();
        ExSetResourceOwnerPointerEx(&resource, reinterpret_cast<PVOID>(self | 3), 0);
        ExReleaseResourceForThreadLite(&resource, self);
    });
    EXPECT_EQ(record.code, RESOURCE_NOT_OWNED);
}

TEST_P(Locks, AResourceIsReusedOrDeleted)
{
    OPENKMDF_TESTS(ExReinitializeResourceLite, ExDeleteResourceLite);
    EXPECT_TRUE(pc.run([] {
        ERESOURCE resource;
        ExInitializeResourceLite(&resource);
        KeEnterCriticalRegion();
        ExAcquireResourceSharedLite(&resource, TRUE);
        Writer writer(resource);
        ExReleaseResourceLite(&resource);
        writer.join();
        EXPECT_EQ(resource.ContentionCount, 1u);
        EXPECT_EQ(ExReinitializeResourceLite(&resource), STATUS_SUCCESS);
        EXPECT_EQ(resource.ContentionCount, 0u);
        EXPECT_TRUE(ExAcquireResourceExclusiveLite(&resource, FALSE));
        ExReleaseResourceLite(&resource);
        KeLeaveCriticalRegion();
        EXPECT_EQ(find_resource(&resource, &resource + 1), &resource);
        EXPECT_EQ(ExDeleteResourceLite(&resource), STATUS_SUCCESS);
        EXPECT_EQ(find_resource(&resource, &resource + 1), nullptr);
    }));
    EXPECT_EQ(violation([] {
                  ERESOURCE resource;
                  ExInitializeResourceLite(&resource);
                  KeEnterCriticalRegion();
                  ExAcquireResourceSharedLite(&resource, TRUE);
                  ExDeleteResourceLite(&resource);
              }),
              0x100Bu);
}

TEST_P(Locks, ACriticalRegionComesWithTheResource)
{
    OPENKMDF_TESTS(ExEnterCriticalRegionAndAcquireResourceExclusive,
                   ExEnterCriticalRegionAndAcquireResourceShared,
                   ExReleaseResourceAndLeaveCriticalRegion, ExIsResourceAcquiredExclusiveLite,
                   ExAcquireSharedStarveExclusive, ExAcquireSharedWaitForExclusive);
    EXPECT_TRUE(pc.run([] {
        ERESOURCE resource;
        ExInitializeResourceLite(&resource);
        EXPECT_FALSE(KeAreApcsDisabled());
        ExEnterCriticalRegionAndAcquireResourceExclusive(&resource);
        EXPECT_TRUE(KeAreApcsDisabled());
        EXPECT_TRUE(ExAcquireSharedStarveExclusive(&resource, FALSE));
        EXPECT_TRUE(ExAcquireSharedWaitForExclusive(&resource, FALSE));
        in_another_thread([&] {
            KeEnterCriticalRegion();
            EXPECT_FALSE(ExIsResourceAcquiredExclusiveLite(&resource));
            EXPECT_FALSE(ExAcquireSharedStarveExclusive(&resource, FALSE));
            EXPECT_FALSE(ExAcquireSharedWaitForExclusive(&resource, FALSE));
            KeLeaveCriticalRegion();
        });
        ExReleaseResourceLite(&resource);
        ExReleaseResourceLite(&resource);
        EXPECT_TRUE(ExIsResourceAcquiredExclusiveLite(&resource));
        ExReleaseResourceAndLeaveCriticalRegion(&resource);
        EXPECT_FALSE(KeAreApcsDisabled());
        EXPECT_EQ(ExIsResourceAcquiredSharedLite(&resource), 0u);
        ExEnterCriticalRegionAndAcquireResourceShared(&resource);
        EXPECT_TRUE(KeAreApcsDisabled());
        EXPECT_FALSE(ExIsResourceAcquiredExclusiveLite(&resource));
        EXPECT_EQ(ExIsResourceAcquiredSharedLite(&resource), 1u);
        Writer writer(resource);
        ExReleaseResourceAndLeaveCriticalRegion(&resource);
        EXPECT_FALSE(KeAreApcsDisabled());
        writer.join();
        ExDeleteResourceLite(&resource);
    }));
}

TEST_P(Locks, AnUnsafeFastMutexLeavesTheIrql)
{
    OPENKMDF_TESTS(ExAcquireFastMutexUnsafe, ExReleaseFastMutexUnsafe);
    EXPECT_TRUE(pc.run([] {
        FAST_MUTEX mutex;
        ExInitializeFastMutex(&mutex);
        volatile int count = 0;
        auto body = [&] {
            for (int i = 0; i < 50; i++) {
                KeEnterCriticalRegion();
                ExAcquireFastMutexUnsafe(&mutex);
                EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
                add_one(count);
                ExReleaseFastMutexUnsafe(&mutex);
                KeLeaveCriticalRegion();
            }
        };
        SystemThread one(body), two(body);
        one.join();
        two.join();
        EXPECT_EQ(count, 100);
        const KIRQL old = KfRaiseIrql(APC_LEVEL);
        ExAcquireFastMutexUnsafe(&mutex);
        ExReleaseFastMutexUnsafe(&mutex);
        KeLowerIrql(old);
    }));
    EXPECT_EQ(violation([] {
                  FAST_MUTEX mutex;
                  ExInitializeFastMutex(&mutex);
                  ExAcquireFastMutexUnsafe(&mutex);
              }),
              0x39u);
    EXPECT_EQ(violation([] {
                  FAST_MUTEX mutex;
                  ExInitializeFastMutex(&mutex);
                  KeEnterCriticalRegion();
                  ExReleaseFastMutexUnsafe(&mutex);
              }),
              0x1007u);
}

TEST_P(Locks, PushLocksAreShared)
{
    OPENKMDF_TESTS(ExAcquirePushLockSharedEx, ExReleasePushLockSharedEx);
    EXPECT_TRUE(pc.run([] {
        EX_PUSH_LOCK lock;
        ExInitializePushLock(&lock);
        KeEnterCriticalRegion();
        ExAcquirePushLockShared(&lock);
        in_another_thread([&] {
            KeEnterCriticalRegion();
            ExAcquirePushLockShared(&lock);
            ExReleasePushLockShared(&lock);
            KeLeaveCriticalRegion();
        });
        std::atomic<bool> written = false;
        auto write = [&] {
            KeEnterCriticalRegion();
            ExAcquirePushLockExclusive(&lock);
            written = true;
            ExReleasePushLockExclusive(&lock);
            KeLeaveCriticalRegion();
        };
        SystemThread writer(write);
        wait_until([] {
            scheduler::InternalGuard guard(ke::state().lock);
            return ke::state().push_lock_waiters != nullptr;
        });
        EXPECT_FALSE(written);
        ExReleasePushLockShared(&lock);
        writer.join();
        EXPECT_TRUE(written);
        KeLeaveCriticalRegion();
    }));
    EXPECT_EQ(violation([] {
                  EX_PUSH_LOCK lock;
                  ExInitializePushLock(&lock);
                  KeEnterCriticalRegion();
                  ExAcquirePushLockExclusive(&lock);
                  ExReleasePushLockShared(&lock);
              }),
              0x1007u);
}

// The functions of one kind of run-down protection.
template <class Reference>
struct RunDown {
    BOOLEAN(NTAPI *acquire)(Reference);
    BOOLEAN(NTAPI *acquire_many)(Reference, ULONG);
    VOID(NTAPI *release)(Reference);
    VOID(NTAPI *release_many)(Reference, ULONG);
    VOID(NTAPI *wait)(Reference);
    VOID(NTAPI *completed)(Reference);
    VOID(NTAPI *again)(Reference);

    void use(Reference reference) const
    {
        const KIRQL old = KfRaiseIrql(DISPATCH_LEVEL);
        EXPECT_TRUE(acquire(reference));
        EXPECT_TRUE(acquire_many(reference, 4));
        release_many(reference, 3);
        KeLowerIrql(old);
        std::atomic<bool> run_down = false;
        auto body = [&] {
            wait(reference);
            run_down = true;
        };
        SystemThread owner(body);
        wait_until([&] {
            const BOOLEAN acquired = acquire_many(reference, 2);
            if (acquired) release_many(reference, 2);
            return !acquired;
        });
        EXPECT_FALSE(acquire(reference));
        release(reference);
        EXPECT_FALSE(run_down);
        release_many(reference, 1);
        owner.join();
        EXPECT_TRUE(run_down);
        EXPECT_FALSE(acquire_many(reference, 1));
        again(reference);
        EXPECT_TRUE(acquire(reference));
        release(reference);
        completed(reference);
        EXPECT_FALSE(acquire(reference));
        wait(reference);
    }
};

TEST_P(Locks, RunDownProtectionIsCounted)
{
    OPENKMDF_TESTS(ExAcquireRundownProtectionEx, ExReleaseRundownProtectionEx, ExRundownCompleted);
    EXPECT_TRUE(pc.run([] {
        EX_RUNDOWN_REF reference;
        ExInitializeRundownProtection(&reference);
        RunDown<PEX_RUNDOWN_REF>{ExAcquireRundownProtection,        ExAcquireRundownProtectionEx,
                                 ExReleaseRundownProtection,        ExReleaseRundownProtectionEx,
                                 ExWaitForRundownProtectionRelease, ExRundownCompleted,
                                 ExReInitializeRundownProtection}
            .use(&reference);
    }));
    EXPECT_EQ(violation([] {
                  EX_RUNDOWN_REF reference;
                  ExInitializeRundownProtection(&reference);
                  ExAcquireRundownProtectionEx(&reference, 2);
                  ExReleaseRundownProtectionEx(&reference, 3);
              }),
              0x1007u);
}

TEST_P(Locks, CacheAwareRunDownProtectionIsTheSame)
{
    OPENKMDF_TESTS(ExAllocateCacheAwareRundownProtection, ExFreeCacheAwareRundownProtection,
                   ExSizeOfRundownProtectionCacheAware, ExInitializeRundownProtectionCacheAware,
                   ExAcquireRundownProtectionCacheAware, ExAcquireRundownProtectionCacheAwareEx,
                   ExReleaseRundownProtectionCacheAware, ExReleaseRundownProtectionCacheAwareEx,
                   ExWaitForRundownProtectionReleaseCacheAware, ExRundownCompletedCacheAware,
                   ExReInitializeRundownProtectionCacheAware);
    using Pointer = PEX_RUNDOWN_REF_CACHE_AWARE;
    EXPECT_TRUE(pc.run([this] {
        const RunDown<Pointer> all = {
            ExAcquireRundownProtectionCacheAware,        ExAcquireRundownProtectionCacheAwareEx,
            ExReleaseRundownProtectionCacheAware,        ExReleaseRundownProtectionCacheAwareEx,
            ExWaitForRundownProtectionReleaseCacheAware, ExRundownCompletedCacheAware,
            ExReInitializeRundownProtectionCacheAware};
        const Pointer allocated = ExAllocateCacheAwareRundownProtection(NonPagedPoolNx, kTag);
        EXPECT_EQ(pc->pool->usage(0, kTag).blocks, 1u);
        all.use(allocated);
        ExFreeCacheAwareRundownProtection(allocated);
        EXPECT_EQ(pc->pool->usage(0, kTag).blocks, 0u);
        const SIZE_T size = ExSizeOfRundownProtectionCacheAware();
        void *own = ExAllocatePool2(POOL_FLAG_NON_PAGED, size, kTag);
        RtlFillMemory(own, size, 0xFF);
        ExInitializeRundownProtectionCacheAware(static_cast<Pointer>(own), size);
        all.use(static_cast<Pointer>(own));
        ExFreePoolWithTag(own, kTag);
        pc.arena().fail_allocation(1, false);
        EXPECT_EQ(ExAllocateCacheAwareRundownProtection(NonPagedPoolNx, kTag), nullptr);
    }));
}

}  // namespace
}  // namespace openkmdf::executive
