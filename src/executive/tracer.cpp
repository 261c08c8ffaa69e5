#include "executive/tracer.h"

#include <ntddk.h>

#include <cstdio>
#include <cstring>
#include <memory>
#include <new>

namespace openkmdf::executive {

Tracer *Tracer::create(Kernel &kernel)
{
    scheduler::Arena &arena = *kernel.arena;
    void *block = arena.allocate(sizeof(Tracer), alignof(Tracer));
    if (!block) return nullptr;
    auto *tracer = ::new (block) Tracer(kernel);
    // Pages of their own: never touched while nothing is recorded.
    tracer->records_ = static_cast<TraceRecord *>(
        arena.take_pages(scheduler::RegionKind::State, kRecords * sizeof(TraceRecord)));
    tracer->texts_ = static_cast<char *>(arena.take_pages(scheduler::RegionKind::State, kTextSize));
    const std::size_t processors = kernel.scheduler->processors().size();
    tracer->latest_ =
        static_cast<Latest *>(arena.allocate(processors * sizeof(Latest), alignof(Latest)));
    if (!tracer->records_ || !tracer->texts_ || !tracer->latest_) return nullptr;
    std::uninitialized_value_construct_n(tracer->latest_, processors);
    return tracer;
}

// A text never wraps: what does not fit before the end of the ring starts over.
std::uint32_t Tracer::keep_text(std::string_view text)
{
    std::uint32_t length = static_cast<std::uint32_t>(text.size());
    if (length > kMostText) length = kMostText;
    std::uint32_t needed = (length + 2 + 7) & ~7u;
    scheduler::InternalGuard guard(text_lock_);
    std::uint32_t at = static_cast<std::uint32_t>(text_end_ % kTextSize);
    if (at + needed > kTextSize) {
        text_end_ += kTextSize - at;
        at = 0;
    }
    text_end_ += needed;
    auto stored = static_cast<std::uint16_t>(length);
    std::memcpy(texts_ + at, &stored, sizeof stored);
    std::memcpy(texts_ + at + 2, text.data(), length);
    return at + 1;
}

// Reading the host's clock costs more than the rest of a record. In threaded mode a record carries
// the time of the one before it on its processor where none but our own code ran in between, and
// the calls that a callback makes carry the callback's.
std::int64_t Tracer::time_of(TraceKind kind, std::uint32_t activity, unsigned processor)
{
    if (!kernel_.scheduler->threaded()) return kernel_.scheduler->now();
    Latest &latest = latest_[processor];
    const TraceKind before = latest.activity == activity ? latest.kind : TraceKind::Note;
    latest.kind = kind;
    latest.activity = activity;
    const bool call = kind == TraceKind::DdiEnter || kind == TraceKind::DdiLeave;
    const bool carries = (call && before != TraceKind::Note && before != TraceKind::Transfer) ||
                         (kind == TraceKind::CallbackEnter && before == TraceKind::Irp) ||
                         (kind == TraceKind::Transfer && before == TraceKind::CallbackLeave);
    if (!carries) latest.time = kernel_.scheduler->now();
    return latest.time;
}

TraceRecord &Tracer::begin(TraceKind kind)
{
    const scheduler::Current &current = scheduler::current;
    const scheduler::Processor &processor = *current.processor;
    const std::uint32_t activity = current.activity->ordinal;
    const std::int64_t time = time_of(kind, activity, processor.number);
    const std::uint64_t sequence = __atomic_fetch_add(&sequence_, 1, __ATOMIC_RELAXED);
    TraceRecord &record = records_[sequence % kRecords];
    // Until `finish` nobody can take it for the record that it was or will be.
    __atomic_store_n(&record.sequence, ~sequence, __ATOMIC_RELAXED);
    record.time = time;
    record.kind = kind;
    record.irql = processor.irql;
    record.processor = static_cast<std::uint8_t>(processor.number);
    record.depth = 0;
    record.function = record.object_type = 0;
    record.object_ordinal = 0;
    record.activity = activity;
    record.status = 0;
    record.text = 0;
    record.driver = record.reserved = 0;
    record.arguments[0] = record.arguments[1] = 0;
    return record;
}

void Tracer::finish(TraceRecord &record, std::string_view text)
{
    if (!text.empty()) record.text = keep_text(text);
    __atomic_store_n(&record.sequence, ~record.sequence, __ATOMIC_RELEASE);
    if ((kernel_.observe & kObserveSink) && sink_) [[unlikely]] {
        scheduler::InternalGuard guard(sink_lock_);
        sink_(sink_context_, record, text);
    }
}

void Tracer::note(std::string_view text, TraceObject object, std::int32_t status)
{
    TraceRecord &record = begin(TraceKind::Note);
    record.name(object);
    record.status = status;
    finish(record, text);
}

void Tracer::set_sink(Sink sink, void *context)
{
    sink_ = sink;
    sink_context_ = context;
}

std::uint64_t Tracer::first() const
{
    std::uint64_t last = end();
    return last > kRecords ? last - kRecords : 0;
}

bool Tracer::read(std::uint64_t sequence, TraceRecord &record) const
{
    if (sequence < first() || sequence >= end()) return false;
    const TraceRecord &slot = records_[sequence % kRecords];
    if (__atomic_load_n(&slot.sequence, __ATOMIC_ACQUIRE) != sequence) return false;
    record = slot;
    return record.sequence == sequence;
}

std::size_t Tracer::text(const TraceRecord &record, char *buffer, std::size_t size) const
{
    if (!record.text || !size) return 0;
    std::uint16_t stored;
    std::memcpy(&stored, texts_ + record.text - 1, sizeof stored);
    std::size_t length = stored < size ? stored : size;
    std::memcpy(buffer, texts_ + record.text + 1, length);
    return length;
}

std::uint16_t Tracer::type_locked(const char *name)
{
    for (std::uint16_t i = 1; i < type_count_; i++)
        if (types_[i] == name || std::strcmp(types_[i], name) == 0) return i;
    if (type_count_ == kMostTypes) return 0;
    types_[type_count_] = name;
    return type_count_++;
}

std::uint16_t Tracer::type(const char *name)
{
    scheduler::InternalGuard guard(names_lock_);
    return type_locked(name);
}

const char *Tracer::type_name(std::uint16_t type) const
{
    return type && type < type_count_ ? types_[type] : "";
}

std::uint32_t Tracer::bucket_of(const void *address)
{
    return static_cast<std::uint32_t>((number_of(address) >> 4) * 0x9E37'79B9'7F4A'7C15 >> 54) %
           kBuckets;
}

TraceObject Tracer::name(const char *type, const void *address)
{
    scheduler::InternalGuard guard(names_lock_);
    Named *&bucket = buckets_[bucket_of(address)];
    for (Named *named = bucket; named; named = named->next_in_bucket)
        if (named->address == address) return named->object;
    Named *named = free_;
    if (named) free_ = named->next_in_bucket;
    else named = static_cast<Named *>(kernel_.arena->allocate(sizeof(Named)));
    if (!named) return {};
    std::uint16_t index = type_locked(type);
    *named = {bucket, address, {index, ++ordinals_[index]}};
    bucket = named;
    return named->object;
}

TraceObject Tracer::find(const void *address) const
{
    scheduler::InternalGuard guard(names_lock_);
    for (Named *named = buckets_[bucket_of(address)]; named; named = named->next_in_bucket)
        if (named->address == address) return named->object;
    return {};
}

void Tracer::forget(const void *address)
{
    scheduler::InternalGuard guard(names_lock_);
    for (Named **at = &buckets_[bucket_of(address)]; *at; at = &(*at)->next_in_bucket) {
        if ((*at)->address != address) continue;
        Named *named = *at;
        *at = named->next_in_bucket;
        named->next_in_bucket = free_;
        free_ = named;
        return;
    }
}

void Tracer::forget_range(const void *low, const void *high)
{
    scheduler::InternalGuard guard(names_lock_);
    for (Named *&bucket : buckets_) {
        for (Named **at = &bucket; *at;) {
            if ((*at)->address < low || (*at)->address >= high) {
                at = &(*at)->next_in_bucket;
                continue;
            }
            Named *named = *at;
            *at = named->next_in_bucket;
            named->next_in_bucket = free_;
            free_ = named;
        }
    }
}

void trace_callback(TraceKind kind, std::uint16_t function, TraceObject object,
                    std::uint16_t driver, const std::int32_t *status)
{
    Tracer &tracer = *kernel().tracer;
    TraceRecord &record = tracer.begin(kind);
    record.function = function;
    record.name(object);
    record.driver = driver;
    if (status) {
        record.status = *status;
        record.arguments[1] = 1;
    }
    tracer.finish(record);
}

const char *name_for_report(const char *type, const void *object, char *buffer, std::size_t size)
{
    TraceObject named = kernel().tracer->name(type, object);
    std::snprintf(buffer, size, "%s #%u", type, named.ordinal);
    return buffer;
}

}  // namespace openkmdf::executive
