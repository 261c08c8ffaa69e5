#include "build/msbuild.h"
#include "build/project.h"
#include "driver_fixture.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace openkmdf::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string project_with(std::string_view properties, std::string_view items = "",
                         std::string_view settings = "")
{
    return fmt::format("<Project><PropertyGroup>{}</PropertyGroup><ItemDefinitionGroup>{}"
                       "</ItemDefinitionGroup><ItemGroup>{}</ItemGroup></Project>",
                       properties, settings, items);
}

class VcxprojTest : public DriverTest {
protected:
    build::Outcome<build::Project> read(std::string_view text, bool debug = true)
    {
        build::BuildRequest request;
        request.inputs = {write("Driver.vcxproj", text)};
        request.debug = debug;
        return build::read_project(request);
    }

    std::vector<std::string> sources(const build::Project &project)
    {
        std::vector<std::string> names;
        for (const auto &unit : project.units) {
            names.push_back(unit.source.lexically_relative(folder()).string());
        }
        return names;
    }
};

constexpr std::string_view kProject = R"xml(<?xml version="1.0" encoding="utf-8"?>
<Project DefaultTargets="Build" xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
  <PropertyGroup Label="Globals">
    <Configuration Condition="'$(Configuration)' == ''">Release</Configuration>
    <KMDF_VERSION_MAJOR>1</KMDF_VERSION_MAJOR>
    <KMDF_VERSION_MINOR>15</KMDF_VERSION_MINOR>
  </PropertyGroup>
  <Import Project="$(VCTargetsPath)\Microsoft.Cpp.Default.props" />
  <PropertyGroup Condition="'$(Configuration)|$(Platform)'=='Debug|x64'" Label="Configuration">
    <DriverType>KMDF</DriverType><ConfigurationType>Driver</ConfigurationType>
    <TargetName>echo_debug</TargetName>
  </PropertyGroup>
  <PropertyGroup Condition="'$(Configuration)|$(Platform)'=='Release|x64'" Label="Configuration">
    <DriverType>KMDF</DriverType><ConfigurationType>Driver</ConfigurationType>
    <TargetName>echo</TargetName>
  </PropertyGroup>
  <Import Project="Settings.props" Condition="Exists('settings.props')" />
  <Import Project="..\Absent.props" />
  <ItemDefinitionGroup>
    <ClCompile>
      <PreprocessorDefinitions>ALWAYS;%(PreprocessorDefinitions)</PreprocessorDefinitions>
      <AdditionalIncludeDirectories>
        %(AdditionalIncludeDirectories);.\INC;$(DDK_INC_PATH);$(ProjectDir)more
      </AdditionalIncludeDirectories>
    </ClCompile>
  </ItemDefinitionGroup>
  <ItemDefinitionGroup Condition="'$(Configuration)'=='Debug'">
    <ClCompile>
      <PreprocessorDefinitions>%(PreprocessorDefinitions);TRACING=1</PreprocessorDefinitions>
    </ClCompile>
  </ItemDefinitionGroup>
  <ItemGroup>
    <ClCompile Include="SRC\Main.c" />
    <ClCompile Include="src\special.c">
      <PreprocessorDefinitions>SPECIAL;%(PreprocessorDefinitions)</PreprocessorDefinitions>
      <CompileAs>CompileAsCpp</CompileAs>
      <AdditionalOptions>/D OPTION=2 /Iother %(AdditionalOptions)</AdditionalOptions>
    </ClCompile>
    <ClCompile Include="src\debug_only.c">
      <ExcludedFromBuild Condition="'$(Configuration)|$(Platform)'=='Release|x64'">true</ExcludedFromBuild>
    </ClCompile>
    <ClCompile Include="many\*.cpp" Exclude="many\skip*.cpp" />
    <ProjectReference Include="..\lib\lib.vcxproj" />
    <MessageCompile Include="events.mc" />
    <Inf Exclude="@(Inf)" Include="*.inx" />
  </ItemGroup>
  <Import Project="$(VCTargetsPath)\Microsoft.Cpp.targets" />
</Project>)xml";

