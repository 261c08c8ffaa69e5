#pragma once

#include "build/request.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

// The `build` command, for every program that offers it.

namespace openkmdf::build {

class BuildCommandLine {
public:
    // Adds the options of a driver build to a command. Keep this object until the parse is done.
    // `with_inputs`: also the list of source files.
    explicit BuildCommandLine(CLI::App &command, bool with_inputs = true);
    ~BuildCommandLine();
    BuildCommandLine(const BuildCommandLine &) = delete;
    BuildCommandLine &operator=(const BuildCommandLine &) = delete;

    // After the parse.
    Outcome<BuildRequest> request() const;
    bool verbose() const;
    bool quiet() const;

private:
    struct Values;
    std::unique_ptr<Values> values_;
};

// "1.33" or "33".
std::optional<int> parse_kmdf_version(std::string_view text);

// Builds and says what came of it on standard output and error. The exit code: 0 built, 2 the
// input is at fault.
int run_build(const BuildCommandLine &command_line);

// "kmdf build: sentence", the compiler's output before it and the hint behind.
std::string describe(const BuildError &error);

}  // namespace openkmdf::build
