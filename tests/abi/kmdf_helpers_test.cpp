// What the inline helpers of the framework's headers do, where it is more than storing arguments.
#include <ntddk.h>
#include <wdf.h>
#include <wdfusb.h>

#include <gtest/gtest.h>

#include <cstring>

namespace {

constexpr ULONG kAllOnes = 0xffffffff;

// Helpers clear what they do not set.
template <class T>
T filled()
{
    T value;
    std::memset(&value, 0xcc, sizeof value);
    return value;
}

TEST(KmdfHelpers, TimesCountHundredNanoseconds)
{
    EXPECT_EQ(WDF_ABS_TIMEOUT_IN_US(7), 70);
    EXPECT_EQ(WDF_ABS_TIMEOUT_IN_MS(7), 70'000);
    EXPECT_EQ(WDF_ABS_TIMEOUT_IN_SEC(7), 70'000'000);
    EXPECT_EQ(WDF_REL_TIMEOUT_IN_US(7), -70);
    EXPECT_EQ(WDF_REL_TIMEOUT_IN_MS(7), -70'000);
    EXPECT_EQ(WDF_REL_TIMEOUT_IN_SEC(7), -70'000'000);
}

TEST(KmdfHelpers, SizesAreRoundedToPowersOfTwo)
{
    EXPECT_EQ(WDF_ALIGN_SIZE_DOWN(15, 8), 8u);
    EXPECT_EQ(WDF_ALIGN_SIZE_DOWN(16, 8), 16u);
    EXPECT_EQ(WDF_ALIGN_SIZE_UP(15, 8), 16u);
    EXPECT_EQ(WDF_ALIGN_SIZE_UP(16, 8), 16u);
}

TEST(KmdfHelpers, PointersMoveByBytes)
{
    ULONG words[4] = {};
    EXPECT_EQ(WDF_PTR_ADD_OFFSET(words, 8), &words[2]);
    EXPECT_EQ(WDF_PTR_ADD_OFFSET_TYPE(words, 4, PULONG), &words[1]);
    EXPECT_EQ(WDF_PTR_GET_OFFSET(words, &words[3]), 12u);
}

TEST(KmdfHelpers, AttributesInheritFromTheParent)
{
    auto attributes = filled<WDF_OBJECT_ATTRIBUTES>();
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    EXPECT_EQ(attributes.Size, 56u);
    EXPECT_EQ(attributes.ExecutionLevel, WdfExecutionLevelInheritFromParent);
    EXPECT_EQ(attributes.SynchronizationScope, WdfSynchronizationScopeInheritFromParent);
    EXPECT_EQ(attributes.ParentObject, nullptr);
    EXPECT_EQ(attributes.ContextTypeInfo, nullptr);
}

TEST(KmdfHelpers, OnlyParallelQueuesPresentAnyNumberOfRequests)
{
    auto config = filled<WDF_IO_QUEUE_CONFIG>();
    WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchSequential);
    EXPECT_EQ(config.Settings.Parallel.NumberOfPresentedRequests, 0u);
    EXPECT_EQ(config.PowerManaged, WdfUseDefault);
    EXPECT_FALSE(config.DefaultQueue);

    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, WdfIoQueueDispatchParallel);
    EXPECT_EQ(config.Settings.Parallel.NumberOfPresentedRequests, kAllOnes);
    EXPECT_TRUE(config.DefaultQueue);
}

TEST(KmdfHelpers, QueueStatesAreToldByTheirBits)
{
    const auto state = [](int bits) { return static_cast<WDF_IO_QUEUE_STATE>(bits); };
    const int empty = WdfIoQueueNoRequests | WdfIoQueueDriverNoRequests;
    EXPECT_TRUE(WDF_IO_QUEUE_IDLE(state(empty | WdfIoQueueAcceptRequests)));
    EXPECT_FALSE(WDF_IO_QUEUE_IDLE(state(WdfIoQueueNoRequests)));
    EXPECT_TRUE(WDF_IO_QUEUE_DRAINED(state(empty | WdfIoQueueDispatchRequests)));
    EXPECT_FALSE(WDF_IO_QUEUE_DRAINED(state(empty)));
    EXPECT_TRUE(WDF_IO_QUEUE_PURGED(state(empty)));
    EXPECT_FALSE(WDF_IO_QUEUE_PURGED(state(empty | WdfIoQueueAcceptRequests)));
    const int open = WdfIoQueueAcceptRequests | WdfIoQueueDispatchRequests;
    EXPECT_TRUE(WDF_IO_QUEUE_READY(state(open)));
    EXPECT_FALSE(WDF_IO_QUEUE_READY(state(open | WdfIoQueuePnpHeld)));
    EXPECT_TRUE(WDF_IO_QUEUE_STOPPED(state(WdfIoQueueAcceptRequests | WdfIoQueueDriverNoRequests)));
    EXPECT_FALSE(WDF_IO_QUEUE_STOPPED(state(open | WdfIoQueueDriverNoRequests)));
}

TEST(KmdfHelpers, PowerCapabilitiesStartUnknown)
{
    auto capabilities = filled<WDF_DEVICE_POWER_CAPABILITIES>();
    WDF_DEVICE_POWER_CAPABILITIES_INIT(&capabilities);
    EXPECT_EQ(capabilities.Size, 80u);
    EXPECT_EQ(capabilities.DeviceD1, WdfUseDefault);
    EXPECT_EQ(capabilities.SystemWake, PowerSystemMaximum);
    EXPECT_EQ(capabilities.D3Latency, kAllOnes);
    for (const DEVICE_POWER_STATE state : capabilities.DeviceState) {
        EXPECT_EQ(state, PowerDeviceMaximum);
    }
}

TEST(KmdfHelpers, IdleSettingsDependOnTheCapability)
{
    auto settings = filled<WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS>();
    WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS_INIT(&settings, IdleCannotWakeFromS0);
    EXPECT_EQ(settings.DxState, PowerDeviceD3);
    EXPECT_EQ(settings.ExcludeD3Cold, WdfUseDefault);
    WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS_INIT(&settings, IdleCanWakeFromS0);
    EXPECT_EQ(settings.DxState, PowerDeviceMaximum);
}

TEST(KmdfHelpers, FileConfigurationSetsEveryMember)
{
    auto config = filled<WDF_FILEOBJECT_CONFIG>();
    WDF_FILEOBJECT_CONFIG_INIT(&config, nullptr, nullptr, nullptr);
    EXPECT_EQ(config.Size, 40u);
    EXPECT_EQ(config.EvtDeviceFileCreate, nullptr);
    EXPECT_EQ(config.AutoForwardCleanupClose, WdfUseDefault);
    EXPECT_EQ(config.FileObjectClass, WdfFileObjectWdfCannotUseFsContexts);
}

TEST(KmdfHelpers, TargetsOpenedByNameMustExist)
{
    char16_t text[] = u"\\Device\\Null";
    UNICODE_STRING name = {22, 24, text};
    auto params = filled<WDF_IO_TARGET_OPEN_PARAMS>();
    WDF_IO_TARGET_OPEN_PARAMS_INIT_OPEN_BY_NAME(&params, &name, 0x1234);
    EXPECT_EQ(params.Type, WdfIoTargetOpenByName);
    EXPECT_EQ(params.TargetDeviceName.Buffer, text);
    EXPECT_EQ(params.DesiredAccess, 0x1234u);
    EXPECT_EQ(params.CreateDisposition, static_cast<ULONG>(FILE_OPEN));
    EXPECT_EQ(params.CreateOptions, static_cast<ULONG>(FILE_NON_DIRECTORY_FILE));
}

TEST(KmdfHelpers, OptionsAddTheirFlag)
{
    WDF_REQUEST_SEND_OPTIONS send;
    WDF_REQUEST_SEND_OPTIONS_INIT(&send, WDF_REQUEST_SEND_OPTION_SYNCHRONOUS);
    WDF_REQUEST_SEND_OPTIONS_SET_TIMEOUT(&send, -5);
    EXPECT_EQ(send.Flags, 3u);
    EXPECT_EQ(send.Timeout, -5);

    WDF_REQUEST_FORWARD_OPTIONS forward;
    WDF_REQUEST_FORWARD_OPTIONS_INIT(&forward);
    EXPECT_EQ(forward.Flags, 1u);
}

TEST(KmdfHelpers, DescriptionHeadersClearWhatFollows)
{
    struct Description {
        WDF_CHILD_IDENTIFICATION_DESCRIPTION_HEADER Header;
        ULONG Serial;
    };
    auto description = filled<Description>();
    WDF_CHILD_IDENTIFICATION_DESCRIPTION_HEADER_INIT(&description.Header, sizeof description);
    EXPECT_EQ(description.Header.IdentificationDescriptionSize, sizeof description);
    EXPECT_EQ(description.Serial, 0u);
}

TEST(KmdfHelpers, SetupPacketsAreLaidOutAsOnTheBus)
{
    WDF_USB_CONTROL_SETUP_PACKET packet;
    WDF_USB_CONTROL_SETUP_PACKET_INIT_VENDOR(&packet, BmRequestDeviceToHost, BmRequestToEndpoint,
                                             0x12, 0x3456, 0x789a);
    const UCHAR vendor[8] = {0xc2, 0x12, 0x56, 0x34, 0x9a, 0x78, 0, 0};
    EXPECT_EQ(std::memcmp(&packet, vendor, sizeof packet), 0);

    WDF_USB_CONTROL_SETUP_PACKET_INIT_FEATURE(&packet, BmRequestToInterface, 2, 3, TRUE);
    const UCHAR feature[8] = {0x01, 3, 2, 0, 3, 0, 0, 0};
    EXPECT_EQ(std::memcmp(&packet, feature, sizeof packet), 0);

    WDF_USB_CONTROL_SETUP_PACKET_INIT_GET_STATUS(&packet, BmRequestToDevice, 0);
    const UCHAR get_status[8] = {0x80, 0, 0, 0, 0, 0, 0, 0};
    EXPECT_EQ(std::memcmp(&packet, get_status, sizeof packet), 0);
}

TEST(KmdfHelpers, WmiStringsStartWithTheirLength)
{
    char16_t text[] = u"ab";
    const UNICODE_STRING string = {4, 6, text};
    UCHAR buffer[8];
    std::memset(buffer, 0xcc, sizeof buffer);
    ULONG required = 0;
    EXPECT_EQ(WDF_WMI_BUFFER_APPEND_STRING(buffer, 5, &string, &required), STATUS_BUFFER_TOO_SMALL);
    EXPECT_EQ(required, 6u);
    EXPECT_EQ(buffer[0], 0xcc);

    EXPECT_EQ(WDF_WMI_BUFFER_APPEND_STRING(buffer, 6, &string, &required), STATUS_SUCCESS);
    const UCHAR expected[8] = {4, 0, 'a', 0, 'b', 0, 0xcc, 0xcc};
    EXPECT_EQ(std::memcmp(buffer, expected, sizeof buffer), 0);
}

TEST(KmdfHelpers, StatesCarryTheMarkOfThoseThatAreNotPageable)
{
    EXPECT_TRUE(WdfDevStateIsNP(WdfDevStatePowerCheckDeviceTypeNP));
    EXPECT_FALSE(WdfDevStateIsNP(WdfDevStatePowerCheckDeviceType));
    EXPECT_EQ(WdfDevStateNormalize(0x8302), 0x302u);
}

}  // namespace
