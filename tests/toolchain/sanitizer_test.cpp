#include "build/process.h"
#include "driver_fixture.h"

#include <gmock/gmock.h>

namespace openkmdf::test {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;

class SanitizerTest : public DriverTest {
protected:
    fs::path build_with(std::string_view text, const build::Sanitizers &sanitizers,
                        bool coverage = false)
    {
        auto request = this->request({write("driver.c", text)});
        request.sanitizers = sanitizers;
        request.coverage = coverage;
        return build(request);
    }

    static build::ProcessResult run_in(const char *runner, std::vector<std::string> arguments)
    {
        build::Command command;
        // Addresses that the kernel spreads too widely for the shadow of some runtimes.
        command.arguments = {"setarch", "--addr-no-randomize", runner};
        for (auto &argument : arguments) {
            command.arguments.push_back(std::move(argument));
        }
        command.environment = {{"ASAN_OPTIONS", "exitcode=99"},
                               {"TSAN_OPTIONS", "exitcode=66"},
                               {"UBSAN_OPTIONS", ""},
                               {"ASAN_SYMBOLIZER_PATH", OPENKMDF_TEST_SYMBOLIZER},
                               {"TSAN_SYMBOLIZER_PATH", OPENKMDF_TEST_SYMBOLIZER}};
        return build::run_process(command);
    }
};

constexpr std::string_view kDeclarations = R"(
void *AllocatePool(unsigned long long size); void FreePool(void *block);
void CallBack(void (*routine)(void *), void *context);
void RunTwoThreads(void (*routine)(void *), void *context);
)";

#if defined(OPENKMDF_RUNNER_ASAN)

class AddressSanitizerTest : public SanitizerTest {
protected:
    std::string report_of(std::string_view body)
    {
        auto module = build_with(std::string(kDeclarations) + std::string(body), {.address = true});
        auto result = run_in(OPENKMDF_RUNNER_ASAN, {module.string()});
        EXPECT_EQ(result.exit_code, 99) << result.output;
        return result.output;
    }
};

TEST_F(AddressSanitizerTest, ReportsHeapOverflow)
{
    auto report = report_of("long DriverEntry(void) {\n"
                            "    char *block = AllocatePool(24);\n"
                            "    block[24] = 1;\n"
                            "    return 0;\n"
                            "}\n");
    EXPECT_THAT(report, HasSubstr("heap-buffer-overflow"));
    EXPECT_THAT(report, ContainsRegex("#0 [^\n]*DriverEntry [^\n]*driver.c:7"));
    EXPECT_THAT(report, ContainsRegex("allocate_pool[^\n]*\n[^\n]*DriverEntry [^\n]*driver.c:6"));
}

TEST_F(AddressSanitizerTest, ReportsUseAfterFree)
{
    auto report = report_of("static void use(void *block) { *(volatile int *)block; }\n"
                            "long DriverEntry(void) {\n"
                            "    int *block = AllocatePool(24);\n"
                            "    FreePool(block);\n"
                            "    CallBack(use, block);\n"
                            "    return 0;\n"
                            "}\n");
    EXPECT_THAT(report, HasSubstr("heap-use-after-free"));
    EXPECT_THAT(report, ContainsRegex("#0 [^\n]* use [^\n]*driver.c:5"));
    EXPECT_THAT(report, ContainsRegex("#1 [^\n]* call_back "));
    EXPECT_THAT(report, ContainsRegex("DriverEntry [^\n]*driver.c:9"));
    EXPECT_THAT(report, ContainsRegex("free_pool[^\n]*\n[^\n]*DriverEntry [^\n]*driver.c:8"));
}

