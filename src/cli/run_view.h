#pragma once

#include <openkmdf/machine.h>

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

// What a person sees of a run: one aligned line for each step.

namespace openkmdf::cli {

enum class Detail {
    Quiet,    // what the client does, what the driver prints
    Normal,   // the driver's callbacks and calls too
    Verbose,  // IRPs, states and the system's own notes too
};

struct ViewOptions {
    Detail detail = Detail::Normal;
    bool color = false;
    bool json = false;
};

class RunView {
public:
    explicit RunView(const ViewOptions &options);
    ~RunView();

    // As MachineOptions::on_event. Called on kernel stacks, one at a time.
    void event(const Event &event);

    // A step of ours begins, and what came of it.
    void step(std::int64_t time, std::string_view what);
    void outcome(std::int64_t time, std::string_view what, Status status);
    void remark(std::string_view text);

    bool saw_driver_code() const { return callbacks_ != 0; }
    std::size_t callbacks() const { return callbacks_; }
    std::size_t driver_callbacks() const { return driver_callbacks_; }
    std::size_t calls() const { return calls_; }
    std::size_t prints() const { return prints_; }

    // The last lines: a sentence, and how it ended.
    void finish(std::string_view sentence, bool good);
    // A report of several lines.
    void report(std::string_view text);
    // Everything so far, if it was asked for.
    nlohmann::ordered_json &json() { return *json_; }
    bool wants_json() const { return options_.json; }

private:
    enum class Kind;
    struct Line;
    struct Look;

    bool shown(const Event &event) const;
    Line line_of(const Event &event) const;
    static Look look_of(Kind kind);
    void put(const Line &line);
    void print(const Line &line) const;
    void flush();

    ViewOptions options_;
    std::string last_driver_;
    std::size_t callbacks_ = 0;
    std::size_t driver_callbacks_ = 0;
    std::size_t calls_ = 0;
    std::size_t prints_ = 0;
    // An entry whose return may follow at once: then both are one line.
    std::unique_ptr<Line> held_;
    Event held_event_;
    std::unique_ptr<nlohmann::ordered_json> json_;
};

// Whether standard output wants colours.
bool wants_color(std::string_view choice);

}  // namespace openkmdf::cli
