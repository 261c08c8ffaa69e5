#include "cli/new_templates.h"

#include <cstdint>
#include <string_view>

#include "build/files.h"

#include <fmt/format.h>

// In the texts, @name@ is the driver's name as given, @Name@ with a capital, @NAME@ in capitals and
// @guid@ and @guid_fields@ a class of device interfaces of its own.

namespace openkmdf::cli {
namespace {

constexpr std::string_view kPublicHeader =
    R"(// What programs know of the @name@ device. Include <initguid.h> before it in one source file.

#pragma once

#include <devioctl.h>
#include <guiddef.h>

// @guid@
DEFINE_GUID(GUID_DEVINTERFACE_@NAME@, @guid_fields@);

// In: two numbers. Out: their sum.
#define IOCTL_@NAME@_ADD CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)

typedef struct @NAME@_ADD_INPUT {
    int First;
    int Second;
} @NAME@_ADD_INPUT;

typedef struct @NAME@_ADD_OUTPUT {
    int Sum;
} @NAME@_ADD_OUTPUT;
)";

constexpr std::string_view kDriver = R"(#include <initguid.h>

#include <ntddk.h>
#include <wdf.h>

#include "@name@_public.h"

typedef struct DEVICE_CONTEXT {
    ULONG Requests;
} DEVICE_CONTEXT;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(DEVICE_CONTEXT, GetDeviceContext)

DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_DEVICE_ADD @Name@EvtDriverDeviceAdd;
EVT_WDF_DRIVER_UNLOAD @Name@EvtDriverUnload;
EVT_WDF_DEVICE_D0_ENTRY @Name@EvtDeviceD0Entry;
EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL @Name@EvtIoDeviceControl;

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;

    WDF_DRIVER_CONFIG_INIT(&config, @Name@EvtDriverDeviceAdd);
    config.EvtDriverUnload = @Name@EvtDriverUnload;
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config,
                           WDF_NO_HANDLE);
}

VOID @Name@EvtDriverUnload(WDFDRIVER Driver)
{
    UNREFERENCED_PARAMETER(Driver);
    KdPrint(("@name@: unloaded\n"));
}

NTSTATUS @Name@EvtDriverDeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    DECLARE_CONST_UNICODE_STRING(link, L"\\DosDevices\\@Name@");
    WDF_PNPPOWER_EVENT_CALLBACKS pnpPower;
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_IO_QUEUE_CONFIG queueConfig;
    WDFDEVICE device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Driver);

    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&pnpPower);
    pnpPower.EvtDeviceD0Entry = @Name@EvtDeviceD0Entry;
    WdfDeviceInitSetPnpPowerEventCallbacks(DeviceInit, &pnpPower);

    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, DEVICE_CONTEXT);
    status = WdfDeviceCreate(&DeviceInit, &attributes, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }

    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&queueConfig, WdfIoQueueDispatchSequential);
    queueConfig.EvtIoDeviceControl = @Name@EvtIoDeviceControl;
    status = WdfIoQueueCreate(device, &queueConfig, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE);
    if (!NT_SUCCESS(status)) {
        return status;
    }

    status = WdfDeviceCreateDeviceInterface(device, &GUID_DEVINTERFACE_@NAME@, NULL);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    return WdfDeviceCreateSymbolicLink(device, &link);
}

NTSTATUS @Name@EvtDeviceD0Entry(WDFDEVICE Device, WDF_POWER_DEVICE_STATE PreviousState)
{
    UNREFERENCED_PARAMETER(Device);
    KdPrint(("@name@: working, before that in state %d\n", PreviousState));
    return STATUS_SUCCESS;
}

