#include "executive/ke/dpc.h"

#include "executive/ke/driver_call.h"
#include "executive/module_registry.h"
#include "scheduler/scheduler.h"

// DPCs: a queue per processor, run at DISPATCH_LEVEL when its IRQL is below that.

namespace openkmdf::executive::ke {
namespace {

constexpr UCHAR kDpcType = 0x13;
constexpr UCHAR kThreadedDpcType = 0x1A;
// KDPC::Number is this plus the processor once a target was set.
constexpr USHORT kTargeted = 0x1000;

void initialize(PRKDPC dpc, PKDEFERRED_ROUTINE routine, PVOID context, UCHAR type)
{
    dpc->TargetInfoAsUlong = 0;
    dpc->Type = type;
    dpc->Importance = MediumImportance;
    dpc->DpcListEntry = {};
    dpc->DeferredRoutine = routine;
    dpc->DeferredContext = context;
    dpc->SystemArgument1 = nullptr;
    dpc->SystemArgument2 = nullptr;
    dpc->DpcData = nullptr;
}

void require_initialized(const KDPC &dpc, const char *function)
{
    if ((dpc.Type == kDpcType || dpc.Type == kThreadedDpcType) && dpc.DeferredRoutine) [[likely]]
        return;
    char where[96];
    bugcheck(TIMER_OR_DPC_INVALID, 1, number_of(&dpc), 0, 0,
             "%s was called for a KDPC (%s) that is not initialized, or whose memory was "
             "overwritten. Call KeInitializeDpc first.",
             function, describe_address(number_of(&dpc), where, sizeof where));
}

// The next DPC of a processor, taken off its queue.
bool take(KeProcessor &own, KDPC *&dpc, KDPC &copy)
{
    scheduler::InternalGuard guard(state().lock);
    if (IsListEmpty(&own.dpcs)) return false;
    dpc = CONTAINING_RECORD(RemoveHeadList(&own.dpcs), KDPC, DpcListEntry);
    own.dpc_count--;
    copy = *dpc;
    dpc->DpcData = nullptr;
    __atomic_store_n(&own.running_dpc, dpc, __ATOMIC_RELAXED);
    own.running_routine = copy.DeferredRoutine;
    return true;
}

// Whether the queue is processed at once, not when the processor finds time ("Organization of DPC
// Queues").
bool starts_processing(UCHAR importance, bool on_this_processor)
{
    if (on_this_processor) return importance != LowImportance;
    return importance == HighImportance || importance == MediumHighImportance;
}

bool busy(const KeProcessor &processor)
{
    return processor.dpc_count || __atomic_load_n(&processor.running_dpc, __ATOMIC_ACQUIRE);
}

}  // namespace

bool queue_dpc(KDPC &dpc, void *argument1, void *argument2, DpcRequest &request)
{
    if (dpc.DpcData) return false;
    KeState &ke = state();
    std::uint32_t number = scheduler::current.processor->number;
    if (dpc.Number >= kTargeted) number = dpc.Number - kTargeted;
    KeProcessor &processor = ke.processors[number];
    dpc.SystemArgument1 = argument1;
    dpc.SystemArgument2 = argument2;
    dpc.DpcData = &processor;
    if (dpc.Importance == HighImportance) InsertHeadList(&processor.dpcs, &dpc.DpcListEntry);
    else InsertTailList(&processor.dpcs, &dpc.DpcListEntry);
    processor.dpc_count++;
    const bool here = number == scheduler::current.processor->number;
    request.processor = &kernel().scheduler->processors()[number];
    request.when = starts_processing(dpc.Importance, here) ? scheduler::Delivery::AtOnce
                                                           : scheduler::Delivery::Soon;
    return true;
}

PKDPC find_queued_dpc(const void *low, const void *high)
{
    KeState &ke = state();
    scheduler::InternalGuard guard(ke.lock);
    for (std::uint32_t i = 0; i < ke.processor_count; i++) {
        LIST_ENTRY &head = ke.processors[i].dpcs;
        for (LIST_ENTRY *entry = head.Flink; entry != &head; entry = entry->Flink) {
            PKDPC dpc = CONTAINING_RECORD(entry, KDPC, DpcListEntry);
            if (dpc >= low && dpc < high) return dpc;
        }
    }
    return nullptr;
}

void deliver(void *, scheduler::Processor &processor)
{
    auto &own = *static_cast<KeProcessor *>(processor.executive);
    const std::uint8_t irql = processor.irql;
    processor.irql = DISPATCH_LEVEL;
    KDPC *dpc;
    KDPC copy;
    while (take(own, dpc, copy)) {
        call_driver(DriverRoutine::Dpc, copy.DeferredRoutine, dpc, copy.DeferredContext,
                    copy.SystemArgument1, copy.SystemArgument2);
        __atomic_store_n(&own.running_dpc, nullptr, __ATOMIC_RELEASE);
        point();
    }
    processor.irql = irql;
}

extern "C" {

VOID NTAPI KeInitializeDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine, PVOID DeferredContext)
{
    initialize(Dpc, DeferredRoutine, DeferredContext, kDpcType);
}

// Runs like an ordinary DPC, as the system may do it ("Introduction to Threaded DPCs").
VOID NTAPI KeInitializeThreadedDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine,
                                   PVOID DeferredContext)
{
    initialize(Dpc, DeferredRoutine, DeferredContext, kThreadedDpcType);
}