class FullVcxprojTest : public VcxprojTest {
protected:
    FullVcxprojTest()
    {
        for (const char *name :
             {"src/main.c", "src/special.c", "src/debug_only.c", "many/a.cpp", "many/b.CPP",
              "many/skip_me.cpp", "many/sub/deep.cpp", "inc/x.h", "more/y.h", "other/z.h"}) {
            write(name, "");
        }
    }
};

TEST_F(FullVcxprojTest, GivesSourcesAndSettings)
{
    auto project = read(kProject);
    ASSERT_TRUE(project) << project.error().sentence;
    EXPECT_EQ(project->name, "echo_debug");
    EXPECT_TRUE(project->kmdf);
    EXPECT_EQ(project->kmdf_version_minor, 15);
    EXPECT_THAT(sources(*project), ElementsAre("src/main.c", "src/special.c", "src/debug_only.c",
                                               "many/a.cpp", "many/b.CPP"));
    const auto &plain = project->units[0];
    EXPECT_EQ(plain.language, build::Language::C);
    EXPECT_THAT(plain.defines, ElementsAre("ALWAYS", "TRACING=1"));
    EXPECT_THAT(plain.include_directories, ElementsAre(folder() / "inc", folder() / "more"));
    const auto &special = project->units[1];
    EXPECT_EQ(special.language, build::Language::Cxx);
    EXPECT_THAT(special.defines, ElementsAre("SPECIAL", "ALWAYS", "TRACING=1", "OPTION=2"));
    EXPECT_THAT(special.include_directories, Contains(folder() / "other"));
}

TEST_F(FullVcxprojTest, SelectsTheConfiguration)
{
    auto project = read(kProject, false);
    ASSERT_TRUE(project) << project.error().sentence;
    EXPECT_EQ(project->name, "echo");
    EXPECT_THAT(sources(*project), Not(Contains("src/debug_only.c")));
    EXPECT_THAT(project->units[0].defines, ElementsAre("ALWAYS"));
}

TEST_F(FullVcxprojTest, NotesWhatItSkips)
{
    auto notes = read(kProject)->notes;
    EXPECT_THAT(notes, Contains(HasSubstr("Visual Studio and the WDK")));
    EXPECT_THAT(notes, Contains(HasSubstr("..\\Absent.props is skipped")));
    EXPECT_THAT(notes, Contains(HasSubstr("../lib/lib.vcxproj")));
    EXPECT_THAT(notes, Contains(HasSubstr("events.mc is skipped")));
    EXPECT_THAT(notes, Not(Contains(HasSubstr("Include folders"))));
}

TEST_F(FullVcxprojTest, FollowsImportsThatExist)
{
    write("Settings.props", "<Project><PropertyGroup><KMDF_VERSION_MINOR>9</KMDF_VERSION_MINOR>"
                            "<TargetName>$(TargetName)_$(MSBuildProjectName)</TargetName>"
                            "</PropertyGroup><ItemDefinitionGroup><ClCompile>"
                            "<PreprocessorDefinitions>IMPORTED</PreprocessorDefinitions>"
                            "</ClCompile></ItemDefinitionGroup></Project>");
    write("Directory.Build.props", "<Project><ItemDefinitionGroup><ClCompile>"
                                   "<ForcedIncludeFiles>first.h</ForcedIncludeFiles>"
                                   "</ClCompile></ItemDefinitionGroup></Project>");
    auto project = read(kProject);
    ASSERT_TRUE(project) << project.error().sentence;
    EXPECT_EQ(project->kmdf_version_minor, 9);
    EXPECT_EQ(project->name, "echo_debug_Driver");
    EXPECT_THAT(project->units[0].defines, ElementsAre("ALWAYS", "IMPORTED", "TRACING=1"));
    EXPECT_THAT(project->units[0].forced_includes, ElementsAre("first.h"));
    EXPECT_EQ(project->files.size(), 3u);
}

