#include <ntddk.h>
#include <wdf.h>
#include <wdfldr.h>

#include "driver_fixture.h"

#include <gmock/gmock.h>
#include <string>

namespace openkmdf::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A framework of one test: what the module's entry stub told it, and what it answers.
struct Framework {
    NTSTATUS bind_status = STATUS_SUCCESS;
    BOOLEAN displace_unload = TRUE;
    WDFFUNC table[500] = {};
    WDF_DRIVER_GLOBALS globals = {};

    std::vector<std::string> events;
    WDF_BIND_INFO2 info = {};
    ULONG minimum_version = 0;
    std::u16string registry_path;
};

Framework *framework;

NTSTATUS NTAPI bind(PDRIVER_OBJECT, PUNICODE_STRING path, PWDF_BIND_INFO info,
                    PWDF_COMPONENT_GLOBALS *globals)
{
    framework->events.push_back("bind");
    framework->registry_path.assign(path->Buffer, path->Length / sizeof(WCHAR));
    framework->info.V1 = *info;
    if (info->Size == sizeof(WDF_BIND_INFO2)) {
        framework->info = *reinterpret_cast<WDF_BIND_INFO2 *>(info);
        framework->minimum_version = *framework->info.MinimumVersionRequired;
        *framework->info.ClientVersionHigherThanFramework = FALSE;
    }
    if (!NT_SUCCESS(framework->bind_status)) {
        return framework->bind_status;
    }
    if (info->FuncCount <= 438) {
        for (ULONG i = 0; i < info->FuncCount; ++i) {
            info->FuncTable[i] = framework->table[i];
        }
    } else {
        *reinterpret_cast<WDFFUNC **>(info->FuncTable) = framework->table;
    }
    framework->globals.DisplaceDriverUnload = framework->displace_unload;
    *globals = &framework->globals;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI unbind(PUNICODE_STRING path, PWDF_BIND_INFO, PWDF_COMPONENT_GLOBALS globals)
{
    EXPECT_EQ(globals, &framework->globals);
    EXPECT_EQ(framework->registry_path,
              std::u16string_view(path->Buffer, path->Length / sizeof(WCHAR)));
    framework->events.push_back("unbind");
    return STATUS_SUCCESS;
}

void NTAPI note(const char *event)
{
    framework->events.push_back(event);
}

NTSTATUS NTAPI driver_create(PWDF_DRIVER_GLOBALS globals, PDRIVER_OBJECT, PCUNICODE_STRING,
                             PWDF_OBJECT_ATTRIBUTES, PWDF_DRIVER_CONFIG, WDFDRIVER *)
{
    EXPECT_EQ(globals, &framework->globals);
    framework->events.push_back("WdfDriverCreate");
    return STATUS_SUCCESS;
}

void NTAPI framework_unload(PDRIVER_OBJECT)
{
    framework->events.push_back("framework unload");
}

void NTAPI framework_miniport_unload(PWDF_DRIVER_GLOBALS, WDFDRIVER)
{
    framework->events.push_back("miniport unload");
}

constexpr std::string_view kDriver = R"(
#include <ntddk.h>
#include <wdf.h>
void Note(const char *event);
#if !defined(RESULT)
#define RESULT STATUS_SUCCESS
#endif
NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    WDF_DRIVER_CONFIG config;
    WDF_DRIVER_CONFIG_INIT(&config, NULL);
    Note("DriverEntry");
    WdfDriverCreate(driver, path, WDF_NO_OBJECT_ATTRIBUTES, &config, WDF_NO_HANDLE);
    return RESULT;
}
)";

template <class Function>
WDFFUNC table_entry(Function *function)
{
    return reinterpret_cast<WDFFUNC>(reinterpret_cast<void *>(function));
}

