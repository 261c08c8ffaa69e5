#include "driver_fixture.h"
#include "loader/source_locator.h"

#include <cstring>
#include <dlfcn.h>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>

namespace openkmdf::test {
namespace {

using loader::LoadFailure;
using ::testing::HasSubstr;

int some_function_of_the_program(int value)
{
    return value + 1;
}

class ModuleTest : public DriverTest {};

int printed_value;
__attribute__((ms_abi)) unsigned print_value(const char *format, int value)
{
    printed_value = std::strcmp(format, "value %d") == 0 ? value : -1;
    return 0;
}

__attribute__((ms_abi)) int add(int a, int b, int c, int d, int e, int f)
{
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f;
}

constexpr std::string_view kTwoImports = R"(
unsigned long DbgPrint(const char *format, ...);
int Add(int, int, int, int, int, int);
static int value = 6;
long DriverEntry(void *driver, void *path)
{
    value += Add(1, 1, 1, 1, 1, 1);
    DbgPrint("value %d", value);
    return value;
}
)";

TEST_F(ModuleTest, CallsItsImports)
{
    kernel_.provide("DbgPrint", print_value);
    kernel_.provide("Add", add);
    auto module = load(build("driver.c", kTwoImports));
    EXPECT_EQ(module.name(), "driver");
    EXPECT_FALSE(module.is_kmdf());
    EXPECT_EQ(run(module), 27);
    EXPECT_EQ(printed_value, 27);
    EXPECT_TRUE(module.range().contains(reinterpret_cast<std::uintptr_t>(module.entry())));
    EXPECT_EQ(module.build_id().size(), 40u);
}

constexpr std::string_view kCounter =
    "static int calls = 7; long DriverEntry(void) { return calls++; }";

TEST_F(ModuleTest, IsPristineWhenLoadedAgain)
{
    auto path = build("driver.c", kCounter);
    void *first_entry = nullptr;
    for (int round = 0; round < 3; ++round) {
        auto module = load(path);
        EXPECT_EQ(module.mapped_file(), path);
        EXPECT_EQ(run(module), 7);
        EXPECT_EQ(run(module), 8);
        first_entry = first_entry ? first_entry : module.entry();
        EXPECT_EQ(module.entry(), first_entry);
    }
}

TEST_F(ModuleTest, IsIndependentWhenLoadedTwice)
{
    auto path = build("driver.c", kCounter);
    auto first = load(path);
    fs::path copy;
    {
        auto second = load(path);
        copy = second.mapped_file();
        EXPECT_NE(copy, path);
        EXPECT_EQ(copy.filename(), path.filename());
        EXPECT_TRUE(fs::exists(copy));
        EXPECT_EQ(second.path(), path);
        EXPECT_EQ(run(first), 7);
        EXPECT_EQ(run(first), 8);
        EXPECT_EQ(run(second), 7);
    }
    EXPECT_FALSE(fs::exists(copy));
    EXPECT_FALSE(fs::exists(copy.parent_path()));
    EXPECT_EQ(run(first), 9);
}

TEST_F(ModuleTest, LoadsItsNewFileWhileTheOldOneIsInUse)
{
    auto path = build("driver.c", kCounter);
    auto old = load(path);
    EXPECT_EQ(build("driver.c", "long DriverEntry(void) { return 100; }"), path);
    auto fresh = load(path);
    EXPECT_EQ(run(fresh), 100);
    EXPECT_EQ(run(old), 7);
}

TEST_F(ModuleTest, HasAnAddressThatDependsOnItsNameOnly)
{
    auto path = build("driver.c", kCounter);
    std::uintptr_t begin = load(path).range().begin;
    EXPECT_GE(begin, DRV_IMAGES_BEGIN);
    EXPECT_LT(begin, DRV_IMAGES_END);
    EXPECT_EQ(load(build("driver.c", "long DriverEntry(void) { return 3; }")).range().begin, begin);
}

TEST_F(ModuleTest, NamesAllMissingImports)
{
    auto error = load_error(build("driver.c", R"(
void ZwFirst(void); int ZwSecond(int); extern int *__imp_ZwData;
long DriverEntry(void) { ZwFirst(); return ZwSecond(*__imp_ZwData); })"));
    EXPECT_EQ(error.kind, LoadFailure::UnresolvedImports);
    EXPECT_THAT(error.sentence, HasSubstr("driver.so needs kernel routines"));
    EXPECT_THAT(error.sentence, HasSubstr("ZwData, ZwFirst, ZwSecond."));
}

TEST_F(ModuleTest, ReachesDataThroughItsImportTable)
{
    static int kernel_data = 41;
    kernel_.provide("KernelData", &kernel_data);
    auto module = load(build("driver.c", R"(
extern int *__imp_KernelData;
long DriverEntry(void) { return ++*__imp_KernelData; })"));
    EXPECT_EQ(run(module), 42);
    EXPECT_EQ(kernel_data, 42);
}

TEST_F(ModuleTest, KeepsItsSymbolsToItself)
{
    auto path = build("driver.c", R"(
int shared_name = 1; int strlen(const char *text) { return 1000; }
long DriverEntry(void) { return strlen("four") + shared_name; })");
    auto module = load(path);
    EXPECT_EQ(run(module), 1001);
    EXPECT_EQ(dlsym(RTLD_DEFAULT, "shared_name"), nullptr);
    EXPECT_EQ(std::strlen("four"), 4u);
}

TEST_F(ModuleTest, UsesItsOwnMemoryFunctions)
{
    auto module = load(build("driver.c", R"(
void *memcpy(void *, const void *, unsigned long long);
void *memmove(void *, const void *, unsigned long long);
void *memset(void *, int, unsigned long long);
int memcmp(const void *, const void *, unsigned long long);
static unsigned char from[1100], to[1100], expected[1100];
static int differs(void)
{
    for (int i = 0; i < 1100; i++) if (to[i] != expected[i]) return i + 1;
    return 0;
}
static void fill(void)
{
    for (int i = 0; i < 1100; i++) { from[i] = (unsigned char)(i * 7 + 1); to[i] = expected[i] = 0xee; }
}
long DriverEntry(void)
{
    for (int size = 0; size < 1000; size += size < 70 ? 1 : 37) {
        fill();
        if (memcpy(to + 3, from + 5, size) != to + 3) return 1;
        for (int i = 0; i < size; i++) expected[3 + i] = from[5 + i];
        if (differs()) return 2;
        if (memcmp(to + 3, from + 5, size)) return 3;
        if (size && (to[2 + size] ^= 1, memcmp(to + 3, from + 5, size) == 0)) return 4;
        fill();
        if (memset(to + 1, size, size) != to + 1) return 5;
        for (int i = 0; i < size; i++) expected[1 + i] = (unsigned char)size;
        if (differs()) return 6;
        for (int shift = -40; shift <= 40; shift += 5) {
            fill();
            for (int i = 0; i < 1100; i++) to[i] = expected[i] = from[i];
            memmove(to + 50 + shift, to + 50, size);
            for (int i = 0; i < size; i++) expected[50 + shift + i] = from[50 + i];
            if (differs()) return 7;
        }
    }
    return 0;
})"));
    EXPECT_EQ(run(module), 0);
}

TEST_F(ModuleTest, NoticesAnOverrunStack)
{
    auto module = load(build("driver.c", R"(
static void fill(volatile char *block, int size) { for (int i = 0; i < size; i++) block[i] = 1; }
static int overrun(int size) { char block[16]; fill(block, size); return block[0]; }
int size = 17;
long DriverEntry(void) { return overrun(16) + overrun(size + 8); })"));
    try {
        run(module);
        ADD_FAILURE() << "nobody noticed";
    } catch (const BugCheck &bug_check) {
        EXPECT_EQ(bug_check.code, 0xf7u);
    }
}

TEST_F(ModuleTest, StopsAtAPureVirtualCall)
{
    auto module = load(build("driver.cpp", R"(
struct Base { Base(); virtual int value() = 0; int call(); };
int Base::call() { return value(); }
Base::Base() { call(); }
struct Derived : Base { int value() override { return 1; } };
extern "C" long DriverEntry() { Derived derived; return derived.call(); })"));
    EXPECT_THROW(run(module), BugCheck);
}

TEST_F(ModuleTest, FindsSourceLinesOfDriverAndProgram)
{
    loader::SourceLocator locator;
    std::uintptr_t entry = 0;
    {
        auto module = load(build("driver.c", "\n\nlong DriverEntry(void)\n{ return 1; }\n"));
        entry = reinterpret_cast<std::uintptr_t>(module.entry());
        auto location = locator.locate(entry);
        EXPECT_EQ(location.module, module.mapped_file());
        EXPECT_EQ(location.frames.front().function, "DriverEntry");
        EXPECT_EQ(loader::describe(location, entry),
                  "DriverEntry (" + (folder() / "driver.c").string() + ":4)");
    }
    EXPECT_EQ(locator.locate(entry).module, "");
    auto module = load(build("driver.c", "\n\n\n\nlong DriverEntry(void)\n{ return 1; }\n"));
    EXPECT_EQ(locator.locate(entry).frames.front().line, 6);

    auto own = locator.locate(reinterpret_cast<std::uintptr_t>(&some_function_of_the_program));
    EXPECT_THAT(own.frames.front().function, HasSubstr("some_function_of_the_program"));
    EXPECT_THAT(own.frames.front().file, HasSubstr("module_test.cpp"));
}

TEST_F(ModuleTest, RemovesWhatKilledProcessesLeft)
{
    constexpr int kNoProcess = 0x7ffffffe;
    auto stale = fs::temp_directory_path() / fmt::format("openkmdf-{}-abcdef", kNoProcess);
    fs::create_directories(stale);
    auto module = load(build("driver.c", kCounter), {.private_copy = true, .coverage_file = {}});
    EXPECT_TRUE(fs::exists(module.mapped_file()));
    EXPECT_NE(module.mapped_file(), module.path());
    EXPECT_FALSE(fs::exists(stale));
}

TEST_F(ModuleTest, ProbesLargeFrames)
{
    kernel_.provide("DbgPrint", print_value);
    auto module = load(build("driver.c", R"(
unsigned long DbgPrint(const char *format, ...);
static int use(volatile unsigned char *block) { return block[0] + block[20000 - 1]; }
long DriverEntry(void)
{
    unsigned char block[20000];
    block[0] = 20; block[20000 - 1] = 22;
    return use(block);
})"));
    EXPECT_EQ(run(module), 42);
}

TEST_F(ModuleTest, RunsCxx)
{
    static int created;
    created = 0;
    kernel_.provide(
        "Note", +[]() __attribute__((ms_abi)) { ++created; });
    auto path = build("driver.cpp", R"(
extern "C" void Note();
namespace shapes {
struct Shape { virtual int sides() const = 0; };
struct Named { virtual const char *name() const { return "shape"; } };
struct Square : Shape, Named { int sides() const override { return 4; } };
template <class T> T twice(T value) { static T calls = 0; ++calls; return value + value + calls; }
inline int shared_counter = 10;
struct Early { int value; Early() : value(5) { Note(); } };
Early early_object;
}
extern "C" long DriverEntry(void *, void *)
{
    shapes::Square square;
    const shapes::Shape &shape = square;
    const shapes::Named &named = square;
    auto add = [&](int more) { return shape.sides() + more; };
    int total = add(3) + shapes::twice(1) + shapes::twice(2) + shapes::shared_counter++;
    return total + named.name()[0] + shapes::early_object.value;
})");
    auto module = load(path);
    // Nobody runs the constructor of a global, as on Windows; the build names it.
    EXPECT_EQ(run(module), 7 + 3 + 6 + 10 + 's');
    EXPECT_EQ(created, 0);
    EXPECT_THAT(std::string(module.dynamic_names()), HasSubstr("early_object"));
}

TEST_F(ModuleTest, IsMadeByCmake)
{
    auto module = load(TOOLCHAIN_SAMPLE_DRIVER);
    EXPECT_EQ(module.name(), "toolchain_sample");
    EXPECT_EQ(run(module), 915);
}

TEST_F(ModuleTest, SwitchesChoicePointsOnAndOff)
{
    static int choices;
    choices = 0;
    kernel_.provide(
        "__drv_choice_point", +[]() __attribute__((ms_abi)) { ++choices; });
    auto module = load(build("driver.c", R"(
extern volatile unsigned char __drv_choice_points;
void __drv_choice_point(void);
long DriverEntry(void) { if (__drv_choice_points) __drv_choice_point(); return 0; })"));
    run(module);
    EXPECT_EQ(choices, 0);
    module.set_choice_points(true);
    run(module);
    EXPECT_EQ(choices, 1);
    module.set_choice_points(false);
    run(module);
    EXPECT_EQ(choices, 1);
}

TEST_F(ModuleTest, RefusesWhatIsNoDriver)
{
    EXPECT_EQ(load_error(folder() / "absent.so").kind, LoadFailure::NotFound);
    EXPECT_EQ(load_error(folder()).kind, LoadFailure::NotFound);
    EXPECT_EQ(load_error(write("empty.so", "")).kind, LoadFailure::NotADriver);
    EXPECT_EQ(load_error(write("text.so", "this is text")).kind, LoadFailure::NotADriver);
    EXPECT_EQ(load_error(write("driver.sys", "MZ\x90 and so on")).kind, LoadFailure::PeImage);
    EXPECT_EQ(load_error("/proc/self/exe").kind, LoadFailure::NotADriver);
    Dl_info libc{};
    ASSERT_TRUE(dladdr(reinterpret_cast<void *>(&std::strlen), &libc));
    EXPECT_EQ(load_error(libc.dli_fname).kind, LoadFailure::NotADriver);
}

std::string content_of(const fs::path &file)
{
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

TEST_F(ModuleTest, RefusesAModuleOfAnotherVersion)
{
    auto bytes = content_of(build("driver.c", kCounter));
    std::uint64_t words[2] = {DRV_MODULE_MAGIC, DRV_MODULE_VERSION};
    auto at = bytes.find(std::string(reinterpret_cast<char *>(words), sizeof words));
    ASSERT_NE(at, std::string::npos);
    bytes[at + 8] ^= 0x40;
    auto error = load_error(write("changed.so", bytes));
    EXPECT_EQ(error.kind, LoadFailure::WrongVersion);
    EXPECT_THAT(error.sentence, HasSubstr("Build it again"));
}

TEST_F(ModuleTest, RefusesTruncatedFilesWithoutFalling)
{
    auto bytes = content_of(build("driver.c", kCounter));
    for (std::size_t size = 0; size < bytes.size(); size += 1 + size / 7) {
        auto error = load_error(write("cut.so", bytes.substr(0, size)));
        EXPECT_NE(error.sentence, "") << size;
    }
}

}  // namespace
}  // namespace openkmdf::test
