#include "driver_fixture.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

// Drivers that trace with WPP: the headers that its preprocessor writes, and what trace statements
// do while no session is enabled.

namespace openkmdf::test {
namespace {

using ::testing::HasSubstr;

class WppTest : public DriverTest {
protected:
    // DriverEntry's body, in a driver with the usual configuration.
    Status traced(std::string_view trace_header, std::string_view body)
    {
        write("trace.h", fmt::format(kControl, trace_header));
        return run(load(build("driver.c", fmt::format(R"(#include <ntddk.h>
#include "Trace.h"
#include "driver.tmh"
NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{{
    int calls = 0;
    WPP_INIT_TRACING(DriverObject, RegistryPath);
    {}
    WPP_CLEANUP(DriverObject);
    return calls;
}}
)",
                                                      body))));
    }

    static constexpr const char *kControl = R"(
#define WPP_CONTROL_GUIDS \
    WPP_DEFINE_CONTROL_GUID(TestGuid, (a044090f,3d9d,48cf,b7ee,9fb114702dc1), \
        WPP_DEFINE_BIT(DBG_INIT) \
        WPP_DEFINE_BIT(DBG_RW))
#define WPP_LEVEL_FLAGS_LOGGER(lvl,flags) WPP_LEVEL_LOGGER(flags)
#define WPP_LEVEL_FLAGS_ENABLED(lvl, flags) \
    (WPP_LEVEL_ENABLED(flags) && WPP_CONTROL(WPP_BIT_ ## flags).Level >= lvl)
{}
)";
};

TEST_F(WppTest, StatementsEvaluateNothingWithoutASession)
{
    EXPECT_EQ(traced("// begin_wpp config\n"
                     "// FUNC TraceEvents(LEVEL, FLAGS, MSG, ...);\n"
                     "// FUNC FuncEntry();\n"
                     "// FUNC Hexdump((LEVEL, FLAGS, MSG, ...));\n"
                     "// end_wpp\n",
                     R"(FuncEntry();
    TraceEvents(TRACE_LEVEL_ERROR, DBG_INIT, "no %!STATUS! for %d\n", STATUS_UNSUCCESSFUL, ++calls);
    if (calls) TraceEvents(TRACE_LEVEL_ERROR, DBG_RW, "%!FUNC! alone"); else calls += 10;
    DoTraceMessage(DBG_RW, "%p", DriverObject);
    Hexdump((TRACE_LEVEL_VERBOSE, DBG_RW, "%!HEXDUMP!", ++calls));
    if (WPP_LEVEL_FLAGS_ENABLED(TRACE_LEVEL_ERROR, DBG_RW)) calls += 100;
    calls += WPP_BIT_DBG_RW == WPP_BIT_DBG_INIT + 1 ? 1000 : 0;)"),
              1010);
}

TEST_F(WppTest, PreAndPostMacrosRun)
{
    EXPECT_EQ(traced("// begin_wpp config\n"
                     "// FUNC TRACE_RETURN{LEVEL=DBG_INIT}(EXP);\n"
                     "// end_wpp\n"
                     "#define WPP_LEVEL_EXP_PRE(LEVEL, HR) {if (!NT_SUCCESS(HR)) { calls += 1;\n"
                     "#define WPP_LEVEL_EXP_POST(LEVEL, HR) ; calls += 10; }}\n",
                     "TRACE_RETURN(STATUS_UNSUCCESSFUL)\n    TRACE_RETURN(STATUS_SUCCESS)"),
              11);
}

TEST_F(WppTest, FlagsMustBeDefined)
{
    write("trace.h", fmt::format(kControl, ""));
    auto source =
        write("driver.c", "#include <ntddk.h>\n#include \"trace.h\"\n#include \"driver.tmh\"\n"
                          "NTSTATUS DriverEntry(void) { return WPP_LEVEL_ENABLED(DBG_NO); }\n");
    EXPECT_THAT(build_error(request({source})).sentence, HasSubstr("WPP_BIT_DBG_NO"));
}

TEST_F(WppTest, ProjectNamesItsTraceFunctions)
{
    write("trace.h", fmt::format(kControl, ""));
    for (const char *name : {"driver", "queue"}) {
        write(fmt::format("{}.c", name),
              fmt::format("#include <ntddk.h>\n#include \"trace.h\"\n#include \"{0}.TMH\"\n"
                          "NTSTATUS {1}(void)\n"
                          "{{\n"
                          "    Tell(TRACE_LEVEL_ERROR, DBG_INIT, \"%d\", 1);\n"
                          "    TellMore(\"%d\", 1);\n"
                          "    return 7;\n"
                          "}}\n",
                          name, name[0] == 'd' ? "DriverEntry" : "Queue"));
    }
    auto project = write("driver.vcxproj", R"(<Project>
  <PropertyGroup><DriverType>WDM</DriverType></PropertyGroup>
  <ItemDefinitionGroup>
    <ClCompile>
      <WppEnabled>true</WppEnabled>
      <WppTraceFunction>Tell(LEVEL,FLAGS,MSG,...)</WppTraceFunction>
      <WppAdditionalOptions>-km -func:TellMore(MSG,...)</WppAdditionalOptions>
    </ClCompile>
  </ItemDefinitionGroup>
  <ItemGroup><ClCompile Include="driver.c;queue.c" /></ItemGroup>
</Project>
)");
    auto request = this->request({project});
    EXPECT_EQ(run(load(build(request))), 7);
    auto result = build::build_driver(request);
    ASSERT_TRUE(result);
    EXPECT_THAT(result->notes, ::testing::Contains(HasSubstr("WPP trace messages")));
    EXPECT_EQ(result->compiled, 0u);
}

TEST_F(WppTest, HeaderOfTheSourcesComesFirst)
{
    write("driver.tmh", "#define OWN 5\n");
    EXPECT_EQ(run(load(build("driver.c",
                             "#include \"driver.tmh\"\nlong DriverEntry(void) { return OWN; }\n"))),
              5);
}

}  // namespace
}  // namespace openkmdf::test
