#pragma once

#include "scheduler/arena.h"

#include <ntddk.h>

// Copies of counted strings in the machine's heap.

namespace openkmdf::framework {

// Whether its lengths and its buffer fit together.
bool is_valid(const UNICODE_STRING &string);

// Zero-terminated behind Length. False: out of memory.
bool copy_string(scheduler::Arena &arena, const UNICODE_STRING &from, UNICODE_STRING &to);
void free_string(scheduler::Arena &arena, UNICODE_STRING &string);

}  // namespace openkmdf::framework
