// Every function of the checked table, called by a driver with handles and pointers that are not
// what they should be: always bugcheck 0x10D with the documented parameters, never a crash of ours.

#include "drivers/checked.h"
#include "framework/api/checked.h"

#include <bugcodes.h>
#include <openkmdf/gtest.h>
#include <openkmdf/machine.h>

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace openkmdf {
namespace {

constexpr std::uint64_t kRequiredParameterIsNull = 4;
constexpr std::uint64_t kInvalidHandle = 5;
constexpr std::uint64_t kIrqlMismatch = 0xE;

// What the first checked argument of a function is.
struct FirstArgument {
    unsigned position = 0;
    bool checked = false;
    bool handle = false;
    bool required = false;
    framework::ObjectType type = framework::ObjectType::None;
};

struct Function {
    const char *name;
    unsigned index;
    unsigned max_irql;
    FirstArgument first;
};

template <class T>
bool look_at(FirstArgument &first, unsigned position, char letter)
{
    if (letter == '-' || letter == 'o' || letter == 'H') {
        if constexpr (!framework::HandleTraits<T>::kIsHandle || std::is_same_v<T, void *>)
            return false;
        else if (letter == '-') return false;
    }
    first.position = position;
    first.checked = true;
    first.required = letter == 'r' || letter == 'h';
    first.handle = letter == 'h' || letter == 'H';
    if constexpr (framework::HandleTraits<T>::kIsHandle && !std::is_same_v<T, void *>) {
        first.handle = true;
        first.type = framework::HandleTraits<T>::kType;
    }
    return true;
}

template <class R, class... Arguments>
FirstArgument first_argument(R(NTAPI *)(PWDF_DRIVER_GLOBALS, Arguments...), const char *letters)
{
    FirstArgument first;
    unsigned next = 0;
    [[maybe_unused]] auto look = [&]<class T>() {
        const unsigned position = next++;
        return look_at<T>(first, position, letters[position]);
    };
    (void)(look.template operator()<Arguments>() || ...);
    return first;
}

std::vector<Function> implemented_functions()
{
    struct Row {
        const char *name;
        unsigned irql;
        bool implemented;
    };
    static constexpr Row kRows[] = {
#define DIRQL 11
#define WDF_FUNCTION(index, name, major, minor, irql, visibility, state)                           \
    {#name, irql, #state[0] == 'i'},
#include "framework/functions.table"
#undef WDF_FUNCTION
#undef DIRQL
    };
    const FirstArgument first[] = {
#define WDF_SIGNATURE(name, type, parameters)                                                      \
    first_argument(static_cast<type>(nullptr), parameters),
#include "framework/api/signatures.table"
#undef WDF_SIGNATURE
    };
    std::vector<Function> functions;
    for (unsigned i = 0; i < std::size(kRows); ++i)
        if (kRows[i].implemented) functions.push_back({kRows[i].name, i, kRows[i].irql, first[i]});
    return functions;
}

// A machine whose driver makes one call.
class CheckedCallTest : public testing::Test {
protected:
    template <class Arrange>
    std::optional<Bugcheck> call(const Function &function, Arrange arrange)
    {
        Machine pc;
        Driver driver = pc.load(CHECKED_DRIVER);
        Device device = pc.plug_in(driver, "ROOT\\CHECKED");
        File file = pc.open(R"(\\.\Checked)");
        CHECKED_HANDLES handles{};
        EXPECT_EQ(file.ioctl(IOCTL_CHECKED_GET_HANDLES, {},
                             std::as_writable_bytes(std::span(&handles, 1))),
                  sizeof handles);
        CHECKED_CALL call{};
        call.Index = function.index;
        arrange(call, handles);
        file.ioctl(IOCTL_CHECKED_CALL, std::as_bytes(std::span(&call, 1)));
        return pc.bugcheck();
    }

    template <class Choose>
    void expect_invalid_handle(const Function &function, Choose choose)
    {
        std::uint64_t value = 0;
        const auto bugcheck =
            call(function, [&](CHECKED_CALL &call, const CHECKED_HANDLES &handles) {
                value = choose(handles);
                call.Arguments[function.first.position] = value;
            });
        expect_violation(bugcheck, function, kInvalidHandle);
        if (bugcheck) {
            EXPECT_EQ(bugcheck->parameters[1], value) << *bugcheck;
        }
    }

    void expect_violation(const std::optional<Bugcheck> &bugcheck, const Function &function,
                          std::uint64_t kind)
    {
        ASSERT_TRUE(bugcheck);
        EXPECT_EQ(bugcheck->code, WDF_VIOLATION) << *bugcheck;
        EXPECT_EQ(bugcheck->parameters[0], kind) << *bugcheck;
        EXPECT_EQ(bugcheck->driver, "checked");
        EXPECT_NE(bugcheck->message.find(function.name), std::string::npos) << bugcheck->message;
        ASSERT_FALSE(bugcheck->stack.empty());
        EXPECT_TRUE(bugcheck->stack[0].in_driver) << *bugcheck;
    }

    std::vector<Function> functions = implemented_functions();
};

#define FOR_EACH_FUNCTION(condition)                                                               \
    for (const Function &function : functions)                                                     \
        if (condition)                                                                             \
            if (testing::ScopedTrace scope(__FILE__, __LINE__, function.name); true)

TEST_F(CheckedCallTest, TheTableIsCovered)
{
    unsigned handles = 0;
    for (const Function &function : functions) handles += function.first.handle;
    EXPECT_GT(functions.size(), 150u);
    EXPECT_GT(handles, 100u);
}

TEST_F(CheckedCallTest, NullForWhatIsRequired)
{
    FOR_EACH_FUNCTION(function.first.required)
    {
        const auto bugcheck = call(function, [](CHECKED_CALL &, const CHECKED_HANDLES &) {});
        expect_violation(bugcheck, function, kRequiredParameterIsNull);
        if (bugcheck) {
            EXPECT_NE(bugcheck->parameters[2], 0u) << "the caller's address";
        }
    }
}

TEST_F(CheckedCallTest, HandlesOfAnotherType)
{
    FOR_EACH_FUNCTION(function.first.handle && function.first.type != framework::ObjectType::None)
    {
        const bool collection = function.first.type == framework::ObjectType::Collection;
        expect_invalid_handle(function, [&](const CHECKED_HANDLES &handles) {
            return collection ? handles.Device : handles.Collection;
        });
    }
}

TEST_F(CheckedCallTest, HandlesOfDeletedObjects)
{
    FOR_EACH_FUNCTION(function.first.handle)
    {
        expect_invalid_handle(function,
                              [](const CHECKED_HANDLES &handles) { return handles.Deleted; });
    }
}

TEST_F(CheckedCallTest, HandlesThatNeverWere)
{
    FOR_EACH_FUNCTION(function.first.handle)
    {
        expect_invalid_handle(function,
                              [](const CHECKED_HANDLES &) { return 0x1234'5678'9ABC'DEF1ull; });
        expect_invalid_handle(function, [](const CHECKED_HANDLES &) { return 8ull; });
        expect_invalid_handle(function,
                              [](const CHECKED_HANDLES &handles) { return handles.Buffer; });
        expect_invalid_handle(
            function, [](const CHECKED_HANDLES &handles) { return handles.Device ^ (1ull << 50); });
        expect_invalid_handle(function,
                              [](const CHECKED_HANDLES &handles) { return handles.Device + 8; });
    }
}

TEST_F(CheckedCallTest, IrqlAboveTheLimit)
{
    FOR_EACH_FUNCTION(function.max_irql < DISPATCH_LEVEL)
    {
        const auto bugcheck = call(function, [](CHECKED_CALL &call, const CHECKED_HANDLES &) {
            call.Irql = DISPATCH_LEVEL;
        });
        expect_violation(bugcheck, function, kIrqlMismatch);
        if (!bugcheck) continue;
        EXPECT_EQ(bugcheck->parameters[1], DISPATCH_LEVEL);
        EXPECT_EQ(bugcheck->parameters[2], function.max_irql);
    }
}

}  // namespace
}  // namespace openkmdf
