#include "executive/ex/pool.h"
#include "executive/testing.h"
#include "tests/support/tested.h"

#include <atomic>

namespace openkmdf::executive {
namespace {

constexpr ULONG kTag = 'ppuS';

class Support : public BothModes {
protected:
    // The exception that a body of a client's call raises.
    template <class Body>
    NTSTATUS raised(Body &&body)
    {
        TestMachine other(GetParam());
        const BugcheckRecord &record = other.stops(std::forward<Body>(body));
        EXPECT_EQ(record.code, SYSTEM_SERVICE_EXCEPTION) << record.message;
        return static_cast<NTSTATUS>(record.parameters[0]);
    }
    std::uint64_t live() { return pc->pool->usage(0, kTag).blocks; }
};
INSTANTIATE_IN_BOTH_MODES(Support);

void fail_next()
{
    kernel().arena->fail_allocation(1, false);
}

using Allocate = PVOID (*)(int, SIZE_T, ULONG);

constexpr Allocate kAllocate[] = {
    [](int p, SIZE_T n, ULONG t) { return ExAllocatePoolWithTag(POOL_TYPE(p), n, t); },
    [](int p, SIZE_T n, ULONG t) {
        return ExAllocatePoolWithTagPriority(POOL_TYPE(p), n, t, NormalPoolPriority);
    },
    [](int p, SIZE_T n, ULONG) { return ExAllocatePool(POOL_TYPE(p), n); },
    [](int p, SIZE_T n, ULONG) { return ExAllocatePoolWithQuota(POOL_TYPE(p), n); },
    [](int p, SIZE_T n, ULONG t) { return ExAllocatePoolWithQuotaTag(POOL_TYPE(p), n, t); },
};

TEST_P(Support, PoolTypesDecideWhereAndHowToFail)
{
    OPENKMDF_TESTS(ExAllocatePool, ExAllocatePoolWithTag, ExAllocatePoolWithTagPriority,
                   ExAllocatePoolWithQuota, ExAllocatePoolWithQuotaTag);
    using scheduler::RegionKind;
    for (int i = 0; i < 5; i++) {
        const Allocate allocate = kAllocate[i];
        const bool quota = i >= 3;
        EXPECT_TRUE(pc.run([&] {
            auto *paged = static_cast<char *>(allocate(PagedPool, 100, kTag));
            auto *page = static_cast<char *>(allocate(PagedPool, PAGE_SIZE, kTag));
            const KIRQL old = KfRaiseIrql(DISPATCH_LEVEL);
            auto *nonpaged = static_cast<char *>(allocate(NonPagedPoolNx, 100, kTag));
            KeLowerIrql(old);
            EXPECT_TRUE(pc.arena().region(RegionKind::Paged).contains(paged));
            EXPECT_TRUE(pc.arena().region(RegionKind::NonPaged).contains(nonpaged));
            EXPECT_EQ(number_of(nonpaged) % 16, 0u);
            EXPECT_EQ(PAGE_ALIGN(paged), PAGE_ALIGN(paged + 99));
            EXPECT_EQ(BYTE_OFFSET(page), 0u);
            PoolBlock block;
            EXPECT_TRUE(pc->pool->find(paged, block));
            EXPECT_EQ(block.size, 100u);
            EXPECT_EQ(block.tag == kTag, i != 2 && i != 3);
            ExFreePool(paged);
            ExFreePool(page);
            ExFreePool(nonpaged);
            const int flag = quota ? POOL_QUOTA_FAIL_INSTEAD_OF_RAISE : 0;
            fail_next();
            EXPECT_EQ(allocate(PagedPool | flag, 100, kTag), nullptr);
        }));
        // Without a handler the exception ends the machine.
        EXPECT_EQ(raised([&] {
                      fail_next();
                      allocate(PagedPool | (quota ? 0 : POOL_RAISE_IF_ALLOCATION_FAILURE), 9, kTag);
                  }),
                  STATUS_INSUFFICIENT_RESOURCES);
    }
}

TEST_P(Support, PoolFlagsAndExtendedParametersAreChecked)
{
    OPENKMDF_TESTS(ExAllocatePool2, ExAllocatePool3, ExFreePool2);
    EXPECT_TRUE(pc.run([&] {
        auto *zeroed = static_cast<char *>(
            ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_USE_QUOTA, PAGE_SIZE, kTag));
        EXPECT_EQ(BYTE_OFFSET(zeroed), 0u);
        for (int i = 0; i < PAGE_SIZE; i++) ASSERT_EQ(zeroed[i], 0);
        ExFreePool2(zeroed, kTag, nullptr, 0);
        EXPECT_EQ(live(), 0u);
        EXPECT_EQ(ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_RESERVED3, 16, kTag), nullptr);
        POOL_EXTENDED_PARAMETER parameters[2] = {};
        auto allocate = [&](POOL_FLAGS place, ULONG count = 1) {
            PVOID block = ExAllocatePool3(place, 64, kTag, parameters, count);
            if (block) ExFreePool2(block, kTag, nullptr, 0);
            return block != nullptr;
        };
        EXPECT_FALSE(allocate(POOL_FLAG_PAGED));  // of no valid type
        EXPECT_TRUE(allocate(POOL_FLAG_PAGED, 0));
        parameters[0].Optional = 1;
        EXPECT_TRUE(allocate(POOL_FLAG_PAGED));
        parameters[0].Optional = 0;
        parameters[0].Type = PoolExtendedParameterPriority;
        parameters[0].Priority = HighPoolPriority;
        EXPECT_TRUE(allocate(POOL_FLAG_PAGED));
        EXPECT_FALSE(allocate(POOL_FLAG_PAGED, 2));
        parameters[1].Type = PoolExtendedParameterNumaNode;
        EXPECT_TRUE(allocate(POOL_FLAG_NON_PAGED, 2));
        EXPECT_FALSE(allocate(POOL_FLAG_PAGED, 2));  // nodes are for nonpaged pool only
        parameters[1].PreferredNode = 63;            // of one
        EXPECT_FALSE(allocate(POOL_FLAG_NON_PAGED, 2));
        parameters[1].PreferredNode |= MM_ANY_NODE_OK;
        EXPECT_TRUE(allocate(POOL_FLAG_NON_PAGED, 2));
        fail_next();
        EXPECT_FALSE(allocate(POOL_FLAG_NON_PAGED, 2));
        EXPECT_EQ(live(), 0u);
    }));
    EXPECT_EQ(raised([] {
                  fail_next();
                  ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_RAISE_ON_FAILURE, 16, kTag);
              }),
              STATUS_INSUFFICIENT_RESOURCES);
    EXPECT_FALSE(NT_SUCCESS(raised([] {
        POOL_EXTENDED_PARAMETER wrong = {};
        ExAllocatePool3(POOL_FLAG_PAGED | POOL_FLAG_RAISE_ON_FAILURE, 16, kTag, &wrong, 1);
    })));
    TestMachine other(GetParam());
    EXPECT_TRUE(other.run([] {
        EXPECT_EQ(ExAllocatePool2(POOL_FLAG_PAGED, 16, 0), nullptr);
        EXPECT_EQ(ExAllocatePool3(POOL_FLAG_PAGED, 16, 0, nullptr, 0), nullptr);
    })) << other->bugcheck.message;
}

