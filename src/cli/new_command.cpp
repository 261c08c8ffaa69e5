#include "build/files.h"
#include "cli/command.h"
#include "cli/flavor.h"
#include "cli/new_templates.h"
#include "cli/temporary_folder.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <unistd.h>

namespace openkmdf::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestName = 32;

constexpr std::string_view kTaken[] = {"all",
                                       "test",
                                       "help",
                                       "clean",
                                       "install",
                                       "edit_cache",
                                       "rebuild_cache",
                                       "list_install_components",
                                       "package",
                                       "con",
                                       "nul",
                                       "prn",
                                       "aux",
                                       "com1",
                                       "com2",
                                       "com3",
                                       "com4",
                                       "lpt1",
                                       "lpt2",
                                       "lpt3",
                                       "driver",
                                       "gtest",
                                       "gmock",
                                       "wdf",
                                       "wdm",
                                       "ntddk",
                                       "alignas",
                                       "alignof",
                                       "and",
                                       "and_eq",
                                       "asm",
                                       "auto",
                                       "bitand",
                                       "bitor",
                                       "bool",
                                       "break",
                                       "case",
                                       "catch",
                                       "char",
                                       "class",
                                       "compl",
                                       "concept",
                                       "const",
                                       "consteval",
                                       "constexpr",
                                       "constinit",
                                       "const_cast",
                                       "continue",
                                       "co_await",
                                       "co_return",
                                       "co_yield",
                                       "decltype",
                                       "default",
                                       "delete",
                                       "do",
                                       "double",
                                       "dynamic_cast",
                                       "else",
                                       "enum",
                                       "explicit",
                                       "export",
                                       "extern",
                                       "false",
                                       "float",
                                       "for",
                                       "friend",
                                       "goto",
                                       "if",
                                       "inline",
                                       "int",
                                       "long",
                                       "mutable",
                                       "namespace",
                                       "new",
                                       "noexcept",
                                       "not",
                                       "not_eq",
                                       "nullptr",
                                       "operator",
                                       "or",
                                       "or_eq",
                                       "private",
                                       "protected",
                                       "public",
                                       "register",
                                       "reinterpret_cast",
                                       "requires",
                                       "restrict",
                                       "return",
                                       "short",
                                       "signed",
                                       "sizeof",
                                       "static",
                                       "static_assert",
                                       "static_cast",
                                       "struct",
                                       "switch",
                                       "template",
                                       "this",
                                       "thread_local",
                                       "throw",
                                       "true",
                                       "try",
                                       "typedef",
                                       "typeid",
                                       "typename",
                                       "union",
                                       "unsigned",
                                       "using",
                                       "virtual",
                                       "void",
                                       "volatile",
                                       "wchar_t",
                                       "while",
                                       "xor",
                                       "xor_eq",
                                       "main"};

std::string name_problem(const std::string &name)
{
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    if (name.empty() || !letter(name.front())) return "it must begin with a letter";
    if (name.size() > kLongestName) return "it is longer than 32 characters";
    for (char c : name)
        if (!letter(c) && !(c >= '0' && c <= '9') && c != '_')
            return "it may have letters, digits and underscores only";
    // Targets that CMake has already, names that Windows keeps for itself, words of C and C++.
    for (std::string_view taken : kTaken)
        if (build::equal_ignoring_case(name, taken)) return "the word has a meaning of its own";
    return {};
}

// Where the generated project finds this OpenKMDF: the folder of its package.
std::string package_folder()
{
    const fs::path program = own_program();
    std::error_code error;
    const fs::path build_tree = program.parent_path().parent_path().parent_path() / "package";
    if (fs::exists(build_tree / "OpenKMDFConfig.cmake", error)) return build_tree.string();
    const fs::path prefix = program.parent_path().parent_path();
    for (const auto &entry : fs::recursive_directory_iterator(
             prefix / "lib", fs::directory_options::skip_permission_denied, error))
        if (entry.path().filename() == "OpenKMDFConfig.cmake")
            return entry.path().parent_path().string();
    return {};
}

class NewCommand : public Command {
public:
    explicit NewCommand(CLI::App &root)
        : Command(root, "new", "Write a driver, its INF, a test and the files to build them",
                  "  kmdf new mydriver\n"
                  "  kmdf new mydriver --dir ~/drivers/mydriver")
    {
        app_->add_option("name", name_, "The driver's name: letters, digits and underscores")
            ->required();
        app_->add_option("--dir", folder_, "The folder to make (./NAME)");
    }

    Exit run() override
    {
        if (auto problem = name_problem(name_); !problem.empty())
            return complain(Exit::BadInput, "new",
                            fmt::format("'{}' cannot be a driver's name: {}.", name_, problem),
                            "Choose another one.");
        std::error_code error;
        const fs::path folder =
            fs::absolute(folder_.empty() ? name_ : folder_, error).lexically_normal();
        const fs::path target = folder.has_filename() ? folder : folder.parent_path();
        if (fs::exists(fs::symlink_status(target, error)))
            return complain(Exit::BadInput, "new",
                            fmt::format("{} exists already.", target.string()),
                            "Choose another name or --dir; nothing was written.");
        if (!fs::is_directory(target.parent_path(), error))
            return complain(
                Exit::BadInput, "new",
                fmt::format("The folder {} does not exist.", target.parent_path().string()),
                "Make it first.");
        return write(target);
    }

private:
    Exit write(const fs::path &target) const
    {
        // All or nothing: it gets its name when it is complete.
        TemporaryFolder folder(target.parent_path());
        bool written = !folder.path().empty();
        for (const auto &file : new_project(name_))
            written = written && build::write_file(folder.path() / file.name, file.text);
        if (!written || !folder.keep_as(target))
            return complain(
                Exit::BadInput, "new",
                fmt::format("{} cannot be written: {}.", target.string(), std::strerror(errno)),
                "Choose a folder that you may write to.");
        const std::string package = package_folder();
        fmt::print(
            "{} has a driver, its INF, a test and a README. Build and test it with:\n\n"
            "  cd {}\n  cmake -B build{}\n  cmake --build build\n  ctest --test-dir build\n\n"
            "See the driver's life with: kmdf run {}.c\n",
            target.string(), target.string(),
            package.empty() ? "" : fmt::format(" -DOpenKMDF_DIR={}", package), name_);
        return Exit::Good;
    }

    std::string name_;
    std::string folder_;
};

}  // namespace

std::unique_ptr<Command> make_new_command(CLI::App &root)
{
    return std::make_unique<NewCommand>(root);
}

}  // namespace openkmdf::cli