VOID @Name@EvtIoDeviceControl(WDFQUEUE Queue, WDFREQUEST Request, size_t OutputBufferLength,
                              size_t InputBufferLength, ULONG IoControlCode)
{
    @NAME@_ADD_INPUT *input;
    @NAME@_ADD_OUTPUT *output;
    NTSTATUS status;
    int sum;

    UNREFERENCED_PARAMETER(OutputBufferLength);
    UNREFERENCED_PARAMETER(InputBufferLength);
    GetDeviceContext(WdfIoQueueGetDevice(Queue))->Requests++;

    if (IoControlCode != IOCTL_@NAME@_ADD) {
        WdfRequestComplete(Request, STATUS_INVALID_DEVICE_REQUEST);
        return;
    }
    status = WdfRequestRetrieveInputBuffer(Request, sizeof(*input), (PVOID *)&input, NULL);
    if (!NT_SUCCESS(status)) {
        WdfRequestComplete(Request, status);
        return;
    }
    // Input and output of a buffered request are one buffer.
    sum = input->First + input->Second;
    status = WdfRequestRetrieveOutputBuffer(Request, sizeof(*output), (PVOID *)&output, NULL);
    if (!NT_SUCCESS(status)) {
        WdfRequestComplete(Request, status);
        return;
    }
    output->Sum = sum;
    WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, sizeof(*output));
}
)";

constexpr std::string_view kTest = R"text(#include <initguid.h>

#include "@name@_public.h"

#include <openkmdf/machine.h>

#include <gtest/gtest.h>

class @Name@Test : public ::testing::Test {
protected:
    openkmdf::Machine pc;
    openkmdf::Driver driver = pc.load(@NAME@_DRIVER);
    openkmdf::Device device = pc.plug_in(driver, "ROOT\\@NAME@");
};

TEST_F(@Name@Test, AddsNumbers)
{
    auto file = pc.open(R"(\\.\@Name@)");
    ASSERT_TRUE(file) << file.error();
    @NAME@_ADD_INPUT input{40, 2};
    @NAME@_ADD_OUTPUT output{};
    EXPECT_EQ(file.ioctl(IOCTL_@NAME@_ADD, input, output), sizeof output);
    EXPECT_EQ(output.Sum, 42);
}

TEST_F(@Name@Test, RefusesShortInputAndUnknownCodes)
{
    auto file = pc.open_interface(GUID_DEVINTERFACE_@NAME@);
    ASSERT_TRUE(file) << file.error();
    EXPECT_EQ(file.ioctl(IOCTL_@NAME@_ADD), STATUS_BUFFER_TOO_SMALL);
    EXPECT_EQ(file.ioctl(0x222FFC), STATUS_INVALID_DEVICE_REQUEST);
}

TEST_F(@Name@Test, LeavesNothingBehind)
{
    device.surprise_remove();
    auto report = pc.unload(driver);
    EXPECT_TRUE(report.clean()) << report;
    EXPECT_FALSE(pc.bugcheck()) << *pc.bugcheck();
}
)text";

constexpr std::string_view kCMake = R"(cmake_minimum_required(VERSION 3.25)
project(@name@ LANGUAGES C CXX)

find_package(OpenKMDF REQUIRED)
find_package(GTest REQUIRED)
enable_testing()

kmdf_add_driver(@name@ SOURCES @name@.c)

add_executable(@name@_test @name@_test.cpp)
target_link_libraries(@name@_test PRIVATE OpenKMDF::openkmdf GTest::gtest_main)
kmdf_target_drivers(@name@_test @name@)
add_test(NAME @name@_test COMMAND @name@_test)
)";

constexpr std::string_view kInf = R"([Version]
Signature   = "$WINDOWS NT$"
Class       = System
ClassGuid   = {4d36e97d-e325-11ce-bfc1-08002be10318}
Provider    = %Provider%
CatalogFile = @name@.cat
DriverVer   = 01/01/2025,1.0.0.0
PnpLockdown = 1

[DestinationDirs]
DefaultDestDir = 13

[SourceDisksNames]
1 = %Disk%

[SourceDisksFiles]
@name@.sys = 1

[Manufacturer]
%Provider% = Models,NTamd64.10.0...16299

[Models.NTamd64.10.0...16299]
%DeviceName% = @Name@_Install, ROOT\@NAME@

[@Name@_Install.NT]
CopyFiles = @Name@_Files

[@Name@_Files]
@name@.sys

