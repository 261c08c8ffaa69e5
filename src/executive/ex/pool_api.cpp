#include "executive/ex/pool.h"

#include "executive/ex/live_objects.h"
#include "executive/exceptions.h"
#include "executive/ke/dpc.h"
#include "executive/ke/timer.h"
#include "executive/module_registry.h"
#include "executive/stack_table.h"
#include "scheduler/scheduler.h"

#include <ntddk.h>

// ExAllocatePool* and ExFreePool*.

namespace openkmdf::executive {

std::uint16_t calling_driver(const void *return_address, const void *frame)
{
    const Kernel &own = kernel();
    if (!own.modules) [[unlikely]]
        return 0;
    LoadedModule *module = find_module(own, number_of(return_address));
    if (!module) {
        // Through a checked entry, or on behalf of a call into the framework.
        const std::uint64_t address = driver_on_stack(frame, 4);
        module = address ? find_module(own, address) : nullptr;
    }
    return module ? module->ordinal : 0;
}

namespace {

[[noreturn, gnu::cold]] void wrong_irql(std::uint64_t kind, std::uint64_t type,
                                        std::uint64_t argument, const char *verb, bool paged)
{
    const KIRQL irql = scheduler::Scheduler::irql();
    bugcheck(BAD_POOL_CALLER, kind, irql, type, argument,
             "%s pool was %s at IRQL %u; it needs IRQL <= %s.", paged ? "Paged" : "Nonpaged", verb,
             irql, paged ? "APC_LEVEL" : "DISPATCH_LEVEL");
}

enum class OnFailure : std::uint8_t { Null, Raise };

void *allocate(const char *function, Pool::Request request, std::uint64_t type, OnFailure failure,
               const void *caller)
{
    if (scheduler::Scheduler::irql() > (request.paged ? APC_LEVEL : DISPATCH_LEVEL)) [[unlikely]]
        wrong_irql(0x08, type, request.size, "allocated", request.paged);
    if (!request.tag) [[unlikely]]
        bugcheck(BAD_POOL_CALLER, 0x9B, type, request.size, number_of(caller),
                 "%s was called with tag 0. Give each allocation a tag of four characters.",
                 function);
    if (!request.size) [[unlikely]] {
        if (kernel().pool->checking())
            bugcheck(BAD_POOL_CALLER, 0, 0, type, request.tag,
                     "%s was asked for no bytes at all. Check the size before allocating.",
                     function);
        request.size = 1;
    }
    request.driver = calling_driver(caller, request.frame);
    void *block = kernel().pool->allocate(request);
    if (!block && failure == OnFailure::Raise) [[unlikely]]
        raise_status(STATUS_INSUFFICIENT_RESOURCES, function,
                     "there is no memory, and the call asks for an exception then");
    return block;
}

// By POOL_TYPE.
void *allocate_typed(const char *function, ULONG type, SIZE_T size, ULONG tag, bool raise,
                     const void *caller, const void *frame)
{
    Pool::Request request;
    request.size = size;
    request.tag = tag;
    request.paged = type & PagedPool;
    request.zero = type & POOL_ZERO_ALLOCATION;
    request.page_aligned = type & NonPagedPoolCacheAligned;
    request.frame = frame;
    if (type & NonPagedPoolMustSucceed) [[unlikely]]
        bugcheck(BAD_POOL_CALLER, 0x9A, type, size, tag,
                 "%s was asked for must-succeed pool, which is gone. Allocate from NonPagedPoolNx "
                 "and handle the failure.",
                 function);
    return allocate(function, request, type, raise ? OnFailure::Raise : OnFailure::Null, caller);
}

// What the system would still use after the memory is gone.
void check_no_objects(const void *address)
{
    PoolBlock block;
    if (!kernel().pool->find(address, block) || block.freed) return;
    const auto *low = static_cast<const std::byte *>(block.address);
    const std::byte *high = low + block.size;
    if (PKTIMER timer = ke::find_armed_timer(low, high))
        bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x15, number_of(timer), block.paged,
                 number_of(low),
                 "A pool block was freed that holds a timer which is set. Cancel it with "
                 "KeCancelTimer first.");
    if (PKDPC dpc = ke::find_queued_dpc(low, high))
        bugcheck(TIMER_OR_DPC_INVALID, 1, number_of(dpc), number_of(low), number_of(high),
                 "A pool block was freed that holds a DPC which is queued. Wait for it with "
                 "KeFlushQueuedDpcs first.");
    if (const void *resource = find_resource(low, high))
        bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xD2, number_of(resource), number_of(low),
                 block.size,
                 "A pool block was freed that holds an initialized ERESOURCE. Call "
                 "ExDeleteResourceLite first.");
    if (const void *list = find_lookaside_list(low, high))
        bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xCC, number_of(list), number_of(low),
                 block.size,
                 "A pool block was freed that holds a look-aside list. Delete the list first.");
}

void free(void *block, ULONG tag, const void *frame)
{
    PoolBlock found;
    const KIRQL irql = scheduler::Scheduler::irql();
    if (kernel().pool->checking()) [[unlikely]]
        check_no_objects(block);
    if (irql > APC_LEVEL) [[unlikely]] {
        const bool paged = kernel().pool->find(block, found) && found.paged;
        if (paged || irql > DISPATCH_LEVEL)
            wrong_irql(0x09, paged, number_of(block), "freed", paged);
    }
    kernel().pool->free(block, tag, frame);
}

