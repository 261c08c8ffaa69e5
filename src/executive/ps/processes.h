#pragma once

#include "executive/kernel.h"
#include "executive/ob/handle_table.h"
#include "executive/se/token.h"

#include <ntddk.h>

#include <cstdint>
#include <string_view>

// The simulated processes: the system's, whose handle table is that of kernel handles, and the
// clients'.

struct _EPROCESS {
    KEVENT ended;  // first: a process can be waited for
    openkmdf::executive::ob::HandleTable *handles;
    openkmdf::executive::se::Token *token;  // referenced
    _EPROCESS *next;                        // in order of creation; referenced by the list
    _EPROCESS *parent;                      // not referenced, only compared
    std::uint64_t id;
    LONGLONG create_time;
    NTSTATUS exit_status;
    bool running;
    bool is_32bit;
    WCHAR image_name[64];  // "client.exe"
};

namespace openkmdf::executive {

class Processes {
public:
    static Processes *create(Kernel &kernel);

    PEPROCESS system() const { return system_; }
    // What drivers import as PsInitialSystemProcess.
    PEPROCESS *system_variable() { return &system_; }
    // The process of client activities that were given no other.
    PEPROCESS default_client() const { return default_client_; }
    // The process in whose address space and with whose handles the current activity runs.
    PEPROCESS current();
    PEPROCESS of(const scheduler::Activity &activity);
    // Null counts as the system's.
    PEPROCESS of(const KTHREAD *thread);
    // `process` null: back to where an activity of its kind belongs. Returns the process it was in.
    PEPROCESS assign(const scheduler::Activity &activity, PEPROCESS process);

    // A new client process, referenced for the caller; nullptr: out of memory. Runs the notify
    // routines.
    PEPROCESS create_client(std::u16string_view image_name,
                            se::TokenKind kind = se::TokenKind::Administrator);
    // Closes its handles, tells the notify routines and signals it. Its activities are gone by
    // then.
    void end(PEPROCESS process, NTSTATUS exit_status);
    // Referenced; nullptr: no running process has the id.
    PEPROCESS find(HANDLE id);
    // Running processes in order of creation.
    PEPROCESS next(PEPROCESS after) const { return after != nullptr ? after->next : first_; }

    static constexpr std::size_t kMostRoutines = 64;
    NTSTATUS add_notify(PCREATE_PROCESS_NOTIFY_ROUTINE routine);
    NTSTATUS remove_notify(PCREATE_PROCESS_NOTIFY_ROUTINE routine);

private:
    static constexpr std::uint32_t kChunk = 512;
    static constexpr std::uint32_t kChunks = 2048;

    explicit Processes(Kernel &kernel) : kernel_(kernel) {}
    PEPROCESS make(std::u16string_view image_name, se::TokenKind kind);
    PEPROCESS *slot(std::uint32_t ordinal, bool grow);
    void notify(PEPROCESS process, bool created);
    static void deleted(void *body);
    static void thread_deleted(void *body);

    Kernel &kernel_;
    PEPROCESS system_ = nullptr;
    PEPROCESS default_client_ = nullptr;
    scheduler::InternalLock lock_;
    PEPROCESS first_ = nullptr;  // guarded by lock_
    PEPROCESS last_ = nullptr;
    std::uint64_t next_id_ = 1000;
    PEPROCESS *assigned_[kChunks] = {};  // by the activity's ordinal
    PCREATE_PROCESS_NOTIFY_ROUTINE routines_[kMostRoutines] = {};
};

}  // namespace openkmdf::executive
