#include "tests/framework/driver_test.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace openkmdf::test {

namespace {

// The same cases run a second time through the table that checks nothing, see CMakeLists.txt.
MachineOptions with_table(MachineOptions options)
{
    if (std::getenv("OPENKMDF_TEST_FAST_TABLE")) options.checks = Checks::Off;
    return options;
}

}  // namespace

DriverTest *DriverTest::current_ = nullptr;

DriverTest::DriverTest(MachineOptions options) : pc(with_table(std::move(options)))
{
    current_ = this;
    WDF_DRIVER_CONFIG_INIT(&driver_config, add_device);
    driver_entry = [this](PDRIVER_OBJECT driver_object, PUNICODE_STRING path) {
        return WdfDriverCreate(driver_object, path, &driver_attributes, &driver_config,
                               &wdf_driver);
    };
    device_add = [this](PWDFDEVICE_INIT init) {
        before_create(init);
        NTSTATUS status = WdfDeviceCreate(&init, &device_attributes, &wdf_device);
        if (!NT_SUCCESS(status)) return status;
        const UNICODE_STRING link = text(u"\\DosDevices\\Test");
        status = WdfDeviceCreateSymbolicLink(wdf_device, &link);
        return NT_SUCCESS(status) ? after_create() : status;
    };
}

DriverTest::~DriverTest()
{
    // A fixture that stands in a test as a variable is not torn down by GoogleTest.
    DriverTest::TearDown();
    current_ = nullptr;
}

void DriverTest::TearDown()
{
    if (std::exchange(torn_down_, true)) return;
    if (driver.ok() && !pc.stopped()) {
        const UnloadReport report = unload();
        // A test may have unloaded the driver itself.
        EXPECT_TRUE(report.clean() || report.status == STATUS_INVALID_PARAMETER) << report;
    }
    if (expect_bugcheck_) {
        EXPECT_TRUE(pc.bugcheck());
    } else if (pc.bugcheck()) {
        ADD_FAILURE() << *pc.bugcheck();
    }
}

void DriverTest::load()
{
    driver = pc.load_built_in("testdrv", entry_point());
    ASSERT_TRUE(driver.ok()) << driver.error();
}

BuiltInEntry DriverTest::entry_point()
{
    return reinterpret_cast<BuiltInEntry>(&DriverTest::enter);
}

void DriverTest::plug_in(const DeviceOptions &options)
{
    device = pc.plug_in(driver, "ROOT\\TEST", options);
    ASSERT_TRUE(device.ok()) << device.error();
}

File DriverTest::open()
{
    File file = pc.open(R"(\\.\Test)");
    EXPECT_TRUE(file.ok()) << file.error();
    return file;
}

// What the entry stub of a module does.
NTSTATUS DriverTest::bind(PDRIVER_OBJECT driver_object, PUNICODE_STRING path)
{
    static char16_t component[] = u"KmdfLibrary";
    std::memcpy(path_text_, path->Buffer,
                std::min<std::size_t>(path->Length, sizeof path_text_ - 2));
    path_ = {path->Length, sizeof path_text_, path_text_};
    bind_info_ = {};
    bind_info_.V1.Size = sizeof bind_info_;
    bind_info_.V1.Component = component;
    bind_info_.V1.Version = {1, 33, 0};
    bind_info_.V1.FuncCount = WdfFunctionTableNumEntries;
    bind_info_.V1.FuncTable = static_cast<WDFFUNC *>(static_cast<void *>(&binding.table));
    return WdfVersionBind(driver_object, &path_, &bind_info_.V1, &binding.globals);
}

NTSTATUS NTAPI DriverTest::enter(PDRIVER_OBJECT driver_object, PUNICODE_STRING path)
{
    DriverTest &self = *current_;
    NTSTATUS status = self.bind(driver_object, path);
    if (!NT_SUCCESS(status)) return status;
    status = self.driver_entry(driver_object, path);
    if (!NT_SUCCESS(status)) {
        WdfVersionUnbind(&self.path_, &self.bind_info_.V1, binding.globals);
        return status;
    }
    if (binding.globals->DisplaceDriverUnload) {
        self.displaced_unload_ = driver_object->DriverUnload;
        driver_object->DriverUnload = leave;
    }
    return status;
}

NTSTATUS NTAPI DriverTest::add_device(WDFDRIVER, PWDFDEVICE_INIT init)
{
    return current_->device_add(init);
}

VOID NTAPI DriverTest::leave(PDRIVER_OBJECT driver_object)
{
    DriverTest &self = *current_;
    if (self.displaced_unload_) self.displaced_unload_(driver_object);
    WdfVersionUnbind(&self.path_, &self.bind_info_.V1, binding.globals);
}

}  // namespace openkmdf::test
