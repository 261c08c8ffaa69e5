#include "executive/ke/dispatcher.h"

#include "executive/module_registry.h"
#include "executive/tracer.h"
#include "scheduler/scheduler.h"

#include <cstddef>

namespace openkmdf::executive::ke {
namespace {

KMUTANT &mutant_of(DISPATCHER_HEADER &header)
{
    return reinterpret_cast<KMUTANT &>(header);
}

bool is_signalled(DISPATCHER_HEADER &header, KTHREAD &thread)
{
    if (header.SignalState > 0) return true;
    return header.Type == kMutant && mutant_of(header).OwnerThread == &thread;
}

// Its owner took it so often that the count has no room for once more.
bool is_exhausted(const DISPATCHER_HEADER &header)
{
    return header.Type == kMutant && header.SignalState == MINLONG;
}

// Takes what the wait was for; STATUS_ABANDONED for a mutex whose owner ended without releasing it.
NTSTATUS satisfy(DISPATCHER_HEADER &header, KTHREAD &thread)
{
    switch (header.Type) {
    case kSynchronizationEvent:
    case kSynchronizationTimer:
        header.SignalState = 0;
        return STATUS_SUCCESS;
    case kSemaphore:
        header.SignalState--;
        return STATUS_SUCCESS;
    case kMutant: {
        KMUTANT &mutant = mutant_of(header);
        if (--header.SignalState == 0) {
            mutant.OwnerThread = &thread;
            thread.critical_regions += disabled_apcs(mutant);
            // Whoever waits parked does so below DISPATCH_LEVEL.
            if (&thread == current_thread() && scheduler::Scheduler::irql() >= DISPATCH_LEVEL)
                mutant.ApcDisable |= kTakenAtDispatchLevel;
            InsertTailList(&thread.mutants, &mutant.MutantListEntry);
            if (mutant.Abandoned) {
                mutant.Abandoned = FALSE;
                return STATUS_ABANDONED;
            }
        }
        return STATUS_SUCCESS;
    }
    default:
        return STATUS_SUCCESS;
    }
}

DISPATCHER_HEADER &header_of(KWAIT_BLOCK &block)
{
    return *static_cast<DISPATCHER_HEADER *>(block.Object);
}

void end_wait(KTHREAD &thread, NTSTATUS status)
{
    for (std::uint32_t i = 0; i < thread.wait_count; i++)
        RemoveEntryListUnsafe(&thread.wait_blocks[i].WaitListEntry);
    thread.waiting = false;
    thread.wait_status = status;
}

bool all_signalled(KTHREAD &thread)
{
    for (std::uint32_t i = 0; i < thread.wait_count; i++)
        if (!is_signalled(header_of(thread.wait_blocks[i]), thread)) return false;
    return true;
}

NTSTATUS satisfy_all(KTHREAD &thread)
{
    NTSTATUS result = STATUS_SUCCESS;
    for (std::uint32_t i = 0; i < thread.wait_count; i++)
        if (satisfy(header_of(thread.wait_blocks[i]), thread) == STATUS_ABANDONED)
            result = STATUS_ABANDONED;
    return result;
}

// Whether the wait that `block` belongs to can end now; ends it then.
bool try_end(KWAIT_BLOCK &block)
{
    KTHREAD &thread = *block.Thread;
    DISPATCHER_HEADER &header = header_of(block);
    NTSTATUS status;
    if (thread.wait_all) {
        if (!all_signalled(thread)) return false;
        status = satisfy_all(thread);
    } else {
        if (!is_signalled(header, thread)) return false;
        status = satisfy(header, thread);
        status += block.WaitKey;
    }
    end_wait(thread, status);
    scheduler::current.scheduler->unpark(*thread.activity);
    return true;
}

}  // namespace

void initialize_header(DISPATCHER_HEADER &header, DispatcherType type, std::size_t size,
                       LONG signal_state)
{
    header.Lock = 0;
    header.Type = type;
    header.Size = static_cast<UCHAR>(size / sizeof(ULONG));
    header.SignalState = signal_state;
    InitializeListHead(&header.WaitListHead);
}

void wake_waiters(DISPATCHER_HEADER &header)
{
    // Ending a wait unlinks its other blocks too, so the list is walked anew after each.
    bool ended = true;
    while (ended && header.SignalState > 0) {
        ended = false;
        for (LIST_ENTRY *entry = header.WaitListHead.Flink; entry != &header.WaitListHead;
             entry = entry->Flink) {
            if (try_end(*CONTAINING_RECORD(entry, KWAIT_BLOCK, WaitListEntry))) {
                ended = true;
                break;
            }
        }
    }
}

const char *type_name(const DISPATCHER_HEADER &header)
{
    switch (header.Type) {
    case kNotificationEvent:
    case kSynchronizationEvent:
        return "KEVENT";
    case kMutant:
        return "KMUTEX";
    case kProcess:
        return "process";
    case kQueue:
        return "KQUEUE";
    case kSemaphore:
        return "KSEMAPHORE";
    case kThread:
        return "thread";
    case kGate:
        return "KGATE";
    case kNotificationTimer:
    case kSynchronizationTimer:
        return "KTIMER";
    default:
        return "object";
    }
}

void require_initialized(const DISPATCHER_HEADER &header, const char *function)
{
    // Only what never changes afterwards can be read without the lock: not the list of waiters. A
    // timer keeps flags where the size of the others stands.
    const bool timer = header.Type == kNotificationTimer || header.Type == kSynchronizationTimer;
    if ((timer || header.Size != 0) && header.Type <= kLastDispatcherType) [[likely]]
        return;
    char where[96];
    bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x1002, number_of(&header), 0, 0,
             "%s was called for an object (%s) that is not initialized, or whose memory was "
             "overwritten. Initialize it first (KeInitializeEvent, KeInitializeMutex, ...).",
             function, describe_address(number_of(&header), where, sizeof where));
}