TEST_F(VcxprojTest, RefusesOtherProjects)
{
    auto with = [](std::string_view properties) { return project_with(properties); };
    auto sentence = [&](std::string_view text) { return read(text).error().sentence; };
    EXPECT_THAT(
        sentence(with("<ConfigurationType>Application</ConfigurationType>")),
        HasSubstr(
            "Driver.vcxproj is not a driver project: it builds ConfigurationType Application"));
    EXPECT_THAT(sentence(with("<DriverType>UMDF</DriverType>")), HasSubstr("user-mode"));
    EXPECT_THAT(
        sentence(with(
            "<DriverType>KMDF</DriverType><ConfigurationType>StaticLibrary</ConfigurationType>")),
        HasSubstr("builds a library"));
    EXPECT_THAT(sentence(with("<DriverType>KMDF</DriverType>")),
                HasSubstr("names no source files"));
    EXPECT_THAT(sentence("<Project>\n<ItemGroup>\n</Project>"), HasSubstr("line 3"));
    EXPECT_THAT(sentence("<html></html>"), HasSubstr("<html>"));
}

TEST_F(VcxprojTest, NamesASourceThatDoesNotExist)
{
    auto project =
        read(project_with("<DriverType>WDM</DriverType>", "<ClCompile Include=\"gone.c\" />"));
    ASSERT_FALSE(project);
    EXPECT_THAT(project.error().sentence,
                HasSubstr("Driver.vcxproj names gone.c, which does not exist"));
}

TEST_F(VcxprojTest, BuildsARunnableDriver)
{
    write("entry.c", "#include \"Value.H\"\nlong DriverEntry(void) { return VALUE + EXTRA; }\n");
    write("inc/value.h", "#define VALUE 40\n");
    auto project =
        write("tiny.vcxproj",
              project_with(
                  "<DriverType>WDM</DriverType>",
                  "<ClCompile "
                  "Include=\"*.c\"><AdditionalIncludeDirectories>Inc</AdditionalIncludeDirectories>"
                  "<PreprocessorDefinitions>EXTRA=2</PreprocessorDefinitions></ClCompile>"));
    auto module = load(build(request({project})));
    EXPECT_EQ(module.name(), "tiny");
    EXPECT_EQ(run(module), 42);
}

bool condition(std::string_view text)
{
    return build::evaluate_condition(text, [](std::string_view path) { return path == "there"; });
}

TEST(MsbuildConditionTest, Evaluates)
{
    EXPECT_TRUE(condition("'Debug|x64'=='debug|X64'"));
    EXPECT_FALSE(condition("'a' == 'b'"));
    EXPECT_TRUE(condition("'a' != 'b' and ('1' == '2' or '1' == '1')"));
    EXPECT_TRUE(condition("!Exists('absent') And exists( 'there' )"));
    EXPECT_FALSE(condition("!( 'x' == 'x' )"));
    EXPECT_TRUE(condition("true"));
    EXPECT_FALSE(condition("''"));
    EXPECT_TRUE(condition("'10.0' > '9.5' and 3 <= 3"));
    EXPECT_FALSE(condition("HasTrailingSlash('a') or '' == 'x'"));
}

TEST_F(VcxprojTest, SearchesTheFoldersOfTheProjectLast)
{
    write("first/a.h", "");
    write("inc/a.h", "");
    write("driver.c", "");
    auto project =
        read("<Project><PropertyGroup><DriverType>KMDF</DriverType>"
             "<IncludePath>$(ProjectDir)\\INC;$(IncludePath)</IncludePath></PropertyGroup>"
             "<ItemDefinitionGroup><ClCompile><AdditionalIncludeDirectories>first"
             "</AdditionalIncludeDirectories></ClCompile></ItemDefinitionGroup>"
             "<ItemGroup><ClCompile Include=\"driver.c\" /></ItemGroup></Project>");
    ASSERT_TRUE(project) << project.error().sentence;
    EXPECT_THAT(project->units[0].include_directories,
                ElementsAre(folder() / "first", folder() / "inc"));
}

TEST_F(VcxprojTest, MissingHeaderMayComeFromASkippedStep)
{
    write("driver.c", "#include \"busMof.h\"\n");
    auto error = build_error(
        request({write("Driver.vcxproj", project_with("<DriverType>KMDF</DriverType>",
                                                      "<ClCompile Include=\"driver.c\" />"
                                                      "<MofComp Include=\"bus.mof\" />"))}));
    EXPECT_THAT(error.sentence, HasSubstr("'busMof.h' file not found"));
    EXPECT_THAT(error.hint, HasSubstr("MofComp of bus.mof"));
}