[@Name@_Install.NT.Services]
AddService = @name@, 0x00000002, @Name@_Service

[@Name@_Service]
DisplayName   = %DeviceName%
ServiceType   = 1
StartType     = 3
ErrorControl  = 1
ServiceBinary = %13%\@name@.sys

[@Name@_Install.NT.Wdf]
KmdfService = @name@, @Name@_Wdf

[@Name@_Wdf]
KmdfLibraryVersion = 1.33

[Strings]
Provider   = "To do: your name"
Disk       = "@Name@ driver"
DeviceName = "@Name@ device"
)";

constexpr std::string_view kReadme = R"(# @name@

A KMDF driver for Windows with a test that runs on Linux.

| File | |
| --- | --- |
| `@name@.c` | the driver: a device with an interface, `\\.\@Name@` and one control code |
| `@name@_public.h` | what programs know of it |
| `@name@.inf` | installs it on Windows for the device `ROOT\@NAME@` |
| `@name@_test.cpp` | loads it, plugs a device in, sends requests, pulls the plug |

Build and test:

```
cmake -B build -DOpenKMDF_DIR=<OpenKMDF's lib/cmake/OpenKMDF, or build/release/package>
cmake --build build
ctest --test-dir build --output-on-failure
```

See the driver's life, each callback in its place:

```
kmdf run @name@.c --ioctl 0x222000:2800000002000000
```

Stop at a line of it: `kmdf debug @name@.c --break @Name@EvtIoDeviceControl`. Run it with a sanitizer: `kmdf run @name@.c --asan`.
)";

std::string replaced(std::string_view text, std::string_view from, std::string_view to)
{
    std::string result;
    while (true) {
        const std::size_t at = text.find(from);
        result += text.substr(0, at);
        if (at == std::string_view::npos) return result;
        result += to;
        text.remove_prefix(at + from.size());
    }
}

char upper(char c)
{
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

// A GUID of the form that chance makes (version 4), but always the same for a name: a run must not
// depend on chance.
struct NameGuid {
    std::string text;
    std::string fields;
};

NameGuid guid_of(const std::string &name)
{
    const std::uint64_t high = build::stable_hash(name + "/interface");
    const std::uint64_t low = build::stable_hash(name + "/interface/low");
    const auto first = static_cast<std::uint32_t>(high >> 32);
    const auto second = static_cast<std::uint16_t>(high >> 16);
    const auto third = static_cast<std::uint16_t>((high & 0x0FFF) | 0x4000);
    const std::uint64_t rest = (low & 0x3FFFFFFFFFFFFFFF) | 0x8000000000000000;
    NameGuid guid;
    guid.text = fmt::format("{{{:08X}-{:04X}-{:04X}-{:04X}-{:012X}}}", first, second, third,
                            rest >> 48, rest & 0xFFFFFFFFFFFF);
    guid.fields = fmt::format("0x{:08x}, 0x{:04x}, 0x{:04x}", first, second, third);
    for (int shift = 56; shift >= 0; shift -= 8)
        guid.fields += fmt::format(", 0x{:02x}", (rest >> shift) & 0xFF);
    return guid;
}

}  // namespace

std::vector<NewFile> new_project(const std::string &name)
{
    std::string capital = name, capitals = name;
    capital.front() = upper(capital.front());
    for (char &c : capitals) c = upper(c);
    const NameGuid guid = guid_of(name);
    std::vector<NewFile> files;
    const auto add = [&](const std::string &file, std::string_view text) {
        std::string filled = replaced(text, "@name@", name);
        filled = replaced(filled, "@Name@", capital);
        filled = replaced(filled, "@NAME@", capitals);
        filled = replaced(filled, "@guid@", guid.text);
        files.push_back({file, replaced(filled, "@guid_fields@", guid.fields)});
    };
    add(name + "_public.h", kPublicHeader);
    add(name + ".c", kDriver);
    add(name + ".inf", kInf);
    add(name + "_test.cpp", kTest);
    add("CMakeLists.txt", kCMake);
    add("README.md", kReadme);
    return files;
}

}  // namespace openkmdf::cli
