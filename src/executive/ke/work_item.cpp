#include "executive/ke/work_item.h"

#include "base/assert.h"
#include "executive/ke/driver_call.h"
#include "executive/module_registry.h"
#include "scheduler/scheduler.h"

// Executive work items and the system worker threads that run them: a pool per kind of queue, grown
// while items wait and nobody is free, up to a bound.

namespace openkmdf::executive::ke {

struct Worker {
    Worker *next = nullptr;                   // idle, or vacant
    scheduler::Activity *activity = nullptr;  // set by itself, before it is idle
    WorkQueue *queue = nullptr;
    bool called = false;            // taken off the idle list by whoever queued an item
    const void *routine = nullptr;  // being run
};

struct WorkQueue {
    static constexpr unsigned kMostWorkers = 16;
    LIST_ENTRY items = {};  // guarded by KeState::lock, like all of it
    Worker *idle = nullptr;
    Worker *vacant = nullptr;  // of those that count, without a thread
    unsigned count = 0;
    const char *name = "";
    std::int8_t priority = 8;
    Worker workers[kMostWorkers];
};

namespace {

enum { kCritical, kDelayed, kHyperCritical, kQueues };

int queue_index(ULONG type)
{
    switch (type) {
    case CriticalWorkQueue:
    case RealTimeWorkQueue:
    case SuperCriticalWorkQueue:
        return kCritical;
    case HyperCriticalWorkQueue:
        return kHyperCritical;
    default:
        return kDelayed;
    }
}

struct Work {
    PWORKER_THREAD_ROUTINE routine;
    PVOID parameter;
};

// Parks until there is an item.
Work next_work(Worker &worker)
{
    WorkQueue &queue = *worker.queue;
    KeState &ke = state();
    for (;;) {
        {
            scheduler::InternalGuard guard(ke.lock);
            worker.routine = nullptr;
            if (!IsListEmpty(&queue.items)) {
                auto *item = CONTAINING_RECORD(RemoveHeadList(&queue.items), WORK_QUEUE_ITEM, List);
                // From here on the item is the driver's again: the routine may free it.
                item->List.Flink = nullptr;
                worker.routine = reinterpret_cast<const void *>(item->WorkerRoutine);
                return {item->WorkerRoutine, item->Parameter};
            }
            worker.called = false;
            worker.next = queue.idle;
            queue.idle = &worker;
        }
        // A worker without work waits for nobody: no name, so that it stands in no report.
        const scheduler::WaitReason nothing;
        while (!__atomic_load_n(&worker.called, __ATOMIC_ACQUIRE))
            scheduler::current.scheduler->park(nothing);
    }
}

void NTAPI run_worker(PVOID context)
{
    auto &worker = *static_cast<Worker *>(context);
    worker.activity = scheduler::current.activity;
    worker.activity->priority = worker.queue->priority;
    for (;;) {
        Work work = next_work(worker);
        call_driver(DriverRoutine::WorkItem, work.routine, work.parameter);
        point();
    }
}

// With the lock held: the worker to start, or nullptr.
Worker *new_worker(WorkQueue &queue)
{
    Worker *worker = queue.vacant;
    if (worker) {
        queue.vacant = worker->next;
    } else {
        if (queue.count == WorkQueue::kMostWorkers) return nullptr;
        worker = &queue.workers[queue.count++];
        worker->queue = &queue;
    }
    return worker;
}

// It may have ended work, and be called again, before this returns. A worker never ends: nobody
// releases its thread.
void start(Worker &worker)
{
    if (start_system_thread(worker.queue->name, run_worker, &worker, true)) return;
    // The others will come to the item.
    WorkQueue &queue = *worker.queue;
    scheduler::InternalGuard guard(state().lock);
    worker.next = queue.vacant;
    queue.vacant = &worker;
    unsigned vacant = 0;
    for (Worker *other = queue.vacant; other; other = other->next) vacant++;
    OPENKMDF_ASSERT(vacant < queue.count, "no stack for the first worker thread");
}

[[noreturn, gnu::cold]] void bad_item(PWORK_QUEUE_ITEM item, bool queued)
{
    char where[96];
    describe_address(number_of(item), where, sizeof where);
    if (queued)
        bugcheck(WORKER_INVALID, 1, number_of(item), 0, 0,
                 "ExQueueWorkItem was called for a work item (%s) that is queued already. Queue it "
                 "again only after its routine has begun to run.",
                 where);
    bugcheck(WORKER_INVALID, 0, number_of(item), 0, 0,
             "ExQueueWorkItem was called for a work item (%s) without a routine. Call "
             "ExInitializeWorkItem first.",
             where);
}

}  // namespace

bool initialize_work_queues(Kernel &kernel)
{
    void *memory = kernel.arena->allocate(kQueues * sizeof(WorkQueue), alignof(WorkQueue));
    if (!memory) return false;
    static constexpr const char *kNames[] = {"critical worker", "worker", "hypercritical worker"};
    static constexpr std::int8_t kPriorities[] = {13, 12, 15};
    auto *queues = static_cast<WorkQueue *>(memory);
    for (int i = 0; i < kQueues; i++) {
        auto *queue = ::new (queues + i) WorkQueue;
        InitializeListHead(&queue->items);
        queue->name = kNames[i];
        queue->priority = kPriorities[i];
    }
    kernel.ke->work_queues = queues;
    return true;
}

std::uint32_t outstanding_work_items(std::uint16_t driver)
{
    KeState &ke = state();
    auto counts = [driver](const void *routine) {
        if (!driver) return true;
        LoadedModule *module = find_module(number_of(routine));
        return module && module->ordinal == driver;
    };
    scheduler::InternalGuard guard(ke.lock);
    std::uint32_t sum = 0;
    for (int i = 0; i < kQueues; i++) {
        WorkQueue &queue = ke.work_queues[i];
        for (LIST_ENTRY *entry = queue.items.Flink; entry != &queue.items; entry = entry->Flink)
            sum += counts(reinterpret_cast<const void *>(
                CONTAINING_RECORD(entry, WORK_QUEUE_ITEM, List)->WorkerRoutine));
        for (unsigned j = 0; j < queue.count; j++)
            sum += queue.workers[j].routine && counts(queue.workers[j].routine);
    }
    return sum;
}

extern "C" VOID NTAPI ExQueueWorkItem(PWORK_QUEUE_ITEM WorkItem, WORK_QUEUE_TYPE QueueType)
{
    if (!WorkItem->WorkerRoutine) [[unlikely]]
        bad_item(WorkItem, false);
    Worker *fresh = nullptr;
    bool queued = false;
    {
        KeState &ke = state();
        scheduler::InternalGuard guard(ke.lock);
        WorkQueue &queue = ke.work_queues[queue_index(QueueType)];
        queued = WorkItem->List.Flink != nullptr;
        if (!queued) {
            InsertTailList(&queue.items, &WorkItem->List);
            if (Worker *worker = queue.idle) {
                queue.idle = worker->next;
                __atomic_store_n(&worker->called, true, __ATOMIC_RELEASE);
                scheduler::current.scheduler->unpark(*worker->activity);
            } else {
                fresh = new_worker(queue);
            }
        }
    }
    if (queued) [[unlikely]]
        bad_item(WorkItem, true);
    if (fresh) start(*fresh);
    point();
}

}  // namespace openkmdf::executive::ke
