// Properties and names of devices, by the device and before it exists.

#include "tests/support/function_calls.h"
#include "tests/support/tested.h"

#include <cstring>
#include <string>
#include <vector>

namespace openkmdf {
namespace {

using test::FunctionCalls;
using test::kCaller;
using test::Text;

constexpr GUID kDeviceFormat = {
    0xa45c254e, 0xdf1c, 0x4efd, {0x80, 0x20, 0x67, 0xd1, 0x46, 0xa8, 0x50, 0xe0}};
constexpr GUID kOwnFormat = {0x11223344, 0x5566, 0x7788, {1, 2, 3, 4, 5, 6, 7, 8}};
constexpr GUID kInterface = {0x99887766, 0x5544, 0x3322, {8, 7, 6, 5, 4, 3, 2, 1}};
// Beyond the values of the enumeration, so no constant expression.
const auto kNoSuchProperty = static_cast<DEVICE_REGISTRY_PROPERTY>(0x77);
constexpr auto kEnumerator = DevicePropertyEnumeratorName;
constexpr std::u16string_view kRoot = {u"ROOT\0", 5};

class PropertyTest : public testing::Test {
protected:
    static WDF_DEVICE_PROPERTY_DATA key_data(const DEVPROPKEY &key)
    {
        return {sizeof(WDF_DEVICE_PROPERTY_DATA), &key, 0, 0};
    }
    std::u16string text_of(WDFMEMORY memory)
    {
        size_t size = 0;
        PVOID buffer = DRIVER_CALL(calls, WdfMemoryGetBuffer, memory, &size);
        return {static_cast<const char16_t *>(buffer), size / sizeof(char16_t)};
    }
    std::u16string text_of(WDFSTRING string)
    {
        UNICODE_STRING text{};
        DRIVER_CALL(calls, WdfStringGetUnicodeString, string, &text);
        return {text.Buffer, text.Length / sizeof(char16_t)};
    }
    WDFSTRING make_string()
    {
        WDFSTRING string = nullptr;
        EXPECT_EQ(DRIVER_CALL(calls, WdfStringCreate, nullptr, nullptr, &string), STATUS_SUCCESS);
        return string;
    }
    WDFDEVICE control_device()
    {
        PWDFDEVICE_INIT init =
            DRIVER_CALL(calls, WdfControlDeviceInitAllocate, calls.wdf_driver(), &sddl_);
        WDFDEVICE device = nullptr;
        EXPECT_EQ(DRIVER_CALL(calls, WdfDeviceCreate, &init, nullptr, &device), STATUS_SUCCESS);
        return device;
    }

