#include "scheduler/threaded.h"

#include "base/assert.h"
#include "scheduler/asymmetric.h"
#include "scheduler/futex.h"

#include <csignal>
#include <utility>
#include <vector>

// Host threads: those of clients, those of system threads, and their end.

namespace openkmdf::scheduler {
namespace {

constexpr std::size_t kHostStack = kAddressSanitizer || kThreadSanitizer ? 1 << 20 : 256 << 10;

// The threaded machines that exist, so that a host thread which ends can leave them.
InternalLock machines_lock;
std::vector<Threaded *> &machines()
{
    static std::vector<Threaded *> list;
    return list;
}

// As which activity a host thread is known to the machines that it has called.
struct Bindings {
    struct Binding {
        std::uint64_t identity;
        ActivityImpl *activity;
    };
    std::vector<Binding> list;

    ~Bindings()
    {
        for (const Binding &binding : list) {
            InternalGuard guard(machines_lock);
            for (Threaded *machine : machines())
                if (machine->identity() == binding.identity) machine->retire(*binding.activity);
        }
    }
    ActivityImpl *find(std::uint64_t identity) const
    {
        for (const Binding &binding : list)
            if (binding.identity == identity) return binding.activity;
        return nullptr;
    }
    void add(std::uint64_t identity, ActivityImpl &activity)
    {
        // Those of machines that are gone are of no use any more.
        std::erase_if(list, [](const Binding &binding) {
            InternalGuard guard(machines_lock);
            for (Threaded *machine : machines())
                if (machine->identity() == binding.identity) return false;
            return true;
        });
        list.push_back({identity, &activity});
    }
};

// Made after the thread's HostThread, so that it is destroyed before it: see client_activity.
thread_local Bindings bindings;

// The last of them: what a thread that calls one machine needs.
thread_local constinit Bindings::Binding last_binding{0, nullptr};

std::uint64_t next_identity()
{
    static std::uint64_t last;
    return __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED);
}

// Signals for the process are the business of the program's own threads.
struct SignalsBlocked {
    sigset_t before;
    SignalsBlocked()
    {
        sigset_t blocked;
        sigfillset(&blocked);
        for (int ours : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGVTALRM, SIGPROF, SIGABRT})
            sigdelset(&blocked, ours);
        pthread_sigmask(SIG_SETMASK, &blocked, &before);
    }
    ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before, nullptr); }
};

bool create_thread(pthread_t &thread, void *(*main)(void *), void *argument)
{
    SignalsBlocked blocked;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, kHostStack);
    bool created = pthread_create(&thread, &attributes, main, argument) == 0;
    pthread_attr_destroy(&attributes);
    return created;
}

}  // namespace

std::unique_ptr<Scheduler> make_threaded(Arena &arena, const Options &options)
{
    return std::make_unique<Threaded>(arena, options);
}

Threaded::Threaded(Arena &arena, const Options &options)
    : Scheduler(arena, options), activities_(arena), timers_(arena),
      strategy_(make_strategy(options.strategy, options.seed)), start_ns_(host_time_ns()),
      identity_(next_identity())
{
    enable_asymmetric_fences();
    make_processors();
    ActivityImpl *owner = new_activity(ActivityKind::Owner, "main");
    OPENKMDF_ASSERT(owner, "no kernel stack in a new arena");
    HostThread::self().attach(options_.watchdog_ms);
    owner->host = &HostThread::self();
    for (Processor &processor : processors()) {
        ActivityImpl *idle = new_activity(ActivityKind::Idle, "idle");
        OPENKMDF_ASSERT(idle, "no kernel stack in a new arena");
        idle->last_processor = &processor;
        processor.idle = idle;
    }
    {
        InternalGuard guard(machines_lock);
        machines().push_back(this);
    }
    bindings.add(identity_, *owner);
    bool started = create_thread(clock_, clock_main, this);
    OPENKMDF_ASSERT(started, "the host has no thread for the clock");
}

