#pragma once

#include "tests/framework/driver_test.h"

#include <string>
#include <vector>

namespace openkmdf::test {

struct Named {
    const char *name;
};
struct Other {
    int number;
};

using Log = std::vector<std::string>;

class ObjectTest : public DriverTest {
protected:
    // The callbacks find the test from here on: in the constructor it is not whole yet.
    void SetUp() override
    {
        self = this;
        start();
    }

    // An object that logs the end of its life.
    WDFOBJECT make(const char *name, WDFOBJECT parent = nullptr,
                   WDF_EXECUTION_LEVEL level = WdfExecutionLevelInheritFromParent)
    {
        WDF_OBJECT_ATTRIBUTES attributes = attributes_with_context<Named>(parent);
        attributes.ExecutionLevel = level;
        attributes.EvtCleanupCallback = callback<PFN_WDF_OBJECT_CONTEXT_CLEANUP>(cleanup);
        attributes.EvtDestroyCallback = callback<PFN_WDF_OBJECT_CONTEXT_DESTROY>(destroy);
        WDFOBJECT object = nullptr;
        EXPECT_STATUS(WdfObjectCreate(&attributes, &object), STATUS_SUCCESS);
        context_of<Named>(object)->name = name;
        return object;
    }
    void note(const char *what, WDFOBJECT object)
    {
        log.push_back(std::string(what) + " " + context_of<Named>(object)->name);
        irqls.push_back(KeGetCurrentIrql());
    }
    Log take()
    {
        Log taken;
        taken.swap(log);
        return taken;
    }

    Log log;
    std::vector<KIRQL> irqls;
    std::function<void(WDFOBJECT)> cleanup = [this](WDFOBJECT object) { note("cleanup", object); };
    std::function<void(WDFOBJECT)> destroy = [this](WDFOBJECT object) { note("destroy", object); };
    // One expression is one callback, so the two functions above need types of their own.
    template <class Function>
    Function callback(std::function<void(WDFOBJECT)> &function)
    {
        return &function == &cleanup ? &call_cleanup : &call_destroy;
    }
    static inline ObjectTest *self = nullptr;
    static VOID NTAPI call_cleanup(WDFOBJECT object) { self->cleanup(object); }
    static VOID NTAPI call_destroy(WDFOBJECT object) { self->destroy(object); }
};

}  // namespace openkmdf::test
