#include "build/command_line.h"
#include "build/files.h"
#include "build/text_encoding.h"
#include "driver_fixture.h"

#include <cstdlib>
#include <gmock/gmock.h>

namespace openkmdf::test {
namespace {

using build::ErrorKind;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;

class BuildTest : public DriverTest {};

TEST_F(BuildTest, HasTheDataModelOfWindows)
{
    auto path = build("driver.c", R"(
_Static_assert(sizeof(long) == 4 && sizeof(void *) == 8 && sizeof(L'x') == 2, "LLP64");
_Static_assert(sizeof(long double) == 8, "no extended precision");
typedef unsigned long ULONG;
void Fill(ULONG *first, unsigned long *second);
struct Bits { unsigned char a : 4; unsigned int b : 4; };
_Static_assert(sizeof(struct Bits) == 8, "Microsoft's bit fields");
#pragma pack(push, 4)
typedef struct { char c; __declspec(align(16)) int aligned; } Aligned;
#pragma pack(pop)
_Static_assert(sizeof(Aligned) == 32, "pack does not lower an alignment");
typedef struct { int tag; union { int small; struct { short low, high; }; }; } Anonymous;
long DriverEntry(void)
{
    unsigned long a = 1UL; ULONG b = 2;
    ULONG *pointer = &a; unsigned long *other = &b;
    Anonymous value; value.tag = sizeof 1UL; value.small = 0x20001;
    return (long)(*pointer + *other) + value.high + value.low + value.tag;
})");
    EXPECT_EQ(run(load(path)), 10);
}

TEST_F(BuildTest, FindsHeadersWhateverTheirCaseAndSlashes)
{
    write("Common/Inc/Public.h", "#define PUBLIC 1\n");
    write("Common/Inc/Nested/Deep.H", "#include \"..\\PUBLIC.H\"\n#define DEEP 4\n");
    write("Shared/Trace.h", "#include <nested\\deep.h>\n#define TRACE 8\n");
    write("src/Local.h", "#define LOCAL 2\n");
    auto source = write("src/driver.c", "#include \"LOCAL.H\"\n"
                                        "#include \"..\\common\\INC\\public.h\"\n"
                                        "#include \"../SHARED/trace.H\"\n"
                                        "long DriverEntry(void)\n"
                                        "{ return PUBLIC + LOCAL + DEEP + TRACE; }\n");
    auto request = this->request({source});
    request.include_directories = {folder() / "Common" / "Inc"};
    EXPECT_EQ(run(load(build(request))), 15);
}

TEST_F(BuildTest, KeepsFilesApartThatDifferInCaseOnly)
{
    write("Name.h", "#define FIRST 1\n");
    write("name.h", "#define SECOND 2\n");
    auto path = build("driver.c", "#include \"Name.h\"\n#include \"name.h\"\n"
                                  "long DriverEntry(void) { return FIRST + SECOND; }\n");
    EXPECT_EQ(run(load(path)), 3);
}

TEST_F(BuildTest, MergesVariablesThatAHeaderDefines)
{
    write("shared.h", "int Shared;\nextern int Other(void);\n");
    auto first = write("driver.c", "#include \"shared.h\"\n"
                                   "long DriverEntry(void) { Shared = 3; return Other(); }\n");
    auto second = write("other.c", "#include \"shared.h\"\nint Other(void) { return Shared; }\n");
    EXPECT_EQ(run(load(build(request({first, second})))), 3);
}

std::string utf16(std::string_view text, bool little)
{
    std::string bytes = little ? "\xff\xfe" : "\xfe\xff";
    for (char c : text) {
        bytes += little ? std::string{c, '\0'} : std::string{'\0', c};
    }
    return bytes;
}

TEST_F(BuildTest, TakesFilesAsWindowsEditorsWriteThem)
{
    write("crlf.h", "#define CRLF \\\r\n    1\r\n");
    write("little.h", utf16("#define LITTLE 2\r\n", true));
    write("big.h", utf16("#define BIG 4\r\n", false));
    auto path = build("driver.c", "\xef\xbb\xbf#include \"crlf.h\"\r\n"
                                  "#include \"Little.h\"\r\n#include \"big.h\"\r\n"
                                  "// caf\xe9 in another code page\r\n"
                                  "long DriverEntry(void) { return CRLF + LITTLE + BIG; }\x1a");
    EXPECT_EQ(run(load(path)), 7);
    path = build("wide.c", utf16("long DriverEntry(void) { return 9; }\r\n", true));
    EXPECT_EQ(run(load(path)), 9);
}

TEST_F(BuildTest, ConvertsUtf16)
{
    EXPECT_EQ(
        build::utf8_from_utf16(std::string_view("\xff\xfe\xe9\x00\xac\x20\x3d\xd8\x00\xde", 10)),
        "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    EXPECT_EQ(build::utf8_from_utf16(std::string_view("\xff\xfe\x00\xd8", 4)), "\xef\xbf\xbd");
    EXPECT_EQ(build::utf8_from_utf16("plain"), std::nullopt);
}

// "/kernel (Create Kernel Mode Binary)": headers that programs share ask for the macro, and its
// page shows classes in a section of their own.
TEST_F(BuildTest, IsForTheKernel)
{
    auto path = build("driver.cpp", R"(
#ifdef _KERNEL_MODE
#define PAGED_CLASS __declspec(code_seg("PAGE"))
#else
#include <windows.h>
#endif
class PAGED_CLASS Counter {
public:
    int Next() { return ++count; }
private:
    int count = _KERNEL_MODE;
};
extern "C" long DriverEntry(void)
{
    Counter counter;
    return counter.Next();
})");
    EXPECT_EQ(run(load(path)), 2);
}

TEST_F(BuildTest, TakesMicrosoftsDialect)
{
    auto path = build("driver.c", R"(
#pragma warning(push)
#pragma warning(disable : 4100 4201)
#pragma warning(pop)
#pragma comment(lib, "wdmsec.lib")
#pragma prefast(suppress : 28166)
#pragma code_seg("PAGE")
#pragma region Region
#pragma endregion
typedef long NTSTATUS;
NTSTATUS DriverEntry(void *driver, void *path);
static int Paged(void);
#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(PAGE, Paged)
__declspec(selectany) int selected = 3;
__declspec(noinline) static int Length(const char *text) { int n = 0; while (text[n]) n++; return n; }
static int Paged(void) { return Length("in " __FUNCTION__ "!"); }
static __forceinline int __cdecl Inline(__int64 value) { return (int)value; }
NTSTATUS __stdcall DriverEntry(void *driver, void *path)
{
    __assume(driver == path);
    return Paged() + selected + Inline(0x100i64);
})");
    EXPECT_EQ(run(load(path)), 9 + 3 + 256);
}

TEST_F(BuildTest, CompilesOnlyWhatChanged)
{
    auto header = write("value.h", "#define VALUE 1\n");
    auto first = write("driver.c", "#include \"value.h\"\nint other(void);\n"
                                   "long DriverEntry(void) { return VALUE + other(); }\n");
    auto request = this->request({first, write("other.c", "int other(void) { return 10; }\n")});
    auto result = build::build_driver(request);
    ASSERT_TRUE(result) << result.error().compiler_output;
    EXPECT_EQ(result->compiled, 2u);
    EXPECT_TRUE(result->linked);

    result = build::build_driver(request);
    EXPECT_EQ(result->compiled, 0u);
    EXPECT_FALSE(result->linked);

    write("value.h", "#define VALUE 2\n");
    result = build::build_driver(request);
    EXPECT_EQ(result->compiled, 1u);
    EXPECT_TRUE(result->linked);
    EXPECT_EQ(run(load(result->module)), 12);
    EXPECT_THAT(result->dependencies, Contains(header));

    request.defines = {"EXTRA"};
    result = build::build_driver(request);
    EXPECT_EQ(result->compiled, 2u);
}

TEST_F(BuildTest, WritesADepfile)
{
    auto header = write("a folder/value.h", "#define VALUE 1\n");
    auto request = this->request({write(
        "driver.c", "#include \"a folder/value.h\"\nlong DriverEntry(void) { return VALUE; }\n")});
    request.depfile = folder() / "driver.d";
    build(request);
    auto text = build::read_file(request.depfile).value_or("");
    EXPECT_THAT(text, testing::StartsWith(request.output.string() + ":"));
    EXPECT_THAT(text, HasSubstr("a\\ folder/value.h"));
}

TEST_F(BuildTest, NamesTheFirstCompileError)
{
    auto error = build_error(request({write("driver.c", "long DriverEntry(void)\n"
                                                        "{ return unknown_name; }\n")}));
    EXPECT_EQ(error.kind, ErrorKind::Compile);
    EXPECT_THAT(error.sentence,
                AllOf(HasSubstr("driver.c does not compile: "), HasSubstr("driver.c:2:10: error: "),
                      HasSubstr("unknown_name")));
    EXPECT_THAT(error.compiler_output, HasSubstr("1 error generated"));
    error = build_error(request({write("driver.c", "#include \"absent.h\"\n")}));
    EXPECT_THAT(error.sentence, HasSubstr("'absent.h' file not found"));
    EXPECT_THAT(error.hint, HasSubstr("-I"));
}

TEST_F(BuildTest, ShowsTheErrorsOfAllFiles)
{
    auto error = build_error(
        request({write("driver.c", "int a = first_unknown;\n"), write("good.c", "int b;\n"),
                 write("other.c", "int c = second_unknown;\n")}));
    EXPECT_THAT(error.sentence, HasSubstr("driver.c does not compile"));
    EXPECT_THAT(error.compiler_output,
                AllOf(HasSubstr("first_unknown"), HasSubstr("second_unknown")));
}

TEST_F(BuildTest, RefusesInputThatIsNoDriver)
{
    EXPECT_THAT(build_error(request({})).sentence, HasSubstr("Nothing to build"));
    EXPECT_THAT(build_error(request({folder() / "absent.c"})).sentence,
                HasSubstr("There is no file"));
    EXPECT_THAT(build_error(request({write("a.txt", "")})).sentence,
                HasSubstr("not a C or C++ source"));
    EXPECT_THAT(build_error(request({write("a.sln", "")})).sentence, HasSubstr("solution"));
    EXPECT_THAT(build_error(request({folder()})).sentence, HasSubstr("holds no project files"));
    auto error = build_error(request({write("driver.c", "int not_the_entry;\n")}));
    EXPECT_THAT(error.sentence, HasSubstr("has no DriverEntry"));
    error = build_error(
        request({write("driver.cpp", "long DriverEntry(void *, void *) { return 0; }")}));
    EXPECT_THAT(error.hint, HasSubstr("extern \"C\""));
}

TEST_F(BuildTest, RefusesImpossibleSettings)
{
    auto request = this->request({write("driver.c", "long DriverEntry(void) { return 0; }")});
    request.kmdf_version_minor = 34;
    EXPECT_THAT(build_error(request).sentence, HasSubstr("no KMDF version 1.34"));
    request.kmdf_version_minor = -1;
    request.sanitizers = {.address = true, .thread = true};
    EXPECT_THAT(build_error(request).sentence, HasSubstr("cannot work together"));
    EXPECT_EQ(build::parse_kmdf_version("1.15"), 15);
    EXPECT_EQ(build::parse_kmdf_version("9"), 9);
    EXPECT_EQ(build::parse_kmdf_version("1.34"), std::nullopt);
    EXPECT_EQ(build::parse_kmdf_version("2.0"), std::nullopt);
}

TEST_F(BuildTest, NamesWhatNoKernelExports)
{
    auto table = write("exports.table", "// comment (not a row)\n"
                                        "EXPORT(ZwKnown, function, PASSIVE_LEVEL, declared)\n");
    auto request = this->request({write("driver.c", "int ZwKnown(void); int MyHelper(int);\n"
                                                    "long DriverEntry(void)\n"
                                                    "{\n"
                                                    "    return ZwKnown() + MyHelper(1);\n"
                                                    "}\n")});
    request.allow_unknown_imports = false;
    setenv("OPENKMDF_EXPORTS", table.c_str(), 1);
    auto error = build_error(request);
    EXPECT_EQ(error.kind, ErrorKind::Link);
    EXPECT_THAT(
        error.sentence,
        ContainsRegex("neither its sources nor the kernel define: MyHelper \\(.*driver.c:4\\)"));
    EXPECT_THAT(error.sentence, testing::Not(HasSubstr("ZwKnown")));

    request.inputs = {write("driver.cpp",
                            "namespace n { int helper(int); }\n"
                            "extern \"C\" long DriverEntry() { return n::helper(1); }\n")};
    EXPECT_THAT(build_error(request).sentence, HasSubstr("n::helper(int)"));
    unsetenv("OPENKMDF_EXPORTS");
}

TEST_F(BuildTest, ExplainsWhatDriversDoNotHave)
{
    auto error = build_error(request({write("driver.cpp", "struct A { int a; };\n"
                                                          "extern \"C\" long DriverEntry()\n"
                                                          "{ return (new A)->a; }\n")}));
    EXPECT_THAT(error.sentence, HasSubstr("operator new"));
    EXPECT_THAT(error.hint, HasSubstr("must define one"));
    error = build_error(request({write("driver.c", "__declspec(thread) int each;\n"
                                                   "long DriverEntry(void) { return each; }\n")}));
    EXPECT_THAT(error.hint, HasSubstr("Thread-local"));
}

TEST_F(BuildTest, RefusesStructuredExceptionHandling)
{
    auto error = build_error(
        request({write("driver.c", "#include <ntddk.h>\n"
                                   "NTSTATUS DriverEntry(PDRIVER_OBJECT d, PUNICODE_STRING p)\n"
                                   "{\n"
                                   "    __try { return 0; }\n"
                                   "    __except (1) { return 1; }\n"
                                   "}\n")}));
    EXPECT_EQ(error.kind, ErrorKind::Compile);
    EXPECT_THAT(error.sentence, AllOf(HasSubstr("driver.c:4"), HasSubstr("__try")));
}

TEST_F(BuildTest, NamesGlobalsWithConstructors)
{
    auto request = this->request({write("driver.cpp", R"(
struct Lock { int state; Lock(); };
Lock::Lock() : state(1) {}
namespace ns { Lock global_lock; }
extern "C" long DriverEntry() { return ns::global_lock.state; })")});
    auto result = build::build_driver(request);
    ASSERT_TRUE(result);
    EXPECT_THAT(result->notes,
                Contains(AllOf(HasSubstr("do not run"), HasSubstr("ns::global_lock"))));
}

TEST_F(BuildTest, LeavesNothingWhereItMayNotWrite)
{
    auto request = this->request({write("driver.c", "long DriverEntry(void) { return 0; }")});
    request.output = folder() / "driver.c" / "driver.so";
    EXPECT_THAT(build_error(request).sentence, HasSubstr("driver.c cannot be written to"));
}

TEST_F(BuildTest, MergesInlineVariablesOfTwoUnits)
{
    write("shared.h",
          "inline int counter = 5; template <class T> struct Box { static inline T value = 7; };\n"
          "inline int &once() { static int value = 1; return value; }\n");
    auto request = this->request(
        {write("driver.cpp",
               "#include \"shared.h\"\nvoid other();\nextern \"C\" long DriverEntry()\n"
               "{ other(); return counter + Box<int>::value + once(); }\n"),
         write("other.cpp", "#include \"shared.h\"\n"
                            "void other() { counter++; Box<int>::value++; once()++; }\n")});
    EXPECT_EQ(run(load(build(request))), 16);
}

TEST_F(BuildTest, OptimisesInTheReleaseConfiguration)
{
    auto request = this->request({write("driver.c", R"(
#if defined(DBG) && DBG
long DriverEntry(void) { return 1; }
#else
long DriverEntry(void) { return 2; }
#endif
)")});
    EXPECT_EQ(run(load(build(request))), 1);
    request.debug = false;
    request.optimization = build::Optimization::Speed;
    EXPECT_EQ(run(load(build(request))), 2);
}

}  // namespace
}  // namespace openkmdf::test
