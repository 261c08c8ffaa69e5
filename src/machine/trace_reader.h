#pragma once

#include "executive/tracer.h"

#include <openkmdf/trace.h>

#include <functional>

namespace openkmdf::executive {
struct Kernel;
}

namespace openkmdf::machine {

// Turns records of the executive's ring into events with names.
class TraceReader {
public:
    void attach(executive::Kernel &kernel) { kernel_ = &kernel; }
    // Reads what is new.
    const Trace &read();
    void clear();
    // Shows events as they are made.
    void show(std::function<void(const Event &)> on_event);
    Event event(const executive::TraceRecord &record, std::string_view text) const;

private:
    static void sink(void *context, const executive::TraceRecord &record, std::string_view text);

    executive::Kernel *kernel_ = nullptr;
    std::uint64_t next_ = 0;
    Trace events_;
    std::function<void(const Event &)> on_event_;
};

}  // namespace openkmdf::machine
