#include "scheduler/host_thread.h"
#include "scheduler/scheduler.h"
#include "scheduler/test_machine.h"

#include <gtest/gtest.h>

#include <unwind.h>

#include <csignal>
#include <cstdint>

// Faults, loops and traces of stacks in code that plays a driver.

namespace openkmdf::scheduler {
namespace {

class Faults : public testing::TestWithParam<Mode> {
public:
    static Options options()
    {
        Options options;
        options.mode = GetParam();
        options.watchdog_ms = 40;
        return options;
    }
};

INSTANTIATE_TEST_SUITE_P(Modes, Faults, testing::Values(Mode::Deterministic, Mode::Threaded),
                         [](const auto &info) {
                             return info.param == Mode::Threaded ? "Threaded" : "Deterministic";
                         });

OPENKMDF_TEST_DRIVER void write_to(std::uintptr_t address)
{
    *reinterpret_cast<volatile int *>(address) = 1;
}

OPENKMDF_TEST_DRIVER int divide(int value, int by)
{
    asm volatile("cltd\n idivl %1" : "+a"(value) : "r"(by) : "rdx", "cc");
    return value;
}

OPENKMDF_TEST_DRIVER void break_here()
{
    asm volatile("int3");
}

OPENKMDF_TEST_DRIVER void illegal()
{
    asm volatile("ud2");
}

OPENKMDF_TEST_DRIVER int recurse(volatile int *depth)
{
    volatile char frame[256];
    frame[0] = static_cast<char>(*depth);
    *depth = *depth + 1;
    if (*depth < 0) return 0;
    return recurse(depth) + frame[0];
}

OPENKMDF_TEST_DRIVER void loop_for_ever()
{
    for (;;) asm volatile("");
}

TEST_P(Faults, ANullWriteReachesTheHookAndTheProcessLives)
{
    for (int round = 0; round < 3; round++) {
        TestMachine machine{options()};
        EXPECT_FALSE(machine.call([] { write_to(0); }));
        EXPECT_EQ(machine.fault_signal(), SIGSEGV);
        EXPECT_EQ(machine.fault_address(), nullptr);
        EXPECT_TRUE(machine->dead());
    }
}

TEST_P(Faults, ASystemThreadFaults)
{
    TestMachine machine{options()};
    EXPECT_FALSE(machine.call([&] {
        machine->start_thread(
            "faulting", [](void *) { write_to(0x1234); }, nullptr, nullptr);
        machine->park({"nothing"});
    }));
    EXPECT_EQ(machine.fault_signal(), SIGSEGV);
    EXPECT_EQ(machine.fault_address(), reinterpret_cast<void *>(0x1234));
}

TEST_P(Faults, UnusedKernelMemoryIsNotAccessible)
{
    TestMachine machine{options()};
    auto &pool = machine->arena().region(RegionKind::NonPaged);
    auto address = reinterpret_cast<std::uintptr_t>(pool.base + pool.size - 64);
    EXPECT_FALSE(machine.call([&] { write_to(address); }));
    EXPECT_EQ(machine.fault_address(), reinterpret_cast<void *>(address));
}

TEST_P(Faults, ADivideByZero)
{
    TestMachine machine{options()};
    EXPECT_FALSE(machine.call([] { divide(1, 0); }));
    EXPECT_EQ(machine.fault_signal(), SIGFPE);
}

TEST_P(Faults, ABreakpoint)
{
    TestMachine machine{options()};
    EXPECT_FALSE(machine.call([] { break_here(); }));
    EXPECT_EQ(machine.fault_signal(), SIGTRAP);
}

TEST_P(Faults, AnIllegalInstruction)
{
    TestMachine machine{options()};
    EXPECT_FALSE(machine.call([] { illegal(); }));
    EXPECT_EQ(machine.fault_signal(), SIGILL);
}

TEST_P(Faults, AStackOverflow)
{
    for (int round = 0; round < 3; round++) {
        TestMachine machine{options()};
        volatile int depth = 0;
        EXPECT_FALSE(machine.call([&] { recurse(&depth); }));
        EXPECT_EQ(machine.fault_signal(), SIGSEGV);
        EXPECT_GT(depth, 100);
    }
}

TEST_P(Faults, AnEndlessLoopEndsByTheWatchdog)
{
    TestMachine machine{options()};
    EXPECT_FALSE(machine.call([] { loop_for_ever(); }));
    EXPECT_GE(machine.runaway(), reinterpret_cast<void *>(loop_for_ever));
    EXPECT_LT(machine.runaway(), reinterpret_cast<char *>(loop_for_ever) + 64);
}

TEST_P(Faults, AnEndlessLoopOfASystemThreadEndsByTheWatchdog)
{
    TestMachine machine{options()};
    EXPECT_FALSE(machine.call([&] {
        machine->start_thread(
            "looping", [](void *) { loop_for_ever(); }, nullptr, nullptr);
        machine->park({"nothing"});
    }));
    EXPECT_NE(machine.runaway(), nullptr);
}

TEST(FaultsThreaded, ALoopIsStoppedWhenTheMachineDies)
{
    Options options;
    options.mode = Mode::Threaded;
    TestMachine machine{options};
    TestEvent started{*machine};
    EXPECT_FALSE(machine.call([&] {
        machine->start_thread(
            "looping",
            [](void *started) {
                static_cast<TestEvent *>(started)->set();
                loop_for_ever();
            },
            &started, nullptr);
        started.wait();
        machine->die();
    }));
}

TEST_P(Faults, AFaultThatTheHookRefusesKillsTheProcess)
{
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    auto fault = [] {
        TestMachine machine{options()};
        machine.refuse_faults();
        machine.call([] { write_to(0x10); });
    };
    EXPECT_DEATH(fault(), "");
}

TEST_P(Faults, AFaultOutsideTheKernelKillsTheProcess)
{
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    auto fault = [] {
        TestMachine machine{options()};
        write_to(0x10);
    };
    EXPECT_DEATH(fault(), "");
}

TEST(FaultHandlers, ArePutBack)
{
    install_fault_handlers();
    restore_fault_handlers();
    struct sigaction action = {};
    sigaction(SIGVTALRM, nullptr, &action);
    EXPECT_EQ(action.sa_handler, SIG_DFL);
    install_fault_handlers();
    sigaction(SIGVTALRM, nullptr, &action);
    EXPECT_NE(action.sa_handler, SIG_DFL);
}

// --- Whole stacks --------------------------------------------------------------------------------

struct Trace {
    std::uintptr_t frames[64];
    int count = 0;
    bool contains(void *address) const
    {
        for (int i = 0; i < count; i++)
            if (frames[i] == reinterpret_cast<std::uintptr_t>(address)) return true;
        return false;
    }
};

Trace unwound;
Trace walked;
void *return_of_host_caller;
void *return_of_driver;

[[gnu::noinline]] void take_traces()
{
    unwound.count = 0;
    auto step = [](_Unwind_Context *context, void *) {
        if (unwound.count < 64) unwound.frames[unwound.count++] = _Unwind_GetIP(context);
        return _URC_NO_REASON;
    };
    _Unwind_Backtrace(step, nullptr);
    walked.count = 0;
    auto *frame = static_cast<void **>(__builtin_frame_address(0));
    while (frame && walked.count < 64 && walked.count >= 0) {
        walked.frames[walked.count++] = reinterpret_cast<std::uintptr_t>(frame[1]);
        auto *next = static_cast<void **>(frame[0]);
        if (next <= frame || walked.contains(return_of_host_caller)) break;
        frame = next;
    }
}

OPENKMDF_TEST_DRIVER void driver_that_faults(std::uintptr_t address)
{
    return_of_driver = __builtin_return_address(0);
    write_to(address);
    asm volatile("");
}

[[gnu::noinline]] void host_caller(TestMachine &machine, void (*body)())
{
    return_of_host_caller = __builtin_return_address(0);
    machine.call([&] { body(); });
    asm volatile("");
}

TEST_P(Faults, TracesGoFromAKernelStackToTheHostsAndFromAFaultToTheDriver)
{
    TestMachine machine{options()};
    host_caller(machine, [] { take_traces(); });
    EXPECT_TRUE(unwound.contains(return_of_host_caller));
    EXPECT_TRUE(walked.contains(return_of_host_caller));

    machine.on_fault = take_traces;
    host_caller(machine, [] { driver_that_faults(0); });
    EXPECT_EQ(machine.fault_signal(), SIGSEGV);
    EXPECT_TRUE(unwound.contains(return_of_driver));
    EXPECT_TRUE(unwound.contains(return_of_host_caller));
    EXPECT_TRUE(walked.contains(return_of_driver));
    EXPECT_TRUE(walked.contains(return_of_host_caller));
}

}  // namespace
}  // namespace openkmdf::scheduler
