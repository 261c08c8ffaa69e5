#include "executive/kernel.h"

#include "executive/ex/pool.h"
#include "executive/exceptions.h"
#include "executive/ke/ke_state.h"
#include "executive/mm/mm_state.h"
#include "executive/module_registry.h"
#include "executive/stack_table.h"
#include "executive/tracer.h"
#include "scheduler/sanitizer.h"

#include <ntddk.h>

#include <cstdio>

namespace openkmdf::executive {
namespace {

constexpr unsigned kMostFrames = 32;  // between a wait and the driver's call

Kernel &of(void *context)
{
    return *static_cast<Kernel *>(context);
}

void deadlock(void *context, const char *report)
{
    char message[sizeof BugcheckRecord::message];
    std::snprintf(message, sizeof message, "Deadlock: %s", report);
    Kernel &own = of(context);
    const void *frame = __builtin_frame_address(0);
    const scheduler::Activity *waiter = nullptr;
    // That nothing can run is noticed where nothing runs: the stack to show is a waiter's.
    if (!driver_on_stack(frame, kMostFrames))
        own.scheduler->visit_parked([&](const scheduler::Activity &activity, const void *at) {
            if (!driver_on_stack(at, kMostFrames, &activity)) return false;
            waiter = &activity;
            frame = at;
            return true;
        });
    own.stop_at(nullptr, frame, DRIVER_VERIFIER_DETECTED_VIOLATION, {0x1001, 0, 0, 0}, message,
                waiter);
}

// The documented limit of one DPC is 20 ms of ticks on a debugged system; ours is the scheduler's.
void runaway(void *context, void *instruction, void *frame)
{
    Kernel &own = of(context);
    const scheduler::Processor &processor = *scheduler::current.processor;
    const auto ticks = static_cast<std::uint64_t>(own.scheduler->options().watchdog_ms) * 2 / 31;
    char where[96];
    char message[320];
    std::snprintf(message, sizeof message,
                  "The driver has been running for %lld ms of processor time without calling the "
                  "system, at IRQL %u (now in %s): it loops for ever.",
                  static_cast<long long>(own.scheduler->options().watchdog_ms), processor.irql,
                  describe_address(number_of(instruction), where, sizeof where));
    if (processor.irql >= DISPATCH_LEVEL) {
        const bool dpc = ke::this_processor().running_dpc != nullptr;
        own.stop_at(instruction, frame, DPC_WATCHDOG_VIOLATION,
                    {dpc ? std::uint64_t{0} : 1, ticks, dpc ? ticks : 0, 0}, message);
    }
    own.stop_at(instruction, frame, CLOCK_WATCHDOG_TIMEOUT,
                {ticks, 0, number_of(&processor), processor.number}, message);
}

const char *name_of(void *context, const void *object, char *buffer, std::size_t size)
{
    Kernel &own = of(context);
    TraceObject named = own.tracer->find(object);
    if (named.type) {
        std::snprintf(buffer, size, "%s #%u", own.tracer->type_name(named.type), named.ordinal);
        return buffer;
    }
    std::snprintf(buffer, size, "(");
    describe_address(number_of(object), buffer + 1, size - 2);
    std::size_t length = 0;
    while (buffer[length]) length++;
    buffer[length] = ')';
    buffer[length + 1] = 0;
    return buffer;
}

// In a signal handler: calls nothing that is instrumented.
OPENKMDF_UNINSTRUMENTED bool is_driver_code(void *context, const void *instruction)
{
    return find_module(*static_cast<const Kernel *>(context),
                       reinterpret_cast<std::uintptr_t>(instruction)) != nullptr;
}

}  // namespace

Kernel *create_kernel(scheduler::Scheduler &scheduler, scheduler::Arena &arena)
{
    Kernel *kernel = arena.make<Kernel>();
    if (!kernel) return nullptr;
    kernel->scheduler = &scheduler;
    kernel->arena = &arena;
    kernel->stacks = arena.make<StackTable>(arena);
    kernel->tracer = Tracer::create(*kernel);
    kernel->pool = Pool::create(*kernel);
    if (!kernel->stacks || !kernel->tracer || !kernel->pool || !ke::initialize(*kernel) ||
        !mm::initialize(*kernel))
        return nullptr;
    scheduler::KernelHooks hooks;
    hooks.context = kernel;
    hooks.deliver = ke::deliver;
    hooks.deadlock = deadlock;
    hooks.runaway = runaway;
    hooks.fault = handle_fault;
    hooks.name_of = name_of;
    hooks.is_driver_code = is_driver_code;
    scheduler.set_hooks(hooks, kernel);
    return kernel;
}

}  // namespace openkmdf::executive