    FunctionCalls calls{CHECKED_DRIVER};
    DEVPROPKEY enumerator_{kDeviceFormat, 24};
    DEVPROPKEY own_{kOwnFormat, 2};

private:
    Text sddl_{u"D:P(A;;GA;;;SY)"};
};

TEST_F(PropertyTest, ByNumber)
{
    OPENKMDF_TESTS(WdfDeviceQueryProperty, WdfDeviceAllocAndQueryProperty);
    WDFDEVICE device = calls.wdf_device();
    char16_t buffer[16] = {};
    ULONG length = 0;
    auto query = [&](DEVICE_REGISTRY_PROPERTY property, ULONG room) {
        return Status(DRIVER_CALL(calls, WdfDeviceQueryProperty, device, property, room,
                                  room ? buffer : nullptr, &length));
    };
    EXPECT_EQ(query(kEnumerator, 0), Status(STATUS_BUFFER_TOO_SMALL));
    EXPECT_EQ(length, 10u);
    EXPECT_EQ(query(kEnumerator, 8), Status(STATUS_BUFFER_TOO_SMALL));
    EXPECT_EQ(query(kEnumerator, sizeof buffer), Status(STATUS_SUCCESS));
    EXPECT_EQ(length, 10u);
    EXPECT_EQ(std::u16string(buffer, 5), kRoot);
    EXPECT_EQ(query(kNoSuchProperty, sizeof buffer), Status(STATUS_INVALID_PARAMETER_2));

    WDFMEMORY memory = nullptr;
    auto allocate = [&](DEVICE_REGISTRY_PROPERTY property,
                        WDF_OBJECT_ATTRIBUTES *attributes = nullptr) {
        return Status(DRIVER_CALL(calls, WdfDeviceAllocAndQueryProperty, device, property,
                                  PagedPool, attributes, &memory));
    };
    ASSERT_EQ(allocate(kEnumerator), Status(STATUS_SUCCESS));
    EXPECT_EQ(text_of(memory), kRoot);
    EXPECT_EQ(allocate(kNoSuchProperty), Status(STATUS_INVALID_PARAMETER_2));
    EXPECT_EQ(memory, nullptr);
    // A device without resources.
    EXPECT_EQ(allocate(DevicePropertyBootConfiguration), Status(STATUS_OBJECT_NAME_NOT_FOUND));
    WDF_OBJECT_ATTRIBUTES attributes{};
    EXPECT_EQ(allocate(kEnumerator, &attributes), Status(STATUS_INFO_LENGTH_MISMATCH));
    calls.fail_allocation(1, true);
    EXPECT_EQ(allocate(kEnumerator), Status(STATUS_INSUFFICIENT_RESOURCES));
    calls.fail_allocation(0);

    // A control device is no PnP device.
    device = control_device();
    EXPECT_EQ(query(kEnumerator, sizeof buffer), Status(STATUS_INVALID_DEVICE_REQUEST));
    EXPECT_EQ(allocate(kEnumerator), Status(STATUS_INVALID_DEVICE_REQUEST));
}

TEST_F(PropertyTest, ByKey)
{
    OPENKMDF_TESTS(WdfDeviceQueryPropertyEx, WdfDeviceAllocAndQueryPropertyEx,
                   WdfDeviceAssignProperty);
    WDFDEVICE device = calls.wdf_device();
    char16_t buffer[16] = {};
    ULONG length = 0;
    DEVPROPTYPE type = 0;
    WDFMEMORY memory = nullptr;
    auto query = [&](WDF_DEVICE_PROPERTY_DATA data, ULONG room = sizeof buffer) {
        return Status(DRIVER_CALL(calls, WdfDeviceQueryPropertyEx, device, &data, room,
                                  room ? buffer : nullptr, &length, &type));
    };
    auto allocate = [&](WDF_DEVICE_PROPERTY_DATA data) {
        return Status(DRIVER_CALL(calls, WdfDeviceAllocAndQueryPropertyEx, device, &data, PagedPool,
                                  nullptr, &memory, &type));
    };
    auto assign = [&](WDF_DEVICE_PROPERTY_DATA data, const void *value, std::size_t size) {
        return Status(DRIVER_CALL(calls, WdfDeviceAssignProperty, device, &data,
                                  DEVPROPTYPE{DEVPROP_TYPE_BINARY}, static_cast<ULONG>(size),
                                  const_cast<void *>(value)));
    };
    EXPECT_EQ(query(key_data(enumerator_), 0), Status(STATUS_BUFFER_TOO_SMALL));
    EXPECT_EQ(length, 10u);
    EXPECT_EQ(query(key_data(enumerator_)), Status(STATUS_SUCCESS));
    EXPECT_EQ(type, DEVPROPTYPE{DEVPROP_TYPE_STRING});
    EXPECT_EQ(std::u16string(buffer, 5), kRoot);
    ASSERT_EQ(allocate(key_data(enumerator_)), Status(STATUS_SUCCESS));
    EXPECT_EQ(text_of(memory), kRoot);

    EXPECT_EQ(query(key_data(own_)), Status(STATUS_OBJECT_NAME_NOT_FOUND));
    EXPECT_EQ(assign(key_data(own_), "value", 5), Status(STATUS_SUCCESS));
    EXPECT_EQ(query(key_data(own_)), Status(STATUS_SUCCESS));
    EXPECT_EQ(length, 5u);
    EXPECT_EQ(type, DEVPROPTYPE{DEVPROP_TYPE_BINARY});
    EXPECT_EQ(std::memcmp(buffer, "value", 5), 0);
    ASSERT_EQ(allocate(key_data(own_)), Status(STATUS_SUCCESS));
    // Nothing in its place deletes it.
    EXPECT_EQ(assign(key_data(own_), nullptr, 0), Status(STATUS_SUCCESS));
    EXPECT_EQ(allocate(key_data(own_)), Status(STATUS_OBJECT_NAME_NOT_FOUND));
    EXPECT_EQ(memory, nullptr);

    WDF_DEVICE_PROPERTY_DATA bad[] = {key_data(own_), key_data(own_), key_data(own_)};
    bad[0].PropertyKey = nullptr;
    bad[1].Lcid = 0x0800;
    bad[2].Lcid = 0x0400;
    for (const WDF_DEVICE_PROPERTY_DATA &data : bad) {
        EXPECT_EQ(query(data), Status(STATUS_INVALID_PARAMETER));
        EXPECT_EQ(allocate(data), Status(STATUS_INVALID_PARAMETER));
        EXPECT_EQ(assign(data, "x", 1), Status(STATUS_INVALID_PARAMETER));
    }
    bad[0] = key_data(own_);
    bad[0].Size -= 8;
    EXPECT_EQ(query(bad[0]), Status(STATUS_INFO_LENGTH_MISMATCH));
    EXPECT_EQ(assign(bad[0], "x", 1), Status(STATUS_INFO_LENGTH_MISMATCH));
    device = control_device();
    EXPECT_EQ(query(key_data(own_)), Status(STATUS_INVALID_DEVICE_REQUEST));
    EXPECT_EQ(assign(key_data(own_), "x", 1), Status(STATUS_INVALID_DEVICE_REQUEST));
}

TEST_F(PropertyTest, BeforeTheDeviceExists)
{
    OPENKMDF_TESTS(WdfFdoInitQueryProperty, WdfFdoInitAllocAndQueryProperty,
                   WdfFdoInitQueryPropertyEx, WdfFdoInitAllocAndQueryPropertyEx,
                   WdfFdoInitOpenRegistryKey);
    char16_t buffer[16] = {}, other[16] = {};
    ULONG length[4] = {};
    DEVPROPTYPE type = 0, memory_type = 0;
    WDFMEMORY memory = nullptr, keyed = nullptr, none = nullptr;
    WDFKEY key = nullptr, no_key = nullptr;
    WDF_DEVICE_PROPERTY_DATA data = key_data(enumerator_), bad = key_data(own_);
    bad.PropertyKey = nullptr;
    DRIVER_ADD_CALL(calls, WdfFdoInitQueryProperty, kCaller, kEnumerator, 0u, nullptr, &length[0]);
    DRIVER_ADD_CALL(calls, WdfFdoInitQueryProperty, kCaller, kEnumerator, 32u, buffer, &length[1]);
    DRIVER_ADD_CALL(calls, WdfFdoInitQueryProperty, kCaller, kNoSuchProperty, 32u, other,
                    &length[2]);
    DRIVER_ADD_CALL(calls, WdfFdoInitAllocAndQueryProperty, kCaller, kEnumerator, PagedPool,
                    nullptr, &memory);
    DRIVER_ADD_CALL(calls, WdfFdoInitAllocAndQueryProperty, kCaller, kNoSuchProperty, PagedPool,
                    nullptr, &none);
    DRIVER_ADD_CALL(calls, WdfFdoInitQueryPropertyEx, kCaller, &data, 2u, other, &length[2], &type);
    DRIVER_ADD_CALL(calls, WdfFdoInitQueryPropertyEx, kCaller, &data, 32u, other, &length[3],
                    &type);
    DRIVER_ADD_CALL(calls, WdfFdoInitQueryPropertyEx, kCaller, &bad, 32u, other, &length[2],
                    &memory_type);
    DRIVER_ADD_CALL(calls, WdfFdoInitAllocAndQueryPropertyEx, kCaller, &data, PagedPool, nullptr,
                    &keyed, &type);
    DRIVER_ADD_CALL(calls, WdfFdoInitAllocAndQueryPropertyEx, kCaller, &bad, PagedPool, nullptr,
                    &none, &memory_type);
    DRIVER_ADD_CALL(calls, WdfFdoInitOpenRegistryKey, kCaller, ULONG{PLUGPLAY_REGKEY_DEVICE},
                    KEY_READ, nullptr, &key);
    DRIVER_ADD_CALL(calls, WdfFdoInitOpenRegistryKey, kCaller, 0u, KEY_READ, nullptr, &no_key);
    Device device = calls.add_device();
    ASSERT_TRUE(device.ok()) << device.error();
    std::vector<std::string> statuses;
    for (unsigned i = 0; i < 12; ++i)
        statuses.push_back(status_name(static_cast<int>(calls.added.Results[i])));
    EXPECT_EQ(statuses,
              (std::vector<std::string>{
                  "STATUS_BUFFER_TOO_SMALL", "STATUS_SUCCESS", "STATUS_INVALID_PARAMETER_2",
                  "STATUS_SUCCESS", "STATUS_INVALID_PARAMETER_2", "STATUS_BUFFER_TOO_SMALL",
                  "STATUS_SUCCESS", "STATUS_INVALID_PARAMETER", "STATUS_SUCCESS",
                  "STATUS_INVALID_PARAMETER", "STATUS_SUCCESS", "STATUS_INVALID_PARAMETER"}));
    EXPECT_EQ(length[0], 10u);
    EXPECT_EQ(length[1], 10u);
    EXPECT_EQ(length[3], 10u);
    EXPECT_EQ(std::u16string(buffer, 5), kRoot);
    EXPECT_EQ(std::u16string(other, 5), kRoot);
    EXPECT_EQ(type, DEVPROPTYPE{DEVPROP_TYPE_STRING});
    EXPECT_EQ(text_of(memory), kRoot);
    EXPECT_EQ(text_of(keyed), kRoot);
    EXPECT_EQ(none, nullptr);
    EXPECT_NE(DRIVER_CALL(calls, WdfRegistryWdmGetHandle, key), nullptr);
    EXPECT_EQ(no_key, nullptr);
}

TEST_F(PropertyTest, TheInitOfAControlDeviceComesFromElsewhere)
{
    char16_t buffer[16] = {};
    ULONG length = 0;
    WDFMEMORY memory = nullptr;
    WDFKEY key = nullptr;
    Text sddl(u"D:P(A;;GA;;;SY)");
    PWDFDEVICE_INIT init =
        DRIVER_CALL(calls, WdfControlDeviceInitAllocate, calls.wdf_driver(), &sddl);
    EXPECT_EQ(DRIVER_CALL(calls, WdfFdoInitQueryProperty, init, kEnumerator, 32u, buffer, &length),
              STATUS_INVALID_DEVICE_REQUEST);
    EXPECT_EQ(DRIVER_CALL(calls, WdfFdoInitAllocAndQueryProperty, init, kEnumerator, PagedPool,
                          nullptr, &memory),
              STATUS_INVALID_DEVICE_REQUEST);
    EXPECT_EQ(DRIVER_CALL(calls, WdfFdoInitOpenRegistryKey, init, ULONG{PLUGPLAY_REGKEY_DEVICE},
                          KEY_READ, nullptr, &key),
              STATUS_INVALID_PARAMETER);
    DRIVER_CALL(calls, WdfDeviceInitFree, init);
    EXPECT_EQ(calls.leaks(), "");
}

// --- Names ---------------------------------------------------------------------------------------

TEST_F(PropertyTest, TheDevicesName)
{
    OPENKMDF_TESTS(WdfDeviceRetrieveDeviceName);
    Text name(u"\\Device\\Named");
    DRIVER_ADD_CALL(calls, WdfDeviceInitAssignName, kCaller, &name);
    Device device = calls.add_device();
    ASSERT_TRUE(device.ok()) << device.error();
    WDFSTRING string = make_string();
    EXPECT_EQ(DRIVER_CALL(calls, WdfDeviceRetrieveDeviceName,
                          reinterpret_cast<WDFDEVICE>(calls.added.Device), string),
              STATUS_SUCCESS);
    EXPECT_EQ(text_of(string), u"\\Device\\Named");
    EXPECT_EQ(DRIVER_CALL(calls, WdfDeviceRetrieveDeviceName, calls.wdf_device(), string),
              STATUS_OBJECT_NAME_NOT_FOUND);
}

TEST_F(PropertyTest, LinksOfInterfaces)
{
    OPENKMDF_TESTS(WdfDeviceRetrieveDeviceInterfaceString);
    Text reference(u"ref"), bad(u"ref");
    bad.Length = 3;
    const GUID &guid = kInterface;
    WDFDEVICE device = calls.wdf_device();
    WDFSTRING string = make_string();
    auto retrieve = [&](PCUNICODE_STRING with) {
        return Status(DRIVER_CALL(calls, WdfDeviceRetrieveDeviceInterfaceString, device, &guid,
                                  with, string));
    };
    EXPECT_EQ(retrieve(nullptr), Status(STATUS_OBJECT_NAME_NOT_FOUND));
    ASSERT_EQ(DRIVER_CALL(calls, WdfDeviceCreateDeviceInterface, device, &guid, nullptr),
              STATUS_SUCCESS);
    ASSERT_EQ(DRIVER_CALL(calls, WdfDeviceCreateDeviceInterface, device, &guid, &reference),
              STATUS_SUCCESS);
    ASSERT_EQ(retrieve(nullptr), Status(STATUS_SUCCESS));
    const std::u16string link = u"\\??\\ROOT#CHECKED#0000#{99887766-5544-3322-0807-060504030201}";
    EXPECT_EQ(text_of(string), link);
    ASSERT_EQ(retrieve(&reference), Status(STATUS_SUCCESS));
    EXPECT_EQ(text_of(string), link + u"\\ref");
    EXPECT_EQ(retrieve(&bad), Status(STATUS_INVALID_PARAMETER));
    device = control_device();
    EXPECT_EQ(retrieve(nullptr), Status(STATUS_INVALID_DEVICE_REQUEST));
}

TEST_F(PropertyTest, OneMofResource)
{
    OPENKMDF_TESTS(WdfDeviceAssignMofResourceName);
    Text name(u"MofResource"), empty(u"");
    auto assign = [&](PCUNICODE_STRING given) {
        return Status(
            DRIVER_CALL(calls, WdfDeviceAssignMofResourceName, calls.wdf_device(), given));
    };
    EXPECT_EQ(assign(&empty), Status(STATUS_INVALID_PARAMETER));
    calls.fail_allocation(1);
    EXPECT_EQ(assign(&name), Status(STATUS_INSUFFICIENT_RESOURCES));
    calls.fail_allocation(0);
    EXPECT_EQ(assign(&name), Status(STATUS_SUCCESS));
    EXPECT_EQ(assign(&name), Status(STATUS_INVALID_DEVICE_REQUEST));
    EXPECT_EQ(calls.leaks(), "");
}

}  // namespace
}  // namespace openkmdf