BOOLEAN NTAPI KeInsertQueueDpc(PRKDPC Dpc, PVOID SystemArgument1, PVOID SystemArgument2)
{
    require_initialized(*Dpc, "KeInsertQueueDpc");
    DpcRequest request;
    {
        scheduler::InternalGuard guard(state().lock);
        if (!queue_dpc(*Dpc, SystemArgument1, SystemArgument2, request)) return FALSE;
    }
    request.send();
    point();
    return TRUE;
}

BOOLEAN NTAPI KeRemoveQueueDpc(PRKDPC Dpc)
{
    require_initialized(*Dpc, "KeRemoveQueueDpc");
    point();
    scheduler::InternalGuard guard(state().lock);
    auto *processor = static_cast<KeProcessor *>(Dpc->DpcData);
    if (!processor) return FALSE;
    RemoveEntryListUnsafe(&Dpc->DpcListEntry);
    processor->dpc_count--;
    Dpc->DpcData = nullptr;
    return TRUE;
}

BOOLEAN NTAPI KeRemoveQueueDpcEx(PRKDPC Dpc, BOOLEAN WaitIfActive)
{
    BOOLEAN removed = KeRemoveQueueDpc(Dpc);
    if (removed || !WaitIfActive) return removed;
    KeState &ke = state();
    for (std::uint32_t i = 0; i < ke.processor_count; i++) {
        for (unsigned attempt = 0;
             __atomic_load_n(&ke.processors[i].running_dpc, __ATOMIC_ACQUIRE) == Dpc; attempt++)
            scheduler::current.scheduler->relax({"running DPC", Dpc, nullptr}, attempt);
    }
    return FALSE;
}

VOID NTAPI KeSetImportanceDpc(PRKDPC Dpc, KDPC_IMPORTANCE Importance)
{
    Dpc->Importance = static_cast<UCHAR>(Importance);
}

VOID NTAPI KeSetTargetProcessorDpc(PRKDPC Dpc, CCHAR Number)
{
    const ULONG count = state().processor_count;
    if (Number < 0 || static_cast<ULONG>(Number) >= count)
        bugcheck(TIMER_OR_DPC_INVALID, 3, number_of(Dpc), static_cast<UCHAR>(Number), count,
                 "KeSetTargetProcessorDpc was called for processor %d; the machine has %u.", Number,
                 count);
    Dpc->Number = static_cast<USHORT>(kTargeted + Number);
}

NTSTATUS NTAPI KeSetTargetProcessorDpcEx(PKDPC Dpc, PPROCESSOR_NUMBER ProcNumber)
{
    if (ProcNumber->Group != 0 || ProcNumber->Reserved != 0 ||
        ProcNumber->Number >= state().processor_count)
        return STATUS_INVALID_PARAMETER;
    Dpc->Number = static_cast<USHORT>(kTargeted + ProcNumber->Number);
    return STATUS_SUCCESS;
}

VOID NTAPI KeFlushQueuedDpcs(VOID)
{
    KeState &ke = state();
    std::span<scheduler::Processor> all = kernel().scheduler->processors();
    for (std::uint32_t i = 0; i < ke.processor_count; i++) {
        for (unsigned attempt = 0;; attempt++) {
            {
                scheduler::InternalGuard guard(ke.lock);
                if (!busy(ke.processors[i])) break;
            }
            // On this processor they have run when it returns.
            if (attempt == 0) scheduler::current.scheduler->request_delivery(all[i]);
            else scheduler::current.scheduler->relax({"queued DPCs"}, attempt - 1);
        }
    }
    point();
}

LOGICAL NTAPI KeIsExecutingDpc(VOID)
{
    return this_processor().running_dpc != nullptr;
}

NTSTATUS NTAPI KeQueryDpcWatchdogInformation(PKDPC_WATCHDOG_INFORMATION WatchdogInformation)
{
    *WatchdogInformation = {};
    return scheduler::Scheduler::irql() < DISPATCH_LEVEL ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS;
}

}  // extern "C"

}  // namespace openkmdf::executive::ke
