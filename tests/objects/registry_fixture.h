#pragma once

#include "tests/support/function_calls.h"
#include "tests/support/tested.h"

#include <string>
#include <string_view>

// What the tests of registry keys and of values share.

namespace openkmdf::test {

inline constexpr std::u16string_view kParametersPath =
    u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\checked\\Parameters";

class RegistryTest : public testing::Test {
protected:
    WDFKEY parameters(ACCESS_MASK access = KEY_ALL_ACCESS)
    {
        WDFKEY key = nullptr;
        EXPECT_EQ(Status(DRIVER_CALL(calls, WdfDriverOpenParametersRegistryKey, calls.wdf_driver(),
                                     access, nullptr, &key)),
                  Status(STATUS_SUCCESS));
        return key;
    }
    Status open(WDFKEY parent, Text name, WDFKEY *key, ACCESS_MASK access = KEY_ALL_ACCESS,
                WDF_OBJECT_ATTRIBUTES *attributes = nullptr)
    {
        return DRIVER_CALL(calls, WdfRegistryOpenKey, parent, &name, access, attributes, key);
    }
    Status create(WDFKEY parent, Text name, WDFKEY *key, ULONG *disposition = nullptr,
                  ULONG options = 0, ACCESS_MASK access = KEY_ALL_ACCESS)
    {
        return DRIVER_CALL(calls, WdfRegistryCreateKey, parent, &name, access, options, disposition,
                           nullptr, key);
    }
    void close(WDFKEY key) { DRIVER_CALL(calls, WdfRegistryClose, key); }
    Status assign(WDFKEY key, Text name, ULONG type, const void *data, std::size_t size)
    {
        return DRIVER_CALL(calls, WdfRegistryAssignValue, key, &name, type,
                           static_cast<ULONG>(size), const_cast<void *>(data));
    }
    Status assign(WDFKEY key, Text name, std::u16string_view text, ULONG type = REG_SZ)
    {
        return assign(key, name, type, text.data(), text.size() * sizeof(char16_t));
    }
    Status query(WDFKEY key, Text name, void *buffer, std::size_t room, ULONG *length = nullptr,
                 ULONG *type = nullptr)
    {
        return DRIVER_CALL(calls, WdfRegistryQueryValue, key, &name, static_cast<ULONG>(room),
                           buffer, length, type);
    }
    std::u16string text_of(WDFSTRING string)
    {
        UNICODE_STRING text{};
        DRIVER_CALL(calls, WdfStringGetUnicodeString, string, &text);
        return {text.Buffer, text.Length / sizeof(char16_t)};
    }
    WDFSTRING make_string(std::u16string_view text)
    {
        Text value(text);
        WDFSTRING string = nullptr;
        EXPECT_EQ(DRIVER_CALL(calls, WdfStringCreate, &value, nullptr, &string), STATUS_SUCCESS);
        return string;
    }
    // What the value holds, as its bytes say.
    std::u16string stored(WDFKEY key, Text name, ULONG type)
    {
        char16_t buffer[64];
        ULONG length = 0, found = 0;
        EXPECT_EQ(query(key, name, buffer, sizeof buffer, &length, &found), Status(STATUS_SUCCESS));
        EXPECT_EQ(found, type);
        return {buffer, length / sizeof(char16_t)};
    }

    FunctionCalls calls{CHECKED_DRIVER};
};

}  // namespace openkmdf::test