constexpr ULONG kNoTag = 'enoN';

constexpr ULONG64 kPlaces = POOL_FLAG_NON_PAGED | POOL_FLAG_NON_PAGED_EXECUTE | POOL_FLAG_PAGED;
constexpr ULONG64 kKnown = kPlaces | POOL_FLAG_USE_QUOTA | POOL_FLAG_UNINITIALIZED |
                           POOL_FLAG_SESSION | POOL_FLAG_CACHE_ALIGNED | POOL_FLAG_RAISE_ON_FAILURE;

void *refuse(const char *function, POOL_FLAGS flags, const char *why)
{
    if (flags & POOL_FLAG_RAISE_ON_FAILURE) raise_status(STATUS_INVALID_PARAMETER, function, why);
    return nullptr;
}

void *allocate_flagged(const char *function, POOL_FLAGS flags, SIZE_T size, ULONG tag,
                       const void *caller, const void *frame)
{
    const ULONG64 place = flags & kPlaces;
    // Flags in the upper half may be ignored by a system that does not know them.
    const ULONG64 required = flags & (POOL_FLAG_OPTIONAL_START - 1);
    if ((place & (place - 1)) || !place || (required & ~kKnown)) [[unlikely]]
        return refuse(function, flags,
                      "its Flags do not name exactly one kind of pool, or are unknown");
    if (!tag) [[unlikely]]
        return refuse(function, flags, "its Tag is 0");
    Pool::Request request;
    request.size = size;
    request.tag = tag;
    request.paged = flags & POOL_FLAG_PAGED;
    request.zero = !(flags & POOL_FLAG_UNINITIALIZED);
    request.page_aligned = flags & POOL_FLAG_CACHE_ALIGNED;
    request.frame = frame;
    const bool raise = flags & POOL_FLAG_RAISE_ON_FAILURE;
    return allocate(function, request, request.paged, raise ? OnFailure::Raise : OnFailure::Null,
                    caller);
}

// The parameters tell where the memory should be, which is all the same here; a secure pool is not.
bool can_be_met(const POOL_EXTENDED_PARAMETER &parameter, POOL_FLAGS flags)
{
    if (parameter.Type == PoolExtendedParameterPriority) return true;
    if (parameter.Type != PoolExtendedParameterNumaNode || !(flags & POOL_FLAG_NON_PAGED))
        return false;
    return (parameter.PreferredNode & MM_ANY_NODE_OK) ||
           parameter.PreferredNode <= KeQueryHighestNodeNumber();
}

}  // namespace

#define CALLER __builtin_return_address(0), __builtin_frame_address(0)

extern "C" {

PVOID NTAPI ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag)
{
    return allocate_flagged("ExAllocatePool2", Flags, NumberOfBytes, Tag, CALLER);
}

PVOID NTAPI ExAllocatePool3(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag,
                            PCPOOL_EXTENDED_PARAMETER ExtendedParameters,
                            ULONG ExtendedParametersCount)
{
    for (ULONG i = 0; i < ExtendedParametersCount; i++) {
        if (ExtendedParameters[i].Optional || can_be_met(ExtendedParameters[i], Flags)) continue;
        return refuse("ExAllocatePool3", Flags,
                      "an extended parameter that is not optional is unknown or cannot be met");
    }
    return allocate_flagged("ExAllocatePool3", Flags, NumberOfBytes, Tag, CALLER);
}

PVOID NTAPI ExAllocatePool(POOL_TYPE PoolType, SIZE_T NumberOfBytes)
{
    return allocate_typed("ExAllocatePool", PoolType, NumberOfBytes, kNoTag,
                          PoolType & POOL_RAISE_IF_ALLOCATION_FAILURE, CALLER);
}

PVOID NTAPI ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    return allocate_typed("ExAllocatePoolWithTag", PoolType, NumberOfBytes, Tag,
                          PoolType & POOL_RAISE_IF_ALLOCATION_FAILURE, CALLER);
}

PVOID NTAPI ExAllocatePoolWithTagPriority(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
                                          EX_POOL_PRIORITY)
{
    return allocate_typed("ExAllocatePoolWithTagPriority", PoolType, NumberOfBytes, Tag,
                          PoolType & POOL_RAISE_IF_ALLOCATION_FAILURE, CALLER);
}

PVOID NTAPI ExAllocatePoolWithQuota(POOL_TYPE PoolType, SIZE_T NumberOfBytes)
{
    return allocate_typed("ExAllocatePoolWithQuota", PoolType, NumberOfBytes, kNoTag,
                          !(PoolType & POOL_QUOTA_FAIL_INSTEAD_OF_RAISE), CALLER);
}

PVOID NTAPI ExAllocatePoolWithQuotaTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    return allocate_typed("ExAllocatePoolWithQuotaTag", PoolType, NumberOfBytes, Tag,
                          !(PoolType & POOL_QUOTA_FAIL_INSTEAD_OF_RAISE), CALLER);
}

VOID NTAPI ExFreePool(PVOID P)
{
    free(P, 0, __builtin_frame_address(0));
}

VOID NTAPI ExFreePoolWithTag(PVOID P, ULONG Tag)
{
    free(P, Tag, __builtin_frame_address(0));
}

VOID NTAPI ExFreePool2(PVOID P, ULONG Tag, PCPOOL_EXTENDED_PARAMETER, ULONG)
{
    free(P, Tag, __builtin_frame_address(0));
}

}  // extern "C"

}  // namespace openkmdf::executive
