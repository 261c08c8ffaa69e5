#include "executive/ke/thread.h"
#include "executive/ob/object_manager.h"
#include "executive/ps/processes.h"

// Ps*: what links threads to processes.

using namespace openkmdf::executive;

PEPROCESS NTAPI PsGetThreadProcess(PETHREAD thread)
{
    return kernel().processes->of(reinterpret_cast<PKTHREAD>(thread));
}

HANDLE NTAPI PsGetThreadProcessId(PETHREAD thread)
{
    return PsGetProcessId(PsGetThreadProcess(thread));
}

NTSTATUS NTAPI PsLookupThreadByThreadId(HANDLE id, PETHREAD *thread)
{
    *thread = nullptr;
    if (id == nullptr) return STATUS_INVALID_PARAMETER;  // as a thread has before it first runs
    // Threads of clients are not in the list: nobody says when they are gone.
    PKTHREAD current = openkmdf::executive::ke::current_thread();
    if (current->id == reinterpret_cast<std::uint64_t>(id)) {
        ObfReferenceObject(current);
        *thread = reinterpret_cast<PETHREAD>(current);
        return STATUS_SUCCESS;
    }
    POBJECT_TYPE type = object_manager().type(ob::TypeIndex::Thread);
    openkmdf::scheduler::InternalGuard guard(type->lock);
    for (ob::ObjectHeader *at = type->first; at != nullptr; at = at->next) {
        auto *candidate = static_cast<PKTHREAD>(at->body());
        const bool same = candidate->id == reinterpret_cast<std::uint64_t>(id);
        if (same && ObjectManager::try_reference(candidate)) {
            *thread = reinterpret_cast<PETHREAD>(candidate);
            return STATUS_SUCCESS;
        }
    }
    return STATUS_INVALID_PARAMETER;
}
