#include "executive/exports.h"
#include "executive/ke/ke_state.h"
#include "executive/ke/thread.h"
#include "executive/mm/mm_state.h"
#include "executive/stack_table.h"
#include "executive/testing.h"
#include "scheduler/sanitizer.h"
#include "tests/support/tested.h"

#include <sys/mman.h>

#include <csignal>
#include <cstring>

namespace openkmdf::executive {
namespace {

// --- Faults --------------------------------------------------------------------------------------

class Faults : public BothModes {
protected:
    Faults() { pc.be_driver(); }
};
INSTANTIATE_IN_BOTH_MODES(Faults);

// Each is followed by a new machine in the same process.
#define EXPECT_USABLE_AFTERWARDS()                                                                 \
    do {                                                                                           \
        TestMachine next(GetParam());                                                              \
        EXPECT_TRUE(next.run([] {}));                                                              \
    } while (0)

// Driver code, built without a sanitizer.
[[gnu::noinline]] OPENKMDF_UNINSTRUMENTED int read_at(std::uintptr_t address)
{
    return *reinterpret_cast<volatile int *>(address);
}

[[gnu::noinline]] OPENKMDF_UNINSTRUMENTED void write_at(std::uintptr_t address)
{
    *reinterpret_cast<volatile int *>(address) = 1;
}

TEST_P(Faults, NullPointer)
{
    const BugcheckRecord &record = pc.stops([] { read_at(0x10); });
    EXPECT_EQ(record.code, SYSTEM_SERVICE_EXCEPTION);
    EXPECT_EQ(static_cast<NTSTATUS>(record.parameters[0]), STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(record.parameters[1], record.frames[0]);
    EXPECT_GE(record.frames[0], number_of(reinterpret_cast<void *>(read_at)));
    EXPECT_LT(record.frames[0], number_of(reinterpret_cast<void *>(read_at)) + 64);
    EXPECT_STREQ(record.driver, "testdrv");
    EXPECT_USABLE_AFTERWARDS();
}

TEST_P(Faults, NullPointerInASystemThread)
{
    const BugcheckRecord &record = pc.stops([] {
        HANDLE handle;
        PsCreateSystemThread(
            &handle, THREAD_ALL_ACCESS, nullptr, nullptr, nullptr, [](PVOID) NTAPI { write_at(0); },
            nullptr);
        LARGE_INTEGER interval;
        interval.QuadPart = -50'000'000;
        KeDelayExecutionThread(KernelMode, FALSE, &interval);
    });
    EXPECT_EQ(record.code, SYSTEM_THREAD_EXCEPTION_NOT_HANDLED);
    EXPECT_EQ(static_cast<NTSTATUS>(record.parameters[0]), STATUS_ACCESS_VIOLATION);
}

TEST_P(Faults, NullPointerInTheSystemsWork)
{
    OPENKMDF_TESTS(ExGetPreviousMode);
    const BugcheckRecord &record = pc.stops([] {
        EXPECT_EQ(ExGetPreviousMode(), UserMode);
        ke::SystemContext system;
        EXPECT_EQ(ExGetPreviousMode(), KernelMode);
        write_at(0);
    });
    EXPECT_EQ(record.code, SYSTEM_THREAD_EXCEPTION_NOT_HANDLED);
}

TEST_P(Faults, BadAddressAtDispatchLevel)
{
    const BugcheckRecord &record = pc.stops([] {
        KfRaiseIrql(DISPATCH_LEVEL);
        write_at(0x20);
    });
    EXPECT_EQ(record.code, DRIVER_IRQL_NOT_LESS_OR_EQUAL);
    EXPECT_EQ(record.parameters[0], 0x20u);
    EXPECT_EQ(record.parameters[1], std::uint64_t{DISPATCH_LEVEL});
    EXPECT_EQ(record.parameters[2], 1u);
    EXPECT_EQ(record.parameters[3], record.frames[0]);
}

TEST_P(Faults, BadKernelAddress)
{
    const std::uintptr_t address = scheduler::Arena::kKernelHigh - 0x1000;
    const BugcheckRecord &record = pc.stops([=] { write_at(address); });
    EXPECT_EQ(record.code, PAGE_FAULT_IN_NONPAGED_AREA);
    EXPECT_EQ(record.parameters[0], address);
    EXPECT_EQ(record.parameters[1], 2u);
}

TEST_P(Faults, NonCanonicalAddress)
{
    const BugcheckRecord &record = pc.stops([] { read_at(0xDEAD'0000'0000'0000); });
    EXPECT_EQ(record.code, SYSTEM_SERVICE_EXCEPTION);
    EXPECT_EQ(static_cast<NTSTATUS>(record.parameters[0]), STATUS_ACCESS_VIOLATION);
}

TEST_P(Faults, DivisionByZero)
{
    const BugcheckRecord &record = pc.stops([] {
        int zero = 0;
        __asm__ volatile("" : "+r"(zero));
        int quotient;
        __asm__ volatile("cltd; idivl %2" : "=a"(quotient) : "a"(1), "r"(zero) : "edx");
    });
    EXPECT_EQ(record.code, SYSTEM_SERVICE_EXCEPTION);
    EXPECT_EQ(static_cast<NTSTATUS>(record.parameters[0]), STATUS_INTEGER_DIVIDE_BY_ZERO);
}

TEST_P(Faults, Breakpoint)
{
    OPENKMDF_TESTS(DbgBreakPoint);
    const BugcheckRecord &record = pc.stops([] { __asm__ volatile("int3"); });
    EXPECT_EQ(record.code, SYSTEM_SERVICE_EXCEPTION);
    EXPECT_EQ(static_cast<NTSTATUS>(record.parameters[0]), STATUS_BREAKPOINT);
    TestMachine other(GetParam());
    EXPECT_EQ(static_cast<NTSTATUS>(other.stops([] { DbgBreakPoint(); }).parameters[0]),
              STATUS_BREAKPOINT);
}

TEST_P(Faults, IllegalAndPrivilegedInstructions)
{
    const BugcheckRecord &record = pc.stops([] { __builtin_trap(); });
    EXPECT_EQ(static_cast<NTSTATUS>(record.parameters[0]), STATUS_ILLEGAL_INSTRUCTION);
    TestMachine other(GetParam());
    other.be_driver();
    EXPECT_EQ(static_cast<NTSTATUS>(other.stops([] { __asm__ volatile("hlt"); }).parameters[0]),
              STATUS_PRIVILEGED_INSTRUCTION);
}

TEST_P(Faults, FastFail)
{
    const BugcheckRecord &record =
        pc.stops([] { __asm__ volatile("int $0x29" ::"c"(std::uint64_t{3})); });
    EXPECT_EQ(record.code, KERNEL_SECURITY_CHECK_FAILURE);
    EXPECT_EQ(record.parameters[0], 3u);
}

[[gnu::noinline]] int recurse(int depth)
{
    volatile char space[512];
    space[0] = static_cast<char>(depth);
    int below = depth < 0 ? 0 : recurse(depth + 1);
    return below + space[0];
}

TEST_P(Faults, StackOverflow)
{
    const BugcheckRecord &record = pc.stops([] { recurse(0); });
    EXPECT_EQ(record.code, UNEXPECTED_KERNEL_MODE_TRAP);
    EXPECT_EQ(record.parameters[0], 8u);
    EXPECT_GT(record.frame_count, 10u);
    EXPECT_USABLE_AFTERWARDS();
}

TEST_P(Faults, CallToNowhere)
{
    const BugcheckRecord &record = pc.stops([] {
        using Function = void (*)();
        volatile std::uintptr_t address = 0x1230;
        reinterpret_cast<Function>(address)();
    });
    EXPECT_EQ(record.code, SYSTEM_SERVICE_EXCEPTION);
    EXPECT_STREQ(record.driver, "testdrv");
}

TEST(RunawayTest, AnEmptyLoopIsStopped)
{
    for (std::uint8_t irql : {PASSIVE_LEVEL, DISPATCH_LEVEL}) {
        scheduler::Options options;
        options.watchdog_ms = 100;
        TestMachine pc(options);
        pc.be_driver();
        const BugcheckRecord &record = pc.stops([irql] {
            if (irql) KfRaiseIrql(irql);
            for (;;) __asm__ volatile("");
        });
        EXPECT_EQ(record.code, irql ? std::uint32_t{DPC_WATCHDOG_VIOLATION}
                                    : std::uint32_t{CLOCK_WATCHDOG_TIMEOUT});
    }
}

// --- Bugchecks -----------------------------------------------------------------------------------

TEST_P(Faults, KeBugCheckExIsAValue)
{
    OPENKMDF_TESTS(KeBugCheckEx);
    const BugcheckRecord &record =
        pc.stops([] { KeBugCheckEx(MANUALLY_INITIATED_CRASH, 1, 2, 3, 4); });
    EXPECT_EQ(record.code, MANUALLY_INITIATED_CRASH);
    for (std::uint64_t i = 0; i < 4; i++) EXPECT_EQ(record.parameters[i], i + 1);
    EXPECT_FALSE(pc.run([] {}));
}

TEST_P(Faults, BugcheckCallbacksRunFirst)
{
    OPENKMDF_TESTS(KeRegisterBugCheckCallback, KeBugCheck);
    static int calls;
    calls = 0;
    pc.stops([] {
        static KBUGCHECK_CALLBACK_RECORD record;
        KeInitializeCallbackRecord(&record);
        static int buffer = 7;
        auto routine = [](PVOID data, ULONG length) NTAPI {
            calls += *static_cast<int *>(data) + static_cast<int>(length);
            EXPECT_EQ(KeGetCurrentIrql(), HIGH_LEVEL);
        };
        EXPECT_TRUE(KeRegisterBugCheckCallback(&record, routine, &buffer, sizeof buffer, nullptr));
        EXPECT_FALSE(KeRegisterBugCheckCallback(&record, routine, &buffer, sizeof buffer, nullptr));
        KeBugCheck(1);
    });
    EXPECT_EQ(calls, 11);
}

// --- Memory --------------------------------------------------------------------------------------

TEST_P(Faults, MdlsDescribeBuffers)
{
    OPENKMDF_TESTS(MmBuildMdlForNonPagedPool, MmGetPhysicalAddress);
    EXPECT_TRUE(pc.run([] {
        void *pool = ExAllocatePool2(POOL_FLAG_NON_PAGED, 10'000, 'tseT');
        PMDL mdl = IoAllocateMdl(pool, 10'000, FALSE, FALSE, nullptr);
        ASSERT_TRUE(mdl);
        MmBuildMdlForNonPagedPool(mdl);
        EXPECT_EQ(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority), pool);
        EXPECT_EQ(MmGetMdlByteCount(mdl), 10'000u);
        auto *pages = MmGetMdlPfnArray(mdl);
        EXPECT_EQ(pages[1], pages[0] + 1);
        EXPECT_EQ(static_cast<ULONGLONG>(MmGetPhysicalAddress(pool).QuadPart) >> PAGE_SHIFT,
                  pages[0]);
        char *inner = static_cast<char *>(pool) + 5000;
        PMDL partial = IoAllocateMdl(inner, 100, FALSE, FALSE, nullptr);
        IoBuildPartialMdl(mdl, partial, inner, 100);
        EXPECT_EQ(MmGetMdlPfnArray(partial)[0], pages[1]);
        EXPECT_EQ(MmGetSystemAddressForMdlSafe(partial, NormalPagePriority), inner);
        IoFreeMdl(partial);
        IoFreeMdl(mdl);
        ExFreePool(pool);
    }));
}

TEST_P(Faults, LockingUserPages)
{
    OPENKMDF_TESTS(MmProbeAndLockPages, MmUnlockPages, MmIsAddressValid, ProbeForRead,
                   ProbeForWrite);
    void *user = mmap(nullptr, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT_TRUE(pc.run([&] {
        PMDL mdl = IoAllocateMdl(user, 8192, FALSE, FALSE, nullptr);
        MmProbeAndLockPages(mdl, UserMode, IoReadAccess);
        EXPECT_EQ(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority), user);
        MmUnlockPages(mdl);
        EXPECT_EQ(mm::lock_pages(mdl, UserMode, IoWriteAccess), STATUS_ACCESS_VIOLATION);
        IoFreeMdl(mdl);
        EXPECT_TRUE(MmIsAddressValid(user));
        EXPECT_FALSE(MmIsAddressValid(nullptr));
        ProbeForRead(user, 8192, 1);
    }));
    const BugcheckRecord &record = pc.stops([&] { ProbeForWrite(user, 8192, 1); });
    EXPECT_EQ(static_cast<NTSTATUS>(record.parameters[0]), STATUS_ACCESS_VIOLATION);
    munmap(user, 8192);
}

TEST_P(Faults, ProbingKernelMemoryRaises)
{
    OPENKMDF_TESTS(ProbeForRead);
    const BugcheckRecord &record =
        pc.stops([] { ProbeForRead(ExAllocatePool2(POOL_FLAG_PAGED, 16, 'tseT'), 16, 1); });
    EXPECT_EQ(static_cast<NTSTATUS>(record.parameters[0]), STATUS_ACCESS_VIOLATION);
}

TEST_P(Faults, ContiguousMemoryHasFollowingPages)
{
    OPENKMDF_TESTS(MmAllocateContiguousMemory, MmFreeContiguousMemory, MmGetPhysicalAddress);
    EXPECT_TRUE(pc.run([] {
        PHYSICAL_ADDRESS highest;
        highest.QuadPart = -1;
        auto *memory = static_cast<char *>(MmAllocateContiguousMemory(3 * PAGE_SIZE, highest));
        ASSERT_TRUE(memory);
        EXPECT_EQ(MmGetPhysicalAddress(memory + 2 * PAGE_SIZE).QuadPart,
                  MmGetPhysicalAddress(memory).QuadPart + 2 * PAGE_SIZE);
        MmFreeContiguousMemory(memory);
        highest.QuadPart = 0xFFFF'FFFF;
        EXPECT_EQ(MmAllocateContiguousMemory(PAGE_SIZE, highest), nullptr);
        PHYSICAL_ADDRESS nowhere;
        nowhere.QuadPart = 0xFEE0'0000;
        EXPECT_EQ(MmMapIoSpace(nowhere, PAGE_SIZE, MmNonCached), nullptr);
    }));
}

// --- Exports, trace ------------------------------------------------------------------------------

TEST(ExportsTest, NamesResolve)
{
    TestMachine pc;
    EXPECT_EQ(find_export(pc.kernel(), "KeSetEvent"), reinterpret_cast<void *>(KeSetEvent));
    EXPECT_NE(find_export(pc.kernel(), "KeSetEvent", true), reinterpret_cast<void *>(KeSetEvent));
    EXPECT_EQ(export_state("KeSetEvent"), ExportState::Implemented);
    EXPECT_EQ(export_state("NoSuchFunction"), ExportState::Unknown);
    EXPECT_EQ(find_export(pc.kernel(), "NoSuchFunction"), nullptr);
    EXPECT_NE(find_export(pc.kernel(), "KeTickCount"), nullptr);
    EXPECT_NE(find_export(pc.kernel(), "IoFileObjectType"), nullptr);
    EXPECT_NE(find_export(pc.kernel(), "memcpy"), nullptr);
    for (const ExportInfo &info : all_exports()) {
        if (info.state != ExportState::Implemented) continue;
        EXPECT_NE(find_export(pc.kernel(), info.name), nullptr) << info.name;
    }
}

using SetEvent = LONG(NTAPI *)(PRKEVENT, KPRIORITY, BOOLEAN);
using WaitMany = NTSTATUS(NTAPI *)(ULONG, PVOID *, WAIT_TYPE, KWAIT_REASON, KPROCESSOR_MODE,
                                   BOOLEAN, PLARGE_INTEGER, PKWAIT_BLOCK);

TEST(CheckedEntryTest, PassesArgumentsAndTraces)
{
    OPENKMDF_TESTS(KeWaitForMultipleObjects);
    TestMachine pc;
    pc->observe = kObserveTrace;
    EXPECT_TRUE(pc.run([&] {
        auto set = reinterpret_cast<SetEvent>(find_export(pc.kernel(), "KeSetEvent", true));
        auto wait =
            reinterpret_cast<WaitMany>(find_export(pc.kernel(), "KeWaitForMultipleObjects", true));
        KEVENT event;
        KeInitializeEvent(&event, NotificationEvent, FALSE);
        EXPECT_EQ(set(&event, IO_NO_INCREMENT, FALSE), 0);
        EXPECT_EQ(set(&event, IO_NO_INCREMENT, FALSE), 1);
        PVOID objects[5] = {&event, &event, &event, &event, &event};
        KWAIT_BLOCK blocks[5];
        LARGE_INTEGER zero = {};
        EXPECT_EQ(wait(5, objects, WaitAll, Executive, KernelMode, FALSE, &zero, blocks),
                  STATUS_SUCCESS);
    }));
    Tracer &tracer = *pc->tracer;
    TraceRecord record;
    ASSERT_TRUE(tracer.read(tracer.first(), record));
    EXPECT_EQ(record.kind, TraceKind::DdiEnter);
    EXPECT_EQ(export_info(record.function)->name, "KeSetEvent");
    ASSERT_TRUE(tracer.read(tracer.first() + 1, record));
    EXPECT_EQ(record.kind, TraceKind::DdiLeave);
}

TEST(CheckedEntryTest, ChecksTheIrql)
{
    OPENKMDF_TESTS(KeDelayExecutionThread);
    TestMachine pc;
    const BugcheckRecord &record = pc.stops([&] {
        using Delay = NTSTATUS(NTAPI *)(KPROCESSOR_MODE, BOOLEAN, PLARGE_INTEGER);
        auto delay =
            reinterpret_cast<Delay>(find_export(pc.kernel(), "KeDelayExecutionThread", true));
        KfRaiseIrql(DISPATCH_LEVEL);
        LARGE_INTEGER interval = {};
        delay(KernelMode, FALSE, &interval);
    });
    EXPECT_EQ(record.code, DRIVER_VERIFIER_DETECTED_VIOLATION);
    EXPECT_EQ(record.parameters[0], 0x2000Fu);
    EXPECT_NE(std::string(record.message).find("KeDelayExecutionThread"), std::string::npos);
}

TEST(TracerTest, NamesObjectsByOrdinal)
{
    TestMachine pc;
    Tracer &tracer = *pc->tracer;
    int one, two;
    EXPECT_EQ(tracer.name("KEVENT", &one).ordinal, 1u);
    EXPECT_EQ(tracer.name("KEVENT", &two).ordinal, 2u);
    EXPECT_EQ(tracer.name("KEVENT", &one).ordinal, 1u);
    tracer.forget(&one);
    EXPECT_EQ(tracer.find(&one).type, 0);
    EXPECT_EQ(tracer.name("KEVENT", &one).ordinal, 3u);
    EXPECT_STREQ(tracer.type_name(tracer.name("KTIMER", &tracer).type), "KTIMER");
}

TEST(TracerTest, TheRingKeepsTheLast)
{
    TestMachine pc;
    EXPECT_TRUE(pc.run([&] {
        for (int i = 0; i < 40'000; i++) pc->tracer->note("a note of some length");
    }));
    Tracer &tracer = *pc->tracer;
    EXPECT_EQ(tracer.end() - tracer.first(), Tracer::kRecords);
    TraceRecord record;
    EXPECT_FALSE(tracer.read(0, record));
    ASSERT_TRUE(tracer.read(tracer.end() - 1, record));
    char text[64];
    EXPECT_EQ(std::string(text, tracer.text(record, text, sizeof text)), "a note of some length");
}

TEST(DebugPrintTest, FormatsAsWindowsDoes)
{
    OPENKMDF_TESTS(DbgPrint, DbgPrintEx, DbgSetDebugFilterState);
    TestMachine pc;
    EXPECT_TRUE(pc.run([] {
        UNICODE_STRING name;
        RtlInitUnicodeString(&name, u"Echo");
        DbgPrint("%wZ %d 0x%I64x\n", &name, -5, 0x1'0000'0000ULL);
        DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_INFO_LEVEL, "%s", "info");
        ke::state().print_filter.show_all = false;
        DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_INFO_LEVEL, "hidden");
        DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_ERROR_LEVEL, "error");
        DbgSetDebugFilterState(DPFLTR_IHVDRIVER_ID, DPFLTR_INFO_LEVEL, TRUE);
        DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_INFO_LEVEL, "shown");
    }));
    EXPECT_EQ(pc.prints(),
              (std::vector<std::string>{"Echo -5 0x100000000\n", "info", "error", "shown"}));
}

}  // namespace
}  // namespace openkmdf::executive
