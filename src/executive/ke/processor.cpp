#include "executive/ke/thread.h"

#include "executive/ke/ke_state.h"
#include "scheduler/scheduler.h"

// Processors: one group, one node.

namespace openkmdf::executive::ke {
namespace {

constexpr ULONG kInvalidIndex = 0xFFFF'FFFF;  // INVALID_PROCESSOR_INDEX

KAFFINITY all_processors()
{
    const std::uint32_t count = state().processor_count;
    return count >= 64 ? ~KAFFINITY{0} : (KAFFINITY{1} << count) - 1;
}

}  // namespace

extern "C" {

ULONG NTAPI KeGetCurrentProcessorNumber(VOID)
{
    return scheduler::current.processor->number;
}

ULONG NTAPI KeGetCurrentProcessorNumberEx(PPROCESSOR_NUMBER ProcNumber)
{
    const ULONG number = scheduler::current.processor->number;
    if (ProcNumber) *ProcNumber = {.Group = 0, .Number = static_cast<UCHAR>(number), .Reserved = 0};
    return number;
}

USHORT NTAPI KeGetCurrentNodeNumber(VOID)
{
    return 0;
}

ULONG NTAPI KeGetProcessorIndexFromNumber(PPROCESSOR_NUMBER ProcNumber)
{
    if (ProcNumber->Group != 0 || ProcNumber->Number >= state().processor_count)
        return kInvalidIndex;
    return ProcNumber->Number;
}

NTSTATUS NTAPI KeGetProcessorNumberFromIndex(ULONG ProcIndex, PPROCESSOR_NUMBER ProcNumber)
{
    if (ProcIndex >= state().processor_count) return STATUS_INVALID_PARAMETER;
    *ProcNumber = {.Group = 0, .Number = static_cast<UCHAR>(ProcIndex), .Reserved = 0};
    return STATUS_SUCCESS;
}

ULONG NTAPI KeQueryActiveProcessorCount(PKAFFINITY ActiveProcessors)
{
    if (ActiveProcessors) *ActiveProcessors = all_processors();
    return state().processor_count;
}

ULONG NTAPI KeQueryActiveProcessorCountEx(USHORT GroupNumber)
{
    return GroupNumber == 0 || GroupNumber == ALL_PROCESSOR_GROUPS ? state().processor_count : 0;
}

KAFFINITY NTAPI KeQueryActiveProcessors(VOID)
{
    return all_processors();
}

USHORT NTAPI KeQueryActiveGroupCount(VOID)
{
    return 1;
}

KAFFINITY NTAPI KeQueryGroupAffinity(USHORT GroupNumber)
{
    return GroupNumber == 0 ? all_processors() : 0;
}

USHORT NTAPI KeQueryMaximumGroupCount(VOID)
{
    return 1;
}

ULONG NTAPI KeQueryMaximumProcessorCount(VOID)
{
    return state().processor_count;
}

ULONG NTAPI KeQueryMaximumProcessorCountEx(USHORT GroupNumber)
{
    return KeQueryActiveProcessorCountEx(GroupNumber);
}

USHORT NTAPI KeQueryHighestNodeNumber(VOID)
{
    return 0;
}

ULONG NTAPI KeGetRecommendedSharedDataAlignment(VOID)
{
    return SYSTEM_CACHE_ALIGNMENT_SIZE;
}

LOGICAL NTAPI KeShouldYieldProcessor(VOID)
{
    constexpr std::int64_t kLongest = 100'000;  // 10 ms at DISPATCH_LEVEL
    point(scheduler::Point::Yield);
    KeProcessor &processor = this_processor();
    if (scheduler::Scheduler::irql() < DISPATCH_LEVEL) {
        processor.yield_from = 0;
        return FALSE;
    }
    const std::int64_t now = scheduler::current.scheduler->read_clock();
    if (!processor.yield_from) processor.yield_from = now;
    if (!processor.dpc_count && now - processor.yield_from < kLongest) return FALSE;
    processor.yield_from = 0;
    return TRUE;
}

// Every switch of threads keeps the host's floating point registers. What is left to save is how
// they compute: MXCSR (16 bits), the x87 control word (12) and the IRQL (4).
NTSTATUS NTAPI KeSaveFloatingPointState(PKFLOATING_SAVE FloatSave)
{
    const ULONG mxcsr = __builtin_ia32_stmxcsr();
    USHORT control = 0;
    asm volatile("fnstcw %0" : "=m"(control));
    FloatSave->Dummy = mxcsr << 16 | static_cast<ULONG>(control & 0xFFF) << 4 |
                       static_cast<ULONG>(scheduler::Scheduler::irql());
    const USHORT fresh = 0x27F;
    asm volatile("fldcw %0" : : "m"(fresh));
    __builtin_ia32_ldmxcsr(0x1F80);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI KeRestoreFloatingPointState(PKFLOATING_SAVE FloatSave)
{
    const ULONG saved = FloatSave->Dummy;
    const ULONG irql = scheduler::Scheduler::irql();
    if ((saved & 0xF) != irql) [[unlikely]]
        bugcheck(INVALID_FLOATING_POINT_STATE, 1, saved & 0xF, irql, 0,
                 "The floating point state was saved at IRQL %u and is restored at IRQL %u.",
                 saved & 0xF, irql);
    const USHORT control = static_cast<USHORT>(saved >> 4 & 0xFFF);
    asm volatile("fldcw %0" : : "m"(control));
    __builtin_ia32_ldmxcsr(saved >> 16);
    return STATUS_SUCCESS;
}

VOID NTAPI KeFlushIoBuffers(PMDL, BOOLEAN, BOOLEAN)
{
    // The processors of the machine share coherent caches with its devices.
}

}  // extern "C"

}  // namespace openkmdf::executive::ke
