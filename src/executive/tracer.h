#pragma once

#include "executive/kernel.h"
#include "executive/trace.h"
#include "scheduler/internal_lock.h"

#include <cstdint>
#include <string_view>

// The ring of trace records, the ring of their texts, and the names of the machine's objects.

namespace openkmdf::executive {

class Tracer {
public:
    static constexpr std::uint32_t kRecords = 16 * 1024;
    static constexpr std::uint32_t kTextSize = 512 * 1024;
    static constexpr std::uint32_t kMostText = 1024;
    static constexpr std::uint16_t kMostTypes = 256;

    static Tracer *create(Kernel &kernel);

    // --- Recording, on a kernel stack ------------------------------------------------------------
    // A record in its slot of the ring, with time, IRQL, processor and activity filled in and all
    // else zero; `finish` makes it readable. Nothing may park between the two. `text` is copied.
    TraceRecord &begin(TraceKind kind);
    void finish(TraceRecord &record, std::string_view text = {});
    void note(std::string_view text, TraceObject object = {}, std::int32_t status = 0);

    // Shows records as they are made, if kObserveSink is set: called on the kernel stack that made
    // them, one at a time.
    using Sink = void (*)(void *context, const TraceRecord &record, std::string_view text);
    void set_sink(Sink sink, void *context);

    // --- Reading ---------------------------------------------------------------------------------
    // Sequences in [first(), end()) are kept.
    std::uint64_t first() const;
    std::uint64_t end() const { return __atomic_load_n(&sequence_, __ATOMIC_ACQUIRE); }
    // False: overwritten, or not yet there.
    bool read(std::uint64_t sequence, TraceRecord &record) const;
    // Copies; the number of characters.
    std::size_t text(const TraceRecord &record, char *buffer, std::size_t size) const;

    // --- Names -----------------------------------------------------------------------------------
    // The type's index; the name must live as long as the machine ("KEVENT").
    std::uint16_t type(const char *name);
    const char *type_name(std::uint16_t type) const;
    // The name of the object at an address: its own from the first time it is asked for until
    // `forget`, then the next object there gets the next ordinal.
    TraceObject name(const char *type, const void *address);
    TraceObject find(const void *address) const;
    void forget(const void *address);
    void forget_range(const void *low, const void *high);

private:
    struct Named {
        Named *next_in_bucket;
        const void *address;
        TraceObject object;
    };
    // The last record of a processor; touched by who owns the processor only.
    struct alignas(64) Latest {
        std::int64_t time = 0;
        std::uint32_t activity = 0;
        TraceKind kind = TraceKind::Note;
    };
    static constexpr std::uint32_t kBuckets = 1024;

    explicit Tracer(Kernel &kernel) : kernel_(kernel) {}
    std::int64_t time_of(TraceKind kind, std::uint32_t activity, unsigned processor);
    std::uint32_t keep_text(std::string_view text);
    std::uint16_t type_locked(const char *name);
    static std::uint32_t bucket_of(const void *address);

    Kernel &kernel_;
    TraceRecord *records_ = nullptr;
    char *texts_ = nullptr;
    std::uint64_t sequence_ = 0;  // atomic: numbers given out
    Latest *latest_ = nullptr;    // by processor
    std::uint64_t text_end_ = 0;  // guarded by text_lock_
    scheduler::InternalLock text_lock_;
    scheduler::InternalLock sink_lock_;
    Sink sink_ = nullptr;
    void *sink_context_ = nullptr;
    mutable scheduler::InternalLock names_lock_;
    Named *free_ = nullptr;  // guarded by names_lock_, like all below
    Named *buckets_[kBuckets] = {};
    const char *types_[kMostTypes] = {};
    std::uint32_t ordinals_[kMostTypes] = {};
    std::uint16_t type_count_ = 1;
};

// A callback of the framework or of a driver begins or ends; `status` if it returned one.
void trace_callback(TraceKind kind, std::uint16_t function, TraceObject object,
                    std::uint16_t driver, const std::int32_t *status = nullptr);
// "KEVENT #3" for reports; the type's plain name for an object that has no name yet.
const char *name_for_report(const char *type, const void *object, char *buffer, std::size_t size);

}  // namespace openkmdf::executive