int allocations, frees;
POOL_TYPE asked_type;
LOOKASIDE_LIST_EX *asked_list;

PVOID NTAPI count_allocation(POOL_TYPE type, SIZE_T size, ULONG tag)
{
    allocations++;
    asked_type = type;
    EXPECT_EQ(size, 128u);
    EXPECT_EQ(tag, kTag);
    return ExAllocatePoolWithTag(type, size, tag);
}

VOID NTAPI count_free(PVOID buffer)
{
    frees++;
    ExFreePoolWithTag(buffer, kTag);
}

PVOID NTAPI count_allocation_ex(POOL_TYPE type, SIZE_T size, ULONG tag, PLOOKASIDE_LIST_EX list)
{
    asked_list = list;
    return count_allocation(type, size, tag);
}

VOID NTAPI count_free_ex(PVOID buffer, PLOOKASIDE_LIST_EX list)
{
    EXPECT_EQ(list, asked_list);
    count_free(buffer);
}

// 300 blocks are more than any list keeps.
template <class List, class Allocate, class Free, class Delete>
void use_and_delete(List &list, Allocate allocate, Free free, Delete delete_list)
{
    fail_next();
    EXPECT_EQ(allocate(&list), nullptr);
    allocations = frees = 0;
    PVOID blocks[300];
    for (PVOID &block : blocks) block = allocate(&list);
    EXPECT_EQ(allocations, 300);
    for (PVOID block : blocks) free(&list, block);
    EXPECT_GT(frees, 0);
    EXPECT_LT(frees, 300);
    const int kept = 300 - frees;
    EXPECT_EQ(allocate(&list), blocks[kept - 1]);
    free(&list, blocks[kept - 1]);
    EXPECT_EQ(allocations, 300);
    delete_list(&list);
    EXPECT_EQ(frees, 300);
}

