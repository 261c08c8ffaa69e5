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
    point(scheduler::Point::Yield);
    return FALSE;
}

// Threads use the host's floating point state, which every switch keeps.
NTSTATUS NTAPI KeSaveFloatingPointState(PKFLOATING_SAVE FloatSave)
{
    *FloatSave = {};
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI KeRestoreFloatingPointState(PKFLOATING_SAVE)
{
    return STATUS_SUCCESS;
}

VOID NTAPI KeFlushIoBuffers(PMDL, BOOLEAN, BOOLEAN)
{
    // The processors of the machine share coherent caches with its devices.
}

}  // extern "C"

}  // namespace openkmdf::executive::ke
