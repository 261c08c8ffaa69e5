#include "build/command_line.h"
#include "cli/command.h"
#include "cli/driver_build.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <optional>

namespace openkmdf::cli {
namespace {

class BuildCommand : public Command {
public:
    explicit BuildCommand(CLI::App &root)
        : Command(root, "build", "Build a driver as a module that kmdf run and tests load",
                  "  kmdf build driver.vcxproj\n"
                  "  kmdf build driver.c queue.c -I inc -D POOL_SIZE=16 -o mydriver.so\n"
                  "  kmdf build . --asan --ubsan --json")
    {
        options_.emplace(*app_);
        app_->add_flag("--json", json_, "Say what was built as JSON");
    }

    Exit run() override
    {
        auto request = options_->request();
        if (!request) return build_failed("build", request.error());
        if (json_) request->progress = nullptr;
        auto result = build::build_driver(*request);
        if (!result) return build_failed("build", result.error());
        std::fputs(result->compiler_output.c_str(), stderr);
        if (json_) print_json(*result);
        else if (!options_->quiet()) print_text(*result);
        return Exit::Good;
    }

private:
    static void print_json(const build::BuildResult &result)
    {
        nlohmann::ordered_json json{{"module", result.module.string()},
                                    {"name", result.name},
                                    {"framework", result.kmdf ? "KMDF" : "WDM"},
                                    {"kmdf_version", nullptr},
                                    {"compiled", result.compiled},
                                    {"linked", result.linked},
                                    {"notes", result.notes}};
        if (result.kmdf) json["kmdf_version"] = fmt::format("1.{}", result.kmdf_version_minor);
        print_document(json);
    }

    static void print_text(const build::BuildResult &result)
    {
        for (const auto &note : result.notes) fmt::print("note: {}\n", note);
        const auto framework =
            result.kmdf ? fmt::format("KMDF 1.{}", result.kmdf_version_minor) : "WDM";
        const bool fresh = result.compiled > 0 || result.linked;
        fmt::print("{}: {} driver, {}\n", result.module.string(), framework,
                   fresh ? fmt::format("{} of its files compiled", result.compiled) : "up to date");
    }

    std::optional<build::BuildCommandLine> options_;
    bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_build_command(CLI::App &root)
{
    return std::make_unique<BuildCommand>(root);
}

}  // namespace openkmdf::cli