TEST_P(Support, LookasideListsKeepSomeAndAskTheirRoutinesForMore)
{
    OPENKMDF_TESTS(ExInitializePagedLookasideList, ExAllocateFromPagedLookasideList,
                   ExFreeToPagedLookasideList, ExDeletePagedLookasideList,
                   ExInitializeNPagedLookasideList, ExAllocateFromNPagedLookasideList,
                   ExFreeToNPagedLookasideList, ExDeleteNPagedLookasideList);
    EXPECT_TRUE(pc.run([this] {
        PAGED_LOOKASIDE_LIST paged;
        ExInitializePagedLookasideList(&paged, count_allocation, count_free, 0, 128, kTag, 0);
        EXPECT_EQ(live(), 0u);
        use_and_delete(paged, ExAllocateFromPagedLookasideList, ExFreeToPagedLookasideList,
                       ExDeletePagedLookasideList);
        EXPECT_EQ(asked_type, PagedPool);
        NPAGED_LOOKASIDE_LIST nonpaged;
        ExInitializeNPagedLookasideList(&nonpaged, count_allocation, count_free, 0, 128, kTag, 0);
        use_and_delete(nonpaged, ExAllocateFromNPagedLookasideList, ExFreeToNPagedLookasideList,
                       ExDeleteNPagedLookasideList);
        EXPECT_EQ(asked_type, NonPagedPool);
        ExInitializePagedLookasideList(&paged, nullptr, nullptr, 0, 128, kTag, 0);
        PVOID block = ExAllocateFromPagedLookasideList(&paged);
        EXPECT_TRUE(pc.arena().region(scheduler::RegionKind::Paged).contains(block));
        ExFreeToPagedLookasideList(&paged, block);
        EXPECT_EQ(live(), 1u);
        ExDeletePagedLookasideList(&paged);
        EXPECT_EQ(live(), 0u);
    }));
    EXPECT_EQ(raised([] {
                  static PAGED_LOOKASIDE_LIST list;
                  ExInitializePagedLookasideList(&list, nullptr, nullptr,
                                                 POOL_RAISE_IF_ALLOCATION_FAILURE, 128, kTag, 0);
                  fail_next();
                  ExAllocateFromPagedLookasideList(&list);
              }),
              STATUS_INSUFFICIENT_RESOURCES);
}

