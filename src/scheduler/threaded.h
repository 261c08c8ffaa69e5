#pragma once
#include "scheduler/activity_impl.h"
namespace openkmdf::scheduler {
std::unique_ptr<Scheduler> make_threaded(Arena &arena, const Options &options);
}
