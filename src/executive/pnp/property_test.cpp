#include "executive/io/test_computer.h"

#include "tests/support/tested.h"

#include <wdmguid.h>

// What can be asked and set about devices and their interfaces, and where they keep settings.

namespace openkmdf::executive::test {

namespace {

constexpr GUID kClass = {0x12345678, 0x1111, 0x2222, {1, 2, 3, 4, 5, 6, 7, 0xAB}};
constexpr GUID kOther = {0x87654321, 0x1111, 0x2222, {1, 2, 3, 4, 5, 6, 7, 8}};
constexpr DEVPROPKEY kOwnKey = {kOther, 7};
// DEVPKEY_Device_* of <devpkey.h>.
constexpr GUID kDevice = {
    0xa45c254e, 0xdf1c, 0x4efd, {0x80, 0x20, 0x67, 0xd1, 0x46, 0xa8, 0x50, 0xe0}};
constexpr DEVPROPKEY kDescriptionKey = {kDevice, 2}, kCompatibleIdsKey = {kDevice, 4},
                     kClassGuidKey = {kDevice, 10}, kAddressKey = {kDevice, 30};
constexpr DEVPROPKEY kInstanceIdKey = {
    {0x78c34fc8, 0x104a, 0x4aca, {0x9e, 0xa4, 0x52, 0x4d, 0x52, 0x99, 0x6e, 0x57}}, 256};
constexpr LCID kEnglish = 0x409, kGerman = 0x407;

class Properties : public InBothModes {
protected:
    Properties()
    {
        function.name = u"function";
        function.add_device = [this](Driver &own, PDEVICE_OBJECT device) {
            physical = device;
            return own.attach(device);
        };
        EXPECT_EQ(pc.load(function), STATUS_SUCCESS);
        capabilities.UniqueID = 1;
        capabilities.Removable = 1;
        capabilities.Address = 0x11;
        capabilities.UINumber = 0x22;
        description.device_id = u"ROOT\\ECHO";
        description.compatible_ids = compatible_ids;
        description.description = u"An echo";
        description.location = u"Slot 3";
        description.friendly_name = u"Echo 3";
        description.manufacturer = u"Nobody";
        description.class_name = u"Sample";
        description.class_guid = kClass;
        description.capabilities = &capabilities;
        description.drivers.function = function.object;
        EXPECT_EQ(pc.plug_in(description, &node), STATUS_SUCCESS);
        pc.call([this] { top = IoGetAttachedDevice(physical); });
    }
    ~Properties() override { pc.release(node); }
    // "\Registry\Machine\System\CurrentControlSet\" + path, from a handle.
    void expect_key(HANDLE key, std::u16string_view path)
    {
        const ULONG number = 0xC0FFEE;
        UNICODE_STRING name = io::counted(u"Mark");
        EXPECT_EQ(ZwSetValueKey(key, &name, 0, REG_DWORD, const_cast<ULONG *>(&number), 4),
                  STATUS_SUCCESS);
        std::u16string whole(u"\\Registry\\Machine\\System\\CurrentControlSet\\");
        whole += path;
        ULONG type = 0, value = 0;
        std::size_t size = 0;
        EXPECT_EQ(pc.kernel().registry->query_value(whole, u"Mark", &type, &value, 4, &size),
                  STATUS_SUCCESS)
            << std::string(path.begin(), path.end());
        EXPECT_EQ(value, number);
        EXPECT_EQ(ZwClose(key), STATUS_SUCCESS);
    }
    std::u16string register_interface(const GUID &guid)
    {
        UNICODE_STRING name = {};
        EXPECT_EQ(IoRegisterDeviceInterface(physical, &guid, nullptr, &name), STATUS_SUCCESS);
        std::u16string link(io::view(name));
        RtlFreeUnicodeString(&name);
        return link;
    }