TEST_P(Support, ExtendedLookasideListsPassThemselvesAndTheirFlags)
{
    OPENKMDF_TESTS(ExInitializeLookasideListEx, ExAllocateFromLookasideListEx,
                   ExFreeToLookasideListEx, ExFlushLookasideListEx, ExDeleteLookasideListEx);
    EXPECT_TRUE(pc.run([this] {
        alignas(16) LOOKASIDE_LIST_EX list;
        auto initialize = [&](POOL_TYPE type, ULONG flags) {
            return ExInitializeLookasideListEx(&list, count_allocation_ex, count_free_ex, type,
                                               flags, 128, kTag, 0);
        };
        constexpr ULONG kRaise = EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL;
        constexpr ULONG kNoRaise = EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE;
        EXPECT_EQ(initialize(PagedPool, kRaise | kNoRaise), STATUS_INVALID_PARAMETER_5);
        EXPECT_EQ(initialize(PagedPool, 0x80), STATUS_INVALID_PARAMETER_5);
        EXPECT_EQ(initialize(MaxPoolType, 0), STATUS_INVALID_PARAMETER_4);
        EXPECT_EQ(initialize(PagedPool, 0), STATUS_SUCCESS);
        use_and_delete(list, ExAllocateFromLookasideListEx, ExFreeToLookasideListEx,
                       ExDeleteLookasideListEx);
        EXPECT_EQ(asked_list, &list);
        constexpr int kAdded[] = {0, POOL_RAISE_IF_ALLOCATION_FAILURE,
                                  POOL_QUOTA_FAIL_INSTEAD_OF_RAISE};
        for (ULONG flags = 0; flags < 3; flags++) {  // none, kRaise, kNoRaise
            EXPECT_EQ(live(), 0u);
            ASSERT_EQ(initialize(PagedPool, flags), STATUS_SUCCESS);
            PVOID block = ExAllocateFromLookasideListEx(&list);
            EXPECT_EQ(asked_type, PagedPool | kAdded[flags]);
            ExFreeToLookasideListEx(&list, block);
            EXPECT_EQ(live(), 1u);
            ExFlushLookasideListEx(&list);
            EXPECT_EQ(live(), 0u);
            ExDeleteLookasideListEx(&list);
        }
    }));
}

