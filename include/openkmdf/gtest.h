#pragma once

#include <openkmdf/machine.h>

#include <gmock/gmock.h>

#include <ostream>
#include <string>
#include <vector>

// Printers and matchers for GoogleTest. Statuses, results, reports and traces print by their names
// through operator<<.

namespace openkmdf {

// EXPECT_THAT(file.ioctl(...), HasStatus(STATUS_CANCELLED)).
MATCHER_P(HasStatus, expected,
          std::string(negation ? "has not" : "has") + " the status " + status_name(expected))
{
    if constexpr (requires { arg.status(); }) return Status(arg.status()) == Status(expected);
    else return Status(arg) == Status(expected);
}

MATCHER(Succeeds, std::string(negation ? "fails" : "succeeds"))
{
    return static_cast<bool>(arg.ok());
}

// EXPECT_THAT(pc.trace(), HasCallbacksInOrder({"EvtDriverDeviceAdd", "EvtDeviceD0Entry"})): entered
// in this order, others in between or not.
MATCHER_P(HasCallbacksInOrder, names,
          std::string(negation ? "has not" : "has") + " the callbacks " +
              testing::PrintToString(names) + " in this order")
{
    *result_listener << "whose callbacks are " << testing::PrintToString(arg.callbacks());
    return arg.has_callbacks_in_order(names);
}

inline auto HasCallbacksInOrder(std::initializer_list<std::string> names)
{
    return HasCallbacksInOrder(std::vector<std::string>(names));
}

// The callbacks entered are exactly these.
inline auto HasCallbacks(std::vector<std::string> names)
{
    return testing::ResultOf(
        "the callbacks", [](const Trace &trace) { return trace.callbacks(); },
        testing::ElementsAreArray(std::move(names)));
}

}  // namespace openkmdf
