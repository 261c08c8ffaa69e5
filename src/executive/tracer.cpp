#include "executive/tracer.h"

#include <ntddk.h>

#include <cstdio>
#include <cstring>
#include <new>

namespace openkmdf::executive {

Tracer *Tracer::create(Kernel &kernel)
{
    scheduler::Arena &arena = *kernel.arena;
    void *block = arena.allocate(sizeof(Tracer), alignof(Tracer));
    if (!block)
        return nullptr;
    auto *tracer = ::new (block) Tracer(kernel);
    // Pages of their own: never touched while nothing is recorded.
    tracer->records_ = static_cast<TraceRecord *>(
        arena.take_pages(scheduler::RegionKind::State, kRecords * sizeof(TraceRecord)));
    tracer->texts_ =
        static_cast<char *>(arena.take_pages(scheduler::RegionKind::State, kTextSize));
    return tracer->records_ && tracer->texts_ ? tracer : nullptr;
}

// A text never wraps: what does not fit before the end of the ring starts over.
std::uint32_t Tracer::keep_text(std::string_view text)
{
    std::uint32_t length = static_cast<std::uint32_t>(text.size());
    if (length > kMostText)
        length = kMostText;
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

// Reading the host's clock costs more than the rest of a record: in threaded mode the calls that a
// callback makes carry the time of what came before them.
std::int64_t Tracer::time_of(TraceKind kind)
{
    const bool call = kind == TraceKind::DdiEnter || kind == TraceKind::DdiLeave;
    if (call && kernel_.scheduler->threaded())
        return __atomic_load_n(&last_time_, __ATOMIC_RELAXED);
    const std::int64_t time = kernel_.scheduler->now();
    __atomic_store_n(&last_time_, time, __ATOMIC_RELAXED);
    return time;
}

void Tracer::add(TraceRecord record, std::string_view text)
{
    const scheduler::Current &current = scheduler::current;
    record.time = time_of(record.kind);
    record.irql = current.processor->irql;
    record.processor = static_cast<std::uint8_t>(current.processor->number);
    record.activity = current.activity->ordinal;
    record.text = text.empty() ? 0 : keep_text(text);
    record.sequence = __atomic_fetch_add(&sequence_, 1, __ATOMIC_ACQ_REL);
    TraceRecord &slot = records_[record.sequence % kRecords];
    slot = record;
    if ((kernel_.observe & kObserveSink) && sink_) {
        scheduler::InternalGuard guard(sink_lock_);
        sink_(sink_context_, record, text);
    }
}

void Tracer::note(std::string_view text, TraceObject object, std::int32_t status)
{
    TraceRecord record = {};
    record.kind = TraceKind::Note;
    record.object_type = object.type;
    record.object_ordinal = object.ordinal;
    record.status = status;
    add(record, text);
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
    if (sequence < first() || sequence >= end())
        return false;
    record = records_[sequence % kRecords];
    return record.sequence == sequence;
}

std::size_t Tracer::text(const TraceRecord &record, char *buffer, std::size_t size) const
{
    if (!record.text || !size)
        return 0;
    std::uint16_t stored;
    std::memcpy(&stored, texts_ + record.text - 1, sizeof stored);
    std::size_t length = stored < size ? stored : size;
    std::memcpy(buffer, texts_ + record.text + 1, length);
    return length;
}

std::uint16_t Tracer::type_locked(const char *name)
{
    for (std::uint16_t i = 1; i < type_count_; i++)
        if (types_[i] == name || std::strcmp(types_[i], name) == 0)
            return i;
    if (type_count_ == kMostTypes)
        return 0;
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
        if (named->address == address)
            return named->object;
    Named *named = free_;
    if (named)
        free_ = named->next_in_bucket;
    else
        named = static_cast<Named *>(kernel_.arena->allocate(sizeof(Named)));
    if (!named)
        return {};
    std::uint16_t index = type_locked(type);
    *named = {bucket, address, {index, ++ordinals_[index]}};
    bucket = named;
    return named->object;
}

TraceObject Tracer::find(const void *address) const
{
    scheduler::InternalGuard guard(names_lock_);
    for (Named *named = buckets_[bucket_of(address)]; named; named = named->next_in_bucket)
        if (named->address == address)
            return named->object;
    return {};
}

void Tracer::forget(const void *address)
{
    scheduler::InternalGuard guard(names_lock_);
    for (Named **at = &buckets_[bucket_of(address)]; *at; at = &(*at)->next_in_bucket) {
        if ((*at)->address != address)
            continue;
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
    TraceRecord record = {};
    record.kind = kind;
    record.function = function;
    record.object_type = object.type;
    record.object_ordinal = object.ordinal;
    record.driver = driver;
    if (status) {
        record.status = *status;
        record.arguments[1] = 1;
    }
    kernel().tracer->add(record);
}

void trace_irp(PIRP irp, PIO_STACK_LOCATION location, PDEVICE_OBJECT device)
{
    Tracer &tracer = *kernel().tracer;
    TraceObject object = tracer.name("DEVICE_OBJECT", device);
    TraceRecord record = {};
    record.kind = TraceKind::Irp;
    record.function =
        static_cast<std::uint16_t>(location->MajorFunction << 8 | location->MinorFunction);
    record.object_type = object.type;
    record.object_ordinal = object.ordinal;
    record.arguments[0] = tracer.name("IRP", irp).ordinal;
    record.status = irp->IoStatus.Status;
    tracer.add(record);
}

const char *name_for_report(const char *type, const void *object, char *buffer, std::size_t size)
{
    TraceObject named = kernel().tracer->name(type, object);
    std::snprintf(buffer, size, "%s #%u", type, named.ordinal);
    return buffer;
}

}  // namespace openkmdf::executive
