// Before the driver headers, some of whose macros have names of its functions.
#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/flavor.h"
#include "cli/run_options.h"
#include "cli/session.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>

namespace openkmdf::cli {
namespace {

class RunCommand : public Command {
public:
    explicit RunCommand(CLI::App &root)
        : Command(root, "run",
                  "Show a driver's life: load, plug in, open, write, read, control, pull the plug, "
                  "unload",
                  "  kmdf run driver.vcxproj\n"
                  "  kmdf run driver.c queue.c --write hello --ioctl 0x222004:48656c6c6f\n"
                  "  kmdf run mydriver.so --random --seed 7 --save-replay run.choices\n"
                  "  kmdf run driver.vcxproj --asan --ubsan")
    {
        options_.emplace(*app_);
    }

    Exit run() override
    {
        if (auto wrong = options_->check("run")) return *wrong;
        const auto request = options_->build_options().request();
        if (auto ended = become_flavor(flavor_for(request->sanitizers), "run")) return *ended;
        const auto module = options_->module("run");
        if (!module) return module.error();
        const RunOptions &options = options_->options();
        ViewOptions view_options;
        view_options.json = options.json;
        view_options.color = !options.json && wants_color(options.color);
        if (options_->build_options().quiet()) view_options.detail = Detail::Quiet;
        if (options_->build_options().verbose()) view_options.detail = Detail::Verbose;
        RunView view(view_options);
        Exit code;
        {
            Session session(options, *module, view);
            code = session.run();
        }
        if (options.json) print_document(view.json());
        else if (request->coverage) print_coverage_hint(*module);
        return code;
    }

private:
    // The module has written its profile when it was unloaded.
    static void print_coverage_hint(const std::filesystem::path &module)
    {
        const char *folder = std::getenv("OPENKMDF_COVERAGE_DIR");
        const std::string name = module.stem().string();
        const std::string profiles =
            (std::filesystem::path(folder ? folder : "") / (name + "-*.profraw")).string();
        fmt::print("Coverage: llvm-profdata-19 merge -o {0}.profdata {1} && llvm-cov-19 show {2} "
                   "-instr-profile={0}.profdata\n",
                   name, profiles, module.string());
    }

    std::optional<RunCommandLine> options_;
};

}  // namespace

std::unique_ptr<Command> make_run_command(CLI::App &root)
{
    return std::make_unique<RunCommand>(root);
}

}  // namespace openkmdf::cli
