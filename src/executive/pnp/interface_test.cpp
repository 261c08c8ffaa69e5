#include "executive/io/test_computer.h"

#include "tests/support/tested.h"

#include <wdmguid.h>

// Device interfaces, notifications, properties, keys, and drivers' end.

namespace openkmdf::executive::test {

namespace {

using pnp::DevNode;
using Log = std::vector<std::string>;

constexpr GUID kClass = {0x12345678, 0x1111, 0x2222, {1, 2, 3, 4, 5, 6, 7, 0xAB}};
constexpr GUID kOther = {0x87654321, 0x1111, 0x2222, {1, 2, 3, 4, 5, 6, 7, 8}};
constexpr GUID kNone = {};
constexpr std::u16string_view kLink =
    u"\\??\\ROOT#ECHO#0000#{12345678-1111-2222-0102-0304050607ab}";

class Interfaces : public InBothModes {
protected:
    Interfaces()
    {
        function.name = u"function";
        function.add_device = [this](Driver &own, PDEVICE_OBJECT device) {
            physical = device;
            return add ? add(own, device) : own.attach(device);
        };
        function.on[IRP_MJ_CREATE] = [this](PDEVICE_OBJECT, PIRP irp) {
            const UNICODE_STRING &name = IoGetCurrentIrpStackLocation(irp)->FileObject->FileName;
            opened.assign(name.Buffer ? io::view(name) : u"");
            return complete(irp, STATUS_SUCCESS);
        };
        listener.name = u"listener";
        EXPECT_EQ(pc.load(function), STATUS_SUCCESS);
        EXPECT_EQ(pc.load(listener), STATUS_SUCCESS);
        self = this;
    }
    void plug_in() { ASSERT_EQ(pc.plug_in({&function}, &node), STATUS_SUCCESS); }
    void remove()
    {
        EXPECT_EQ(pc.with(node, &PnpManager::remove), STATUS_SUCCESS);
        pc.release(node);
    }
    NTSTATUS enable(bool on)
    {
        return pc.get(STATUS_UNSUCCESSFUL, [&] {
            UNICODE_STRING name = io::counted(link);
            return IoSetDeviceInterfaceState(&name, on);
        });
    }
    NTSTATUS register_interface(const char16_t *reference = nullptr, const GUID &guid = kClass)
    {
        return pc.get(STATUS_UNSUCCESSFUL, [&] { return register_now(reference, guid); });
    }
    NTSTATUS register_now(const char16_t *reference = nullptr, const GUID &guid = kClass)
    {
        UNICODE_STRING text = {}, name = {};
        if (reference) text = io::counted(reference);
        NTSTATUS status =
            IoRegisterDeviceInterface(physical, &guid, reference ? &text : nullptr, &name);
        if (NT_SUCCESS(status)) {
            link.assign(io::view(name));
            RtlFreeUnicodeString(&name);
        }
        return status;
    }
    static NTSTATUS NTAPI heard(PVOID structure, PVOID)
    {
        auto *change = static_cast<PDEVICE_INTERFACE_CHANGE_NOTIFICATION>(structure);
        const bool arrival =
            !std::memcmp(&change->Event, &GUID_DEVICE_INTERFACE_ARRIVAL, sizeof(GUID));
        self->log.push_back(arrival ? "arrival" : "removal");
        EXPECT_EQ(io::view(*change->SymbolicLinkName), kLink);
        return STATUS_SUCCESS;
    }
    static NTSTATUS NTAPI target_heard(PVOID structure, PVOID)
    {
        auto *header = static_cast<PTARGET_DEVICE_REMOVAL_NOTIFICATION>(structure);
        const GUID &event = header->Event;
        auto is = [&](const GUID &guid) { return !std::memcmp(&event, &guid, sizeof guid); };
        self->log.push_back(is(GUID_TARGET_DEVICE_QUERY_REMOVE)       ? "query"
                            : is(GUID_TARGET_DEVICE_REMOVE_CANCELLED) ? "cancelled"
                            : is(GUID_TARGET_DEVICE_REMOVE_COMPLETE)  ? "complete"
                                                                      : "custom");
        return self->veto ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS;
    }

