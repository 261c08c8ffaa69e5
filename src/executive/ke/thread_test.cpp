#include "executive/ke/ke_state.h"
#include "executive/testing.h"
#include "scheduler/sanitizer.h"
#include "tests/support/tested.h"

#include <ntddk.h>

#include <xmmintrin.h>

#include <cstring>

namespace openkmdf::executive {
namespace {

using KernelThreads = BothModes;
INSTANTIATE_IN_BOTH_MODES(KernelThreads);

TEST_P(KernelThreads, TheCurrentOneIsTheDispatcherObjectOfTheCaller)
{
    OPENKMDF_TESTS(KeGetCurrentThread, KeQueryPriorityThread);
    EXPECT_TRUE(pc.run([] {
        PKTHREAD own = KeGetCurrentThread(), other = nullptr;
        EXPECT_EQ(own, reinterpret_cast<PKTHREAD>(PsGetCurrentThread()));
        HANDLE handle;
        ASSERT_EQ(PsCreateSystemThread(
                      &handle, THREAD_ALL_ACCESS, nullptr, nullptr, nullptr,
                      [](PVOID context) NTAPI {
                          *static_cast<PKTHREAD *>(context) = KeGetCurrentThread();
                          EXPECT_EQ(KeQueryPriorityThread(KeGetCurrentThread()), 8);
                      },
                      &other),
                  STATUS_SUCCESS);
        PVOID thread;
        ASSERT_EQ(
            ObReferenceObjectByHandle(handle, SYNCHRONIZE, nullptr, KernelMode, &thread, nullptr),
            STATUS_SUCCESS);
        EXPECT_EQ(KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, nullptr),
                  STATUS_SUCCESS);
        EXPECT_EQ(other, thread);
        EXPECT_NE(other, own);
        EXPECT_EQ(KeGetCurrentThread(), own);
        ObDereferenceObject(thread);
        ZwClose(handle);
    }));
}

TEST_P(KernelThreads, PrioritiesAreSetAsGivenOrRelativeToTheProcess)
{
    OPENKMDF_TESTS(KeQueryPriorityThread, KeSetPriorityThread, KeSetBasePriorityThread);
    EXPECT_TRUE(pc.run([] {
        PKTHREAD thread = KeGetCurrentThread();
        const KPRIORITY process = KeQueryPriorityThread(thread);
        EXPECT_EQ(KeSetBasePriorityThread(thread, 2), 0);
        EXPECT_EQ(KeQueryPriorityThread(thread), process + 2);
        EXPECT_EQ(KeSetBasePriorityThread(thread, -3), 2);
        EXPECT_EQ(KeQueryPriorityThread(thread), process - 3);
        // Not beyond the process's class of priorities.
        EXPECT_EQ(KeSetBasePriorityThread(thread, 30), -3);
        EXPECT_EQ(KeQueryPriorityThread(thread), LOW_REALTIME_PRIORITY - 1);
        EXPECT_EQ(KeSetBasePriorityThread(thread, -30), LOW_REALTIME_PRIORITY - 1 - process);
        EXPECT_EQ(KeQueryPriorityThread(thread), LOW_PRIORITY + 1);
        EXPECT_EQ(KeSetPriorityThread(thread, LOW_REALTIME_PRIORITY), LOW_PRIORITY + 1);
        EXPECT_EQ(KeSetPriorityThread(thread, HIGH_PRIORITY), LOW_REALTIME_PRIORITY);
        EXPECT_EQ(KeQueryPriorityThread(thread), HIGH_PRIORITY);
        EXPECT_EQ(KeSetPriorityThread(thread, process), HIGH_PRIORITY);
    }));
    const BugcheckRecord &record =
        pc.stops([] { KeSetPriorityThread(KeGetCurrentThread(), LOW_PRIORITY); });
    EXPECT_EQ(record.code, DRIVER_VERIFIER_DETECTED_VIOLATION);
    EXPECT_NE(std::strstr(record.message, "KeSetPriorityThread"), nullptr);
}

constexpr unsigned kDefaultControl = 0x1F80;  // all exceptions masked, round to nearest

TEST_P(KernelThreads, FloatingPointStateIsFreshAfterSavingAndAsBeforeAfterRestoring)
{
    OPENKMDF_TESTS(KeSaveFloatingPointState, KeRestoreFloatingPointState);
    EXPECT_TRUE(pc.run([] {
        const unsigned before = _mm_getcsr();
        _mm_setcsr(kDefaultControl | _MM_ROUND_UP);
        KFLOATING_SAVE save, nested;
        EXPECT_EQ(KeSaveFloatingPointState(&save), STATUS_SUCCESS);
        EXPECT_EQ(_mm_getcsr(), kDefaultControl);
        _mm_setcsr(kDefaultControl | _MM_ROUND_DOWN);
        const KIRQL old = KeRaiseIrqlToDpcLevel();
        EXPECT_EQ(KeSaveFloatingPointState(&nested), STATUS_SUCCESS);
        _mm_setcsr(kDefaultControl | _MM_ROUND_TOWARD_ZERO);
        EXPECT_EQ(KeRestoreFloatingPointState(&nested), STATUS_SUCCESS);
        EXPECT_EQ(_mm_getcsr(), kDefaultControl | _MM_ROUND_DOWN);
        KeLowerIrql(old);
        EXPECT_EQ(KeRestoreFloatingPointState(&save), STATUS_SUCCESS);
        EXPECT_EQ(_mm_getcsr(), kDefaultControl | _MM_ROUND_UP);
        _mm_setcsr(before);
    }));
}

TEST_P(KernelThreads, FloatingPointStateIsRestoredAtTheIrqlOfSaving)
{
    OPENKMDF_TESTS(KeSaveFloatingPointState, KeRestoreFloatingPointState);
    const BugcheckRecord &record = pc.stops([] {
        KFLOATING_SAVE save;
        EXPECT_EQ(KeSaveFloatingPointState(&save), STATUS_SUCCESS);
        KeRaiseIrqlToDpcLevel();
        KeRestoreFloatingPointState(&save);
    });
    EXPECT_EQ(record.code, INVALID_FLOATING_POINT_STATE);
    EXPECT_EQ(record.parameters[0], 1u) << "the IRQL is another";
}

struct Callout {
    int calls = 0;
    NTSTATUS nested = STATUS_SUCCESS;
    // Uses the stack that it was promised, less what the frames need, and then asks for more until
    // there is none.
    static void NTAPI use(PVOID parameter)
    {
        volatile UCHAR space[MAXIMUM_EXPANSION_SIZE - 0x2000];
        for (std::size_t i = 0; i < sizeof space; i += 64) space[i] = static_cast<UCHAR>(i);
        EXPECT_EQ(space[128], 128u);
        static_cast<Callout *>(parameter)->calls++;
    }
    static void NTAPI nest(PVOID parameter)
    {
        auto &own = *static_cast<Callout *>(parameter);
        use(parameter);
        volatile UCHAR kept[0x800];
        kept[0] = 1;
        if (own.calls == 1000) {
            ADD_FAILURE() << "the stack has no end";
            return;
        }
        // How many fit depends on the compiler's frames; the last one is refused.
        const NTSTATUS status = KeExpandKernelStackAndCalloutEx(
            nest, parameter, MAXIMUM_EXPANSION_SIZE, FALSE, nullptr);
        if (!NT_SUCCESS(status)) own.nested = status;
        EXPECT_EQ(kept[0], 1u);
    }
};

TEST_P(KernelThreads, ACalloutGetsTheStackThatItAskedFor)
{
    OPENKMDF_TESTS(KeExpandKernelStackAndCallout, KeExpandKernelStackAndCalloutEx);
    if (scheduler::kThreadSanitizer) GTEST_SKIP() << "its frames need more than was promised";
    EXPECT_TRUE(pc.run([] {
        Callout out;
        constexpr SIZE_T kMost = MAXIMUM_EXPANSION_SIZE;
        EXPECT_EQ(KeExpandKernelStackAndCallout(Callout::use, &out, kMost), STATUS_SUCCESS);
        EXPECT_EQ(KeExpandKernelStackAndCalloutEx(Callout::use, &out, kMost, TRUE, nullptr),
                  STATUS_SUCCESS);
        EXPECT_EQ(out.calls, 2);
        EXPECT_FALSE(NT_SUCCESS(KeExpandKernelStackAndCallout(Callout::use, &out, kMost + 1)));
        EXPECT_EQ(KeExpandKernelStackAndCalloutEx(Callout::use, &out, kMost + 1, TRUE, nullptr),
                  STATUS_INVALID_PARAMETER_3);
        EXPECT_EQ(out.calls, 2) << "not called when it failed";
        // Its variables are not on the stack then.
        if (scheduler::kAddressSanitizer) return;
        EXPECT_EQ(KeExpandKernelStackAndCalloutEx(Callout::nest, &out, kMost, TRUE, nullptr),
                  STATUS_SUCCESS);
        EXPECT_TRUE(out.nested == STATUS_NO_MEMORY || out.nested == STATUS_STACK_OVERFLOW);
    }));
}

TEST_P(KernelThreads, ACalloutAtDispatchLevelCannotWaitForItsStack)
{
    OPENKMDF_TESTS(KeExpandKernelStackAndCalloutEx);
    EXPECT_TRUE(pc.run([] {
        Callout out;
        const KIRQL old = KeRaiseIrqlToDpcLevel();
        EXPECT_EQ(KeExpandKernelStackAndCalloutEx(Callout::use, &out, MAXIMUM_EXPANSION_SIZE, FALSE,
                                                  nullptr),
                  STATUS_SUCCESS);
        EXPECT_EQ(out.calls, 1);
        EXPECT_EQ(KeExpandKernelStackAndCalloutEx(Callout::use, &out, MAXIMUM_EXPANSION_SIZE, TRUE,
                                                  nullptr),
                  STATUS_INVALID_PARAMETER_4);
        EXPECT_EQ(out.calls, 1);
        EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
        KeLowerIrql(old);
    }));
}

}  // namespace
}  // namespace openkmdf::executive
