// The functions of the framework's verifier, and the one that KMDF does not implement.

#include "machine/machine_core.h"
#include "tests/support/function_calls.h"
#include "tests/support/tested.h"

#include <bugcodes.h>

#include <csignal>

namespace openkmdf {
namespace {

using test::FunctionCalls;

constexpr const char16_t *kWdfKey = u"checked\\Parameters\\Wdf";

struct Value {
    const char16_t *name;
    ULONG number;
};

// What the service's key says when the driver is loaded.
std::function<void(Machine &)> with_values(std::vector<Value> values)
{
    return [values](Machine &machine) {
        MachineCore &core = machine.core();
        core.call([&] {
            for (const char16_t *key : {u"checked", u"checked\\Parameters", kWdfKey})
                EXPECT_EQ(RtlCreateRegistryKey(RTL_REGISTRY_SERVICES, const_cast<PWSTR>(key)),
                          STATUS_SUCCESS);
            for (Value value : values)
                EXPECT_EQ(RtlWriteRegistryValue(RTL_REGISTRY_SERVICES, kWdfKey, value.name,
                                                REG_DWORD, &value.number, sizeof value.number),
                          STATUS_SUCCESS);
        });
    };
}

void break_with_debugger(FunctionCalls &calls)
{
    calls.machine.core().kernel->debugger_attached = true;
    DRIVER_CALL(calls, WdfVerifierDbgBreakPoint);
}

MachineOptions checks(Checks checks)
{
    MachineOptions options;
    options.checks = checks;
    return options;
}

TEST(VerifierTest, WithoutADebuggerNothingBreaks)
{
    OPENKMDF_TESTS(WdfVerifierDbgBreakPoint);
    FunctionCalls calls(CHECKED_DRIVER, {}, with_values({{u"DbgBreakOnError", 1}}));
    DRIVER_CALL(calls, WdfVerifierDbgBreakPoint);
    calls.irql = HIGH_LEVEL;
    DRIVER_CALL(calls, WdfVerifierDbgBreakPoint);
    EXPECT_FALSE(calls.machine.bugcheck());
}

TEST(VerifierDeathTest, BreaksWhereTheValuesSay)
{
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
    GTEST_SKIP()
        << "ThreadSanitizer ignores synchronization in the child of a process with threads.";
#endif
#endif
    struct Case {
        Checks checks;
        std::vector<Value> values;
        bool breaks;
    };
    for (const Case &it : std::vector<Case>{
             {Checks::On, {}, true},  // as with Driver Verifier
             {Checks::Off, {}, false},
             {Checks::Off, {{u"VerifierOn", 1}}, true},
             {Checks::On, {{u"VerifierOn", 0}}, false},
             {Checks::Off, {{u"DbgBreakOnError", 1}}, true},
             {Checks::On, {{u"VerifierOn", 1}, {u"DbgBreakOnError", 0}}, false},
         }) {
        FunctionCalls calls(CHECKED_DRIVER, checks(it.checks), with_values(it.values));
        if (it.breaks) {
            EXPECT_EXIT(break_with_debugger(calls), testing::KilledBySignal(SIGTRAP), "");
        } else {
            break_with_debugger(calls);
            EXPECT_FALSE(calls.machine.bugcheck());
        }
    }
}

TEST(VerifierTest, MakesABugcheck)
{
    OPENKMDF_TESTS(WdfVerifierKeBugCheck);
    FunctionCalls calls(CHECKED_DRIVER);
    CHECKED_CALL call{};
    call.Index = WdfVerifierKeBugCheckTableIndex;
    call.Irql = HIGH_LEVEL;
    call.Arguments[0] = MANUALLY_INITIATED_CRASH;
    for (unsigned i = 1; i < 5; ++i) call.Arguments[i] = 0x1'0000'0000 * i;
    calls.file.ioctl(IOCTL_CHECKED_CALL, std::as_bytes(std::span(&call, 1)));
    const auto bugcheck = calls.machine.bugcheck();
    ASSERT_TRUE(bugcheck);
    EXPECT_EQ(bugcheck->code, ULONG{MANUALLY_INITIATED_CRASH});
    for (unsigned i = 0; i < 4; ++i) EXPECT_EQ(bugcheck->parameters[i], 0x1'0000'0000 * (i + 1));
    ASSERT_FALSE(bugcheck->stack.empty());
    EXPECT_TRUE(bugcheck->stack[0].in_driver) << *bugcheck;
}

TEST(VerifierTest, ObjectsAnswerNoQuery)
{
    OPENKMDF_TESTS(WdfObjectQuery);
    FunctionCalls calls(CHECKED_DRIVER);
    const GUID guid{};
    ULONG buffer = 0;
    EXPECT_EQ(DRIVER_CALL(calls, WdfObjectQuery, static_cast<WDFOBJECT>(calls.wdf_device()), &guid,
                          ULONG{4}, &buffer),
              STATUS_NOT_IMPLEMENTED);
}

}  // namespace
}  // namespace openkmdf
