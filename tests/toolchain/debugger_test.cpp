#include "build/process.h"
#include "driver_fixture.h"

#include <gmock/gmock.h>

namespace openkmdf::test {
namespace {

#if defined(OPENKMDF_RUNNER_PLAIN)

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

class DebuggerTest : public DriverTest {
protected:
    static std::string debug(const fs::path &module, std::vector<std::string> commands)
    {
        build::Command command{{OPENKMDF_TEST_GDB, "-nx", "-batch"}, {{"DEBUGINFOD_URLS", ""}}};
        commands.insert(commands.begin(), {"set breakpoint pending on", "set width 0"});
        for (const auto &text : commands) {
            command.arguments.push_back("-ex");
            command.arguments.push_back(text);
        }
        for (std::string argument : {"--args", OPENKMDF_RUNNER_PLAIN}) {
            command.arguments.push_back(argument);
        }
        command.arguments.push_back(module.string());
        return build::run_process(command).output;
    }
};

constexpr std::string_view kDriver = R"(void CallBack(void (*routine)(void *), void *context);
typedef struct { int number; unsigned flag : 3; const char *name; } Record;
static void touched(void *context)
{
    Record *record = context;
    record->number += 1;
    record->flag = 5;
}
long DriverEntry(void *driver, void *path)
{
    Record mine = {41, 1, "mine"};
    CallBack(touched, &mine);
    return mine.number;
}
)";

TEST_F(DebuggerTest, StopsAtSourceLinesAndShowsWholeStacks)
{
    auto output =
        debug(build("driver.c", kDriver),
              {"break driver.c:7", "run", "bt", "print *record", "finish", "next", "info locals"});
    EXPECT_THAT(output, ContainsRegex("Breakpoint 1, touched \\(context=0x[^\n]*driver.c:7"));
    EXPECT_THAT(output, ContainsRegex("#0 +touched [^\n]*driver.c:7\n"
                                      "#1 [^\n]*call_back [^\n]*module_runner.cpp:[0-9]+\n"
                                      "#2 [^\n]*DriverEntry [^\n]*driver.c:12\n"
                                      "#3 [^\n]*main [^\n]*module_runner.cpp:[0-9]+"));
    EXPECT_THAT(output, HasSubstr("{number = 42, flag = 1, name = "));
    EXPECT_THAT(output, ContainsRegex("call_back \\(routine="));
}

TEST_F(DebuggerTest, ShowsCxxByItsQualifiedNames)
{
    auto path =
        build("driver.cpp", "namespace ns { struct Device { int value; int add(int more); }; }\n"
                            "int ns::Device::add(int more) {\n"
                            "    return value + more;\n"
                            "}\n"
                            "extern \"C\" long DriverEntry() { return ns::Device{40}.add(2); }\n");
    auto output = debug(path, {"break ns::Device::add", "run", "bt", "print *this", "finish"});
    EXPECT_THAT(output, ContainsRegex("#0 +ns::Device::add \\(this=0x[0-9a-f]+, more=2\\) at "));
    EXPECT_THAT(output, HasSubstr("{value = 40}"));
    EXPECT_THAT(output, HasSubstr("Value returned is $2 = 42"));
}

TEST_F(DebuggerTest, WorksOnOptimisedCode)
{
    auto request = this->request({write("driver.c", kDriver)});
    request.optimization = build::Optimization::Speed;
    auto output = debug(build(request), {"break touched", "run", "bt"});
    EXPECT_THAT(output, ContainsRegex("#0 +touched [^\n]*driver.c:"));
    EXPECT_THAT(output, ContainsRegex("DriverEntry [^\n]*driver.c:12\n#3 [^\n]*main "));
}

#endif

}  // namespace
}  // namespace openkmdf::test
