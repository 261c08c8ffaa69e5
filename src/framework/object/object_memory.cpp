#include "framework/object/object_memory.h"
#include "base/assert.h"
#include "framework/support/library.h"

#include <cstring>

namespace openkmdf::framework {

namespace {

// Slot sizes: multiples of 128 up to 1 KiB, then powers of two up to half a chunk. Larger objects
// (a driver's context may be 64 KiB) keep the context in a heap block of its own.
constexpr std::size_t kSlotSizes[kSlotClasses] = {128,  256,  384,  512,  640,   768,  896,
                                                  1024, 2048, 4096, 8192, 16384, 32768};
constexpr int kUsedClasses = 13;
constexpr std::size_t kKeptHeader =
    16;  // type, state, generation, references, ordinal survive a free

int class_for(std::size_t size)
{
    for (int i = 0; i < kUsedClasses; ++i)
        if (size <= kSlotSizes[i]) return i;
    return -1;
}

executive::Slab *slab_for(Library &owner, int slot_class)
{
    executive::Slab *slab = __atomic_load_n(&owner.slabs[slot_class], __ATOMIC_ACQUIRE);
    if (slab) return slab;
    scheduler::InternalGuard guard(owner.lock);
    if (!owner.slabs[slot_class]) {
        // A stale handle is told from a good one for as long as its slot is not used again.
        std::size_t quarantine = owner.checked_default ? 4096 / (slot_class + 1) : 0;
        scheduler::Arena &arena = *owner.kernel->arena;
        slab = arena.make<executive::Slab>(arena, kSlotSizes[slot_class], kKeptHeader, quarantine);
        __atomic_store_n(&owner.slabs[slot_class], slab, __ATOMIC_RELEASE);
    }
    return owner.slabs[slot_class];
}

}  // namespace

Object *take_object_memory(std::size_t size)
{
    Library &owner = library();
    if (owner.kernel->arena->allocation_fails()) return nullptr;
    int slot_class = class_for(size);
    if (slot_class < 0) return nullptr;
    executive::Slab *slab = slab_for(owner, slot_class);
    void *slot = slab ? slab->take() : nullptr;
    if (!slot) return nullptr;
    std::uint16_t generation = static_cast<Object *>(slot)->generation;
    std::memset(slot, 0, size);
    auto *object = ::new (slot) Object;
    object->generation = generation;
    object->slot_class = static_cast<std::uint8_t>(slot_class);
    return object;
}

bool fits_object_memory(std::size_t size)
{
    return class_for(size) >= 0;
}

void retire_object_header(Object &object)
{
    object.generation++;
    object.type = ObjectType::None;
    base::store_enum(object.state, ObjectState::Free, __ATOMIC_RELEASE);
}

void give_object_memory(Object &object)
{
    Library &owner = library();
    int slot_class = object.slot_class;
    retire_object_header(object);
    owner.slabs[slot_class]->give(&object);
}

}  // namespace openkmdf::framework