Threaded::~Threaded()
{
    __atomic_store_n(&dead_, true, __ATOMIC_SEQ_CST);
    wake_everybody();
    for (;;) {
        std::uint32_t word = __atomic_load_n(&end_word_, __ATOMIC_ACQUIRE);
        if (!stop_others()) break;
        futex_wait(&end_word_, word, host_time_ns() + 1'000'000);
    }
    join_ended();
    for (ActivityImpl *client = activities_.first(); client;) {
        ActivityImpl *next = client->next_of_all;
        if (client->client_body) join_client(*client);
        client = next;
    }
    __atomic_store_n(&stopping_, true, __ATOMIC_RELEASE);
    kick_clock();
    pthread_join(clock_, nullptr);
    {
        InternalGuard guard(machines_lock);
        std::erase(machines(), this);
    }
    activities_.release_all();
    HostThread::self().detach();
}

ActivityImpl *Threaded::new_activity(ActivityKind kind, std::string_view name)
{
    InternalGuard guard(list_lock_);
    ActivityImpl *activity = activities_.make(*this, kind, name);
    if (activity && dead()) activity->point_limit = 0;
    return activity;
}

void Threaded::free_activity(ActivityImpl &activity)
{
    InternalGuard guard(list_lock_);
    activities_.free(activity);
}

Activity &Threaded::client_activity()
{
    if (last_binding.identity == identity_) [[likely]]
        return *last_binding.activity;
    HostThread &host = HostThread::self();
    if (ActivityImpl *known = bindings.find(identity_)) {
        last_binding = {identity_, known};
        return *known;
    }
    ActivityImpl *activity = nullptr;
    {
        InternalGuard guard(list_lock_);
        activity = retired_;
        if (activity) retired_ = std::exchange(activity->next_ready, nullptr);
    }
    if (!activity) activity = new_activity(ActivityKind::Client, "client");
    OPENKMDF_ASSERT(activity, "out of kernel stacks");
    host.attach(options_.watchdog_ms);
    {
        InternalGuard guard(list_lock_);
        activity->user = {};
        activity->host = &host;
    }
    bindings.add(identity_, *activity);
    return *activity;
}

void Threaded::retire(ActivityImpl &activity)
{
    InternalGuard guard(list_lock_);
    activity.host = nullptr;
    // An activity of start_client belongs to join_client.
    if (activity.client_body || activity.kind != ActivityKind::Client) return;
    activity.next_ready = retired_;
    retired_ = &activity;
}

bool Threaded::start_host_thread(ActivityImpl &activity)
{
    auto *main = activity.kind == ActivityKind::System ? thread_main : client_main;
    return create_thread(activity.thread, main, &activity);
}

Activity &Threaded::start_client(std::string_view name, std::function<void()> body)
{
    ActivityImpl *client = new_activity(ActivityKind::Client, name);
    OPENKMDF_ASSERT(client, "out of kernel stacks");
    client->client_body = new std::function<void()>(std::move(body));
    bool started = start_host_thread(*client);
    OPENKMDF_ASSERT(started, "the host has no thread for a client");
    return *client;
}

void *Threaded::client_main(void *argument)
{
    auto &self = *static_cast<ActivityImpl *>(argument);
    auto &scheduler = static_cast<Threaded &>(*self.scheduler);
    HostThread::self().attach(scheduler.options_.watchdog_ms);
    {
        InternalGuard guard(scheduler.list_lock_);
        self.host = &HostThread::self();
    }
    bindings.add(scheduler.identity_, self);
    [&]() noexcept { (*self.client_body)(); }();
    {
        InternalGuard guard(scheduler.list_lock_);
        self.host = nullptr;
    }
    return nullptr;
}

void Threaded::join_client(Activity &activity)
{
    ActivityImpl &client = implementation(activity);
    OPENKMDF_ASSERT(client.client_body, "only a client that was started is joined");
    pthread_join(client.thread, nullptr);
    delete client.client_body;
    free_activity(client);
}

Activity *Threaded::start_thread(const char *name, void (*body)(void *), void *argument,
                                 void *executive, void (*prepare)(Activity &activity))
{
    join_ended();
    ActivityImpl *thread = new_activity(ActivityKind::System, name);
    if (!thread) return nullptr;
    thread->body = body;
    thread->argument = argument;
    thread->executive = executive;
    if (prepare) prepare(*thread);
    enter_busy();
    if (start_host_thread(*thread)) return thread;
    leave_busy();
    free_activity(*thread);
    return nullptr;
}