void abandon_mutants(KTHREAD &thread)
{
    scheduler::InternalGuard guard(state().lock);
    while (!IsListEmpty(&thread.mutants)) {
        LIST_ENTRY *entry = RemoveHeadList(&thread.mutants);
        KMUTANT &mutant = *CONTAINING_RECORD(entry, KMUTANT, MutantListEntry);
        mutant.OwnerThread = nullptr;
        mutant.Abandoned = TRUE;
        mutant.Header.SignalState = 1;
        wake_waiters(mutant.Header);
    }
}

std::int64_t deadline_of(const LARGE_INTEGER *timeout)
{
    scheduler::Scheduler &scheduler = *scheduler::current.scheduler;
    if (!timeout) return scheduler::kForever;
    if (timeout->QuadPart > 0) {
        // Absolute, in system time.
        return timeout->QuadPart - scheduler.options().start_time;
    }
    std::int64_t deadline;
    if (__builtin_sub_overflow(scheduler.now(), timeout->QuadPart, &deadline))
        return scheduler::kForever;
    return deadline;
}

// --- Waits ---------------------------------------------------------------------------------------

namespace {

[[noreturn, gnu::cold]] void cannot_wait(const char *function, const void *object,
                                         const LARGE_INTEGER *timeout)
{
    const KIRQL irql = scheduler::Scheduler::irql();
    if (this_processor().running_dpc)
        bugcheck(ATTEMPTED_SWITCH_FROM_DPC, number_of(current_thread()), 0,
                 number_of(__builtin_frame_address(0)), 0,
                 "%s would block inside a DPC routine. A DPC must not wait: wait with a zero "
                 "timeout, or do this work in a work item or a system thread.",
                 function);
    bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x3B, irql, number_of(object), number_of(timeout),
             "%s was called at IRQL %u with a timeout that is not zero. Waiting needs IRQL <= "
             "APC_LEVEL: release spin locks first, or wait in a work item or a system thread.",
             function, irql);
}

