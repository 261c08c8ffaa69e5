#pragma once

#include "scheduler/internal_lock.h"
#include "scheduler/sanitizer.h"
#include "scheduler/scheduler.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

// The least that stands in for an executive in tests of this layer.

// Functions that play a driver: what they run may be interrupted and abandoned at any instruction.
#define OPENKMDF_TEST_DRIVER                                                                       \
    OPENKMDF_UNINSTRUMENTED __attribute__((section("test_driver"), noinline))
extern "C" const char __start_test_driver[], __stop_test_driver[];

namespace openkmdf::scheduler {

class TestMachine {
public:
    explicit TestMachine(Options options = {}) : arena_(Arena::create())
    {
        scheduler_ = Scheduler::create(*arena_, options).release();
        KernelHooks hooks;
        hooks.context = this;
        hooks.deliver = [](void *context, Processor &processor) {
            static_cast<TestMachine *>(context)->deliver(processor);
        };
        hooks.deadlock = [](void *context, const char *report) {
            auto *self = static_cast<TestMachine *>(context);
            std::snprintf(self->report_, sizeof self->report_, "%s", report);
        };
        hooks.runaway = [](void *context, void *instruction, void *) {
            auto *self = static_cast<TestMachine *>(context);
            self->runaway_ = instruction;
            self->scheduler_->die();
        };
        hooks.fault = [](void *context, int signal, void *address, void *) {
            auto *self = static_cast<TestMachine *>(context);
            if (self->refuses_faults_) return;
            self->fault_signal_ = signal;
            self->fault_address_ = address;
            if (self->on_fault) self->on_fault();
            self->scheduler_->die();
        };
        hooks.is_driver_code = is_test_driver;
        scheduler_->set_hooks(hooks, this);
    }
    ~TestMachine()
    {
        delete scheduler_;
        Arena::destroy(arena_);
    }
    TestMachine(const TestMachine &) = delete;

    Scheduler *operator->() { return scheduler_; }
    Scheduler &operator*() { return *scheduler_; }

    // A system call of the calling host thread, or of the client whose code runs.
    template <class Body>
    bool call(Body &&body)
    {
        return scheduler_->kernel_call(scheduler_->client_activity(), std::forward<Body>(body));
    }

    // Queues `function(argument)` as a DPC.
    void queue_dpc(Processor &target, void (*function)(void *), void *argument,
                   Delivery when = Delivery::AtOnce)
    {
        Dpc &slot = dpcs_[target.number];
        {
            InternalGuard guard(slot.lock);
            slot.function = function;
            slot.argument = argument;
        }
        scheduler_->request_delivery(target, when);
    }

    const char *report() const { return report_; }
    void *runaway() const { return runaway_; }
    int fault_signal() const { return fault_signal_; }
    void *fault_address() const { return fault_address_; }
    void refuse_faults() { refuses_faults_ = true; }
    void (*on_fault)() = nullptr;

private:
    OPENKMDF_UNINSTRUMENTED static bool is_test_driver(void *, const void *instruction)
    {
        return instruction >= __start_test_driver && instruction < __stop_test_driver;
    }

    // Room for one: a second replaces it. Any processor may queue while another delivers.
    struct Dpc {
        InternalLock lock;
        void (*function)(void *) = nullptr;
        void *argument = nullptr;
    };

    static void (*take(Dpc &slot, void **argument))(void *)
    {
        InternalGuard guard(slot.lock);
        *argument = slot.argument;
        return std::exchange(slot.function, nullptr);
    }

    void deliver(Processor &processor)
    {
        EXPECT_LT(processor.irql, kDispatchLevel);
        Dpc &slot = dpcs_[processor.number];
        void *argument;
        while (auto *function = take(slot, &argument)) {
            std::uint8_t before = Scheduler::raise_irql(kDispatchLevel);
            function(argument);
            EXPECT_EQ(current.processor, &processor);
            scheduler_->lower_irql(before);
        }
    }

    Arena *arena_;
    Scheduler *scheduler_;
    Dpc dpcs_[64];
    char report_[2048] = {};
    void *runaway_ = nullptr;
    bool refuses_faults_ = false;
    int fault_signal_ = 0;
    void *fault_address_ = nullptr;
};

// An event as an executive would make it, with a list of one waiter.
class TestEvent {
public:
    explicit TestEvent(Scheduler &scheduler) : scheduler_(scheduler) {}

    void set()
    {
        set_.store(true);
        if (Activity *waiter = waiter_.exchange(nullptr)) scheduler_.unpark(*waiter);
    }
    bool wait(std::int64_t deadline = kForever, Activity *holder = nullptr)
    {
        while (!set_.load()) {
            waiter_.store(current.activity);
            if (set_.load()) break;
            if (scheduler_.park({"event", this, holder}, deadline) == ParkResult::TimedOut)
                return false;
        }
        waiter_.store(nullptr);
        return true;
    }
    bool is_set() const { return set_.load(); }

private:
    Scheduler &scheduler_;
    std::atomic<bool> set_ = false;
    std::atomic<Activity *> waiter_ = nullptr;
};

}  // namespace openkmdf::scheduler