    const std::u16string_view compatible_ids[2] = {u"ONE", u"TWO"};
    DEVICE_CAPABILITIES capabilities = {};
    pnp::DeviceDescription description;
    Driver function;
    pnp::DevNode *node = nullptr;
    PDEVICE_OBJECT physical = nullptr, top = nullptr;
};

TEST_P(Properties, AreWhatTheBusAndTheInstallationSaid)
{
    OPENKMDF_TESTS(IoGetDeviceProperty);
    in_kernel([&] {
        char16_t text[80];
        ULONG size = 0, number = 0;
        auto get = [&](DEVICE_REGISTRY_PROPERTY property) {
            EXPECT_EQ(IoGetDeviceProperty(physical, property, sizeof text, text, &size),
                      STATUS_SUCCESS)
                << property;
            return std::u16string(text, size / sizeof *text);
        };
        auto number_of = [&](DEVICE_REGISTRY_PROPERTY property) {
            EXPECT_EQ(IoGetDeviceProperty(physical, property, 4, &number, &size), STATUS_SUCCESS);
            EXPECT_EQ(size, 4u);
            return number;
        };
        const auto with_end = [](std::u16string_view string) {
            return std::u16string(string) + u'\0';
        };
        EXPECT_EQ(get(DevicePropertyDeviceDescription), with_end(u"An echo"));
        EXPECT_EQ(get(DevicePropertyLocationInformation), with_end(u"Slot 3"));
        EXPECT_EQ(get(DevicePropertyFriendlyName), with_end(u"Echo 3"));
        EXPECT_EQ(get(DevicePropertyManufacturer), with_end(u"Nobody"));
        EXPECT_EQ(get(DevicePropertyClassName), with_end(u"Sample"));
        EXPECT_EQ(get(DevicePropertyEnumeratorName), with_end(u"ROOT"));
        EXPECT_EQ(get(DevicePropertyClassGuid),
                  with_end(u"{12345678-1111-2222-0102-0304050607ab}"));
        EXPECT_EQ(get(DevicePropertyHardwareID), std::u16string(u"ROOT\\ECHO\0\0", 11));
        EXPECT_EQ(get(DevicePropertyCompatibleIDs), std::u16string(u"ONE\0TWO\0\0", 9));
        const std::u16string name = get(DevicePropertyPhysicalDeviceObjectName);
        EXPECT_EQ(name.substr(0, 8), u"\\Device\\");
        EXPECT_EQ(name.back(), 0);
        EXPECT_EQ(number_of(DevicePropertyAddress), 0x11u);
        EXPECT_EQ(number_of(DevicePropertyUINumber), 0x22u);
        EXPECT_EQ(number_of(DevicePropertyBusNumber), 0u);
        EXPECT_EQ(number_of(DevicePropertyLegacyBusType), ULONG{PNPBus});
        EXPECT_EQ(number_of(DevicePropertyInstallState), ULONG{InstallStateInstalled});
        EXPECT_EQ(number_of(DevicePropertyRemovalPolicy), ULONG{RemovalPolicyExpectOrderlyRemoval});
        GUID bus = {};
        EXPECT_EQ(IoGetDeviceProperty(physical, DevicePropertyBusTypeGuid, sizeof bus, &bus, &size),
                  STATUS_SUCCESS);
        EXPECT_EQ(std::memcmp(&bus, &GUID_BUS_TYPE_INTERNAL, sizeof bus), 0);
        // Too little room, no such property, no such device.
        text[0] = u'.';
        EXPECT_EQ(IoGetDeviceProperty(physical, DevicePropertyFriendlyName, 13, text, &size),
                  STATUS_BUFFER_TOO_SMALL);
        EXPECT_EQ(size, 14u);
        EXPECT_EQ(text[0], u'.');
        EXPECT_EQ(IoGetDeviceProperty(physical, static_cast<DEVICE_REGISTRY_PROPERTY>(0x77), 80,
                                      text, &size),
                  STATUS_INVALID_PARAMETER_2);
        EXPECT_EQ(IoGetDeviceProperty(top, DevicePropertyFriendlyName, 80, text, &size),
                  STATUS_INVALID_DEVICE_REQUEST);
    });
}

TEST_P(Properties, AreKeptByKeyAndLocale)
{
    OPENKMDF_TESTS(IoGetDevicePropertyData, IoSetDevicePropertyData);
    in_kernel([&] {
        char16_t text[80] = {};
        ULONG size = 0;
        DEVPROPTYPE type = 0;
        auto get = [&](const DEVPROPKEY &key, LCID locale, ULONG room = sizeof text) {
            return IoGetDevicePropertyData(physical, &key, locale, 0, room, text, &size, &type);
        };
        auto set = [&](LCID locale, std::u16string value) {
            return IoSetDevicePropertyData(
                physical, &kOwnKey, locale, PLUGPLAY_PROPERTY_PERSISTENT, DEVPROP_TYPE_STRING,
                static_cast<ULONG>((value.size() + 1) * sizeof *text), value.data());
        };
        EXPECT_EQ(get(kOwnKey, LOCALE_NEUTRAL), STATUS_OBJECT_NAME_NOT_FOUND);
        EXPECT_EQ(set(LOCALE_NEUTRAL, u"neutral"), STATUS_SUCCESS);
        EXPECT_EQ(set(kGerman, u"deutsch"), STATUS_SUCCESS);
        EXPECT_EQ(get(kOwnKey, kEnglish), STATUS_OBJECT_NAME_NOT_FOUND);
        EXPECT_EQ(set(kEnglish, u"english, first"), STATUS_SUCCESS);
        EXPECT_EQ(set(kEnglish, u"english"), STATUS_SUCCESS);
        for (auto [locale, value] : {std::pair{LCID{LOCALE_NEUTRAL}, u"neutral"},
                                     {kGerman, u"deutsch"},
                                     {kEnglish, u"english"}}) {
            EXPECT_EQ(get(kOwnKey, locale), STATUS_SUCCESS);
            EXPECT_EQ(std::u16string(text), value);
            EXPECT_EQ(size, 16u);
            EXPECT_EQ(type, DEVPROPTYPE{DEVPROP_TYPE_STRING});
        }
        EXPECT_EQ(get(kOwnKey, kGerman, 15), STATUS_BUFFER_TOO_SMALL);
        EXPECT_EQ(size, 16u);
        // Deleted in one locale.
        EXPECT_EQ(
            IoSetDevicePropertyData(physical, &kOwnKey, kGerman, 0, DEVPROP_TYPE_EMPTY, 0, nullptr),
            STATUS_SUCCESS);
        EXPECT_EQ(get(kOwnKey, kGerman), STATUS_OBJECT_NAME_NOT_FOUND);
        EXPECT_EQ(get(kOwnKey, LOCALE_NEUTRAL), STATUS_SUCCESS);
        // What the system knows.
        EXPECT_EQ(get(kDescriptionKey, LOCALE_NEUTRAL), STATUS_SUCCESS);
        EXPECT_EQ(std::u16string(text), u"An echo");
        EXPECT_EQ(get(kInstanceIdKey, LOCALE_NEUTRAL), STATUS_SUCCESS);
        EXPECT_EQ(std::u16string(text), u"ROOT\\ECHO\\0000");
        EXPECT_EQ(get(kCompatibleIdsKey, LOCALE_NEUTRAL), STATUS_SUCCESS);
        EXPECT_EQ(type, DEVPROPTYPE{DEVPROP_TYPE_STRING_LIST});
        EXPECT_EQ(get(kClassGuidKey, LOCALE_NEUTRAL), STATUS_SUCCESS);
        EXPECT_EQ(type, DEVPROPTYPE{DEVPROP_TYPE_GUID});
        EXPECT_EQ(std::memcmp(text, &kClass, sizeof kClass), 0);
        EXPECT_EQ(get(kAddressKey, LOCALE_NEUTRAL), STATUS_SUCCESS);
        EXPECT_EQ(type, DEVPROPTYPE{DEVPROP_TYPE_UINT32});
        EXPECT_FALSE(NT_SUCCESS(
            IoGetDevicePropertyData(top, &kAddressKey, 0, 0, sizeof text, text, &size, &type)));
        EXPECT_FALSE(
            NT_SUCCESS(IoSetDevicePropertyData(top, &kOwnKey, 0, 0, DEVPROP_TYPE_BYTE, 1, text)));
    });
}

TEST_P(Properties, OfInterfacesAreKeptToo)
{
    OPENKMDF_TESTS(IoGetDeviceInterfacePropertyData, IoSetDeviceInterfacePropertyData);
    in_kernel([&] {
        const std::u16string first = register_interface(kClass),
                             second = register_interface(kOther);
        ULONG value = 41, size = 0;
        DEVPROPTYPE type = 0;
        auto get = [&](const std::u16string &link, LCID locale, ULONG room = sizeof value) {
            UNICODE_STRING name = io::counted(link);
            return IoGetDeviceInterfacePropertyData(&name, &kOwnKey, locale, 0, room, &value, &size,
                                                    &type);
        };
        auto set = [&](const std::u16string &link, LCID locale, ULONG *data) {
            UNICODE_STRING name = io::counted(link);
            return IoSetDeviceInterfacePropertyData(&name, &kOwnKey, locale, 0, DEVPROP_TYPE_UINT32,
                                                    data ? 4 : 0, data);
        };
        EXPECT_FALSE(NT_SUCCESS(get(first, LOCALE_NEUTRAL)));
        EXPECT_EQ(set(first, LOCALE_NEUTRAL, &value), STATUS_SUCCESS);
        value = 42;
        EXPECT_EQ(set(second, LOCALE_NEUTRAL, &value), STATUS_SUCCESS);
        EXPECT_EQ(get(first, LOCALE_NEUTRAL), STATUS_SUCCESS);
        EXPECT_EQ(value, 41u);
        EXPECT_EQ(size, 4u);
        EXPECT_EQ(type, DEVPROPTYPE{DEVPROP_TYPE_UINT32});
        EXPECT_EQ(get(second, LOCALE_NEUTRAL, 3), STATUS_BUFFER_TOO_SMALL);
        EXPECT_EQ(size, 4u);
        EXPECT_FALSE(NT_SUCCESS(get(first, kGerman)));
        EXPECT_EQ(set(first, LOCALE_NEUTRAL, nullptr), STATUS_SUCCESS);
        EXPECT_FALSE(NT_SUCCESS(get(first, LOCALE_NEUTRAL)));
        EXPECT_EQ(get(second, LOCALE_NEUTRAL), STATUS_SUCCESS);
        EXPECT_EQ(value, 42u);
        const std::u16string nothing = u"\\??\\nothing";
        EXPECT_FALSE(NT_SUCCESS(get(nothing, LOCALE_NEUTRAL)));
        EXPECT_FALSE(NT_SUCCESS(set(nothing, LOCALE_NEUTRAL, &value)));
        // Bits that no locale has.
        constexpr LCID kBad = 0xFFF00409;
        for (LCID bad : {kBad, LCID{LOCALE_SYSTEM_DEFAULT}, LCID{LOCALE_USER_DEFAULT}}) {
            EXPECT_EQ(get(second, bad), STATUS_UNSUCCESSFUL);
            EXPECT_EQ(set(second, bad, &value), STATUS_UNSUCCESSFUL);
        }
    });
}

TEST_P(Properties, HaveAKeyOfTheirDevice)
{
    OPENKMDF_TESTS(IoOpenDeviceRegistryKey);
    in_kernel([&] {
        HANDLE key = nullptr;
        auto open = [&](PDEVICE_OBJECT device, ULONG kind) {
            key = nullptr;
            return IoOpenDeviceRegistryKey(device, kind, KEY_ALL_ACCESS, &key);
        };
        ASSERT_EQ(open(physical, PLUGPLAY_REGKEY_DEVICE), STATUS_SUCCESS);
        expect_key(key, u"Enum\\ROOT\\ECHO\\0000\\Device Parameters");
        ASSERT_EQ(open(physical, PLUGPLAY_REGKEY_DRIVER), STATUS_SUCCESS);
        char16_t driver_key[80];
        ULONG size = 0;
        EXPECT_EQ(IoGetDeviceProperty(physical, DevicePropertyDriverKeyName, sizeof driver_key,
                                      driver_key, &size),
                  STATUS_SUCCESS);
        expect_key(key, std::u16string(u"Control\\Class\\") + driver_key);
        // The same of the hardware profile are other keys.
        for (ULONG kind : {PLUGPLAY_REGKEY_DEVICE, PLUGPLAY_REGKEY_DRIVER}) {
            ASSERT_EQ(open(physical, kind | PLUGPLAY_REGKEY_CURRENT_HWPROFILE), STATUS_SUCCESS);
            UNICODE_STRING name = io::counted(u"Mark");
            EXPECT_EQ(ZwDeleteValueKey(key, &name), STATUS_OBJECT_NAME_NOT_FOUND);
            ZwClose(key);
        }
        for (ULONG bad : {ULONG{0}, ULONG{PLUGPLAY_REGKEY_DEVICE | PLUGPLAY_REGKEY_DRIVER},
                          ULONG{PLUGPLAY_REGKEY_CURRENT_HWPROFILE}, ULONG{0x40}}) {
            EXPECT_EQ(open(physical, bad), STATUS_INVALID_PARAMETER);
            EXPECT_EQ(key, nullptr);
        }
        EXPECT_EQ(open(top, PLUGPLAY_REGKEY_DEVICE), STATUS_INVALID_PARAMETER);
    });
}

TEST_P(Properties, HaveKeysOfInterfacesAndDrivers)
{
    OPENKMDF_TESTS(IoOpenDeviceInterfaceRegistryKey, IoOpenDriverRegistryKey);
    in_kernel([&] {
        HANDLE key = nullptr;
        const std::u16string link = register_interface(kClass);
        UNICODE_STRING name = io::counted(link), nothing = io::counted(u"\\??\\nothing");
        ASSERT_EQ(IoOpenDeviceInterfaceRegistryKey(&name, KEY_ALL_ACCESS, &key), STATUS_SUCCESS);
        expect_key(key, std::u16string(u"Control\\DeviceClasses\\"
                                       u"{12345678-1111-2222-0102-0304050607ab}\\##?#") +
                            link.substr(4) + u"\\#\\Device Parameters");
        EXPECT_EQ(IoOpenDeviceInterfaceRegistryKey(&nothing, KEY_READ, &key),
                  STATUS_OBJECT_NAME_NOT_FOUND);
        ASSERT_EQ(IoOpenDriverRegistryKey(function.object, DriverRegKeyParameters, KEY_ALL_ACCESS,
                                          0, &key),
                  STATUS_SUCCESS);
        expect_key(key, u"Services\\function\\Parameters");
        // The places of a driver's states are its own, and not the same.
        UNICODE_STRING mark = io::counted(u"Mark");
        ULONG number = 1;
        for (DRIVER_REGKEY_TYPE kind :
             {DriverRegKeyPersistentState, DriverRegKeySharedPersistentState}) {
            ASSERT_EQ(IoOpenDriverRegistryKey(function.object, kind, KEY_ALL_ACCESS, 0, &key),
                      STATUS_SUCCESS);
            EXPECT_EQ(ZwDeleteValueKey(key, &mark), STATUS_OBJECT_NAME_NOT_FOUND);
            EXPECT_EQ(ZwSetValueKey(key, &mark, 0, REG_DWORD, &number, 4), STATUS_SUCCESS);
            ZwClose(key);
        }
        EXPECT_FALSE(NT_SUCCESS(IoOpenDriverRegistryKey(
            function.object, static_cast<DRIVER_REGKEY_TYPE>(77), KEY_READ, 0, &key)));
        EXPECT_FALSE(NT_SUCCESS(
            IoOpenDriverRegistryKey(function.object, DriverRegKeyParameters, KEY_READ, 1, &key)));
    });
}

TEST_P(Properties, TellTheNodeOfADevice)
{
    OPENKMDF_TESTS(IoGetDeviceNumaNode);
    in_kernel([&] {
        // One node: it is written, whether the firmware said so or not.
        USHORT number = 0x7777;
        const NTSTATUS status = IoGetDeviceNumaNode(physical, &number);
        EXPECT_TRUE(status == STATUS_SUCCESS || status == STATUS_NOT_FOUND) << status;
        EXPECT_EQ(number, 0u);
        EXPECT_EQ(IoGetDeviceNumaNode(nullptr, &number), STATUS_INVALID_PARAMETER);
        EXPECT_EQ(IoGetDeviceNumaNode(top, &number), STATUS_INVALID_PARAMETER);
    });
}

OPENKMDF_IN_BOTH_MODES(Properties);

}  // namespace

}  // namespace openkmdf::executive::test
