#include "executive/ob/directory.h"
#include "executive/ob/object_manager.h"

#include "executive/se/security_descriptor.h"

#include "base/assert.h"
#include "scheduler/sanitizer.h"

#include <cstring>

namespace openkmdf::executive {

using ob::header_of;
using ob::ObjectHeader;

NTSTATUS ObjectManager::create_object(ob::TypeIndex index, std::size_t body_size, void **body)
{
    *body = nullptr;
    const std::size_t size = sizeof(ObjectHeader) + ((body_size + 15) & ~std::size_t{15});
    if (kernel_.arena->allocation_fails()) return STATUS_INSUFFICIENT_RESOURCES;
    void *block = kernel_.arena->allocate(size);
    if (block == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    std::memset(block, 0, size);
    auto *header = static_cast<ObjectHeader *>(block);
    POBJECT_TYPE object_type = type(index);
    header->magic = ob::kLiveObject;
    header->references = 1;
    header->type = object_type;
    header->size = static_cast<std::uint32_t>(size);
    {
        scheduler::InternalGuard guard(object_type->lock);
        header->ordinal = ++object_type->ordinals;
        header->previous = object_type->last;
        (object_type->last ? object_type->last->next : object_type->first) = header;
        object_type->last = header;
        ++object_type->live;
    }
    *body = header->body();
    return STATUS_SUCCESS;
}

bool ObjectManager::is_object(const void *body, POBJECT_TYPE type)
{
    const ObjectHeader *header = header_of(body);
    if (reinterpret_cast<std::uintptr_t>(header) % alignof(ObjectHeader) != 0) return false;
    // Not kernel().arena: the host side asks, too. Only the used part of the heap can be read.
    const scheduler::Arena *arena = scheduler::Arena::of(header);
    if (arena == nullptr) return false;
    const scheduler::Region &heap = arena->region(scheduler::RegionKind::State);
    auto *bytes = reinterpret_cast<const std::byte *>(header);
    const std::size_t used = __atomic_load_n(&heap.used, __ATOMIC_ACQUIRE);
    return bytes >= heap.base && bytes + sizeof(ObjectHeader) <= heap.base + used &&
           !scheduler::is_poisoned(header, sizeof(ObjectHeader)) &&
           header->magic == ob::kLiveObject && (type == nullptr || header->type == type);
}

namespace {

// Windows' name for a count that goes wrong: bug check 0x18.
[[noreturn]] void bad_reference(const void *body, const char *message)
{
    constexpr std::uint32_t kReferenceByPointer = 0x18;
    kernel().stop(kReferenceByPointer, 0, reinterpret_cast<std::uint64_t>(body), 0, 0, message);
}

}  // namespace

std::int64_t ObjectManager::reference(void *body)
{
    ObjectHeader *header = header_of(body);
    if (!is_object(body, nullptr)) [[unlikely]]
        bad_reference(body, "A reference was taken on something that is not a live object.");
    return __atomic_add_fetch(&header->references, 1, __ATOMIC_RELAXED);
}

bool ObjectManager::try_reference(void *body)
{
    ObjectHeader *header = header_of(body);
    std::int64_t count = __atomic_load_n(&header->references, __ATOMIC_RELAXED);
    while (count > 0) {
        if (__atomic_compare_exchange_n(&header->references, &count, count + 1, true,
                                        __ATOMIC_RELAXED, __ATOMIC_RELAXED))
            return true;
    }
    return false;
}

std::int64_t ObjectManager::dereference(void *body)
{
    if (!is_object(body, nullptr)) [[unlikely]]
        bad_reference(body, "ObDereferenceObject was called for something that is not a live "
                            "object: it was released once too often, or never was one.");
    ObjectHeader *header = header_of(body);
    const std::int64_t left = __atomic_sub_fetch(&header->references, 1, __ATOMIC_ACQ_REL);
    if (left > 0) return left;
    if (left < 0)
        bad_reference(body,
                      "ObDereferenceObject was called for an object that had no reference left.");
    const scheduler::Processor *processor = scheduler::current.processor;
    if (processor == nullptr || processor->irql == scheduler::kPassiveLevel) delete_object(header);
    else delete_later(header);
    return 0;
}

void ObjectManager::dereference_deferred(void *body)
{
    if (!is_object(body, nullptr)) [[unlikely]]
        bad_reference(
            body,
            "ObDereferenceObjectDeferDelete was called for something that is not a live object.");
    ObjectHeader *header = header_of(body);
    if (__atomic_sub_fetch(&header->references, 1, __ATOMIC_ACQ_REL) == 0) delete_later(header);
}

void ObjectManager::delete_object(ObjectHeader *header)
{
    POBJECT_TYPE object_type = header->type;
    OPENKMDF_ASSERT(header->name == nullptr, "a name keeps its object");
    if (object_type->procedures.deleted != nullptr) object_type->procedures.deleted(header->body());
    {
        scheduler::InternalGuard guard(object_type->lock);
        (header->previous ? header->previous->next : object_type->first) = header->next;
        (header->next ? header->next->previous : object_type->last) = header->previous;
        --object_type->live;
    }
    if (header->security != nullptr) ExFreePoolWithTag(header->security, ob::kSecurityTag);
    header->magic = ob::kDeadObject;
    kernel_.arena->deallocate(header, header->size);
}

void ObjectManager::delete_later(ObjectHeader *header)
{
    bool queue = false;
    {
        scheduler::InternalGuard guard(deleted_lock_);
        header->next_deleted = nullptr;
        (deleted_last_ ? deleted_last_->next_deleted : deleted_first_) = header;
        deleted_last_ = header;
        queue = !delete_queued_;
        delete_queued_ = true;
    }
    if (queue) ExQueueWorkItem(&delete_item_, DelayedWorkQueue);
}

void ObjectManager::delete_waiting()
{
    for (;;) {
        ObjectHeader *header;
        {
            scheduler::InternalGuard guard(deleted_lock_);
            header = deleted_first_;
            if (header == nullptr) {
                delete_queued_ = false;
                return;
            }
            deleted_first_ = header->next_deleted;
            if (deleted_first_ == nullptr) deleted_last_ = nullptr;
        }
        delete_object(header);
    }
}

void NTAPI ObjectManager::delete_worker(void *context)
{
    static_cast<ObjectManager *>(context)->delete_waiting();
}

NTSTATUS ObjectManager::set_security(void *body, const se::DescriptorParts &parts)
{
    void *copy = ExAllocatePoolWithTag(PagedPool, se::relative_length(parts), ob::kSecurityTag);
    if (copy == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    se::make_relative(parts, copy);
    void *before = __atomic_exchange_n(&header_of(body)->security, copy, __ATOMIC_ACQ_REL);
    if (before != nullptr) ExFreePoolWithTag(before, ob::kSecurityTag);
    return STATUS_SUCCESS;
}

ObjectHeader *ObjectManager::next_object(ob::TypeIndex index, ObjectHeader *after)
{
    return after != nullptr ? after->next : type(index)->first;
}

}  // namespace openkmdf::executive
