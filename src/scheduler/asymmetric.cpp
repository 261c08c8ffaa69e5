#include "scheduler/asymmetric.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace openkmdf::scheduler {

constinit bool asymmetric_fences = false;

void enable_asymmetric_fences()
{
    static const bool registered =
        syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
    if (registered && !asymmetric_fences) asymmetric_fences = true;
}

void heavy_fence()
{
    asm volatile("mfence" ::: "memory");
    if (asymmetric_fences) syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
}

}  // namespace openkmdf::scheduler