class KmdfBindingTest : public DriverTest {
protected:
    KmdfBindingTest()
    {
        framework = &framework_;
        framework_.table[WdfDriverCreateTableIndex] = table_entry(driver_create);
        framework_.table[WdfDriverMiniportUnloadTableIndex] =
            table_entry(framework_miniport_unload);
        kernel_.provide("WdfVersionBind", bind);
        kernel_.provide("WdfVersionUnbind", unbind);
        kernel_.provide("Note", note);
        RtlZeroMemory(&driver_, sizeof driver_);
        driver_.DriverUnload = framework_unload;
    }

    build::BuildRequest driver_request(int minor, std::string_view text = kDriver)
    {
        auto request = this->request({write("driver.c", text)});
        request.kmdf_version_minor = minor;
        return request;
    }

    NTSTATUS enter(const loader::Module &module)
    {
        std::u16string text = u"\\Registry\\Machine\\System\\Services\\driver";
        UNICODE_STRING path;
        path.Buffer = text.data();
        path.Length = path.MaximumLength = static_cast<USHORT>(text.size() * sizeof(WCHAR));
        auto status = reinterpret_cast<Entry>(module.entry())(&driver_, &path);
        text.assign(text.size(), u'x');  // the caller's string does not live on
        return status;
    }

    Framework framework_;
    DRIVER_OBJECT driver_;
};

TEST_F(KmdfBindingTest, BindsTheNewestVersionThroughAPointer)
{
    auto module = load(build(driver_request(33)));
    EXPECT_TRUE(module.is_kmdf());
    EXPECT_EQ(module.kmdf_version_minor(), 33);
    EXPECT_NE(module.entry(), module.driver_entry());
    EXPECT_EQ(enter(module), STATUS_SUCCESS);
    EXPECT_THAT(framework_.events, ElementsAre("bind", "DriverEntry", "WdfDriverCreate"));
    const auto &info = framework_.info.V1;
    EXPECT_EQ(info.Size, sizeof(WDF_BIND_INFO2));
    EXPECT_EQ(std::u16string_view(info.Component), u"KmdfLibrary");
    EXPECT_EQ(info.Version.Major, 1u);
    EXPECT_EQ(info.Version.Minor, 33u);
    EXPECT_EQ(info.FuncCount, 458u);
    EXPECT_EQ(framework_.minimum_version, 33u);
    EXPECT_EQ(framework_.registry_path, u"\\Registry\\Machine\\System\\Services\\driver");
}

TEST_F(KmdfBindingTest, BindsOldVersionsThroughTheirOwnTable)
{
    for (auto [minor, count] : {std::pair{0, 383u}, {5, 387u}, {9, 396u}, {11, 432u}, {13, 438u}}) {
        framework_.events.clear();
        auto module = load(build(driver_request(minor)));
        EXPECT_EQ(enter(module), STATUS_SUCCESS);
        EXPECT_THAT(framework_.events, ElementsAre("bind", "DriverEntry", "WdfDriverCreate"));
        EXPECT_EQ(framework_.info.V1.Size, sizeof(WDF_BIND_INFO));
        EXPECT_EQ(framework_.info.V1.FuncCount, count);
        EXPECT_EQ(framework_.info.V1.Version.Minor, static_cast<ULONG>(minor));
    }
}

TEST_F(KmdfBindingTest, UsesTheFirstFormUntilTheSecondExists)
{
    for (auto [minor, size] : {std::pair{15, sizeof(WDF_BIND_INFO)},
                               {23, sizeof(WDF_BIND_INFO)},
                               {25, sizeof(WDF_BIND_INFO2)}}) {
        auto module = load(build(driver_request(minor)));
        EXPECT_EQ(enter(module), STATUS_SUCCESS);
        EXPECT_EQ(framework_.info.V1.Size, size) << minor;
    }
}

TEST_F(KmdfBindingTest, PassesTheMinimumVersionOn)
{
    auto request = driver_request(33);
    request.defines = {"KMDF_MINIMUM_VERSION_REQUIRED=31"};
    auto module = load(build(request));
    EXPECT_EQ(enter(module), STATUS_SUCCESS);
    EXPECT_EQ(framework_.minimum_version, 31u);
}