    static inline Interfaces *self;
    Driver function, listener;
    std::function<NTSTATUS(Driver &, PDEVICE_OBJECT)> add;
    PDEVICE_OBJECT physical = nullptr;
    DevNode *node = nullptr;
    std::u16string link, opened;
    bool veto = false;
};

TEST_P(Interfaces, HaveTheDocumentedLink)
{
    OPENKMDF_TESTS(IoRegisterDeviceInterface, IoSetDeviceInterfaceState);
    plug_in();
    ASSERT_EQ(register_interface(), STATUS_SUCCESS);
    EXPECT_EQ(link, kLink);
    EXPECT_EQ(register_interface(), STATUS_OBJECT_NAME_EXISTS);
    PFILE_OBJECT file;
    EXPECT_EQ(pc.open(link, &file), STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_EQ(enable(true), STATUS_SUCCESS);
    EXPECT_EQ(enable(true), STATUS_OBJECT_NAME_EXISTS);
    ASSERT_EQ(pc.open(link, &file), STATUS_SUCCESS);
    EXPECT_EQ(opened, u"");
    pc.close(file);
    char16_t buffer[128];
    EXPECT_EQ(std::u16string_view(buffer, pc.get(std::size_t{0},
                                                 [&] {
                                                     return pc.kernel().pnp->interface_link(
                                                         &kClass, nullptr, 0, buffer, 128);
                                                 })),
              kLink);
    EXPECT_EQ(enable(false), STATUS_SUCCESS);
    EXPECT_EQ(enable(false), STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_EQ(pc.open(link, &file), STATUS_OBJECT_NAME_NOT_FOUND);
    remove();
}

TEST_P(Interfaces, OpenTheirReferenceString)
{
    OPENKMDF_TESTS(IoRegisterDeviceInterface);
    plug_in();
    EXPECT_EQ(register_interface(u"a\\b"), STATUS_INVALID_DEVICE_REQUEST);
    ASSERT_EQ(register_interface(u"one"), STATUS_SUCCESS);
    const std::u16string one = link;
    EXPECT_EQ(one, std::u16string(kLink) + u"\\one");
    EXPECT_EQ(enable(true), STATUS_SUCCESS);
    ASSERT_EQ(register_interface(u"two"), STATUS_SUCCESS);
    EXPECT_EQ(enable(true), STATUS_SUCCESS);
    EXPECT_EQ(enable(false), STATUS_SUCCESS);
    PFILE_OBJECT file;
    ASSERT_EQ(pc.open(one, &file), STATUS_SUCCESS);
    EXPECT_EQ(opened, u"\\one");
    pc.close(file);
    remove();
}

TEST_P(Interfaces, AreDisabledWithTheirDevice)
{
    OPENKMDF_TESTS(IoSetDeviceInterfaceState);
    plug_in();
    ASSERT_EQ(register_interface(), STATUS_SUCCESS);
    EXPECT_EQ(enable(true), STATUS_SUCCESS);
    EXPECT_EQ(pc.with(node, &PnpManager::surprise_remove), STATUS_SUCCESS);
    pc.release(node);
    PFILE_OBJECT file;
    EXPECT_EQ(pc.open(kLink, &file), STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_EQ(enable(true), STATUS_OBJECT_NAME_NOT_FOUND);
    plug_in();
    EXPECT_EQ(register_interface(), STATUS_OBJECT_NAME_EXISTS);
    EXPECT_EQ(enable(true), STATUS_SUCCESS);
    EXPECT_EQ(pc.open(kLink, &file), STATUS_SUCCESS);
    pc.close(file);
    remove();
}

TEST_P(Interfaces, AreListedAndHaveAliases)
{
    OPENKMDF_TESTS(IoGetDeviceInterfaces, IoGetDeviceInterfaceAlias);
    plug_in();
    ASSERT_EQ(register_interface(nullptr, kOther), STATUS_SUCCESS);
    ASSERT_EQ(register_interface(), STATUS_SUCCESS);
    pc.call([&] {
        PZZWSTR list;
        EXPECT_EQ(IoGetDeviceInterfaces(&kClass, nullptr, 0, &list), STATUS_SUCCESS);
        EXPECT_EQ(*list, 0);
        ExFreePool(list);
        EXPECT_EQ(
            IoGetDeviceInterfaces(&kClass, physical, DEVICE_INTERFACE_INCLUDE_NONACTIVE, &list),
            STATUS_SUCCESS);
        EXPECT_EQ(std::u16string_view(list), kLink);
        EXPECT_EQ(list[kLink.size() + 1], 0);
        ExFreePool(list);
        UNICODE_STRING name = io::counted(link), alias = {};
        EXPECT_EQ(IoGetDeviceInterfaceAlias(&name, &kOther, &alias), STATUS_SUCCESS);
        EXPECT_NE(io::view(alias).find(u"{87654321"), std::u16string_view::npos);
        RtlFreeUnicodeString(&alias);
        EXPECT_EQ(IoGetDeviceInterfaceAlias(&name, &kNone, &alias), STATUS_OBJECT_NAME_NOT_FOUND);
    });
    remove();
}

TEST_P(Interfaces, AreAnnouncedOnceTheDeviceIsStarted)
{
    OPENKMDF_TESTS(IoRegisterPlugPlayNotification, IoUnregisterPlugPlayNotificationEx);
    add = [this](Driver &own, PDEVICE_OBJECT device) {
        EXPECT_EQ(register_now(), STATUS_SUCCESS);
        UNICODE_STRING name = io::counted(link);
        EXPECT_EQ(IoSetDeviceInterfaceState(&name, TRUE), STATUS_SUCCESS);
        log.push_back("add");
        return own.attach(device);
    };
    void *entry = nullptr, *late = nullptr;
    auto listen = [&](ULONG flags, void **registration) {
        GUID guid = kClass;
        EXPECT_EQ(IoRegisterPlugPlayNotification(EventCategoryDeviceInterfaceChange, flags, &guid,
                                                 listener.object, heard, nullptr, registration),
                  STATUS_SUCCESS);
    };
    pc.call([&] { listen(0, &entry); });
    plug_in();
    pc.call([&] { pc.kernel().pnp->drain(); });
    EXPECT_EQ(log, (Log{"add", "arrival"}));
    pc.call([&] { listen(PNPNOTIFY_DEVICE_INTERFACE_INCLUDE_EXISTING_INTERFACES, &late); });
    EXPECT_EQ(log, (Log{"add", "arrival", "arrival"}));
    pc.call([&] { IoUnregisterPlugPlayNotificationEx(late); });
    EXPECT_EQ(pc.with(node, &PnpManager::surprise_remove), STATUS_SUCCESS);
    pc.release(node);
    EXPECT_EQ(log.back(), "removal");
    EXPECT_EQ(log.size(), 4u);
    pnp::UnloadReport report;
    EXPECT_EQ(pc.unload(listener, &report), STATUS_SUCCESS);
    ASSERT_EQ(report.count, 1u);
    EXPECT_EQ(report.leftovers[0].kind, pnp::Leftover::Kind::Notification);
}

TEST_P(Interfaces, TellWhoHasFilesOpenOfARemoval)
{
    OPENKMDF_TESTS(IoRegisterPlugPlayNotification, IoReportTargetDeviceChange,
                   IoReportTargetDeviceChangeAsynchronous);
    add = [](Driver &own, PDEVICE_OBJECT device) {
        return own.attach(device, u"\\Device\\Target");
    };
    plug_in();
    PFILE_OBJECT file;
    ASSERT_EQ(pc.open(u"\\Device\\Target", &file), STATUS_SUCCESS);
    void *entry;
    pc.call([&] {
        EXPECT_EQ(IoRegisterPlugPlayNotification(EventCategoryTargetDeviceChange, 0, file,
                                                 listener.object, target_heard, nullptr, &entry),
                  STATUS_SUCCESS);
    });
    veto = true;
    EXPECT_EQ(pc.with(node, &PnpManager::remove), STATUS_UNSUCCESSFUL);
    EXPECT_EQ(log, (Log{"query"}));
    veto = false;
    log.clear();
    EXPECT_EQ(pc.with(node, &PnpManager::remove), STATUS_DEVICE_BUSY);
    EXPECT_EQ(log, (Log{"query", "cancelled"}));
    log.clear();
    pc.call([&] {
        TARGET_DEVICE_CUSTOM_NOTIFICATION custom = {};
        custom.Version = 1;
        custom.Size = sizeof custom;
        custom.Event = kOther;
        EXPECT_EQ(IoReportTargetDeviceChangeAsynchronous(physical, &custom, nullptr, nullptr),
                  STATUS_PENDING);
        pc.kernel().pnp->drain();
        EXPECT_EQ(IoReportTargetDeviceChange(physical, &custom), STATUS_SUCCESS);
        custom.Event = GUID_TARGET_DEVICE_QUERY_REMOVE;
        EXPECT_EQ(IoReportTargetDeviceChange(physical, &custom), STATUS_INVALID_DEVICE_REQUEST);
    });
    EXPECT_EQ(log, (Log{"custom", "custom"}));
    log.clear();
    EXPECT_EQ(pc.with(node, &PnpManager::surprise_remove), STATUS_SUCCESS);
    EXPECT_EQ(log, (Log{"complete"}));
    // The registration does not hold the file ("IoRegisterPlugPlayNotification").
    pc.close(file);
    pc.call([&] {
        pc.kernel().pnp->drain();
        EXPECT_EQ(node->state, pnp::NodeState::Removed);
        EXPECT_EQ(IoUnregisterPlugPlayNotification(entry), STATUS_SUCCESS);
    });
    pc.release(node);
}

OPENKMDF_IN_BOTH_MODES(Interfaces);

}  // namespace

}  // namespace openkmdf::executive::test
