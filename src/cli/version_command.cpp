#include "cli/command.h"
#include "cli/flavor.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace openkmdf::cli {
namespace {

constexpr const char *kFramework = "1.0 to 1.33";

#if defined(__clang__)
constexpr const char *kCompiler = "Clang " __clang_version__;
#else
constexpr const char *kCompiler = "GCC " __VERSION__;
#endif

class VersionCommand : public Command {
public:
    explicit VersionCommand(CLI::App &root)
        : Command(root, "version", "Say which version this is",
                  "  kmdf version\n"
                  "  kmdf version --json")
    {
        app_->add_flag("--json", json_, "As JSON");
    }

    Exit run() override
    {
        if (json_) {
            nlohmann::ordered_json json{{"version", OPENKMDF_VERSION},
                                        {"kmdf", kFramework},
                                        {"compiler", kCompiler},
                                        {"sanitizer", flavor_name(own_flavor())}};
            print_document(json);
            return Exit::Good;
        }
        fmt::print("kmdf {}, for drivers of KMDF {}\nCompiled by {}{}{}\n", OPENKMDF_VERSION,
                   kFramework, kCompiler, own_flavor() == Flavor::Plain ? "" : ", sanitizer: ",
                   own_flavor() == Flavor::Plain ? "" : flavor_name(own_flavor()));
        return Exit::Good;
    }

private:
    bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_version_command(CLI::App &root)
{
    return std::make_unique<VersionCommand>(root);
}

}  // namespace openkmdf::cli
