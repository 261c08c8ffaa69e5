// Keys of framework drivers: WdfRegistry* and the functions that open keys of drivers and devices.

#include "registry_fixture.h"

namespace openkmdf {
namespace {

using test::FunctionCalls;
using test::Text;
using RegistryTest = test::RegistryTest;

// --- Keys ----------------------------------------------------------------------------------------

TEST_F(RegistryTest, OpensAndCreatesKeys)
{
    OPENKMDF_TESTS(WdfRegistryOpenKey, WdfRegistryCreateKey, WdfDriverOpenParametersRegistryKey);
    WDFKEY root = parameters();
    WDFKEY key = nullptr;
    EXPECT_EQ(open(root, Text(u"Sub"), &key), Status(STATUS_OBJECT_NAME_NOT_FOUND));
    EXPECT_EQ(key, nullptr);
    ULONG disposition = 0;
    ASSERT_EQ(create(root, Text(u"Sub"), &key, &disposition), Status(STATUS_SUCCESS));
    EXPECT_EQ(disposition, REG_CREATED_NEW_KEY);
    WDFKEY again = nullptr;
    ASSERT_EQ(create(root, Text(u"Sub"), &again, &disposition), Status(STATUS_SUCCESS));
    EXPECT_EQ(disposition, REG_OPENED_EXISTING_KEY);
    close(again);
    // The whole path without a parent, and a path below one.
    ASSERT_EQ(create(key, Text(u"Leaf"), &again), Status(STATUS_SUCCESS));
    close(again);
    ASSERT_EQ(open(root, Text(u"Sub\\Leaf"), &again), Status(STATUS_SUCCESS));
    close(again);
    ASSERT_EQ(open(nullptr, Text(std::u16string(test::kParametersPath) + u"\\sub\\leaf"), &again),
              Status(STATUS_SUCCESS));
    close(again);
    EXPECT_EQ(create(root, Text(u"No\\Such"), &again), Status(STATUS_OBJECT_NAME_NOT_FOUND));

    Text bad(u"Sub");
    bad.Length = 5;
    EXPECT_EQ(open(root, bad, &again), Status(STATUS_INVALID_PARAMETER));
    EXPECT_EQ(create(root, bad, &again), Status(STATUS_INVALID_PARAMETER));
    EXPECT_EQ(create(root, Text(u"Sub"), &again, nullptr, 0x8000'0000),
              Status(STATUS_INVALID_PARAMETER));
    WDF_OBJECT_ATTRIBUTES attributes{};
    EXPECT_EQ(open(root, Text(u"Sub"), &again, KEY_READ, &attributes),
              Status(STATUS_INFO_LENGTH_MISMATCH));

    close(key);
    close(root);
}

TEST_F(RegistryTest, EveryFailingAllocationOfAnOpenIsUndone)
{
    WDFKEY root = parameters();
    WDFKEY key = nullptr;
    unsigned failures = 0;
    for (std::uint64_t n = 1; n < 50; ++n) {
        calls.fail_allocation(n);
        const Status status = create(root, Text(u"Sub"), &key);
        calls.fail_allocation(0);
        if (status.ok()) {
            close(key);
            break;
        }
        EXPECT_EQ(status, Status(STATUS_INSUFFICIENT_RESOURCES));
        EXPECT_EQ(key, nullptr);
        ++failures;
    }
    EXPECT_GT(failures, 0u);
    close(root);
    EXPECT_EQ(calls.leaks(), "");
}

// docs/deviations.md: the documentation's own examples open keys with STANDARD_RIGHTS_ALL and read
// values.
TEST_F(RegistryTest, RightsOfAnOpenKeyAreNotChecked)
{
    WDFKEY key = parameters(STANDARD_RIGHTS_ALL);
    const ULONG number = 7;
    EXPECT_EQ(assign(key, Text(u"Number"), REG_DWORD, &number, sizeof number),
              Status(STATUS_SUCCESS));
    ULONG value = 0;
    EXPECT_EQ(query(key, Text(u"Number"), &value, sizeof value), Status(STATUS_SUCCESS));
    EXPECT_EQ(value, number);
    close(key);
}

TEST_F(RegistryTest, ClosesAndRemoves)
{
    OPENKMDF_TESTS(WdfRegistryClose, WdfRegistryRemoveKey, WdfRegistryWdmGetHandle);
    WDFKEY root = parameters(), sub = nullptr, leaf = nullptr;
    ASSERT_TRUE(create(root, Text(u"Sub"), &sub));
    ASSERT_TRUE(create(sub, Text(u"Leaf"), &leaf));
    EXPECT_NE(DRIVER_CALL(calls, WdfRegistryWdmGetHandle, sub), nullptr);
    EXPECT_NE(DRIVER_CALL(calls, WdfRegistryWdmGetHandle, sub),
              DRIVER_CALL(calls, WdfRegistryWdmGetHandle, leaf));
    // Keys are removed from the leaves.
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryRemoveKey, sub), STATUS_CANNOT_DELETE);
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryRemoveKey, leaf), STATUS_SUCCESS);
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryRemoveKey, sub), STATUS_SUCCESS);
    EXPECT_EQ(open(root, Text(u"Sub"), &sub), Status(STATUS_OBJECT_NAME_NOT_FOUND));
    // WdfObjectDelete closes as well; what nobody closes goes with the driver.
    DRIVER_CALL(calls, WdfObjectDelete, static_cast<WDFOBJECT>(root));
    WDFKEY left = parameters();
    EXPECT_NE(left, nullptr);
    EXPECT_EQ(calls.leaks(), "");
}

