#pragma once

#include "executive/cm/registry.h"
#include "executive/io/io_manager.h"
#include "executive/kernel.h"
#include "executive/module_registry.h"
#include "executive/ob/object_manager.h"
#include "executive/ps/processes.h"
#include "executive/tracer.h"
#include "scheduler/scheduler.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

// A machine with an executive and no driver, for the tests of this layer. Test code stands in for a
// driver: `be_driver` registers the test program's own code as one.

extern "C" const char __executable_start;
extern "C" const char etext;

namespace openkmdf::executive {

class TestMachine {
public:
    explicit TestMachine(scheduler::Options options = {}) : arena_(scheduler::Arena::create())
    {
        scheduler_ = scheduler::Scheduler::create(*arena_, options);
        kernel_ = create_kernel(*scheduler_, *arena_);
        EXPECT_TRUE(run([this] {
            Kernel &kernel = *kernel_;
            kernel.objects = ObjectManager::create(kernel);
            kernel.processes = Processes::create(kernel);
            kernel.registry = Registry::create(kernel);
            kernel.io = IoManager::create(kernel);
        }));
    }
    explicit TestMachine(scheduler::Mode mode) : TestMachine(with(mode)) {}
    ~TestMachine()
    {
        scheduler_.reset();
        scheduler::Arena::destroy(arena_);
    }
    TestMachine(const TestMachine &) = delete;
    TestMachine &operator=(const TestMachine &) = delete;

    static scheduler::Options with(scheduler::Mode mode)
    {
        scheduler::Options options;
        options.mode = mode;
        return options;
    }

    Kernel *operator->() { return kernel_; }
    Kernel &kernel() { return *kernel_; }
    scheduler::Scheduler &scheduler() { return *scheduler_; }
    scheduler::Arena &arena() { return *arena_; }

    // Runs `body` as a system call of the client. False: the machine is dead.
    template <class Body>
    bool run(Body &&body)
    {
        return scheduler_->kernel_call(scheduler_->client_activity(), std::forward<Body>(body));
    }
    // The same, expecting to end in a bugcheck; its record.
    template <class Body>
    const BugcheckRecord &stops(Body &&body)
    {
        EXPECT_FALSE(run(std::forward<Body>(body))) << "the machine lives on";
        return kernel_->bugcheck;
    }
    // All that is ready runs, timers included up to `duration` (100 ns).
    void advance(std::int64_t duration) { scheduler_->advance(duration); }
    void settle() { scheduler_->run_until_idle(); }

    // From now on the code of the test program, ours included, counts as a driver's.
    LoadedModule &be_driver()
    {
        module_.low = reinterpret_cast<std::uintptr_t>(&__executable_start);
        module_.high = reinterpret_cast<std::uintptr_t>(&etext);
        module_.ordinal = 1;
        std::snprintf(module_.name, sizeof module_.name, "testdrv");
        add_module(*kernel_, module_);
        return module_;
    }

    std::vector<std::string> prints()
    {
        std::vector<std::string> all;
        Tracer &tracer = *kernel_->tracer;
        for (std::uint64_t i = tracer.first(); i < tracer.end(); i++) {
            TraceRecord record;
            if (!tracer.read(i, record) || record.kind != TraceKind::DebugPrint) continue;
            char text[Tracer::kMostText];
            all.emplace_back(text, tracer.text(record, text, sizeof text));
        }
        return all;
    }

private:
    scheduler::Arena *arena_;
    std::unique_ptr<scheduler::Scheduler> scheduler_;
    Kernel *kernel_ = nullptr;
    LoadedModule module_;
};

// Behaviour that is the same in both modes.
class BothModes : public testing::TestWithParam<scheduler::Mode> {
protected:
    TestMachine pc{GetParam()};
};

#define INSTANTIATE_IN_BOTH_MODES(suite)                                                           \
    INSTANTIATE_TEST_SUITE_P(                                                                      \
        , suite, testing::Values(scheduler::Mode::Deterministic, scheduler::Mode::Threaded),       \
        [](const auto &mode) {                                                                     \
            return mode.param == scheduler::Mode::Threaded ? "Threaded" : "Deterministic";         \
        })

}  // namespace openkmdf::executive