TEST_F(AddressSanitizerTest, ReportsStackAndGlobalOverflow)
{
    auto report = report_of("static int use(volatile int *values, int i) { return values[i]; }\n"
                            "long DriverEntry(void) { int values[4] = {0};\n"
                            "    return use(values, 4);\n"
                            "}\n");
    EXPECT_THAT(report, HasSubstr("stack-buffer-overflow"));
    EXPECT_THAT(report, HasSubstr("'values'"));

    report = report_of("static int values[4]; int index = 4;\n"
                       "long DriverEntry(void) { return values[index]; }\n");
    EXPECT_THAT(report, HasSubstr("global-buffer-overflow"));
    EXPECT_THAT(report, HasSubstr("'values'"));
}

TEST_F(AddressSanitizerTest, ReportsBadMemoryFunctions)
{
    auto report = report_of("void *memset(void *, int, unsigned long long);\n"
                            "unsigned long long size = 40;\n"
                            "long DriverEntry(void) {\n"
                            "    memset(AllocatePool(24), 0, size);\n"
                            "    return 0;\n"
                            "}\n");
    EXPECT_THAT(report, HasSubstr("heap-buffer-overflow"));
    EXPECT_THAT(report, ContainsRegex("DriverEntry [^\n]*driver.c:8"));
}

TEST_F(AddressSanitizerTest, IsSilentOnCorrectCodeAcrossLoads)
{
    auto module = build_with(std::string(kDeclarations) + R"(
static int table[10];
long DriverEntry(void)
{
    char *block = AllocatePool(100), local[50];
    for (int i = 0; i < 50; i++) { block[i] = local[i] = (char)i; table[i % 10] += local[i]; }
    FreePool(block);
    return table[9];
})",
                             {.address = true, .undefined = true});
    auto result = run_in(OPENKMDF_RUNNER_ASAN, {module.string()});
    EXPECT_EQ(result.exit_code, 0) << result.output;
    EXPECT_THAT(result.output, HasSubstr("round 1: 145\nround 2: 290\n"));
}

#endif

#if defined(OPENKMDF_RUNNER_PLAIN)

TEST_F(SanitizerTest, IsRefusedByAHostWithoutIt)
{
    constexpr std::string_view kText = "long DriverEntry(void) { return 0; }";
    auto result = run_in(OPENKMDF_RUNNER_PLAIN, {build_with(kText, {.address = true}).string()});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.output, AllOf(HasSubstr("driver.so is built with AddressSanitizer"),
                                     HasSubstr("without --asan")));
    result = run_in(OPENKMDF_RUNNER_PLAIN, {build_with(kText, {.thread = true}).string()});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.output, HasSubstr("driver.so is built with ThreadSanitizer"));
}

TEST_F(SanitizerTest, ReportsUndefinedBehaviourInAnyHost)
{
    auto module = build_with("int numbers[3]; int index = 3; int large = 0x7fffffff;\n"
                             "long DriverEntry(void) {\n"
                             "    int value = numbers[index - 1] + (large\n"
                             "        + 1);\n"
                             "    value += 1 << (large & 63);\n"
                             "    return numbers[index] = value;\n"
                             "}\n",
                             {.undefined = true});
    auto result = run_in(OPENKMDF_RUNNER_PLAIN, {module.string()});
    EXPECT_THAT(result.output, HasSubstr("driver.c:4:9: runtime error: signed integer overflow"));
    EXPECT_THAT(result.output, HasSubstr("driver.c:5:16: runtime error: shift exponent 63"));
    EXPECT_THAT(result.output, HasSubstr("driver.c:6:12: runtime error: index 3 out of bounds"));
}

