#include "executive/ke/ke_state.h"
#include "scheduler/scheduler.h"

#include <ntddk.h>

// Nodes (one), and room on the kernel stack.

namespace openkmdf::executive::ke {

extern "C" {

UCHAR NTAPI KeSetIdealProcessorThread(PKTHREAD, UCHAR Processor)
{
    return Processor < state().processor_count ? Processor : 0;
}

VOID NTAPI KeQueryNodeActiveAffinity(USHORT NodeNumber, PGROUP_AFFINITY Affinity, PUSHORT Count)
{
    const bool known = NodeNumber == 0;
    if (Affinity) {
        *Affinity = {};
        Affinity->Mask = known ? KeQueryActiveProcessors() : 0;
    }
    if (Count) *Count = known ? static_cast<USHORT>(state().processor_count) : 0;
}

ULONG NTAPI KeQueryNodeActiveProcessorCount(USHORT NodeNumber)
{
    return NodeNumber == 0 ? state().processor_count : 0;
}

USHORT NTAPI KeQueryNodeMaximumProcessorCount(USHORT NodeNumber)
{
    return NodeNumber == 0 ? static_cast<USHORT>(state().processor_count) : 0;
}

// What is left of the kernel stack is more than this asks for at most.
NTSTATUS NTAPI KeExpandKernelStackAndCalloutEx(PEXPAND_STACK_CALLOUT Callout, PVOID Parameter,
                                               SIZE_T Size, BOOLEAN Wait, PVOID)
{
    if (Size > MAXIMUM_EXPANSION_SIZE) return STATUS_INVALID_PARAMETER_3;
    if (Wait && scheduler::Scheduler::irql() >= DISPATCH_LEVEL) return STATUS_INVALID_PARAMETER_4;
    const auto *here = static_cast<std::byte *>(__builtin_frame_address(0));
    const std::byte *low = scheduler::current.activity->kernel_stack_low;
    if (static_cast<SIZE_T>(here - low) < Size + PAGE_SIZE) return STATUS_NO_MEMORY;
    Callout(Parameter);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI KeExpandKernelStackAndCallout(PEXPAND_STACK_CALLOUT Callout, PVOID Parameter,
                                             SIZE_T Size)
{
    return KeExpandKernelStackAndCalloutEx(Callout, Parameter, Size, TRUE, nullptr);
}

BOOLEAN NTAPI KeInvalidateAllCaches(VOID)
{
    return TRUE;
}

}  // extern "C"

}  // namespace openkmdf::executive::ke
