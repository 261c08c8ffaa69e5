#include "driver_fixture.h"

#include <cstdarg>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <unistd.h>

namespace openkmdf::test {

namespace {

__attribute__((ms_abi)) unsigned debug_print(const char *format, ...)
{
    __builtin_ms_va_list arguments;
    __builtin_ms_va_start(arguments, format);
    __builtin_ms_va_end(arguments);
    return 0;
}

__attribute__((ms_abi)) void bug_check(unsigned code, std::uint64_t, std::uint64_t, std::uint64_t,
                                       std::uint64_t)
{
    throw BugCheck{code};
}

}  // namespace

FakeKernel::FakeKernel()
{
    provide("KeBugCheckEx", bug_check);
    provide("DbgPrint", debug_print);
}

void *FakeKernel::resolve(std::string_view name)
{
    auto found = imports_.find(name);
    return found == imports_.end() ? nullptr : found->second;
}

DriverTest::DriverTest()
{
    auto pattern = (fs::temp_directory_path() / "toolchain-test-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
}

DriverTest::~DriverTest()
{
    std::error_code error;
    fs::remove_all(folder_, error);
}

fs::path DriverTest::write(std::string_view name, std::string_view text)
{
    auto file = folder_ / name;
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary)
        .write(text.data(), static_cast<std::streamsize>(text.size()));
    return file;
}

build::BuildRequest DriverTest::request(std::vector<fs::path> inputs) const
{
    build::BuildRequest request;
    request.inputs = std::move(inputs);
    auto name = request.inputs.empty() ? fs::path("driver") : request.inputs.front().stem();
    request.output = folder_ / "out" / name.replace_extension(".so");
    request.intermediate = folder_ / "obj";
    request.jobs = 2;
    request.allow_unknown_imports = true;
    return request;
}

fs::path DriverTest::build(const build::BuildRequest &request)
{
    auto result = build::build_driver(request);
    if (!result) {
        ADD_FAILURE() << result.error().compiler_output << result.error().sentence;
        return {};
    }
    return result->module;
}

fs::path DriverTest::build(std::string_view name, std::string_view text)
{
    return build(request({write(name, text)}));
}

build::BuildError DriverTest::build_error(const build::BuildRequest &request)
{
    auto result = build::build_driver(request);
    if (result) {
        ADD_FAILURE() << "the build should have failed";
        return {};
    }
    return result.error();
}

loader::Module DriverTest::load(const fs::path &path, loader::ModuleOptions options)
{
    auto module = loader::Module::open(path, options, kernel_);
    if (!module) {
        throw std::runtime_error(module.error().sentence);
    }
    return std::move(*module);
}

loader::LoadError DriverTest::load_error(const fs::path &path)
{
    auto module = loader::Module::open(path, {}, kernel_);
    if (module) {
        ADD_FAILURE() << "the load should have failed";
        return {};
    }
    return module.error();
}

Status DriverTest::run(const loader::Module &module)
{
    return reinterpret_cast<Entry>(module.entry())(nullptr, nullptr);
}

}  // namespace openkmdf::test