TEST_F(SanitizerTest, WritesCoverage)
{
    auto source = folder() / "driver.c";
    auto module = build_with("static long twice(long value)\n"
                             "{\n"
                             "    if (value > 100) {\n"
                             "        return 0;\n"
                             "    }\n"
                             "    return 2 * value;\n"
                             "}\n"
                             "long DriverEntry(void) { return twice(3); }\n",
                             {}, true);
    auto raw = folder() / "driver.profraw";
    auto profile = folder() / "driver.profdata";
    auto result = run_in(OPENKMDF_RUNNER_PLAIN, {module.string(), "--coverage", raw.string()});
    EXPECT_THAT(result.output, HasSubstr("round 2: 6"));
    result = build::run_process(
        {{OPENKMDF_TEST_PROFDATA, "merge", "-sparse", raw.string(), "-o", profile.string()}, {}});
    EXPECT_TRUE(result.ok()) << result.output;
    result = build::run_process({{OPENKMDF_TEST_COV, "show", "--instr-profile=" + profile.string(),
                                  "--use-color=0", module.string()},
                                 {}});
    EXPECT_TRUE(result.ok()) << result.output;
    EXPECT_THAT(result.output, ContainsRegex("3\\| +2\\| +if \\(value > 100\\)"));
    EXPECT_THAT(result.output, ContainsRegex("4\\| +0\\| +return 0"));
    EXPECT_THAT(result.output, ContainsRegex("6\\| +2\\| +return 2"));
}

TEST_F(SanitizerTest, FindsSourceLinesOfInlinedCalls)
{
    auto request = this->request({write("driver.cpp", "extern \"C\" void PrintCaller();\n"
                                                      "namespace ns { struct Device {\n"
                                                      "    __forceinline void inner() {\n"
                                                      "        PrintCaller();\n"
                                                      "    }\n"
                                                      "    void outer();\n"
                                                      "}; }\n"
                                                      "void ns::Device::outer() {\n"
                                                      "    inner();\n"
                                                      "}\n"
                                                      "extern \"C\" long DriverEntry() {\n"
                                                      "    ns::Device().outer();\n"
                                                      "    return 0;\n"
                                                      "}\n")});
    for (auto optimization : {build::Optimization::None, build::Optimization::Speed}) {
        request.optimization = optimization;
        request.cxx_flags = {"-fno-optimize-sibling-calls"};
        auto result = run_in(OPENKMDF_RUNNER_PLAIN, {build(request).string()});
        EXPECT_THAT(result.output, HasSubstr("ns::Device::inner driver.cpp:4\n"
                                             "ns::Device::outer driver.cpp:9\n"));
    }
}

#endif

#if defined(OPENKMDF_RUNNER_TSAN)

constexpr std::string_view kRace = R"(
static long counter; static volatile long lock;
long _InterlockedExchange(long volatile *, long);
#pragma intrinsic(_InterlockedExchange)
static void add(void *locked)
{
    for (int i = 0; i < 100; i++) {
        if (locked) while (_InterlockedExchange(&lock, 1)) {}
        counter++;
        if (locked) _InterlockedExchange(&lock, 0);
    }
}
)";

TEST_F(SanitizerTest, ReportsARaceWithBothLines)
{
    auto text = std::string(kDeclarations) + std::string(kRace);
    auto module = build_with(text + "long DriverEntry(void) { RunTwoThreads(add, 0); return 0; }",
                             {.thread = true});
    auto result = run_in(OPENKMDF_RUNNER_TSAN, {module.string()});
    EXPECT_EQ(result.exit_code, 66) << result.output;
    EXPECT_THAT(result.output, HasSubstr("data race"));
    EXPECT_THAT(result.output, ContainsRegex("of size 4[^\n]*\n    #0 add [^\n]*driver.c:13"));
    EXPECT_THAT(result.output, ContainsRegex("Previous [^\n]*\n    #0 add [^\n]*driver.c:13"));
    EXPECT_THAT(result.output, HasSubstr("'counter'"));
}

TEST_F(SanitizerTest, IsSilentAboutALockedCounter)
{
    auto text = std::string(kDeclarations) + std::string(kRace);
    auto module =
        build_with(text + "long DriverEntry(void) { RunTwoThreads(add, &lock); return counter; }",
                   {.thread = true});
    auto result = run_in(OPENKMDF_RUNNER_TSAN, {module.string()});
    EXPECT_EQ(result.exit_code, 0) << result.output;
    EXPECT_THAT(result.output, HasSubstr("round 1: 200\nround 2: 400\n"));
}

#endif

}  // namespace
}  // namespace openkmdf::test
