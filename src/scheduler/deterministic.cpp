#include "scheduler/deterministic.h"

#include "base/assert.h"
#include "scheduler/host_thread.h"

#include <sys/mman.h>

namespace openkmdf::scheduler {
namespace {

constexpr std::size_t kUserStack = kAddressSanitizer || kThreadSanitizer ? 1 << 20 : 256 << 10;
constexpr std::size_t kUserGuard = 16 << 10;
// A client that waits for ever gives up after an hour of virtual time: a periodic timer would keep
// it waiting in vain.
constexpr std::int64_t kPatience = 36'000'000'000;

bool is_done(void *activity)
{
    return static_cast<ActivityImpl *>(activity)->state == ActivityState::Done;
}

}  // namespace

std::unique_ptr<Scheduler> make_deterministic(Arena &arena, const Options &options)
{
    return std::make_unique<Deterministic>(arena, options);
}

Deterministic::Deterministic(Arena &arena, const Options &options)
    : Scheduler(arena, options), activities_(arena), timers_(arena),
      own_strategy_(options.chooser ? nullptr : make_strategy(options.strategy, options.seed)),
      strategy_(options.chooser ? options.chooser : own_strategy_.get())
{
    home_ = &current;
    HostThread::self().attach(options_.watchdog_ms);
    fairness_ = strategy_->interleaves() ? 0 : options_.fairness_points;
    make_processors();
    owner_ = activities_.make(*this, ActivityKind::Owner, "main");
    OPENKMDF_ASSERT(owner_, "no kernel stack in a new arena");
    assign(*owner_, processors_[0]);
    running_ = owner_;
    for (Processor &processor : processors()) {
        ActivityImpl *idle = activities_.make(*this, ActivityKind::Idle, "idle", idle_main);
        OPENKMDF_ASSERT(idle, "no kernel stack in a new arena");
        idle->state = ActivityState::Parked;
        idle->in_kernel = 1;
        idle->point_limit = fairness_;
        idle->last_processor = &processor;
        processor.idle = idle;
    }
}

Deterministic::~Deterministic()
{
    OPENKMDF_ASSERT(home_ == &current && running_ == owner_,
                    "a deterministic machine is destroyed by the thread that made it");
    dead_ = true;
    for (ActivityImpl *client = activities_.first(); client;) {
        ActivityImpl *next = client->next_of_all;
        if (client->kind == ActivityKind::Client) join_client(*client);
        client = next;
    }
    activities_.release_all();
    release_stack(undertaker_);
    HostThread::self().detach();
}

Activity &Deterministic::client_activity()
{
    OPENKMDF_ASSERT(home_ == &current && !running_->in_kernel,
                    "a deterministic machine is called by the thread that made it");
    return *running_;
}

Activity &Deterministic::start_client(std::string_view name, std::function<void()> body)
{
    OPENKMDF_ASSERT(home_ == &current && !running_->in_kernel);
    ActivityImpl *client = activities_.make(*this, ActivityKind::Client, name);
    OPENKMDF_ASSERT(client, "out of kernel stacks");
    void *memory = mmap(nullptr, kUserStack + kUserGuard, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    OPENKMDF_ASSERT(memory != MAP_FAILED && mprotect(memory, kUserGuard, PROT_NONE) == 0,
                    "the host has no memory for a client's stack");
    auto *low = static_cast<std::byte *>(memory) + kUserGuard;
    add_leak_root(low, kUserStack);
    client->user_stack = memory;
    client->client_body = new std::function<void()>(std::move(body));
    prepare_stack(client->user, low, low + kUserStack, client_main, client);
    client->state = ActivityState::Ready;
    ready_.push(*client);
    return *client;
}

void Deterministic::client_main(void *argument)
{
    auto &self = *static_cast<ActivityImpl *>(argument);
    auto &scheduler = static_cast<Deterministic &>(*self.scheduler);
    scheduler.arrived(self);
    [&]() noexcept { (*self.client_body)(); }();
    scheduler.finish(self);
}

void Deterministic::join_client(Activity &activity)
{
    ActivityImpl &client = implementation(activity);
    OPENKMDF_ASSERT(client.kind == ActivityKind::Client && &client != running_);
    HostWait wait{.done = is_done, .argument = &client};
    if (!host_wait(wait) && !dead())
        kernel_call(*running_, [this] { stuck("a client that is waited for never ends"); });
    while (client.state != ActivityState::Done) run_to_end(client);
    free_client(client);
}

void Deterministic::free_client(ActivityImpl &client)
{
    release_stack(client.user);
    auto *memory = static_cast<std::byte *>(client.user_stack);
    unpoison(memory + kUserGuard, kUserStack);
    remove_leak_root(memory + kUserGuard, kUserStack);
    munmap(memory, kUserStack + kUserGuard);
    delete client.client_body;
    activities_.free(client);
}

bool Deterministic::host_wait(HostWait &wait)
{
    OPENKMDF_ASSERT(home_ == &current && !running_->in_kernel,
                    "host code waits for a deterministic machine on the thread that made it");
    if (wait.done && wait.done(wait.argument)) return true;
    if (dead()) return false;
    ActivityImpl &self = *running_;
    if (wait.until == kForever) wait.patience = time_ + kPatience;
    made_progress();
    const Processor *near = self.processor;
    release_processor(self);
    self.state = ActivityState::Parked;
    self.host_wait = &wait;
    reschedule(self, near);
    self.state = ActivityState::Running;
    self.host_wait = nullptr;
    self.token = 0;
    return wait.satisfied;
}

void Deterministic::advance(std::int64_t duration)
{
    HostWait wait{.until = time_ + duration};
    host_wait(wait);
}

void Deterministic::run_until_idle()
{
    HostWait wait{.until = time_};
    host_wait(wait);
}

bool Deterministic::run_until(bool (*done)(void *), void *argument, std::int64_t deadline)
{
    HostWait wait{.done = done, .argument = argument, .until = deadline};
    return host_wait(wait);
}

Activity *Deterministic::start_thread(const char *name, void (*body)(void *), void *argument,
                                      void *executive, void (*prepare)(Activity &activity))
{
    ActivityImpl *thread = activities_.make(*this, ActivityKind::System, name, thread_main);
    if (!thread) return nullptr;
    thread->body = body;
    thread->argument = argument;
    thread->executive = executive;
    if (prepare) prepare(*thread);
    thread->in_kernel = 1;
    thread->point_limit = fairness_;
    thread->state = ActivityState::Ready;
    ready_.push(*thread);
    return thread;
}

void Deterministic::thread_main(void *argument)
{
    auto &self = *static_cast<ActivityImpl *>(argument);
    auto &scheduler = static_cast<Deterministic &>(*self.scheduler);
    self.saved_current = {&self, self.processor, &scheduler, scheduler.machine_};
    scheduler.arrived(self);
    scheduler.take_interrupts(Point::Call);
    self.body(self.argument);
    scheduler.finish(self);
}

void Deterministic::exit_thread()
{
    OPENKMDF_ASSERT(running_->kind == ActivityKind::System,
                    "only a system thread ends in the kernel");
    finish(*running_);
}

void Deterministic::idle_main(void *argument)
{
    auto &self = *static_cast<ActivityImpl *>(argument);
    auto &scheduler = static_cast<Deterministic &>(*self.scheduler);
    self.saved_current = {&self, self.processor, &scheduler, scheduler.machine_};
    scheduler.arrived(self);
    for (;;) {
        if (scheduler.deadlocked_) scheduler.stuck("every activity waits, and no timer is set");
        scheduler.take_interrupts_now();
        const Processor *processor = self.processor;
        scheduler.release_processor(self);
        self.state = ActivityState::Parked;
        scheduler.reschedule(self, processor);
    }
}

ParkResult Deterministic::park(const WaitReason &reason, std::int64_t deadline)
{
    ActivityImpl &self = *running_;
    OPENKMDF_ASSERT(self.in_kernel && interruptible(self), "waits at or above DISPATCH_LEVEL");
    if (dead()) abandon_all(self);
    take_interrupts(Point::Call);
    if (self.token) {
        self.token = 0;
        return ParkResult::Unparked;
    }
    if (deadline <= time_) return ParkResult::TimedOut;
    made_progress();
    self.wait = reason;
    if (deadline != kForever) {
        self.wait_timer.expired = park_expired;
        self.wait_timer.context = &self;
        timers_.arm(self.wait_timer, deadline);
    } else if (closes_cycle(self,
                            [this](const Activity *other) { return waits_for_ever(other); })) {
        stuck("threads wait for each other");
    }
    const Processor *near = self.processor;
    release_processor(self);
    self.state = ActivityState::Parked;
    reschedule(self, near);
    self.wait = {};
    self.burst_start = self.progress;
    take_interrupts(Point::Call);
    return self.result;
}

bool Deterministic::waits_for_ever(const Activity *activity) const
{
    if (!activities_.contains(activity) || activity->state != ActivityState::Parked) return false;
    auto &parked = static_cast<const ActivityImpl &>(*activity);
    return !parked.host_wait && parked.wait_timer.heap_index == 0;
}

void Deterministic::park_expired(Timer &timer)
{
    auto &activity = *static_cast<ActivityImpl *>(timer.context);
    auto &scheduler = static_cast<Deterministic &>(*activity.scheduler);
    scheduler.make_ready(activity, ParkResult::TimedOut);
}

void Deterministic::unpark(Activity &activity)
{
    ActivityImpl &target = implementation(activity);
    if (target.state == ActivityState::Parked && !target.host_wait) {
        made_progress();
        make_ready(target, ParkResult::Unparked);
    } else {
        target.token = ActivityImpl::kToken;
    }
}

std::string Deterministic::wait_report()
{
    return report_waits(activities_.first());
}

void Deterministic::visit_parked(base::FunctionRef<bool(const Activity &, const void *)> visit)
{
    for (const ActivityImpl *each = activities_.first(); each; each = each->next_of_all)
        if (each->state == ActivityState::Parked && each->in_kernel &&
            visit(*each, saved_frame(each->kernel)))
            return;
}

}  // namespace openkmdf::scheduler
