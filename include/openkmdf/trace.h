#pragma once

#include <openkmdf/status.h>

#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

// What happened in a machine, as a list that tests can ask and people can read.

namespace openkmdf {

// "PASSIVE", "APC", "DISPATCH", "DIRQL 5", "HIGH".
std::string irql_name(unsigned irql);

enum class EventKind : std::uint8_t {
    Call,            // a DDI was called (checked table entries only)
    Return,          // ... and returned
    Callback,        // a driver's callback or routine was entered
    CallbackReturn,  // ... and left
    DebugPrint,      // DbgPrint and its kin
    Note,            // a step of the I/O or PnP manager, a client's call
    Irp,             // an IRP was sent to a device
    State,           // a state machine entered a state
    Bugcheck,
};

struct Event {
    std::uint64_t sequence = 0;
    std::int64_t time = 0;  // 100 ns since the machine started
    EventKind kind = EventKind::Note;
    unsigned irql = 0;
    unsigned processor = 0;
    unsigned depth = 0;  // nesting of callbacks
    std::string driver;  // "echo"; empty: the system
    std::string object;  // "WDFREQUEST #7"; empty: none
    // "EvtIoRead", "WdfRequestComplete", "IRP_MJ_READ", the text of a note or print
    std::string name;
    Status status;
    bool has_status = false;
    std::uint64_t arguments[2] = {};
};

// One line, aligned for a terminal or a diff.
std::string format_event(const Event &event);

class Trace : public std::vector<Event> {
public:
    using std::vector<Event>::vector;

    // The callbacks entered, in order: {"EvtDriverDeviceAdd", "EvtDevicePrepareHardware", ...}.
    std::vector<std::string> callbacks() const;
    // True if these callbacks were entered in this order, others in between or not.
    bool has_callbacks_in_order(const std::vector<std::string> &names) const;
    // Text that the driver printed, one element per call.
    std::vector<std::string> prints() const;
    // Every line, for comparing two runs.
    std::string text() const;
};

std::ostream &operator<<(std::ostream &out, const Event &event);
std::ostream &operator<<(std::ostream &out, const Trace &trace);

}  // namespace openkmdf
