#pragma once

#include "build/request.h"
#include "loader/elf_module.h"

#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// Small drivers, written, built and loaded by a test.

namespace openkmdf::test {

namespace fs = std::filesystem;

using Status = int;
using Entry = Status(__attribute__((ms_abi)) *)(void *driver, void *path);

// Thrown through the driver by KeBugCheckEx.
struct BugCheck {
    unsigned code;
};

// Imports by name; what is not there is unresolved.
class FakeKernel : public loader::ImportResolver {
public:
    FakeKernel();
    void *resolve(std::string_view name) override;

    template <class Function>
    void provide(std::string name, Function *function)
    {
        imports_[std::move(name)] = reinterpret_cast<void *>(function);
    }

private:
    std::map<std::string, void *, std::less<>> imports_;
};

class DriverTest : public ::testing::Test {
protected:
    DriverTest();
    ~DriverTest() override;

    // Writes a file of the test's own folder.
    fs::path write(std::string_view name, std::string_view text);
    fs::path folder() const { return folder_; }

    build::BuildRequest request(std::vector<fs::path> inputs) const;
    // Builds a request and expects that it works.
    fs::path build(const build::BuildRequest &request);
    // One source file.
    fs::path build(std::string_view name, std::string_view text);
    build::BuildError build_error(const build::BuildRequest &request);

    loader::Module load(const fs::path &module, loader::ModuleOptions options = {});
    loader::LoadError load_error(const fs::path &module);
    static Status run(const loader::Module &module);

    FakeKernel kernel_;

private:
    fs::path folder_;
};

}  // namespace openkmdf::test
