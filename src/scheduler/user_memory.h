#pragma once

#include <cstddef>

namespace openkmdf::scheduler {

// Memory of client programs may be unmapped or protected, and may become so while it is used. These
// touch it as the system's services do, within a handler: false, not a fault, where a byte is not
// there. They cost no system call. The fault handlers of a live scheduler must be installed.

// Copies between the client's memory and ours, in either direction. On failure some bytes may have
// been copied.
[[nodiscard]] bool copy_user_memory(void *to, const void *from, std::size_t size);

// Writes a byte of each page and changes none.
[[nodiscard]] bool probe_user_memory(void *memory, std::size_t size);

// For the fault handler: where a thread goes on whose access above failed at `instruction`; null
// for any other instruction.
const void *recovery_of_user_access(const void *instruction);

}  // namespace openkmdf::scheduler