TEST_F(RegistryTest, AClosedKeyIsNoHandleAnyMore)
{
    WDFKEY root = parameters();
    close(root);
    CHECKED_CALL call{};
    call.Index = WdfRegistryCloseTableIndex;
    call.Arguments[0] = reinterpret_cast<std::uintptr_t>(root);
    calls.file.ioctl(IOCTL_CHECKED_CALL, std::as_bytes(std::span(&call, 1)));
    ASSERT_TRUE(calls.machine.bugcheck());
    EXPECT_EQ(calls.machine.bugcheck()->parameters[0], 5u) << *calls.machine.bugcheck();
}

TEST_F(RegistryTest, KeysOfDriversAndDevices)
{
    OPENKMDF_TESTS(WdfDriverOpenPersistentStateRegistryKey, WdfDeviceOpenRegistryKey,
                   WdfDeviceOpenDevicemapKey);
    WDFKEY key = nullptr;
    EXPECT_EQ(DRIVER_CALL(calls, WdfDriverOpenPersistentStateRegistryKey, calls.wdf_driver(),
                          KEY_READ | KEY_WRITE, nullptr, &key),
              STATUS_SUCCESS);
    EXPECT_EQ(assign(key, Text(u"State"), u"x"), Status(STATUS_SUCCESS));
    close(key);
    key = parameters();
    EXPECT_EQ(query(key, Text(u"State"), nullptr, 0), Status(STATUS_OBJECT_NAME_NOT_FOUND));
    close(key);

    auto open_device_key = [&](ULONG type) {
        return Status(DRIVER_CALL(calls, WdfDeviceOpenRegistryKey, calls.wdf_device(), type,
                                  KEY_READ | KEY_WRITE, nullptr, &key));
    };
    for (ULONG type : {PLUGPLAY_REGKEY_DEVICE, PLUGPLAY_REGKEY_DRIVER,
                       PLUGPLAY_REGKEY_DEVICE | PLUGPLAY_REGKEY_CURRENT_HWPROFILE}) {
        ASSERT_EQ(open_device_key(type), Status(STATUS_SUCCESS)) << type;
        const ULONG number = type;
        EXPECT_EQ(assign(key, Text(u"Kind"), REG_DWORD, &number, sizeof number),
                  Status(STATUS_SUCCESS));
        close(key);
        ASSERT_EQ(open_device_key(type), Status(STATUS_SUCCESS)) << type;
        ULONG value = 0;
        EXPECT_EQ(query(key, Text(u"Kind"), &value, sizeof value), Status(STATUS_SUCCESS));
        EXPECT_EQ(value, type);
        close(key);
    }
    EXPECT_EQ(open_device_key(0), Status(STATUS_INVALID_PARAMETER));
    EXPECT_EQ(open_device_key(0x80), Status(STATUS_INVALID_PARAMETER));

    auto open_map_key = [&](Text name) {
        return Status(DRIVER_CALL(calls, WdfDeviceOpenDevicemapKey, calls.wdf_device(), &name,
                                  KEY_SET_VALUE, nullptr, &key));
    };
    ASSERT_EQ(open_map_key(Text(u"SERIALCOMM")), Status(STATUS_SUCCESS));
    EXPECT_EQ(assign(key, Text(u"\\Device\\Serial0"), u"COM1"), Status(STATUS_SUCCESS));
    close(key);
    ASSERT_EQ(open(nullptr, Text(u"\\Registry\\Machine\\HARDWARE\\DEVICEMAP\\SERIALCOMM"), &key),
              Status(STATUS_SUCCESS));
    EXPECT_EQ(stored(key, Text(u"\\Device\\Serial0"), REG_SZ), u"COM1");
    close(key);
    EXPECT_EQ(open_map_key(Text(u"No\\Such")), Status(STATUS_OBJECT_NAME_NOT_FOUND));
    Text bad(u"X");
    bad.Length = 1;
    EXPECT_EQ(open_map_key(bad), Status(STATUS_INVALID_PARAMETER));
}