void *Threaded::thread_main(void *argument)
{
    auto &self = *static_cast<ActivityImpl *>(argument);
    auto &scheduler = static_cast<Threaded &>(*self.scheduler);
    HostThread::self().attach(scheduler.options_.watchdog_ms);
    {
        InternalGuard guard(scheduler.list_lock_);
        self.host = &HostThread::self();
    }
    scheduler.enter(self, self.body, self.argument);
    {
        InternalGuard guard(scheduler.list_lock_);
        self.host = nullptr;
        self.next_ready = scheduler.ended_;
        scheduler.ended_ = &self;
    }
    scheduler.leave_busy();
    return nullptr;
}

void Threaded::exit_thread()
{
    ActivityImpl &self = implementation(*current.activity);
    OPENKMDF_ASSERT(self.kind == ActivityKind::System && irql() < kDispatchLevel,
                    "only a system thread ends in the kernel, below DISPATCH_LEVEL");
    deliver_deferred();
    HostThread::self().begin_leaving();
    put_back_processor(self);
    abandon_stack(self.kernel, self.user, self.entry->frame);
}

// Frees the activities of system threads that have ended.
void Threaded::join_ended()
{
    ActivityImpl *list = nullptr;
    {
        InternalGuard guard(list_lock_);
        list = std::exchange(ended_, nullptr);
    }
    while (list) {
        ActivityImpl *next = list->next_ready;
        pthread_join(list->thread, nullptr);
        free_activity(*list);
        list = next;
    }
}

std::string Threaded::wait_report()
{
    InternalGuard guard(list_lock_);
    return report_waits(activities_.first());
}

std::size_t Threaded::stack_high_water()
{
    InternalGuard guard(list_lock_);
    return activities_.stack_high_water();
}

// --- Death ---------------------------------------------------------------------------------------

// Whoever is parked, or waits for a processor, sees that the machine is dead and abandons itself;
// so does whoever passes a point. Driver code that does neither is stopped by a signal.
void Threaded::abandon_all(Activity &activity)
{
    HostThread::self().begin_leaving();
    __atomic_store_n(&dead_, true, __ATOMIC_SEQ_CST);
    wake_everybody();
    stop_others();
    ActivityImpl &self = implementation(activity);
    abandon_stack(self.kernel, self.user, self.entry->frame);
}

void Threaded::wake_everybody()
{
    {
        InternalGuard guard(list_lock_);
        for (ActivityImpl *each = activities_.first(); each; each = each->next_of_all) {
            __atomic_store_n(&each->point_limit, std::uint64_t{0}, __ATOMIC_RELAXED);
            __atomic_store_n(&each->token, ActivityImpl::kToken, __ATOMIC_RELEASE);
            futex_wake(&each->token);
        }
    }
    {
        InternalGuard guard(waiters_lock_);
        for (ActivityImpl *each = first_waiter_; each; each = each->next_ready) {
            __atomic_store_n(&each->grant, 1u, __ATOMIC_RELEASE);
            futex_wake(&each->grant);
        }
    }
    futex_wake(&busy_);
    kick_clock();
}

// False: nobody else is in the kernel, and every thread of ours has ended.
bool Threaded::stop_others()
{
    bool any = false;
    InternalGuard guard(list_lock_);
    for (ActivityImpl *each = activities_.first(); each; each = each->next_of_all) {
        bool inside = __atomic_load_n(&each->in_kernel, __ATOMIC_RELAXED) != 0;
        if (inside && each->host && each->host != HostThread::existing())
            each->host->request_stop();
        bool system = each->kind == ActivityKind::System;
        bool listed = false;
        for (ActivityImpl *ended = ended_; ended && system; ended = ended->next_ready)
            listed |= ended == each;
        any |= inside || (system && !listed);
    }
    return any;
}

}  // namespace openkmdf::scheduler
