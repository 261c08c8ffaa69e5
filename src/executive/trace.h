#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

// What happened in a machine, in order: a ring of fixed-size records in the arena. Recording
// formats nothing and looks nothing up; names are resolved when somebody prints. Objects are named
// by type and ordinal, never by address, so the same run gives the same bytes.

namespace openkmdf::executive {

enum class TraceKind : std::uint8_t {
    DdiEnter,       // function = DdiId, object, arguments
    DdiLeave,       // function = DdiId, status
    CallbackEnter,  // function = CallbackId, object = device or the object called for
    CallbackLeave,  // function = CallbackId, status, arguments[1]: it returned that status
    DebugPrint,     // text
    Note,           // text: a step of the PnP manager, a state entered, a client's call
    Irp,            // function = major << 8 | minor, status
    StateEntered,   // function = machine << 8 | state
    Bugcheck,
    Transfer,  // a client's request is done: function = major << 8, status; code, bytes
};

// Type (an index into the trace's type names) and ordinal (1, 2, ... in order of creation, per
// type).
struct TraceObject {
    std::uint16_t type = 0;  // 0: none
    std::uint32_t ordinal = 0;
};

struct alignas(64) TraceRecord {
    std::uint64_t sequence;
    std::int64_t time;  // 100 ns since machine start
    TraceKind kind;
    std::uint8_t irql;
    std::uint8_t processor;
    std::uint8_t depth;  // nesting of callbacks on this activity
    std::uint16_t function;
    std::uint16_t object_type;
    std::uint32_t object_ordinal;
    std::uint32_t activity;
    std::int32_t status;
    std::uint32_t text;    // offset into the text ring + 1; 0: none
    std::uint16_t driver;  // ordinal of the driver, 0: the system
    std::uint16_t reserved;
    std::uint64_t arguments[2];

    void name(TraceObject object)
    {
        object_type = object.type;
        object_ordinal = object.ordinal;
    }
};
static_assert(sizeof(TraceRecord) == 64, "a record is one cache line");

// Bits of Kernel::observe: one test on a path decides whether anything watches it.
enum Observe : std::uint32_t {
    kObserveTrace = 1,
    kObserveVerifier = 2,
    kObserveSink = 4,  // somebody shows records as they are made
};

}  // namespace openkmdf::executive