TEST_F(KmdfBindingTest, DoesNotEnterTheDriverWhenTheBindingFails)
{
    framework_.bind_status = STATUS_REVISION_MISMATCH;
    auto module = load(build(driver_request(33)));
    EXPECT_EQ(enter(module), STATUS_REVISION_MISMATCH);
    EXPECT_THAT(framework_.events, ElementsAre("bind"));
}

TEST_F(KmdfBindingTest, UnbindsWhenTheDriverFails)
{
    auto request = driver_request(33);
    request.defines = {"RESULT=STATUS_INSUFFICIENT_RESOURCES"};
    auto module = load(build(request));
    EXPECT_EQ(enter(module), STATUS_INSUFFICIENT_RESOURCES);
    EXPECT_THAT(framework_.events, ElementsAre("bind", "DriverEntry", "WdfDriverCreate", "unbind"));
    EXPECT_EQ(driver_.DriverUnload, framework_unload);
}

TEST_F(KmdfBindingTest, UnloadsThroughTheDisplacedRoutine)
{
    auto module = load(build(driver_request(33)));
    enter(module);
    EXPECT_NE(driver_.DriverUnload, framework_unload);
    framework_.events.clear();
    driver_.DriverUnload(&driver_);
    EXPECT_THAT(framework_.events, ElementsAre("framework unload", "unbind"));
}

TEST_F(KmdfBindingTest, UnbindsAMiniportWhenItSaysSo)
{
    framework_.displace_unload = FALSE;
    for (int minor : {11, 33}) {
        framework_.events.clear();
        auto module = load(build(driver_request(minor, R"(
#include <ntddk.h>
#include <wdf.h>
#include <wdfminiport.h>
static VOID Unload(PDRIVER_OBJECT driver) { WdfDriverMiniportUnload(NULL); }
NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    driver->DriverUnload = Unload;
    return STATUS_SUCCESS;
}
)")));
        EXPECT_EQ(enter(module), STATUS_SUCCESS);
        driver_.DriverUnload(&driver_);
        EXPECT_THAT(framework_.events, ElementsAre("bind", "miniport unload", "unbind"));
    }
}

TEST_F(KmdfBindingTest, RefusesUnitsOfDifferentVersions)
{
    auto request = this->request({write("driver.c", kDriver),
                                  write("other.c", "#undef KMDF_VERSION_MINOR\n"
                                                   "#define KMDF_VERSION_MINOR 15\n"
                                                   "#include <ntddk.h>\n#include <wdf.h>\n"
                                                   "void *other(WDFREQUEST request)\n"
                                                   "{ return WdfRequestWdmGetIrp(request); }\n")});
    EXPECT_THAT(build_error(request).sentence,
                HasSubstr("compiled for different KMDF versions: 1.15, 1.33"));
}

TEST_F(KmdfBindingTest, AdoptsSharedContextTypes)
{
    auto module = load(build(driver_request(33, R"(
#include <ntddk.h>
#include <wdf.h>
void Note(const char *event);
typedef struct { int value; } SHARED, *PSHARED;
WDF_DECLARE_SHARED_CONTEXT_TYPE_WITH_NAME(SHARED, get_shared)
static WDF_OBJECT_CONTEXT_TYPE_INFO owner;
PCWDF_OBJECT_CONTEXT_TYPE_INFO SHARED_EXTERNAL_INIT_FUNCTION(void) { return &owner; }
NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, SHARED);
    Note(attributes.ContextTypeInfo == &owner ? "adopted" : "not adopted");
    return STATUS_SUCCESS;
}
)")));
    EXPECT_EQ(enter(module), STATUS_SUCCESS);
    EXPECT_THAT(framework_.events, ElementsAre("bind", "adopted"));
}

}  // namespace
}  // namespace openkmdf::test