TEST_F(VcxprojTest, BuildsTheLibrariesThatItRefersTo)
{
    write("driver.c", "");
    write("Lib/lib.c", "");
    write("app/app.c", "");
    write("Lib/Library.vcxproj",
          project_with(
              "<DriverType>KMDF</DriverType><ConfigurationType>StaticLibrary</ConfigurationType>",
              "<ClCompile Include=\"lib.c\"><PreprocessorDefinitions>LIB</PreprocessorDefinitions>"
              "</ClCompile><ProjectReference Include=\"..\\Driver.vcxproj\" />"));
    write("app/app.vcxproj", project_with("<ConfigurationType>Application</ConfigurationType>",
                                          "<ClCompile Include=\"app.c\" />"));
    auto project = read(project_with("<DriverType>KMDF</DriverType>",
                                     "<ClCompile Include=\"driver.c\" />"
                                     "<ProjectReference Include=\"LIB\\library.vcxproj\" />"
                                     "<ProjectReference Include=\"app\\app.vcxproj\" />"
                                     "<ProjectReference Include=\"gone.vcxproj\" />"));
    ASSERT_TRUE(project) << project.error().sentence;
    EXPECT_THAT(sources(*project), ElementsAre("driver.c", "Lib/lib.c"));
    EXPECT_THAT(project->units[1].defines, ElementsAre("LIB"));
    EXPECT_THAT(project->notes,
                ElementsAre("The sources of LIB/library.vcxproj are built with the driver.",
                            "The reference to ../Driver.vcxproj is skipped.",
                            "The reference to app/app.vcxproj is skipped.",
                            "The reference to gone.vcxproj is skipped."));
}

// A library that is named as a file: another project of a solution makes it, under its own name or
// as TargetName. What no solution near by makes is the WDK's.
TEST_F(VcxprojTest, BuildsTheLibrariesThatSolutionsMake)
{
    const std::string library =
        "<DriverType>KMDF</DriverType><ConfigurationType>StaticLibrary</ConfigurationType>";
    write("driver.c", "");
    write("Helper/helper.c", "");
    write("Base/base.c", "");
    write("Other/other.c", "");
    write("Helper/Helper.vcxproj",
          project_with(library, "<ClCompile Include=\"helper.c\" />",
                       "<Lib><AdditionalDependencies>..\\out\\BASE_x64.lib</AdditionalDependencies>"
                       "</Lib>"));
    write("Base/base-project.vcxproj",
          project_with(library + "<TargetName>base_x64</TargetName>",
                       "<ClCompile Include=\"base.c\" />",
                       "<Lib><AdditionalDependencies>helper.lib</AdditionalDependencies></Lib>"));
    write("Other/other.vcxproj", project_with(library, "<ClCompile Include=\"other.c\" />"));
    write("all.sln", "\xef\xbb\xbf\r\nMicrosoft Visual Studio Solution File\r\n"
                     "Project(\"{8B}\") = \"Helper\", \"Helper\\helper.vcxproj\", \"{1}\"\r\n"
                     "EndProject\r\n"
                     "Project(\"{8B}\") = \"Base\", \"BASE\\base-project.vcxproj\", \"{2}\"\r\n"
                     "Project(\"{8B}\") = \"Other\", \"Other\\other.vcxproj\", \"{3}\"\r\n"
                     "Project(\"{8B}\") = \"Driver\", \"Driver.vcxproj\", \"{4}\"\r\n"
                     "Project(\"{8B}\") = \"broken\r\n");
    auto project = read(project_with(
        "<DriverType>KMDF</DriverType>", "<ClCompile Include=\"driver.c\" />",
        "<Link><AdditionalDependencies>%(AdditionalDependencies);$(OutDir)\\HELPER.lib;"
        "ntstrsafe.lib;driver.lib</AdditionalDependencies></Link>"));
    ASSERT_TRUE(project) << project.error().sentence;
    EXPECT_THAT(sources(*project), ElementsAre("driver.c", "Helper/helper.c", "Base/base.c"));
}

}  // namespace
}  // namespace openkmdf::test
