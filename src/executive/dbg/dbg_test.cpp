#include "executive/exports.h"
#include "executive/ke/ke_state.h"
#include "executive/testing.h"
#include "tests/support/tested.h"

#include <cstring>

// What drivers print, which of it is shown, breakpoints, and the kernel debugger that is not there.

namespace openkmdf::executive {
namespace {

using Texts = std::vector<std::string>;

class Debug : public BothModes {
protected:
    // From now on the filters decide, as on Windows without a setting in the registry.
    void filter()
    {
        EXPECT_TRUE(pc.run([] { ke::state().print_filter.show_all = false; }));
    }
    template <class Type>
    Type &variable(const char *name)
    {
        return *static_cast<Type *>(find_export(pc.kernel(), name));
    }
};
INSTANTIATE_IN_BOTH_MODES(Debug);

ULONG NTAPIV print_list(const char *prefix, ULONG component, ULONG level, const char *format, ...)
{
    __builtin_ms_va_list arguments;
    __builtin_ms_va_start(arguments, format);
    const ULONG status = prefix ? vDbgPrintExWithPrefix(prefix, component, level, format, arguments)
                                : vDbgPrintEx(component, level, format, arguments);
    __builtin_ms_va_end(arguments);
    return status;
}

constexpr ULONG kSuccess = 0;  // STATUS_SUCCESS, as these functions return it

TEST_P(Debug, AllPrintTheirArguments)
{
    OPENKMDF_TESTS(DbgPrint, DbgPrintEx, DbgPrintReturnControlC, vDbgPrintEx,
                   vDbgPrintExWithPrefix);
    constexpr ULONG kId = DPFLTR_IHVDRIVER_ID;
    EXPECT_TRUE(pc.run([] {
        EXPECT_EQ(DbgPrint("%d-%s-%c\n", -7, "seven", 'x'), kSuccess);
        EXPECT_EQ(DbgPrintEx(kId, DPFLTR_INFO_LEVEL, "%04x|%-4u|%ws", 0xBEEu, 12u, u"wide"),
                  kSuccess);
        EXPECT_EQ(DbgPrintReturnControlC("%I64d", 1LL << 40), kSuccess);
        EXPECT_EQ(print_list(nullptr, kId, DPFLTR_ERROR_LEVEL, "%u %u %u %u", 1, 2, 3, 4),
                  kSuccess);
        EXPECT_EQ(print_list("drv: ", kId, DPFLTR_ERROR_LEVEL, "%s", "text"), kSuccess);
        const KIRQL old = KfRaiseIrql(DISPATCH_LEVEL);
        EXPECT_EQ(DbgPrint("at %u", KeGetCurrentIrql()), kSuccess);
        KeLowerIrql(old);
    }));
    EXPECT_EQ(pc.prints(), (Texts{"-7-seven-x\n", "0bee|12  |wide", "1099511627776", "1 2 3 4",
                                  "drv: text", "at 2"}));
}

TEST_P(Debug, ACallTransmitsAtMost512Bytes)
{
    OPENKMDF_TESTS(DbgPrint, DbgPrintEx, vDbgPrintEx, vDbgPrintExWithPrefix);
    const std::string lengthy(600, 'l');
    EXPECT_TRUE(pc.run([&] {
        const char *text = lengthy.c_str();
        DbgPrint("%s", text);
        DbgPrintEx(DPFLTR_IHVBUS_ID, DPFLTR_ERROR_LEVEL, "%s", text);
        print_list(nullptr, DPFLTR_IHVBUS_ID, DPFLTR_ERROR_LEVEL, "%s", text);
        print_list("ab", DPFLTR_IHVBUS_ID, DPFLTR_ERROR_LEVEL, "%s", text);
    }));
    const std::string most(512, 'l');
    EXPECT_EQ(pc.prints(), (Texts{most, most, most, "ab" + most.substr(2)}));
}

// "Reading and Filtering Debugging Messages": the level is a bit number below 32, else a mask, and
// each component has a mask, to which the system's, 1, is added.
TEST_P(Debug, TheMaskOfTheComponentDecidesWhatIsShown)
{
    OPENKMDF_TESTS(DbgPrintEx, vDbgPrintEx, vDbgPrintExWithPrefix, DbgSetDebugFilterState);
    filter();
    EXPECT_TRUE(pc.run([] {
        auto all_forms = [](ULONG component, ULONG level, const char *text) {
            EXPECT_EQ(DbgPrintEx(component, level, "%s", text), kSuccess);
            EXPECT_EQ(print_list(nullptr, component, level, "%s", text), kSuccess);
            EXPECT_EQ(print_list("p", component, level, "%s", text), kSuccess);
        };
        all_forms(DPFLTR_IHVVIDEO_ID, DPFLTR_ERROR_LEVEL, "error");
        all_forms(DPFLTR_IHVVIDEO_ID, DPFLTR_WARNING_LEVEL, "hidden");
        EXPECT_EQ(DbgSetDebugFilterState(DPFLTR_IHVVIDEO_ID, DPFLTR_INFO_LEVEL, TRUE),
                  STATUS_SUCCESS);
        all_forms(DPFLTR_IHVVIDEO_ID, DPFLTR_INFO_LEVEL, "info");
        all_forms(DPFLTR_IHVVIDEO_ID, DPFLTR_MASK | 0x18, "mask");
        all_forms(DPFLTR_IHVVIDEO_ID, DPFLTR_MASK | 0x10, "hidden");
        all_forms(DPFLTR_IHVAUDIO_ID, DPFLTR_INFO_LEVEL, "hidden");
        // All bits of a mask at once.
        EXPECT_EQ(DbgSetDebugFilterState(DPFLTR_IHVAUDIO_ID, 0x700, TRUE), STATUS_SUCCESS);
        all_forms(DPFLTR_IHVAUDIO_ID, 9, "nine");
        EXPECT_EQ(DbgSetDebugFilterState(DPFLTR_IHVAUDIO_ID, 9, FALSE), STATUS_SUCCESS);
        all_forms(DPFLTR_IHVAUDIO_ID, 9, "hidden");
        all_forms(DPFLTR_IHVAUDIO_ID, 10, "ten");
    }));
    Texts shown;
    for (const std::string text : {"error", "info", "mask", "nine", "ten"})
        for (const std::string &form : {text, text, "p" + text}) shown.push_back(form);
    EXPECT_EQ(pc.prints(), shown);
}

TEST_P(Debug, FilterStatesAreSetAndQueried)
{
    OPENKMDF_TESTS(DbgQueryDebugFilterState, DbgSetDebugFilterState);
    constexpr ULONG kId = DPFLTR_IHVNETWORK_ID;
    filter();
    EXPECT_TRUE(pc.run([] {
        EXPECT_EQ(DbgQueryDebugFilterState(kId, DPFLTR_ERROR_LEVEL), TRUE);
        EXPECT_EQ(DbgQueryDebugFilterState(kId, DPFLTR_TRACE_LEVEL), FALSE);
        EXPECT_EQ(DbgSetDebugFilterState(kId, DPFLTR_TRACE_LEVEL, TRUE), STATUS_SUCCESS);
        EXPECT_EQ(DbgQueryDebugFilterState(kId, DPFLTR_TRACE_LEVEL), TRUE);
        EXPECT_EQ(DbgQueryDebugFilterState(kId, DPFLTR_MASK | 1u << DPFLTR_TRACE_LEVEL), TRUE);
        EXPECT_EQ(DbgQueryDebugFilterState(kId + 1, DPFLTR_TRACE_LEVEL), FALSE);
        EXPECT_EQ(DbgSetDebugFilterState(kId, DPFLTR_TRACE_LEVEL, FALSE), STATUS_SUCCESS);
        EXPECT_EQ(DbgQueryDebugFilterState(kId, DPFLTR_TRACE_LEVEL), FALSE);
        EXPECT_EQ(DbgSetDebugFilterState(100'000, DPFLTR_TRACE_LEVEL, TRUE),
                  STATUS_INVALID_PARAMETER_1);
        EXPECT_EQ(DbgQueryDebugFilterState(kId, DPFLTR_TRACE_LEVEL), FALSE);
    }));
}

// "DbgPrint function": the same as DbgPrintEx with DPFLTR_DEFAULT_ID and DPFLTR_INFO_LEVEL.
TEST_P(Debug, DbgPrintIsInformationOfTheDefaultComponent)
{
    OPENKMDF_TESTS(DbgPrint);
    filter();
    EXPECT_TRUE(pc.run([] {
        EXPECT_EQ(DbgPrint("hidden"), kSuccess);
        DbgPrintEx(DPFLTR_DEFAULT_ID, DPFLTR_INFO_LEVEL, "hidden");
        DbgSetDebugFilterState(DPFLTR_DEFAULT_ID, DPFLTR_INFO_LEVEL, TRUE);
        EXPECT_EQ(DbgPrint("shown"), kSuccess);
    }));
    EXPECT_EQ(pc.prints(), (Texts{"shown"}));
}

TEST_P(Debug, NobodyAnswersAPrompt)
{
    OPENKMDF_TESTS(DbgPrompt);
    EXPECT_TRUE(pc.run([] {
        CHAR response[2] = {'?', '?'};
        EXPECT_EQ(DbgPrompt("Continue? ", response, sizeof response), 0u);
        EXPECT_EQ(response[0], '?');
        EXPECT_EQ(response[1], '?');
    }));
    EXPECT_EQ(pc.prints(), (Texts{"Continue? "}));
}

TEST_P(Debug, ABreakpointWithoutADebuggerIsABugcheck)
{
    OPENKMDF_TESTS(DbgBreakPoint, DbgBreakPointWithStatus);
    for (bool with_status : {false, true}) {
        for (KIRQL irql : {PASSIVE_LEVEL, DISPATCH_LEVEL}) {
            TestMachine other(GetParam());
            other.be_driver();
            const BugcheckRecord &record = other.stops([&] {
                KfRaiseIrql(irql);
                if (with_status) DbgBreakPointWithStatus(3);
                else DbgBreakPoint();
            });
            EXPECT_EQ(record.code, irql ? std::uint32_t{KMODE_EXCEPTION_NOT_HANDLED}
                                        : std::uint32_t{SYSTEM_SERVICE_EXCEPTION});
            EXPECT_EQ(static_cast<NTSTATUS>(record.parameters[0]), STATUS_BREAKPOINT);
            EXPECT_STREQ(record.driver, "testdrv");
        }
    }
}

TEST_P(Debug, NoDebuggerCanBeSwitchedOnOrOff)
{
    OPENKMDF_TESTS(KdDisableDebugger, KdEnableDebugger, KdDebuggerEnabled, InitSafeBootMode);
    EXPECT_FALSE(variable<BOOLEAN>("KdDebuggerEnabled"));
    EXPECT_EQ(variable<ULONG>("InitSafeBootMode"), 0u);
    EXPECT_TRUE(pc.run([] {
        EXPECT_EQ(KdDisableDebugger(), STATUS_DEBUGGER_INACTIVE);
        EXPECT_EQ(KdEnableDebugger(), STATUS_DEBUGGER_INACTIVE);
    }));
    EXPECT_FALSE(variable<BOOLEAN>("KdDebuggerEnabled"));
}

TEST_P(Debug, TheVariableTellsAfterARefreshWhetherADebuggerIsThere)
{
    OPENKMDF_TESTS(KdRefreshDebuggerNotPresent, KdDebuggerNotPresent);
    const BOOLEAN &absent = variable<BOOLEAN>("KdDebuggerNotPresent");
    for (bool attached : {false, true, false}) {
        pc->debugger_attached = attached;
        EXPECT_TRUE(pc.run([&] { EXPECT_EQ(KdRefreshDebuggerNotPresent(), !attached); }));
        EXPECT_EQ(absent, !attached);
    }
}

}  // namespace
}  // namespace openkmdf::executive
