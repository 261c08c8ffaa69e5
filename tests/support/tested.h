#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

// What a test covers, for the support matrix:
//
//   TEST(SpinLockTest, RaisesToDispatch)
//   {
//       OPENKMDF_TESTS(KeAcquireSpinLockRaiseToDpc, KeReleaseSpinLock);
//
// A function counts as tested (`kmdf support`) when a test that names it ran and passed in the last
// ./test and none that names it failed. Name a function only in a test that shows its success and
// the failing statuses that its documentation lists. A name that no list has does not compile.

namespace openkmdf::test {

namespace detail {

inline constexpr std::string_view kFunctions[] = {
#define WDF_FUNCTION(index, name, major, minor, irql, visibility, state) #name,
#include "framework/functions.table"
#undef WDF_FUNCTION
#define KERNEL_EXPORT(name, kind, irql, state) #name,
#include "executive/exports.table"
#undef KERNEL_EXPORT
};

constexpr bool is_function(std::string_view name)
{
    for (std::string_view known : kFunctions)
        if (known == name) return true;
    return false;
}

// Reached by a wrong name only; not a constant expression, so the compiler stops here.
inline void no_such_function(std::string_view)
{
}

}  // namespace detail

// "WdfDeviceCreate, WdfRequestComplete"
class FunctionNames {
public:
    consteval FunctionNames(const char *list) : list_(list)
    {
        std::string_view rest = list_;
        while (!rest.empty()) {
            const std::size_t end = rest.find_first_of(", ");
            const std::string_view name = rest.substr(0, end);
            if (!name.empty() && !detail::is_function(name)) detail::no_such_function(name);
            rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
        }
    }
    std::string_view list() const { return list_; }

private:
    std::string_view list_;
};

inline void record_tested(int line, const FunctionNames &names)
{
    testing::Test::RecordProperty("tests_" + std::to_string(line), std::string(names.list()));
}

}  // namespace openkmdf::test

#define OPENKMDF_TESTS(...)                                                                        \
    ::openkmdf::test::record_tested(__LINE__, ::openkmdf::test::FunctionNames(#__VA_ARGS__))
