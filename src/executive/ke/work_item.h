#pragma once

#include "executive/kernel.h"

namespace openkmdf::executive::ke {

// Work items that are queued or being run; of one driver's routines only when `driver` is not 0.
std::uint32_t outstanding_work_items(std::uint16_t driver);

bool initialize_work_queues(Kernel &kernel);

}  // namespace openkmdf::executive::ke
