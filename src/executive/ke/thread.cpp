#include "executive/ke/thread.h"

#include "base/assert.h"
#include "executive/io/io_manager.h"
#include "executive/ke/dispatcher.h"
#include "executive/ke/driver_call.h"
#include "executive/module_registry.h"
#include "executive/ob/object_manager.h"
#include "executive/ps/processes.h"
#include "scheduler/scheduler.h"

#include <cstring>

namespace openkmdf::executive::ke {
namespace {

constexpr std::uint64_t kIdStep = 4;
constexpr std::uint16_t kCriticalRegionsAtStart = 1;  // of a driver's system thread

void initialize(KTHREAD &thread, scheduler::Activity *activity)
{
    initialize_header(thread.Header, kThread, sizeof thread.Header, 0);
    InitializeListHead(&thread.mutants);
    thread.activity = activity;
    thread.base_priority = 8;
    thread.create_time = kernel().scheduler->system_time();
    thread.exit_status = STATUS_PENDING;
}

// A client's thread object is not one that an allocation failure may keep away.
PKTHREAD make_client_thread()
{
    struct Block {
        ob::ObjectHeader header;
        KTHREAD thread;
    };
    Kernel &own = kernel();
    void *memory = own.arena->allocate(sizeof(Block), alignof(Block));
    OPENKMDF_ASSERT(memory, "no room for a thread in the machine's state region");
    auto *block = ::new (memory) Block();
    block->header.magic = ob::kLiveObject;
    block->header.references = 1;
    block->header.type = own.objects ? own.objects->type(ob::TypeIndex::Thread) : nullptr;
    block->header.size = sizeof(Block);
    return &block->thread;
}

// It may have ended, and its activity be another's, when its creator looks again.
void prepare(scheduler::Activity &activity)
{
    KTHREAD &thread = *static_cast<PKTHREAD>(activity.executive);
    thread.activity = &activity;
    thread.id = activity.ordinal * kIdStep;
    if (thread.process) kernel().processes->assign(activity, thread.process);
}

// The main function of every system thread.
void run_thread(void *argument)
{
    auto *thread = static_cast<PKTHREAD>(argument);
    const auto *routine = reinterpret_cast<const void *>(thread->start);
    const bool observed = !thread->worker && kernel().observe != 0;
    if (observed) driver_called(DriverRoutine::SystemThread, routine);
    thread->start(thread->start_context);
    if (observed) driver_returned(DriverRoutine::SystemThread, routine);
    end_current_thread(STATUS_SUCCESS);
}

[[noreturn, gnu::cold]] void ended_owning(const char *what, std::uint32_t code, std::uint64_t p1)
{
    bugcheck(code, p1, 0, 0, 0,
             "A system thread ended while it %s. Release everything before the thread routine "
             "returns or calls PsTerminateSystemThread.",
             what);
}

void check_end(const KTHREAD &thread)
{
    const KIRQL irql = scheduler::Scheduler::irql();
    if (this_processor().held_count) report_kept_spin_lock("A system thread that ends", nullptr);
    if (irql != PASSIVE_LEVEL) ended_owning("is above PASSIVE_LEVEL", IRQL_NOT_LESS_OR_EQUAL, irql);
    if (!IsListEmpty(&thread.mutants))
        ended_owning("owns a mutex", THREAD_TERMINATE_HELD_MUTEX, number_of(&thread));
    const std::uint16_t regions = thread.system ? kCriticalRegionsAtStart : 0;
    if (thread.critical_regions > regions || thread.guarded_regions)
        ended_owning("is inside a critical or guarded region", KERNEL_APC_PENDING_DURING_EXIT, 0);
    if (thread.critical_regions < regions)
        ended_owning("has left the critical region that it started in",
                     KERNEL_APC_PENDING_DURING_EXIT, 0);
}

}  // namespace

PKTHREAD make_current_thread()
{
    scheduler::Activity &activity = *scheduler::current.activity;
    PKTHREAD thread = make_client_thread();
    initialize(*thread, &activity);
    thread->id = activity.ordinal * kIdStep;
    activity.executive = thread;
    return thread;
}

void end_current_thread(NTSTATUS status)
{
    KTHREAD &thread = *current_thread();
    check_end(thread);
    if (IoManager *io = kernel().io) io->cancel_thread(scheduler::current.activity);
    abandon_mutants(thread);
    {
        scheduler::InternalGuard guard(state().lock);
        thread.terminating = true;
        thread.exit_status = status;
        thread.Header.SignalState = 1;
        wake_waiters(thread.Header);
        if (thread.system) state().system_threads--;
        // The object may outlive the activity, and the activity the object: each forgets the other.
        thread.activity = nullptr;
    }
    scheduler::current.activity->executive = nullptr;
    scheduler::Scheduler &scheduler = *scheduler::current.scheduler;
    ObjectManager *objects = kernel().objects;
    if (objects) {
        objects->dereference(&thread);
    }
    scheduler.exit_thread();
    __builtin_unreachable();
}

namespace {

// One reference for the thread itself, one for the caller.
PKTHREAD create_thread(const char *name, PKSTART_ROUTINE routine, void *context, bool system,
                       bool worker, PEPROCESS process, NTSTATUS &status)
{
    Kernel &own = kernel();
    PKTHREAD thread;
    if (worker) {
        thread = make_client_thread();
        status = STATUS_SUCCESS;
    } else {
        status = own.objects->create_object(ob::TypeIndex::Thread, &thread);
        if (!NT_SUCCESS(status)) return nullptr;
    }
    initialize(*thread, nullptr);
    thread->start = routine;
    thread->start_context = context;
    thread->system = system;
    thread->worker = worker;
    if (system) thread->critical_regions = kCriticalRegionsAtStart;
    if (process) ObjectManager::reference(process);
    thread->process = process;
    LoadedModule *module = find_module(number_of(reinterpret_cast<void *>(routine)));
    thread->driver = module ? module->ordinal : 0;
    ObjectManager::reference(thread);
    if (system) {
        scheduler::InternalGuard guard(state().lock);
        state().system_threads++;
    }
    scheduler::Activity *activity =
        own.scheduler->start_thread(name, run_thread, thread, thread, prepare);
    if (!activity) {
        if (system) {
            scheduler::InternalGuard guard(state().lock);
            state().system_threads--;
        }
        if (own.objects) {
            own.objects->dereference(thread);
            own.objects->dereference(thread);
        }
        status = STATUS_INSUFFICIENT_RESOURCES;
        return nullptr;
    }
    return thread;
}

void set_priority(KTHREAD &thread, LONG priority)
{
    scheduler::InternalGuard guard(state().lock);
    thread.base_priority = static_cast<std::int8_t>(priority);
    if (thread.activity) thread.activity->priority = thread.base_priority;
}

}  // namespace

PKTHREAD start_system_thread(const char *name, PKSTART_ROUTINE routine, void *context, bool worker)
{
    NTSTATUS status;
    return create_thread(name, routine, context, false, worker, nullptr, status);
}

extern "C" {

PKTHREAD NTAPI KeGetCurrentThread(VOID)
{
    return current_thread();
}

PETHREAD NTAPI PsGetCurrentThread(VOID)
{
    return reinterpret_cast<PETHREAD>(current_thread());
}

HANDLE NTAPI PsGetCurrentThreadId(VOID)
{
    return reinterpret_cast<HANDLE>(current_thread()->id);
}

HANDLE NTAPI PsGetThreadId(PETHREAD Thread)
{
    return reinterpret_cast<HANDLE>(reinterpret_cast<PKTHREAD>(Thread)->id);
}

BOOLEAN NTAPI PsIsSystemThread(PETHREAD Thread)
{
    auto *thread = reinterpret_cast<PKTHREAD>(Thread);
    return thread->system || thread->worker;
}

BOOLEAN NTAPI PsIsThreadTerminating(PETHREAD Thread)
{
    return reinterpret_cast<PKTHREAD>(Thread)->terminating;
}

NTSTATUS NTAPI PsGetThreadExitStatus(PETHREAD Thread)
{
    return reinterpret_cast<PKTHREAD>(Thread)->exit_status;
}

LONGLONG NTAPI PsGetThreadCreateTime(PETHREAD Thread)
{
    return reinterpret_cast<PKTHREAD>(Thread)->create_time;
}

NTSTATUS NTAPI PsCreateSystemThread(PHANDLE ThreadHandle, ULONG DesiredAccess,
                                    POBJECT_ATTRIBUTES ObjectAttributes, HANDLE ProcessHandle,
                                    PCLIENT_ID ClientId, PKSTART_ROUTINE StartRoutine,
                                    PVOID StartContext)
{
    Kernel &own = kernel();
    PEPROCESS process = nullptr;
    if (ProcessHandle) {
        NTSTATUS found = own.objects->reference_by_handle(ProcessHandle, 0, ob::TypeIndex::Process,
                                                          KernelMode, &process);
        if (!NT_SUCCESS(found)) return found;
    }
    NTSTATUS status;
    PKTHREAD thread =
        create_thread("system thread", StartRoutine, StartContext, true, false, process, status);
    if (process) own.objects->dereference(process);
    if (!thread) return status;
    if (ClientId) {
        ClientId->UniqueProcess = PsGetProcessId(process ? process : own.processes->system());
        ClientId->UniqueThread = reinterpret_cast<HANDLE>(thread->id);
    }
    const ULONG flags = ObjectAttributes ? ObjectAttributes->Attributes : 0;
    status = own.objects->create_handle(thread, DesiredAccess, flags | OBJ_KERNEL_HANDLE,
                                        KernelMode, ThreadHandle);
    own.objects->dereference(thread);
    point();
    return status;
}

NTSTATUS NTAPI PsTerminateSystemThread(NTSTATUS ExitStatus)
{
    KTHREAD &thread = *current_thread();
    if (thread.worker)
        bugcheck(ACTIVE_EX_WORKER_THREAD_TERMINATION, number_of(&thread), 0, 0, 0,
                 "A work item routine called PsTerminateSystemThread. The worker thread belongs to "
                 "the system: return from the routine instead.");
    if (!thread.system) return STATUS_INVALID_PARAMETER;
    end_current_thread(ExitStatus);
}

KPRIORITY NTAPI KeQueryPriorityThread(PKTHREAD Thread)
{
    scheduler::InternalGuard guard(state().lock);
    return Thread->activity ? Thread->activity->priority : Thread->base_priority;
}

KPRIORITY NTAPI KeSetPriorityThread(PKTHREAD Thread, KPRIORITY Priority)
{
    KPRIORITY old = KeQueryPriorityThread(Thread);
    if (Priority <= LOW_PRIORITY || Priority > HIGH_PRIORITY)
        bugcheck(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x20011, Priority, 0, 0,
                 "KeSetPriorityThread was called with priority %d; 1 to %d are allowed.", Priority,
                 HIGH_PRIORITY);
    set_priority(*Thread, Priority);
    point();
    return old;
}

// Relative to the priority of the thread's process, which is 8 for each here.
LONG NTAPI KeSetBasePriorityThread(PKTHREAD Thread, LONG Increment)
{
    constexpr LONG kProcessPriority = 8;
    const LONG old = Thread->base_priority - kProcessPriority;
    LONG priority = kProcessPriority + Increment;
    priority = priority < 1 ? 1 : priority > 15 ? 15 : priority;
    set_priority(*Thread, priority);
    return old;
}

}  // extern "C"

}  // namespace openkmdf::executive::ke
