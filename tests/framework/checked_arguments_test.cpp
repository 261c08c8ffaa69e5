// The checked table, argument by argument: every parameter of every implemented function is given
// what it must not be while those before it are good. tests/machine/checked_test.cpp does the same
// to the first one, from a module.

#include "framework/api/checked.h"
#include "tests/framework/request_fixture.h"

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace openkmdf::test {
namespace {

using framework::HandleTraits;
using framework::ObjectType;

struct Parameter {
    bool required = false;
    bool handle = false;
    bool sized = false;                  // a structure with a Size field
    ObjectType type = ObjectType::None;  // of a handle; None: any
};

struct Function {
    const char *name;
    unsigned index;
    std::vector<Parameter> parameters;
};

template <class T>
Parameter describe(char letter)
{
    Parameter parameter;
    parameter.required = letter == 'r' || letter == 'h';
    if constexpr (HandleTraits<T>::kIsHandle) {
        parameter.handle = true;
        parameter.type = HandleTraits<T>::kType;
    } else if constexpr (std::is_same_v<T, WDFOBJECT>) {
        parameter.handle = letter == 'h' || letter == 'H';
    } else if constexpr (std::is_pointer_v<T>) {
        if constexpr (std::is_class_v<std::remove_pointer_t<T>>)
            parameter.sized = parameter.required && framework::HasSize<std::remove_pointer_t<T>>;
    }
    return parameter;
}

template <class R, class... Arguments>
std::vector<Parameter> parameters_of(R(NTAPI *)(PWDF_DRIVER_GLOBALS, Arguments...),
                                     const char *letters)
{
    return {describe<Arguments>(*letters++)...};
}

std::vector<Function> implemented_functions()
{
    static constexpr bool kImplemented[] = {
#define WDF_FUNCTION(index, name, major, minor, irql, visibility, state) #state[0] == 'i',
#include "framework/functions.table"
#undef WDF_FUNCTION
    };
    std::vector<Function> functions;
    unsigned index = 0;
#define WDF_SIGNATURE(name, type, letters)                                                         \
    if (kImplemented[index])                                                                       \
        functions.push_back({#name, index, parameters_of(static_cast<type>(nullptr), letters)});   \
    ++index;
#include "framework/api/signatures.table"
#undef WDF_SIGNATURE
    return functions;
}

using Arguments = std::array<std::uintptr_t, 10>;
using AnyFunction = std::uintptr_t(NTAPI *)(PWDF_DRIVER_GLOBALS, std::uintptr_t, std::uintptr_t,
                                            std::uintptr_t, std::uintptr_t, std::uintptr_t,
                                            std::uintptr_t, std::uintptr_t, std::uintptr_t,
                                            std::uintptr_t, std::uintptr_t);

// A driver with an object of each kind, which makes one call.
class Caller : public RequestFixture {
public:
    Caller()
    {
        before_create = [this](PWDFDEVICE_INIT init) {
            WDF_FILEOBJECT_CONFIG files;
            WDF_FILEOBJECT_CONFIG_INIT(&files, nullptr, nullptr, nullptr);
            WdfDeviceInitSetFileObjectConfig(init, &files, WDF_NO_OBJECT_ATTRIBUTES);
            WDF_PNPPOWER_EVENT_CALLBACKS events;
            WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&events);
            events.EvtDevicePrepareHardware = callback<PFN_WDF_DEVICE_PREPARE_HARDWARE>(prepare);
            WdfDeviceInitSetPnpPowerEventCallbacks(init, &events);
        };
        start_with(WdfIoQueueDispatchParallel);
        operation = read();
        run([this] { make_objects(); });
        sized.fill(std::byte{1});
    }
    void TestBody() override {}

    std::uintptr_t handle(ObjectType type) const { return objects.at(type); }
    static const std::set<ObjectType> &made()
    {
        static const std::set<ObjectType> all = [] {
            Caller caller;
            std::set<ObjectType> types;
            for (const auto &[type, object] : caller.objects) types.insert(type);
            caller.TearDown();
            return types;
        }();
        return all;
    }
    std::uintptr_t good(const Parameter &parameter)
    {
        if (parameter.handle)
            return handle(parameter.type == ObjectType::None ? ObjectType::Device : parameter.type);
        return reinterpret_cast<std::uintptr_t>(sized.data());
    }
    Bugcheck call(const Function &function, const Arguments &a)
    {
        auto *entry =
            reinterpret_cast<AnyFunction>(reinterpret_cast<void *>(binding.table[function.index]));
        return stops([&] {
            entry(binding.globals, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9]);
        });
    }
    std::uintptr_t deleted = 0;
    std::array<std::byte, 4096> zeroed = {};

private:
    template <class Handle>
    void keep_object(ObjectType type, Handle object)
    {
        EXPECT_NE(object, nullptr);
        objects[type] = reinterpret_cast<std::uintptr_t>(object);
    }
    void make_objects()
    {
        keep_object(ObjectType::Driver, wdf_driver);
        keep_object(ObjectType::Device, wdf_device);
        keep_object(ObjectType::Queue, queue);
        keep_object(ObjectType::Request, got.at(0));
        keep_object(ObjectType::FileObject, WdfRequestGetFileObject(got[0]));
        keep_object(ObjectType::IoTarget, WdfDeviceGetIoTarget(wdf_device));
        keep_object(ObjectType::CmResList, resources);
        WDFKEY key = nullptr;
        WdfDriverOpenParametersRegistryKey(wdf_driver, KEY_READ, nullptr, &key);
        keep_object(ObjectType::Key, key);
        make_simple_objects();
        make_deferred_objects();
    }
    void make_simple_objects()
    {
        WDFMEMORY memory = nullptr;
        WdfMemoryCreate(nullptr, NonPagedPoolNx, 0, 16, &memory, nullptr);
        deleted = reinterpret_cast<std::uintptr_t>(memory);
        WdfObjectDelete(memory);
        WdfMemoryCreate(nullptr, NonPagedPoolNx, 0, 16, &memory, nullptr);
        keep_object(ObjectType::Memory, memory);
        WDFSPINLOCK spin = nullptr;
        WdfSpinLockCreate(nullptr, &spin);
        keep_object(ObjectType::SpinLock, spin);
        WDFWAITLOCK wait = nullptr;
        WdfWaitLockCreate(nullptr, &wait);
        keep_object(ObjectType::WaitLock, wait);
        WDFSTRING string = nullptr;
        WdfStringCreate(nullptr, nullptr, &string);
        keep_object(ObjectType::String, string);
        WDFCOLLECTION collection = nullptr;
        WdfCollectionCreate(nullptr, &collection);
        keep_object(ObjectType::Collection, collection);
        WDFLOOKASIDE lookaside = nullptr;
        WdfLookasideListCreate(nullptr, 16, NonPagedPoolNx, nullptr, 0, &lookaside);
        keep_object(ObjectType::Lookaside, lookaside);
    }
    void make_deferred_objects()
    {
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with(wdf_device);
        WDF_DPC_CONFIG dpc_config;
        WDF_DPC_CONFIG_INIT(&dpc_config, callback<PFN_WDF_DPC>(no_dpc));
        WDFDPC dpc = nullptr;
        WdfDpcCreate(&dpc_config, &attributes, &dpc);
        keep_object(ObjectType::Dpc, dpc);
        WDF_TIMER_CONFIG timer_config;
        WDF_TIMER_CONFIG_INIT(&timer_config, callback<PFN_WDF_TIMER>(no_timer));
        WDFTIMER timer = nullptr;
        WdfTimerCreate(&timer_config, &attributes, &timer);
        keep_object(ObjectType::Timer, timer);
        WDF_WORKITEM_CONFIG work_config;
        WDF_WORKITEM_CONFIG_INIT(&work_config, callback<PFN_WDF_WORKITEM>(no_work));
        WDFWORKITEM item = nullptr;
        WdfWorkItemCreate(&work_config, &attributes, &item);
        keep_object(ObjectType::WorkItem, item);
    }

    static inline auto no_dpc = [](WDFDPC) {};
    static inline auto no_timer = [](WDFTIMER) {};
    static inline auto no_work = [](WDFWORKITEM) {};
    std::map<ObjectType, std::uintptr_t> objects;
    std::array<std::byte, 4096> sized;
    Operation operation;
    WDFCMRESLIST resources = nullptr;
    std::function<NTSTATUS(WDFDEVICE, WDFCMRESLIST, WDFCMRESLIST)> prepare =
        [this](WDFDEVICE, WDFCMRESLIST raw, WDFCMRESLIST) {
            resources = raw;
            return STATUS_SUCCESS;
        };
};

class CheckedArgumentsTest : public testing::Test {
protected:
    // Calls each function with good arguments before `position` and a bad one there; `bad` chooses
    // it, or nothing.
    template <class Bad>
    void for_each_parameter(std::uint64_t violation, Bad bad)
    {
        for (const Function &function : implemented_functions())
            for (std::size_t position = 0; position < function.parameters.size(); ++position)
                try_one(function, position, violation, bad);
        EXPECT_GT(calls, 20);
    }
    int calls = 0;

private:
    // Of the others there is none here: they live in a callback only, or need hardware.
    static bool is_made(ObjectType type)
    {
        return type == ObjectType::None || Caller::made().contains(type);
    }
    template <class Bad>
    void try_one(const Function &function, std::size_t position, std::uint64_t violation, Bad bad)
    {
        SCOPED_TRACE(testing::Message() << function.name << ", parameter " << position + 1);
        const Parameter &parameter = function.parameters[position];
        if (!bad(parameter, nullptr)) return;
        for (std::size_t i = 0; i < position; ++i)
            if (function.parameters[i].handle && !is_made(function.parameters[i].type)) return;
        Caller caller;
        Arguments arguments = {};
        for (std::size_t i = 0; i < position; ++i)
            arguments[i] = caller.good(function.parameters[i]);
        arguments[position] = *bad(parameter, &caller);
        const Bugcheck bugcheck = caller.call(function, arguments);
        EXPECT_EQ(bugcheck.code, static_cast<std::uint32_t>(WDF_VIOLATION)) << bugcheck;
        EXPECT_EQ(bugcheck.parameters[0], violation) << bugcheck;
        if (violation == WDF_INVALID_HANDLE) {
            EXPECT_EQ(bugcheck.parameters[1], arguments[position]) << bugcheck;
        }
        EXPECT_NE(bugcheck.message.find(function.name), std::string::npos) << bugcheck.message;
        ++calls;
    }
};

using Value = std::optional<std::uintptr_t>;

TEST_F(CheckedArgumentsTest, AreNotNull)
{
    for_each_parameter(WDF_REQUIRED_PARAMETER_IS_NULL, [](const Parameter &parameter, Caller *) {
        return parameter.required ? Value(0) : Value();
    });
}

TEST_F(CheckedArgumentsTest, AreHandlesOfTheirType)
{
    for_each_parameter(WDF_INVALID_HANDLE, [](const Parameter &parameter, Caller *caller) {
        if (!parameter.handle || parameter.type == ObjectType::None) return Value();
        if (!caller) return Value(0);
        return Value(caller->handle(parameter.type == ObjectType::String ? ObjectType::Collection
                                                                         : ObjectType::String));
    });
}

TEST_F(CheckedArgumentsTest, AreHandlesOfLiveObjects)
{
    for_each_parameter(WDF_INVALID_HANDLE, [](const Parameter &parameter, Caller *caller) {
        if (!parameter.handle) return Value();
        return Value(caller ? caller->deleted : 0);
    });
}

TEST_F(CheckedArgumentsTest, AreHandles)
{
    for_each_parameter(WDF_INVALID_HANDLE, [](const Parameter &parameter, Caller *) {
        return parameter.handle ? Value(0x1234'5678'9ABC'DEF1) : Value();
    });
}

TEST_F(CheckedArgumentsTest, AreInitialisedStructures)
{
    for_each_parameter(
        WDF_REQUIRED_PARAMETER_IS_NULL, [](const Parameter &parameter, Caller *caller) {
            if (!parameter.sized) return Value();
            return Value(caller ? reinterpret_cast<std::uintptr_t>(caller->zeroed.data()) : 0);
        });
}

}  // namespace
}  // namespace openkmdf::test