scheduler::Activity *holder_of_object(const void *object)
{
    const auto &header = *static_cast<const DISPATCHER_HEADER *>(object);
    scheduler::InternalGuard guard(state().lock);
    if (header.Type == kMutant) {
        PKTHREAD owner = reinterpret_cast<const KMUTANT &>(header).OwnerThread;
        return owner ? owner->activity : nullptr;
    }
    if (header.Type == kThread) return reinterpret_cast<const KTHREAD &>(header).activity;
    return nullptr;
}

struct Wait {
    PVOID *objects;
    ULONG count;
    bool all;
    PKWAIT_BLOCK blocks;
    std::int64_t deadline;
    bool poll;                     // zero timeout: never blocks
    const char *what = nullptr;    // null: by the first object
    HolderOf holder_of = nullptr;  // null: by the object, if there is only one
};

// With the lock held. STATUS_PENDING: the thread's blocks are linked, park it.
NTSTATUS begin_wait(KTHREAD &thread, const Wait &wait)
{
    thread.wait_blocks = wait.blocks;
    thread.wait_count = wait.count;
    thread.wait_all = wait.all;
    for (ULONG i = 0; i < wait.count; i++) {
        KWAIT_BLOCK &block = wait.blocks[i];
        block.Thread = &thread;
        block.Object = wait.objects[i];
        block.WaitKey = static_cast<USHORT>(i);
        block.WaitType = wait.all ? WaitAll : WaitAny;
        block.NextWaitBlock = &wait.blocks[(i + 1) % wait.count];
    }
    if (wait.all) {
        if (all_signalled(thread)) {
            for (ULONG i = 0; i < wait.count; i++)
                if (is_exhausted(header_of(wait.blocks[i]))) return STATUS_MUTANT_LIMIT_EXCEEDED;
            return satisfy_all(thread);
        }
    } else {
        for (ULONG i = 0; i < wait.count; i++) {
            DISPATCHER_HEADER &header = header_of(wait.blocks[i]);
            if (!is_signalled(header, thread)) continue;
            return is_exhausted(header) ? STATUS_MUTANT_LIMIT_EXCEEDED
                                        : satisfy(header, thread) + static_cast<NTSTATUS>(i);
        }
    }
    if (wait.poll) return STATUS_TIMEOUT;
    for (ULONG i = 0; i < wait.count; i++)
        InsertTailList(&header_of(wait.blocks[i]).WaitListHead, &wait.blocks[i].WaitListEntry);
    thread.waiting = true;
    thread.wait_status = STATUS_PENDING;
    return STATUS_PENDING;
}

NTSTATUS run_wait(const Wait &wait)
{
    KTHREAD &thread = *current_thread();
    KeState &ke = state();
    scheduler::Scheduler &scheduler = *scheduler::current.scheduler;
    point();
    DISPATCHER_HEADER &first = *static_cast<DISPATCHER_HEADER *>(wait.objects[0]);
    scheduler::WaitReason reason{wait.what ? wait.what : type_name(first), &first, nullptr,
                                 wait.holder_of};
    // Any of several objects may end a wait.
    if (!reason.holder_of && wait.count == 1) reason.holder_of = holder_of_object;
    NTSTATUS status;
    {
        scheduler::InternalGuard guard(ke.lock);
        status = begin_wait(thread, wait);
    }
    if (status == STATUS_MUTANT_LIMIT_EXCEEDED) [[unlikely]]
        ExRaiseStatus(status);
    if (status != STATUS_PENDING) return status;
    for (;;) {
        scheduler::ParkResult result = scheduler.park(reason, wait.deadline);
        scheduler::InternalGuard guard(ke.lock);
        if (!thread.waiting) return thread.wait_status;
        if (result == scheduler::ParkResult::TimedOut) {
            end_wait(thread, STATUS_TIMEOUT);
            return STATUS_TIMEOUT;
        }
    }
}