// The checked entries stop the machine; without them the documented status says it.
TEST(RegistryIrqlTest, AboveThePassiveLevelIsAnInvalidRequest)
{
    MachineOptions options;
    options.checks = Checks::Off;
    FunctionCalls calls(CHECKED_DRIVER, options);
    WDFKEY key = nullptr, other = nullptr;
    ASSERT_EQ(DRIVER_CALL(calls, WdfDriverOpenParametersRegistryKey, calls.wdf_driver(),
                          KEY_ALL_ACCESS, nullptr, &key),
              STATUS_SUCCESS);
    Text name(u"Name");
    ULONG value = 0;
    calls.irql = DISPATCH_LEVEL;
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryOpenKey, key, &name, KEY_READ, nullptr, &other),
              STATUS_INVALID_DEVICE_REQUEST);
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryCreateKey, key, &name, KEY_READ, 0u, nullptr, nullptr,
                          &other),
              STATUS_INVALID_DEVICE_REQUEST);
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryQueryULong, key, &name, &value),
              STATUS_INVALID_DEVICE_REQUEST);
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryAssignULong, key, &name, value),
              STATUS_INVALID_DEVICE_REQUEST);
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryRemoveValue, key, &name),
              STATUS_INVALID_DEVICE_REQUEST);
    EXPECT_EQ(DRIVER_CALL(calls, WdfRegistryRemoveKey, key), STATUS_INVALID_DEVICE_REQUEST);
    EXPECT_EQ(DRIVER_CALL(calls, WdfDeviceOpenRegistryKey, calls.wdf_device(),
                          ULONG{PLUGPLAY_REGKEY_DEVICE}, KEY_READ, nullptr, &other),
              STATUS_INVALID_DEVICE_REQUEST);
    EXPECT_EQ(DRIVER_CALL(calls, WdfDeviceOpenDevicemapKey, calls.wdf_device(), &name, KEY_READ,
                          nullptr, &other),
              STATUS_INVALID_DEVICE_REQUEST);
}

}  // namespace
}  // namespace openkmdf
