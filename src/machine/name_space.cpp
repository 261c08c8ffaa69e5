#include "machine/name_space.h"

#include "loader/shims/sanitizer_runtime.h"

#include "executive/ob/object_manager.h"
#include "machine/machine_core.h"

namespace openkmdf::machine {

std::vector<std::string> names_in(MachineCore &core, std::u16string_view directory, NameKind kind)
{
    constexpr std::size_t kMostCharacters = 512;
    std::vector<std::string> names;
    core.call([&] {
        executive::ObjectManager &objects = *core.kernel->objects;
        executive::ObjectManager::Lookup request;
        request.path = counted(directory);
        request.wanted = objects.type(executive::ob::TypeIndex::Directory);
        void *folder = nullptr;
        if (!NT_SUCCESS(objects.lookup(request, &folder))) return;
        const POBJECT_TYPE wanted =
            objects.type(kind == NameKind::Device ? executive::ob::TypeIndex::Device
                                                  : executive::ob::TypeIndex::SymbolicLink);
        for (std::size_t n = 0; void *entry = objects.directory_entry(folder, n); ++n) {
            char16_t buffer[kMostCharacters];
            std::size_t needed = 0;
            if (objects.is_object(entry, wanted) &&
                NT_SUCCESS(objects.query_name(entry, buffer, sizeof buffer, &needed))) {
                const std::u16string_view path(buffer, needed / sizeof(char16_t));
                names.push_back(narrow(path.substr(path.rfind(u'\\') + 1)));
            }
            objects.dereference(entry);
        }
        objects.dereference(folder);
    });
    return names;
}

bool takes_devices(MachineCore &core, std::string_view driver)
{
    for (const auto &loaded : core.drivers)
        if (loaded->name == driver && loaded->object)
            return loaded->object->DriverExtension->AddDevice != nullptr;
    return false;
}

std::uint64_t undefined_behavior_count()
{
    return loader::undefined_behavior_count();
}

}  // namespace openkmdf::machine
