// Loads a driver module, calls its entry twice and, if asked, its threads. A process of its own,
// because sanitizers end it with a report and debuggers want to start it.
//
//   module_runner MODULE [--coverage FILE]

#include "loader/elf_module.h"
#include "loader/source_locator.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <thread>

#define MS_ABI __attribute__((ms_abi))

namespace {

using Routine = void(MS_ABI *)(void *);
using Entry = int(MS_ABI *)(void *, void *);

extern "C" {

__attribute__((noinline)) MS_ABI void *allocate_pool(std::size_t size)
{
    return std::malloc(size);
}

__attribute__((noinline)) MS_ABI void free_pool(void *block)
{
    std::free(block);
}

MS_ABI void print(const char *format, int value)
{
    std::printf(format, value);
}

__attribute__((noinline)) MS_ABI void call_back(Routine routine, void *context)
{
    routine(context);
    asm volatile("");
}

MS_ABI void run_two_threads(Routine routine, void *context)
{
    std::thread first([=] { routine(context); });
    std::thread second([=] { routine(context); });
    first.join();
    second.join();
}

// Where the caller of this function stands in its sources.
__attribute__((noinline)) MS_ABI void print_caller()
{
    openkmdf::loader::SourceLocator locator;
    auto address = reinterpret_cast<std::uintptr_t>(__builtin_return_address(0));
    for (const auto &frame : locator.locate_call(address).frames) {
        std::printf("%s %s:%d\n", frame.function.c_str(),
                    std::filesystem::path(frame.file).filename().c_str(), frame.line);
    }
}

}  // extern "C"

class Imports : public openkmdf::loader::ImportResolver {
public:
    void *resolve(std::string_view name) override
    {
        static const std::map<std::string_view, void *> functions = {
            {"AllocatePool", reinterpret_cast<void *>(allocate_pool)},
            {"FreePool", reinterpret_cast<void *>(free_pool)},
            {"Print", reinterpret_cast<void *>(print)},
            {"CallBack", reinterpret_cast<void *>(call_back)},
            {"RunTwoThreads", reinterpret_cast<void *>(run_two_threads)},
            {"KeBugCheckEx", reinterpret_cast<void *>(std::abort)},
            {"PrintCaller", reinterpret_cast<void *>(print_caller)},
        };
        auto found = functions.find(name);
        return found == functions.end() ? nullptr : found->second;
    }
};

}  // namespace

int main(int argc, char **argv)
{
    openkmdf::loader::ModuleOptions options;
    if (argc > 3 && std::strcmp(argv[2], "--coverage") == 0) {
        options.coverage_file = argv[3];
    }
    Imports imports;
    auto module = openkmdf::loader::Module::open(argc > 1 ? argv[1] : "", options, imports);
    if (!module) {
        std::fprintf(stderr, "%s\n", module.error().sentence.c_str());
        return 2;
    }
    auto entry = reinterpret_cast<Entry>(module->entry());
    for (int round = 1; round <= 2; ++round) {
        std::printf("round %d: %d\n", round, entry(nullptr, nullptr));
        std::fflush(stdout);
    }
    return 0;
}
