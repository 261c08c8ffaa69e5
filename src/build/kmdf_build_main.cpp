// The `build` command alone, for the project's own build: drivers can be built before the command
// line is.

#include "build/command_line.h"

#include <CLI/CLI.hpp>

int main(int argc, char **argv)
{
    CLI::App app("Builds a Windows kernel-mode driver as a module that OpenKMDF loads.",
                 "kmdf-build");
    openkmdf::build::BuildCommandLine command_line(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        constexpr int kBadUsage = 2;
        return app.exit(error) == 0 ? 0 : kBadUsage;
    }
    return openkmdf::build::run_build(command_line);
}
