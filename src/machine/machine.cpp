#include "machine/machine_core.h"
#include "scheduler/sanitizer.h"

#include <openkmdf/machine.h>

#include <fmt/format.h>

#include <ostream>

namespace openkmdf {

Machine::Machine(MachineOptions options) : core_(std::make_shared<MachineCore>(std::move(options)))
{
}

Machine::~Machine() = default;

Client Machine::client(std::string_view name, std::function<void()> body)
{
    Client client;
    client.core_ = core_;
    if (core_->usable()) client.activity_ = &core_->scheduler->start_client(name, std::move(body));
    return client;
}

Client::Client(Client &&other) noexcept
{
    *this = std::move(other);
}

Client &Client::operator=(Client &&other) noexcept
{
    if (this != &other) {
        join();
        core_ = std::move(other.core_);
        activity_ = std::exchange(other.activity_, nullptr);
    }
    return *this;
}

Client::~Client()
{
    join();
}

void Client::join()
{
    auto core = core_.lock();
    void *activity = std::exchange(activity_, nullptr);
    if (!core || !activity) return;
    core->scheduler->join_client(*static_cast<scheduler::Activity *>(activity));
    core->note_death();
}

void Machine::advance(std::chrono::nanoseconds duration)
{
    if (!core_->usable()) return;
    core_->scheduler->advance(duration.count() / 100);
    core_->note_death();
}

void Machine::run_until_idle()
{
    if (!core_->usable()) return;
    core_->scheduler->run_until_idle();
    core_->note_death();
}

std::int64_t Machine::now() const
{
    return core_->scheduler->now();
}

const Trace &Machine::trace()
{
    return core_->trace.read();
}

void Machine::clear_trace()
{
    core_->trace.clear();
}

bool Machine::stopped() const
{
    return !core_->usable();
}

std::optional<Bugcheck> Machine::bugcheck() const
{
    if (!core_->usable()) core_->note_death();
    return core_->bugcheck;
}

bool Machine::save_replay(const std::string &path) const
{
    return machine::write_replay(path, core_->scheduler->options(), core_->scheduler->choices());
}

std::string Machine::replay_mismatch() const
{
    return core_->replay_problem.empty() ? core_->scheduler->replay_mismatch()
                                         : core_->replay_problem;
}

std::size_t Machine::replay_left() const
{
    return core_->scheduler->replay_left();
}

void Machine::fail_allocation(std::uint64_t nth, bool and_later)
{
    core_->arena->fail_allocation(nth, and_later);
}

std::uint64_t Machine::allocations() const
{
    return core_->arena->failable_allocations();
}

std::string UnloadReport::text() const
{
    std::string all = fmt::format("unload: {}", status.name());
    for (const Leak &leak : leaks) {
        all += fmt::format("\n  left behind: {} x {}", leak.count, leak.what);
        if (leak.bytes) all += fmt::format(", {} bytes", leak.bytes);
        for (const Frame &frame : leak.allocated_at) {
            all += frame.file.empty()
                       ? fmt::format("\n    at {:#x} {}", frame.address, frame.function)
                       : fmt::format("\n    at {} ({}:{})", frame.function, frame.file, frame.line);
        }
    }
    // Frames of instrumented code are several times as large.
    constexpr bool kMeasured = !scheduler::kAddressSanitizer && !scheduler::kThreadSanitizer;
    if (kMeasured && stack_used > scheduler::kWindowsStackSize)
        all += fmt::format("\n  {} KiB of kernel stack were used; Windows gives a driver {} KiB",
                           stack_used >> 10, scheduler::kWindowsStackSize >> 10);
    return all;
}

std::ostream &operator<<(std::ostream &out, const UnloadReport &report)
{
    return out << report.text();
}

std::ostream &operator<<(std::ostream &out, const Bugcheck &bugcheck)
{
    return out << bugcheck.report;
}

}  // namespace openkmdf
