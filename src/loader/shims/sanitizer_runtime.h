#pragma once

#include <cstdint>
#include <string_view>

// The sanitizers' runtime of this process, made callable from driver code, which has another
// calling convention.

namespace openkmdf::loader {

bool host_has_address_sanitizer();
bool host_has_thread_sanitizer();
// Also when the distribution's shared runtime can be loaded.
bool host_has_undefined_sanitizer();

// __asan_*, __tsan_*, __ubsan_*, __sanitizer_*.
bool is_sanitizer_symbol(std::string_view name);

// What a driver module calls under this name; null if this process does not have it.
void *sanitizer_function(std::string_view name);

// How often driver code called UndefinedBehaviorSanitizer: each time a rule of the language was
// broken, though the runtime tells of a place once only.
std::uint64_t undefined_behavior_count();

// Where the shadow memory begins.
std::uint64_t address_sanitizer_shadow_base();

}  // namespace openkmdf::loader
