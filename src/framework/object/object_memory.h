#pragma once

#include "framework/object/object.h"

// Memory of framework objects: slots whose header stays readable after a free.

namespace openkmdf::framework {

// Zeroed, with a constructed header that has the slot's generation. nullptr: out of memory.
Object *take_object_memory(std::size_t size);
bool fits_object_memory(std::size_t size);
// Makes every handle to the object stale and frees its slot.
void give_object_memory(Object &object);
// The first half of it, for objects whose memory belongs to something else.
void retire_object_header(Object &object);

}  // namespace openkmdf::framework
