// The driver object: creation, what it knows, its end.

#include "tests/framework/driver_test.h"

#include <string>

namespace openkmdf::test {
namespace {

class DriverObjectTest : public DriverTest {
protected:
    // DriverEntry with nothing but this; what it returns is the status of loading.
    Status entry(std::function<NTSTATUS(PDRIVER_OBJECT, PUNICODE_STRING)> body)
    {
        driver_entry = std::move(body);
        driver = pc.load_built_in("testdrv", entry_point());
        return driver.status();
    }
    NTSTATUS create(PDRIVER_OBJECT object, PUNICODE_STRING path, WDF_DRIVER_CONFIG config)
    {
        wdf_driver = nullptr;
        return WdfDriverCreate(object, path, &driver_attributes, &config, &wdf_driver);
    }
};

TEST_F(DriverObjectTest, IsCreatedOnce)
{
    OPENKMDF_TESTS(WdfDriverCreate);
    EXPECT_EQ(entry([&](PDRIVER_OBJECT object, PUNICODE_STRING path) {
                  EXPECT_STATUS(create(object, path, driver_config), STATUS_SUCCESS);
                  EXPECT_NE(wdf_driver, nullptr);
                  EXPECT_STATUS(WdfDriverCreate(object, path, WDF_NO_OBJECT_ATTRIBUTES,
                                                &driver_config, WDF_NO_HANDLE),
                                STATUS_DRIVER_INTERNAL_ERROR);
                  return STATUS_SUCCESS;
              }),
              STATUS_SUCCESS);
}

TEST_F(DriverObjectTest, IsRefused)
{
    OPENKMDF_TESTS(WdfDriverCreate);
    EXPECT_EQ(entry([&](PDRIVER_OBJECT object, PUNICODE_STRING path) {
                  WDF_DRIVER_CONFIG config = driver_config;
                  config.DriverInitFlags = WdfDriverInitNonPnpDriver;
                  EXPECT_STATUS(create(object, path, config), STATUS_INVALID_PARAMETER);
                  EXPECT_EQ(wdf_driver, nullptr);
                  config = driver_config;
                  config.Size += 8;
                  EXPECT_STATUS(create(object, path, config), STATUS_INFO_LENGTH_MISMATCH);
                  driver_attributes.Size = 8;
                  EXPECT_STATUS(create(object, path, driver_config), STATUS_INFO_LENGTH_MISMATCH);
                  driver_attributes = attributes_with();
                  driver_attributes.ParentObject = this;
                  EXPECT_STATUS(create(object, path, driver_config),
                                STATUS_WDF_PARENT_ASSIGNMENT_NOT_ALLOWED);
                  return STATUS_UNSUCCESSFUL;
              }),
              STATUS_UNSUCCESSFUL);
}

TEST_F(DriverObjectTest, NeedsMemory)
{
    OPENKMDF_TESTS(WdfDriverCreate);
    EXPECT_EQ(entry([&](PDRIVER_OBJECT object, PUNICODE_STRING path) {
                  try_without_memory([&] { return create(object, path, driver_config); });
                  return STATUS_SUCCESS;
              }),
              STATUS_SUCCESS);
}

TEST_F(DriverObjectTest, MayLackAHandleAndCallbacks)
{
    OPENKMDF_TESTS(WdfDriverCreate);
    EXPECT_EQ(entry([&](PDRIVER_OBJECT object, PUNICODE_STRING path) {
                  WDF_DRIVER_CONFIG config;
                  WDF_DRIVER_CONFIG_INIT(&config, WDF_NO_EVENT_CALLBACK);
                  config.DriverInitFlags = WdfDriverInitNonPnpDriver;
                  auto unload = [](WDFDRIVER) {};
                  config.EvtDriverUnload = callback<PFN_WDF_DRIVER_UNLOAD>(unload);
                  return WdfDriverCreate(object, path, WDF_NO_OBJECT_ATTRIBUTES, &config,
                                         WDF_NO_HANDLE);
              }),
              STATUS_SUCCESS);
}

// "A system bug check occurs if the DriverObject, RegistryPath, or DriverConfig parameter is NULL",
// checked or not.
class NullParameterTest : public DriverObjectTest, public testing::WithParamInterface<int> {};

TEST_P(NullParameterTest, IsABugcheck)
{
    OPENKMDF_TESTS(WdfDriverCreate);
    expect_bugcheck();
    entry([&](PDRIVER_OBJECT object, PUNICODE_STRING path) {
        return WdfDriverCreate(GetParam() == 0 ? nullptr : object, GetParam() == 1 ? nullptr : path,
                               WDF_NO_OBJECT_ATTRIBUTES, GetParam() == 2 ? nullptr : &driver_config,
                               WDF_NO_HANDLE);
    });
    ASSERT_TRUE(pc.bugcheck());
    EXPECT_EQ(pc.bugcheck()->code, static_cast<std::uint32_t>(WDF_VIOLATION));
    EXPECT_EQ(pc.bugcheck()->parameters[0],
              static_cast<std::uint64_t>(WDF_REQUIRED_PARAMETER_IS_NULL));
}

INSTANTIATE_TEST_SUITE_P(Of, NullParameterTest, testing::Values(0, 1, 2));

TEST_F(DriverObjectTest, KnowsItsDriverAndItsRegistryPath)
{
    OPENKMDF_TESTS(WdfDriverGetRegistryPath, WdfDriverWdmGetDriverObject,
                   WdfWdmDriverGetWdfDriverHandle);
    PDRIVER_OBJECT given = nullptr;
    std::u16string path_given;
    EXPECT_EQ(entry([&](PDRIVER_OBJECT object, PUNICODE_STRING path) {
                  given = object;
                  path_given.assign(path->Buffer, path->Length / sizeof(WCHAR));
                  return create(object, path, driver_config);
              }),
              STATUS_SUCCESS);
    run([&] {
        EXPECT_EQ(WdfDriverWdmGetDriverObject(wdf_driver), given);
        EXPECT_EQ(WdfWdmDriverGetWdfDriverHandle(given), wdf_driver);
        EXPECT_EQ(std::u16string(WdfDriverGetRegistryPath(wdf_driver)), path_given);
        DRIVER_OBJECT other = {};
        other.Size = sizeof other;
        EXPECT_EQ(WdfWdmDriverGetWdfDriverHandle(&other), nullptr);
    });
}

TEST_F(DriverObjectTest, KnowsTheVersion)
{
    OPENKMDF_TESTS(WdfDriverIsVersionAvailable, WdfDriverRetrieveVersionString);
    load();
    run([&] {
        auto available = [&](ULONG major, ULONG minor) {
            WDF_DRIVER_VERSION_AVAILABLE_PARAMS params;
            WDF_DRIVER_VERSION_AVAILABLE_PARAMS_INIT(&params, major, minor);
            return WdfDriverIsVersionAvailable(wdf_driver, &params);
        };
        EXPECT_TRUE(available(1, 33));
        EXPECT_TRUE(available(1, 9));
        EXPECT_FALSE(available(1, 34));
        EXPECT_FALSE(available(2, 0));
        EXPECT_FALSE(available(0, 9));
        WDF_DRIVER_VERSION_AVAILABLE_PARAMS params;
        WDF_DRIVER_VERSION_AVAILABLE_PARAMS_INIT(&params, 1, 33);
        params.Size += 4;
        EXPECT_FALSE(WdfDriverIsVersionAvailable(wdf_driver, &params));
        WDFSTRING string = nullptr;
        ASSERT_STATUS(WdfStringCreate(nullptr, WDF_NO_OBJECT_ATTRIBUTES, &string), STATUS_SUCCESS);
        try_without_memory([&] { return WdfDriverRetrieveVersionString(wdf_driver, string); });
        UNICODE_STRING text = {};
        WdfStringGetUnicodeString(string, &text);
        EXPECT_NE(std::u16string_view(text.Buffer, text.Length / sizeof(WCHAR)).find(u"1.33"),
                  std::u16string_view::npos);
    });
}

TEST_F(DriverObjectTest, GivesItsObjectsATag)
{
    OPENKMDF_TESTS(WdfDriverCreate);
    driver_config.DriverPoolTag = 'gaTO';
    load();
    EXPECT_EQ(binding.globals->DriverTag, 'gaTO');
    EXPECT_EQ(binding.globals->Driver, wdf_driver);
}

TEST_F(DriverObjectTest, HasATagFromItsName)
{
    OPENKMDF_TESTS(WdfDriverCreate);
    load();
    EXPECT_EQ(binding.globals->DriverTag, 'tset') << "testdrv";
}

TEST_F(DriverObjectTest, IsToldOfItsUnload)
{
    std::string order;
    auto unloading = [&](WDFDRIVER of) {
        EXPECT_EQ(of, wdf_driver);
        EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
        order += "unload ";
    };
    auto cleanup = [&](WDFOBJECT) {
        EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
        order += "cleanup ";
    };
    driver_config.EvtDriverUnload = callback<PFN_WDF_DRIVER_UNLOAD>(unloading);
    driver_attributes.EvtCleanupCallback = callback<PFN_WDF_OBJECT_CONTEXT_CLEANUP>(cleanup);
    load();
    EXPECT_TRUE(unload().clean());
    EXPECT_EQ(order, "unload cleanup ");
}

TEST_F(DriverObjectTest, IsNotToldWhenItsEntryFailed)
{
    std::string order;
    auto unloading = [&](WDFDRIVER) { order += "unload "; };
    auto cleanup = [&](WDFOBJECT) { order += "cleanup "; };
    driver_config.EvtDriverUnload = callback<PFN_WDF_DRIVER_UNLOAD>(unloading);
    driver_attributes.EvtCleanupCallback = callback<PFN_WDF_OBJECT_CONTEXT_CLEANUP>(cleanup);
    EXPECT_EQ(entry([&](PDRIVER_OBJECT object, PUNICODE_STRING path) {
                  EXPECT_STATUS(create(object, path, driver_config), STATUS_SUCCESS);
                  return STATUS_UNSUCCESSFUL;
              }),
              STATUS_UNSUCCESSFUL);
    EXPECT_EQ(order, "cleanup ");
}

}  // namespace
}  // namespace openkmdf::test