bool polls(const LARGE_INTEGER *timeout)
{
    return timeout && timeout->QuadPart == 0;
}

}  // namespace

NTSTATUS wait_for(DISPATCHER_HEADER &object, const char *what, HolderOf holder_of,
                  LARGE_INTEGER *timeout, const char *function)
{
    const KIRQL irql = scheduler::Scheduler::irql();
    if (irql > APC_LEVEL && (!polls(timeout) || irql > DISPATCH_LEVEL)) [[unlikely]]
        cannot_wait(function ? function : what, &object, timeout);
    PVOID objects[] = {&object};
    return run_wait({objects, 1, false, current_thread()->own_blocks, deadline_of(timeout),
                     polls(timeout), what, holder_of});
}

extern "C" {

NTSTATUS NTAPI KeWaitForSingleObject(PVOID Object, KWAIT_REASON, KPROCESSOR_MODE, BOOLEAN,
                                     PLARGE_INTEGER Timeout)
{
    auto &header = *static_cast<DISPATCHER_HEADER *>(Object);
    require_initialized(header, "KeWaitForSingleObject");
    return wait_for(header, nullptr, nullptr, Timeout, "KeWaitForSingleObject");
}

NTSTATUS NTAPI KeWaitForMultipleObjects(ULONG Count, PVOID Object[], WAIT_TYPE WaitType,
                                        KWAIT_REASON, KPROCESSOR_MODE, BOOLEAN,
                                        PLARGE_INTEGER Timeout, PKWAIT_BLOCK WaitBlockArray)
{
    const ULONG most = WaitBlockArray ? MAXIMUM_WAIT_OBJECTS : THREAD_WAIT_OBJECTS;
    if (Count > most || Count == 0) [[unlikely]]
        bugcheck(MAXIMUM_WAIT_OBJECTS_EXCEEDED, Count, most, 0, 0,
                 "KeWaitForMultipleObjects was called for %u objects; %s allows 1 to %u.", Count,
                 WaitBlockArray ? "a call with a WaitBlockArray" : "a call without WaitBlockArray",
                 most);
    for (ULONG i = 0; i < Count; i++)
        require_initialized(*static_cast<DISPATCHER_HEADER *>(Object[i]),
                            "KeWaitForMultipleObjects");
    const KIRQL irql = scheduler::Scheduler::irql();
    if (irql > APC_LEVEL && (!polls(Timeout) || irql > DISPATCH_LEVEL)) [[unlikely]]
        cannot_wait("KeWaitForMultipleObjects", Object[0], Timeout);
    PKWAIT_BLOCK blocks = WaitBlockArray ? WaitBlockArray : current_thread()->own_blocks;
    return run_wait({Object, Count, WaitType == WaitAll, blocks, deadline_of(Timeout),
                     polls(Timeout), nullptr, nullptr});
}

NTSTATUS NTAPI KeDelayExecutionThread(KPROCESSOR_MODE, BOOLEAN, PLARGE_INTEGER Interval)
{
    if (scheduler::Scheduler::irql() > APC_LEVEL) [[unlikely]]
        cannot_wait("KeDelayExecutionThread", nullptr, Interval);
    if (Interval->QuadPart == 0) {
        point(scheduler::Point::Yield);
        return STATUS_SUCCESS;
    }
    const std::int64_t deadline = deadline_of(Interval);
    const scheduler::WaitReason reason{"delay", nullptr, nullptr};
    while (scheduler::current.scheduler->now() < deadline)
        if (scheduler::current.scheduler->park(reason, deadline) == scheduler::ParkResult::TimedOut)
            break;
    return STATUS_SUCCESS;
}

}  // extern "C"

}  // namespace openkmdf::executive::ke
