#include "executive/ps/processes.h"

#include "executive/ke/ke_state.h"
#include "executive/ke/thread.h"
#include "executive/ob/object_manager.h"

#include <cstring>
#include <new>

namespace openkmdf::executive {
namespace {

constexpr std::uint64_t kSystemId = 4;
constexpr std::uint64_t kIdStep = 4;

}  // namespace

Processes *Processes::create(Kernel &kernel)
{
    void *block = kernel.arena->allocate(sizeof(Processes), alignof(Processes));
    if (block == nullptr) return nullptr;
    auto *processes = ::new (block) Processes(kernel);
    kernel.processes = processes;
    ob::TypeProcedures procedures;
    procedures.deleted = deleted;
    kernel.objects->set_procedures(ob::TypeIndex::Process, procedures);
    procedures.deleted = thread_deleted;
    kernel.objects->set_procedures(ob::TypeIndex::Thread, procedures);
    processes->system_ = processes->make(u"System", se::TokenKind::System);
    if (processes->system_ == nullptr) return nullptr;
    processes->system_->id = kSystemId;
    processes->default_client_ = processes->make(u"client.exe", se::TokenKind::Administrator);
    return processes->default_client_ != nullptr ? processes : nullptr;
}

PEPROCESS Processes::make(std::u16string_view image_name, se::TokenKind kind)
{
    PEPROCESS process;
    if (!NT_SUCCESS(kernel_.objects->create_object(ob::TypeIndex::Process, &process)))
        return nullptr;
    KeInitializeEvent(&process->ended, NotificationEvent, FALSE);
    process->handles = kernel_.arena->make<ob::HandleTable>(*kernel_.arena);
    process->token = se::create_token(*kernel_.objects, kind);
    if (process->handles == nullptr || process->token == nullptr) {
        kernel_.objects->dereference(process);
        return nullptr;
    }
    constexpr std::size_t most = sizeof process->image_name / sizeof(WCHAR) - 1;
    const std::size_t length = image_name.size() < most ? image_name.size() : most;
    std::memcpy(process->image_name, image_name.data(), length * sizeof(WCHAR));
    process->create_time = kernel_.scheduler->system_time();
    process->exit_status = STATUS_PENDING;
    process->running = true;
    scheduler::InternalGuard guard(lock_);
    process->id = next_id_;
    next_id_ += kIdStep;
    (last_ ? last_->next : first_) = process;
    last_ = process;
    return process;
}

void Processes::deleted(void *body)
{
    auto *process = static_cast<PEPROCESS>(body);
    Kernel &kernel = executive::kernel();
    if (process->token != nullptr) kernel.objects->dereference(process->token);
    kernel.arena->drop(process->handles);
}

void Processes::thread_deleted(void *body)
{
    PEPROCESS process = static_cast<PKTHREAD>(body)->process;
    if (process != nullptr) executive::kernel().objects->dereference(process);
}

PEPROCESS *Processes::slot(std::uint32_t ordinal, bool grow)
{
    if (ordinal >= kChunk * kChunks) return nullptr;
    PEPROCESS **chunk = &assigned_[ordinal / kChunk];
    PEPROCESS *slots = __atomic_load_n(chunk, __ATOMIC_ACQUIRE);
    if (slots == nullptr && grow) {
        slots = static_cast<PEPROCESS *>(kernel_.arena->allocate(kChunk * sizeof(PEPROCESS)));
        if (slots == nullptr) return nullptr;
        std::memset(slots, 0, kChunk * sizeof(PEPROCESS));
        PEPROCESS *expected = nullptr;
        if (!__atomic_compare_exchange_n(chunk, &expected, slots, false, __ATOMIC_ACQ_REL,
                                         __ATOMIC_ACQUIRE)) {
            kernel_.arena->deallocate(slots, kChunk * sizeof(PEPROCESS));
            slots = expected;
        }
    }
    return slots != nullptr ? &slots[ordinal % kChunk] : nullptr;
}

PEPROCESS Processes::of(const scheduler::Activity &activity)
{
    PEPROCESS *place = slot(activity.ordinal, false);
    if (place != nullptr && *place != nullptr) return *place;
    const bool client = activity.kind == scheduler::ActivityKind::Client ||
                        activity.kind == scheduler::ActivityKind::Owner;
    return client ? default_client_ : system_;
}

// A thread that has ended is no activity any more, but knows the process that it was made in.
PEPROCESS Processes::of(const KTHREAD *thread)
{
    if (thread == nullptr) return system_;
    scheduler::InternalGuard guard(ke::state().lock);
    if (thread->activity != nullptr) return of(*thread->activity);
    return thread->process != nullptr ? thread->process : system_;
}

PEPROCESS Processes::current()
{
    return scheduler::current.activity != nullptr ? of(*scheduler::current.activity) : system_;
}

PEPROCESS Processes::assign(const scheduler::Activity &activity, PEPROCESS process)
{
    PEPROCESS before = of(activity);
    PEPROCESS *place = slot(activity.ordinal, true);
    if (place != nullptr) *place = process;
    return before;
}

PEPROCESS Processes::create_client(std::u16string_view image_name, se::TokenKind kind)
{
    PEPROCESS process = make(image_name, kind);
    if (process == nullptr) return nullptr;
    process->parent = default_client_;
    ObjectManager::reference(process);
    notify(process, true);
    return process;
}

void Processes::end(PEPROCESS process, NTSTATUS exit_status)
{
    {
        scheduler::InternalGuard guard(lock_);
        if (!process->running) return;
        process->running = false;
        process->exit_status = exit_status;
        PEPROCESS previous = nullptr;
        for (PEPROCESS at = first_; at != process; at = at->next) previous = at;
        (previous != nullptr ? previous->next : first_) = process->next;
        if (last_ == process) last_ = previous;
    }
    notify(process, false);
    kernel_.objects->close_all_handles(process);
    KeSetEvent(&process->ended, IO_NO_INCREMENT, FALSE);
    kernel_.objects->dereference(process);
}

PEPROCESS Processes::find(HANDLE id)
{
    scheduler::InternalGuard guard(lock_);
    for (PEPROCESS process = first_; process != nullptr; process = process->next) {
        if (process->id == reinterpret_cast<std::uint64_t>(id)) {
            ObjectManager::reference(process);
            return process;
        }
    }
    return nullptr;
}

NTSTATUS Processes::add_notify(PCREATE_PROCESS_NOTIFY_ROUTINE routine)
{
    scheduler::InternalGuard guard(lock_);
    PCREATE_PROCESS_NOTIFY_ROUTINE *free = nullptr;
    for (PCREATE_PROCESS_NOTIFY_ROUTINE &entry : routines_) {
        if (entry == routine) return STATUS_INVALID_PARAMETER;
        if (entry == nullptr && free == nullptr) free = &entry;
    }
    if (free == nullptr) return STATUS_INVALID_PARAMETER;
    *free = routine;
    return STATUS_SUCCESS;
}

NTSTATUS Processes::remove_notify(PCREATE_PROCESS_NOTIFY_ROUTINE routine)
{
    scheduler::InternalGuard guard(lock_);
    for (PCREATE_PROCESS_NOTIFY_ROUTINE &entry : routines_) {
        if (entry == routine) {
            entry = nullptr;
            return STATUS_SUCCESS;
        }
    }
    return STATUS_PROCEDURE_NOT_FOUND;
}

void Processes::notify(PEPROCESS process, bool created)
{
    const auto parent =
        reinterpret_cast<HANDLE>(process->parent != nullptr ? process->parent->id : 0);
    for (std::size_t index = 0; index < kMostRoutines; ++index) {
        PCREATE_PROCESS_NOTIFY_ROUTINE routine = routines_[index];
        if (routine != nullptr) routine(parent, reinterpret_cast<HANDLE>(process->id), created);
    }
}

}  // namespace openkmdf::executive
