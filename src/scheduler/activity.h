#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

// What runs in a machine, and on what: activities (client threads, system threads, a processor's
// idle loop) and virtual processors. Executive and framework see only this header, arena.h and
// scheduler.h of the layer.

namespace openkmdf::scheduler {

class Scheduler;
struct Activity;

// Interrupt request levels of Windows x64.
enum Irql : std::uint8_t {
    kPassiveLevel = 0,
    kApcLevel = 1,
    kDispatchLevel = 2,
    kFirstDeviceLevel = 3,
    kLastDeviceLevel = 11,
    kSynchLevel = 12,
    kClockLevel = 13,
    kIpiLevel = 14,
    kHighLevel = 15,
};

// Of one machine. What is kept per processor has room for as many.
inline constexpr unsigned kMaximumProcessors = 64;

// When pending DPCs and interrupts of a processor whose IRQL allows them are to run: soon, which is
// a choice of the scheduler's strategy, or at once.
enum class Delivery : std::uint8_t { Soon = 1, AtOnce = 2 };

// A virtual processor. Every member but the three accessed with __atomic belongs to the activity
// that owns the processor, so it is read and written plainly: IRQL and caches cost no atomic.
struct alignas(128) Processor {
    std::uint8_t irql = kPassiveLevel;
    // Not zero when the executive has queued DPCs here, or an interrupt waits: a Delivery. Lowering
    // the IRQL then calls KernelHooks::deliver. Another processor may set it, hence accessed with
    // __atomic.
    std::uint8_t deferred_pending = 0;
    // DPC nesting: not zero while KernelHooks::deliver runs on this processor.
    std::uint8_t in_deferred = 0;
    std::uint32_t number = 0;
    Activity *current = nullptr;  // __atomic too: reports ask who holds a spin lock
    Activity *idle = nullptr;
    Scheduler *scheduler = nullptr;
    // Per-processor data of the layers above (block caches, DPC queue): set once at machine start.
    void *executive = nullptr;
    void *framework = nullptr;

    alignas(64) Activity *owner = nullptr;  // threaded mode: who holds the processor (atomic)
};

enum class ActivityKind : std::uint8_t { Owner, Client, System, Idle };

enum class ActivityState : std::uint8_t { New, Ready, Running, Parked, Done };

// Why an activity is parked: names for the deadlock report. `holder` is the activity that must act
// first where that is known (the owner of a mutex, of a spin lock): nobody else can end the wait.
struct WaitReason {
    const char *what = "";         // "KEVENT", "spin lock", "thread end", ...
    const void *object = nullptr;  // shown by its trace name when the executive knows one
    Activity *holder = nullptr;
    // Who holds `object` at this moment, as others may have got it during the wait; null: `holder`.
    Activity *(*holder_of)(const void *object) = nullptr;

    Activity *current_holder() const { return holder_of ? holder_of(object) : holder; }
};

// One thread of control of a machine. Lives in the machine's arena. In threaded mode it is bound to
// one host thread; in deterministic mode it is a fiber of the machine's one host thread.
struct Activity {
    Scheduler *scheduler = nullptr;
    Processor *processor = nullptr;       // while it owns one
    Processor *last_processor = nullptr;  // where it ran before
    std::uint32_t ordinal = 0;            // in order of creation: the name in traces
    ActivityKind kind = ActivityKind::Client;
    ActivityState state = ActivityState::New;
    std::int8_t priority = 8;
    std::uint8_t in_kernel = 0;  // not zero: on its kernel stack
    char name[24] = {};

    std::byte *kernel_stack_low = nullptr;
    std::byte *kernel_stack_high = nullptr;
    void *saved_stack_pointer = nullptr;  // of a suspended fiber
    // The frame of the outermost kernel entry: where an abandoned activity returns to.
    struct KernelEntry *entry = nullptr;

    WaitReason wait;
    // Counted at every call into us: the watchdog looks at it. From `point_limit` on, points take
    // the slow way: a choice, the fairness bound, or the machine has died.
    std::uint64_t progress = 0;
    std::uint64_t point_limit = UINT64_MAX;
    std::uint64_t round_start = 0;  // deterministic mode: progress when the fairness bound began

    // The layers above hang their thread data here (KTHREAD, process, per-thread lists).
    void *executive = nullptr;
    void *framework = nullptr;
    struct HostThread *host = nullptr;  // implementation data of this layer
};

// What Windows gives a driver of kernel stack.
inline constexpr std::size_t kWindowsStackSize = 24 << 10;

// The most of the activity's kernel stack that was ever in use, in bytes.
std::size_t stack_high_water(const Activity &activity);

// The calling host thread's place in a machine; saved and restored at every stack switch.
struct Current {
    Activity *activity = nullptr;
    Processor *processor = nullptr;
    Scheduler *scheduler = nullptr;
    void *machine = nullptr;  // executive's view of the machine (executive::Kernel *)
};

extern thread_local constinit Current current [[gnu::tls_model("initial-exec")]];

}  // namespace openkmdf::scheduler
