#include "scheduler/threaded.h"

#include "base/assert.h"

namespace openkmdf::scheduler {

std::unique_ptr<Scheduler> make_threaded(Arena &, const Options &)
{
    OPENKMDF_UNREACHABLE("threaded mode is not implemented yet");
}

}  // namespace openkmdf::scheduler
