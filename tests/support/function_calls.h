#pragma once

#include "tests/machine/drivers/checked.h"

#include <ntddk.h>
#include <wdf.h>
#include <wdfminiport.h>
#include <wdfusb.h>

#include <openkmdf/gtest.h>
#include <openkmdf/machine.h>

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

// Calls of framework functions from a test, made by the driver `checked` inside an IOCTL:
//
//   FunctionCalls driver(CHECKED_DRIVER);
//   EXPECT_EQ(DRIVER_CALL(driver, WdfRegistryOpenKey, nullptr, &name, KEY_READ, nullptr, &key),
//   STATUS_SUCCESS);
//
// The arguments are those of the driver's own call; kRequest stands for the request that carries
// it.

namespace openkmdf::test {

namespace function_type {
#define WDF_SIGNATURE(name, type, parameters) using name = type;
#include "framework/api/signatures.table"
#undef WDF_SIGNATURE
}  // namespace function_type

struct CallerPlaceholder {};
inline constexpr CallerPlaceholder kCaller;

// A counted string that lives as long as the full expression or variable that it stands in.
struct Text : UNICODE_STRING {
    Text(std::u16string_view text)
    {
        Buffer = const_cast<WCHAR *>(text.data());
        Length = MaximumLength = static_cast<USHORT>(text.size() * sizeof(WCHAR));
    }
};

class FunctionCalls {
public:
    // `prepare` sees the machine before the driver is loaded.
    explicit FunctionCalls(
        const char *path, MachineOptions options = {},
        const std::function<void(Machine &)> &prepare = [](Machine &) {})
        : machine(options), driver((prepare(machine), machine.load(path))),
          device(machine.plug_in(driver, "ROOT\\CHECKED")), file(machine.open(R"(\\.\Checked)"))
    {
        EXPECT_EQ(file.ioctl(IOCTL_CHECKED_GET_HANDLES, {},
                             std::as_writable_bytes(std::span(&handles_, 1))),
                  sizeof handles_);
    }

    WDFDEVICE wdf_device() const { return reinterpret_cast<WDFDEVICE>(handles_.Device); }
    WDFDRIVER wdf_driver() const { return reinterpret_cast<WDFDRIVER>(handles_.Driver); }
    WDFQUEUE wdf_queue() const { return reinterpret_cast<WDFQUEUE>(handles_.Queue); }
    WDFCOLLECTION collection() const
    {
        return reinterpret_cast<WDFCOLLECTION>(handles_.Collection);
    }

    // `Function` is the type of a function of the table.
    template <class Function, class... Given>
    auto call(unsigned index, Given... given)
    {
        return Call<Function>::make(*this, index, given...);
    }

    template <class Function, class... Given>
    void add_call(unsigned index, Given... given)
    {
        add_calls_.push_back(Call<Function>::describe(index, irql, given...));
    }
    // Plugs another device in, whose EvtDriverDeviceAdd makes the calls; `added` has what came of
    // them.
    Device add_device()
    {
        WDFKEY key = nullptr;
        add_calls_.reserve(CHECKED_MOST_ADD_CALLS);  // not null when there are none
        Text calls(u"AddCalls"), results(u"AddResults");
        using namespace function_type;
        EXPECT_EQ(call<WdfDriverOpenParametersRegistryKey>(
                      WdfDriverOpenParametersRegistryKeyTableIndex, wdf_driver(),
                      KEY_READ | KEY_WRITE, nullptr, &key),
                  STATUS_SUCCESS);
        EXPECT_EQ(call<WdfRegistryAssignValue>(
                      WdfRegistryAssignValueTableIndex, key, &calls, ULONG{REG_BINARY},
                      static_cast<ULONG>(add_calls_.size() * sizeof(CHECKED_CALL)),
                      add_calls_.data()),
                  STATUS_SUCCESS);
        add_calls_.clear();
        Device plugged = machine.plug_in(driver, "ROOT\\CHECKED");
        added = {};
        EXPECT_EQ(call<WdfRegistryQueryValue>(WdfRegistryQueryValueTableIndex, key, &results,
                                              static_cast<ULONG>(sizeof added), &added, nullptr,
                                              nullptr),
                  STATUS_SUCCESS);
        call<WdfRegistryClose>(WdfRegistryCloseTableIndex, key);
        return plugged;
    }
    CHECKED_ADDED added{};

    // The n-th allocation of the next call fails; 0: none. The request that carries the call has
    // its own first.
    void fail_allocation(std::uint64_t n, bool and_later = false)
    {
        machine.fail_allocation(0);
        if (!n) return;
        const std::uint64_t before = machine.allocations();
        call<function_type::WdfDeviceGetDriver>(WdfDeviceGetDriverTableIndex, wdf_device());
        machine.fail_allocation(machine.allocations() - before + n, and_later);
    }
    // What unloading the driver finds; empty: nothing.
    std::string leaks()
    {
        file.close();
        const UnloadReport found = machine.unload(driver);
        return found.clean() ? std::string() : found.text();
    }
    std::string report() { return machine.bugcheck() ? machine.bugcheck()->report : std::string(); }

    Machine machine;
    Driver driver;
    Device device;
    File file;
    unsigned irql = PASSIVE_LEVEL;  // of the calls

private:
    template <class Function>
    struct Call;
    template <class R, class... Wanted>
    struct Call<R(NTAPI *)(PWDF_DRIVER_GLOBALS, Wanted...)> {
        static CHECKED_CALL describe(unsigned index, unsigned irql, auto... given)
        {
            static_assert(sizeof...(given) == sizeof...(Wanted));
            CHECKED_CALL call{};
            call.Index = index;
            call.Irql = irql;
            unsigned position = 0;
            (put<Wanted>(call, position++, given), ...);
            return call;
        }
        static R make(FunctionCalls &calls, unsigned index, auto... given)
        {
            const CHECKED_CALL call = describe(index, calls.irql, given...);
            unsigned long long result = 0;
            EXPECT_EQ(calls.file.ioctl(IOCTL_CHECKED_CALL, call, result), sizeof result)
                << calls.report();
            if constexpr (std::is_pointer_v<R>) return reinterpret_cast<R>(result);
            else if constexpr (!std::is_void_v<R>) return static_cast<R>(result);
        }
    };

    template <class Wanted, class Given>
    static void put(CHECKED_CALL &call, unsigned position, Given given)
    {
        if constexpr (std::is_same_v<Given, CallerPlaceholder>) {
            call.CallerArgument = position + 1;
        } else {
            Wanted value = given;
            if constexpr (std::is_pointer_v<Wanted>) {
                call.Arguments[position] = reinterpret_cast<std::uintptr_t>(value);
            } else {
                call.Arguments[position] = static_cast<unsigned long long>(value);
            }
        }
    }

    CHECKED_HANDLES handles_{};
    std::vector<CHECKED_CALL> add_calls_;
};

}  // namespace openkmdf::test

#define DRIVER_CALL(driver, function, ...)                                                         \
    (driver).call<::openkmdf::test::function_type::function>(function##TableIndex __VA_OPT__(, )   \
                                                                 __VA_ARGS__)

#define DRIVER_ADD_CALL(driver, function, ...)                                                     \
    (driver).add_call<::openkmdf::test::function_type::function>(                                  \
        function##TableIndex __VA_OPT__(, ) __VA_ARGS__)