TEST_P(Support, InterlockedListsWorkAtAnyIrql)
{
    OPENKMDF_TESTS(ExInterlockedInsertHeadList, ExInterlockedPushEntryList,
                   ExInterlockedPopEntryList, ExInterlockedAddLargeInteger, FirstEntrySList);
    EXPECT_TRUE(pc.run([] {
        KSPIN_LOCK lock = 0;
        const KIRQL old = KfRaiseIrql(HIGH_LEVEL);
        LIST_ENTRY head, entries[2];
        InitializeListHead(&head);
        EXPECT_EQ(ExInterlockedInsertHeadList(&head, &entries[0], &lock), nullptr);
        EXPECT_EQ(ExInterlockedInsertHeadList(&head, &entries[1], &lock), &entries[0]);
        SINGLE_LIST_ENTRY stack = {}, links[2];
        EXPECT_EQ(ExInterlockedPushEntryList(&stack, &links[0], &lock), nullptr);
        EXPECT_EQ(ExInterlockedPushEntryList(&stack, &links[1], &lock), &links[0]);
        EXPECT_EQ(ExInterlockedPopEntryList(&stack, &lock), &links[1]);
        EXPECT_EQ(ExInterlockedPopEntryList(&stack, &lock), &links[0]);
        EXPECT_EQ(ExInterlockedPopEntryList(&stack, &lock), nullptr);
        LARGE_INTEGER sum, step;
        sum.QuadPart = 0xFFFF'FFFF;
        step.QuadPart = -0x2'0000'0000;
        EXPECT_EQ(ExInterlockedAddLargeInteger(&sum, step, &lock).QuadPart, 0xFFFF'FFFF);
        EXPECT_EQ(sum.QuadPart, -0x1'0000'0001);
        EXPECT_EQ(KeGetCurrentIrql(), HIGH_LEVEL);
        KeLowerIrql(old);
        alignas(16) SLIST_HEADER slist;
        SLIST_ENTRY entry;
        ExInitializeSListHead(&slist);
        EXPECT_EQ(FirstEntrySList(&slist), nullptr);
        InterlockedPushEntrySList(&slist, &entry);
        EXPECT_EQ(FirstEntrySList(&slist), &entry);
    }));
}

TEST_P(Support, RaisedStatusesReachTheBugcheck)
{
    OPENKMDF_TESTS(ExRaiseStatus, ExRaiseAccessViolation, ExRaiseDatatypeMisalignment);
    EXPECT_EQ(raised([] { ExRaiseStatus(STATUS_INVALID_USER_BUFFER); }),
              STATUS_INVALID_USER_BUFFER);
    EXPECT_EQ(raised([] { ExRaiseAccessViolation(); }), STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(raised([] { ExRaiseDatatypeMisalignment(); }), STATUS_DATATYPE_MISALIGNMENT);
}

TEST_P(Support, TheMachineStartedColdByUefiAndInUtc)
{
    OPENKMDF_TESTS(ExGetFirmwareType, ExIsSoftBoot, ExSystemTimeToLocalTime,
                   ExLocalTimeToSystemTime);
    EXPECT_TRUE(pc.run([] {
        EXPECT_EQ(ExGetFirmwareType(), FirmwareTypeUefi);
        EXPECT_FALSE(ExIsSoftBoot());
        LARGE_INTEGER system, local = {}, again = {};
        KeQuerySystemTime(&system);
        ExSystemTimeToLocalTime(&system, &local);
        EXPECT_EQ(local.QuadPart, system.QuadPart);
        ExLocalTimeToSystemTime(&local, &again);
        EXPECT_EQ(again.QuadPart, system.QuadPart);
    }));
}

TEST_P(Support, TheClockRunsFasterUntilItIsRestored)
{
    OPENKMDF_TESTS(ExSetTimerResolution, ExQueryTimerResolution);
    EXPECT_TRUE(pc.run([] {
        ULONG longest = 0, shortest = 0, now = 0;
        ExQueryTimerResolution(&longest, &shortest, &now);
        EXPECT_EQ(longest, KeQueryTimeIncrement());
        EXPECT_LT(shortest, longest);
        const ULONG usual = now;
        EXPECT_LE(usual, longest);
        auto current = [] {
            ULONG ignored[2], period = 0;
            ExQueryTimerResolution(&ignored[0], &ignored[1], &period);
            return period;
        };
        EXPECT_EQ(ExSetTimerResolution(20'000, TRUE), 20'000u);
        EXPECT_EQ(current(), 20'000u);
        EXPECT_EQ(ExSetTimerResolution(30'000, TRUE), 20'000u);
        ExSetTimerResolution(0, FALSE);
        ExSetTimerResolution(0, FALSE);
        EXPECT_EQ(current(), usual);
        EXPECT_EQ(ExSetTimerResolution(1, TRUE), shortest);
        EXPECT_EQ(current(), shortest);
        EXPECT_EQ(ExSetTimerResolution(0, FALSE), usual);
    }));
}

TEST_P(Support, ATimerIsOfOneKindAndMayFailToBeMade)
{
    OPENKMDF_TESTS(ExAllocateTimer, ExDeleteTimer);
    EXPECT_TRUE(pc.run([] {
        LARGE_INTEGER now;
        now.QuadPart = 0;
        for (ULONG kind : {0ul, EX_TIMER_NOTIFICATION}) {
            PEX_TIMER timer = ExAllocateTimer(nullptr, nullptr, kind | EX_TIMER_NO_WAKE);
            auto poll = [&] {
                return KeWaitForSingleObject(timer, Executive, KernelMode, FALSE, &now);
            };
            EXPECT_EQ(poll(), STATUS_TIMEOUT);
            EXPECT_FALSE(ExSetTimer(timer, -10'000, 0, nullptr));
            EXPECT_EQ(KeWaitForSingleObject(timer, Executive, KernelMode, FALSE, nullptr),
                      STATUS_SUCCESS);
            EXPECT_EQ(poll(), kind ? STATUS_SUCCESS : STATUS_TIMEOUT);
            EXPECT_FALSE(ExDeleteTimer(timer, TRUE, TRUE, nullptr));
        }
        fail_next();
        EXPECT_EQ(ExAllocateTimer(nullptr, nullptr, 0), nullptr);
    }));
    pc.stops(
        [] { ExAllocateTimer(nullptr, nullptr, EX_TIMER_HIGH_RESOLUTION | EX_TIMER_NO_WAKE); });
}

TEST_P(Support, ACallbackObjectForOneRefusesASecond)
{
    OPENKMDF_TESTS(ExRegisterCallback);
    EXPECT_TRUE(pc.run([] {
        PCALLBACK_OBJECT object;
        ASSERT_EQ(ExCreateCallback(&object, nullptr, TRUE, FALSE), STATUS_SUCCESS);
        auto routine = [](PVOID context, PVOID, PVOID) NTAPI { ++*static_cast<int *>(context); };
        int calls = 0;
        PVOID only = ExRegisterCallback(object, routine, &calls);
        EXPECT_EQ(ExRegisterCallback(object, routine, &calls), nullptr);
        ExNotifyCallback(object, nullptr, nullptr);
        EXPECT_EQ(calls, 1);
        ExUnregisterCallback(only);
        ObDereferenceObject(object);
    }));
}

struct Reader {
    EX_SPIN_LOCK lock = 0;
    std::atomic<bool> reads = false, leave = false, left = false;

    static void NTAPI run(PKDPC, PVOID context, PVOID, PVOID)
    {
        auto &self = *static_cast<Reader *>(context);
        ExAcquireSpinLockSharedAtDpcLevel(&self.lock);
        self.reads = true;
        while (!self.leave) KeStallExecutionProcessor(1);
        ExReleaseSpinLockSharedFromDpcLevel(&self.lock);
        self.left = true;
    }
};

TEST_P(Support, SpinLocksHaveManyReadersOrOneWriter)
{
    OPENKMDF_TESTS(ExAcquireSpinLockShared, ExReleaseSpinLockShared,
                   ExAcquireSpinLockSharedAtDpcLevel, ExReleaseSpinLockSharedFromDpcLevel,
                   ExAcquireSpinLockExclusive, ExAcquireSpinLockExclusiveAtDpcLevel,
                   ExReleaseSpinLockExclusiveFromDpcLevel, ExTryConvertSharedSpinLockExclusive);
    EXPECT_TRUE(pc.run([] {
        Reader other;
        KDPC dpc;
        KeInitializeDpc(&dpc, Reader::run, &other);
        auto start = [&] {
            other.reads = other.leave = other.left = false;
            KeSetTargetProcessorDpc(&dpc, static_cast<CCHAR>(1 - KeGetCurrentProcessorNumber()));
            KeInsertQueueDpc(&dpc, nullptr, nullptr);
        };
        // The reader comes in when the writer, who has the lock, is gone.
        auto expect_kept_out = [&] {
            EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
            start();
            for (int i = 0; i < 100; i++) KeStallExecutionProcessor(1);
            EXPECT_FALSE(other.reads);
            other.leave = true;
        };
        KIRQL old = ExAcquireSpinLockShared(&other.lock);
        EXPECT_EQ(old, PASSIVE_LEVEL);
        EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
        start();
        while (!other.reads) KeStallExecutionProcessor(1);
        EXPECT_FALSE(ExTryConvertSharedSpinLockExclusive(&other.lock));
        other.leave = true;
        while (!other.left) KeStallExecutionProcessor(1);
        EXPECT_TRUE(ExTryConvertSharedSpinLockExclusive(&other.lock));
        expect_kept_out();
        ExReleaseSpinLockExclusiveFromDpcLevel(&other.lock);
        while (!other.left) KeStallExecutionProcessor(1);
        ExAcquireSpinLockExclusiveAtDpcLevel(&other.lock);
        ExReleaseSpinLockExclusive(&other.lock, old);
        old = ExAcquireSpinLockExclusive(&other.lock);
        expect_kept_out();
        ExReleaseSpinLockExclusive(&other.lock, old);
        KeFlushQueuedDpcs();
        EXPECT_TRUE(other.left);
        old = ExAcquireSpinLockShared(&other.lock);
        ExReleaseSpinLockShared(&other.lock, old);
    }));
}

}  // namespace
}  // namespace openkmdf::executive
