#include "loader/elf_module.h"

#include "loader/module_file.h"
#include "loader/profile_writer.h"
#include "loader/shims/sanitizer_runtime.h"

#include <atomic>
#include <cstdlib>
#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <link.h>
#include <unistd.h>
#include <vector>

namespace openkmdf::loader {
namespace {

namespace fs = std::filesystem;

using Initialiser = void(__attribute__((ms_abi)) *)();

std::unexpected<LoadError> refuse(LoadFailure kind, std::string sentence)
{
    return std::unexpected(LoadError{kind, std::move(sentence)});
}

void call_all(const DrvRange &range)
{
    auto *begin = reinterpret_cast<Initialiser *>(range.begin);
    auto *end = reinterpret_cast<Initialiser *>(range.end);
    for (auto *function = begin; function != end; ++function) {
        if (*function) {
            (*function)();
        }
    }
}

fs::path default_coverage_file(std::string_view name)
{
    static std::atomic<unsigned> count{0};
    const char *folder = std::getenv("OPENKMDF_COVERAGE_DIR");
    return fs::path(folder ? folder : "") /
           fmt::format("{}-{}-{}.profraw", name, getpid(), ++count);
}

std::expected<void, LoadError> check_sanitizers(const fs::path &path, std::uint64_t features)
{
    struct Kind {
        std::uint64_t feature;
        bool present;
        const char *name;
        const char *option;
    };
    for (const auto &kind :
         {Kind{DRV_SANITIZER_ADDRESS, host_has_address_sanitizer(), "AddressSanitizer", "--asan"},
          Kind{DRV_SANITIZER_THREAD, host_has_thread_sanitizer(), "ThreadSanitizer", "--tsan"},
          Kind{DRV_SANITIZER_UNDEFINED, host_has_undefined_sanitizer(),
               "UndefinedBehaviorSanitizer", "--ubsan"}}) {
        if ((features & kind.feature) && !kind.present) {
            return refuse(
                LoadFailure::SanitizerMismatch,
                fmt::format("{} is built with {}, but this program runs without it. Run it in "
                            "a program that is built with it too, or build the driver without "
                            "{}.",
                            path.string(), kind.name, kind.option));
        }
    }
    return {};
}

}  // namespace

std::expected<void, LoadError> Module::map(const fs::path &path, bool private_copy)
{
    mapped_file_ = path;
    if (private_copy) {
        auto copy = make_private_copy(path);
        if (!copy) {
            return refuse(LoadFailure::OutOfResources,
                          fmt::format("{} cannot be copied to the folder for temporary files.",
                                      path.string()));
        }
        copy_folder_ = copy->folder;
        mapped_file_ = copy->file;
    }
    handle_ = dlopen(mapped_file_.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle_) {
        const char *reason = dlerror();
        return refuse(
            LoadFailure::OutOfResources,
            fmt::format("{} cannot be mapped: {}.", path.string(), reason ? reason : "?"));
    }
    descriptor_ = static_cast<DrvModule *>(dlsym(handle_, DRV_MODULE_SYMBOL));
    return {};
}

std::expected<Module, LoadError> Module::open(const fs::path &given, const ModuleOptions &options,
                                              ImportResolver &imports)
{
    std::error_code error;
    auto path = fs::absolute(given, error).lexically_normal();
    auto file = inspect_module(path);
    if (!file) {
        return std::unexpected(file.error());
    }
    if (auto checked = check_sanitizers(path, file->features); !checked) {
        return std::unexpected(checked.error());
    }
    Module module;
    module.path_ = path;
    if (auto mapped = module.map(path, options.private_copy); !mapped) {
        return std::unexpected(mapped.error());
    }
    // The dynamic linker gives a file that is mapped already once more; its variables have an
    // owner.
    if (__atomic_exchange_n(&module.descriptor_->loaded, 1, __ATOMIC_ACQ_REL) != 0) {
        dlclose(std::exchange(module.handle_, nullptr));
        if (auto mapped = module.map(path, true); !mapped) {
            return std::unexpected(mapped.error());
        }
        module.descriptor_->loaded = 1;
    }
    link_map *map = nullptr;
    dlinfo(module.handle_, RTLD_DI_LINKMAP, &map);
    module.range_ = {map->l_addr + file->image_begin, map->l_addr + file->image_end};
    module.build_id_ = file->build_id;
    if (auto bound = module.bind(imports); !bound) {
        return std::unexpected(bound.error());
    }
    if (file->features & DRV_COVERAGE) {
        module.coverage_file_ = options.coverage_file.empty() ? default_coverage_file(module.name())
                                                              : options.coverage_file;
    }
    if (module.descriptor_->asan_shadow_base) {
        *module.descriptor_->asan_shadow_base = address_sanitizer_shadow_base();
    }
    call_all(module.descriptor_->sanitizer_init);
    module.started_ = true;
    return module;
}

std::expected<void, LoadError> Module::bind(ImportResolver &imports)
{
    std::vector<std::string_view> missing;
    for (std::uint64_t i = 0; i < descriptor_->import_count; ++i) {
        const auto &import = descriptor_->imports[i];
        void *address = is_sanitizer_symbol(import.name) ? sanitizer_function(import.name)
                                                         : imports.resolve(import.name);
        if (address) {
            *import.cell = address;
        } else {
            missing.push_back(import.name);
        }
    }
    if (missing.empty()) {
        return {};
    }
    return refuse(LoadFailure::UnresolvedImports,
                  fmt::format("{} needs {} that OpenKMDF does not have: {}. `kmdf support` lists "
                              "those that it has.",
                              path_.string(),
                              missing.size() == 1 ? "a kernel routine" : "kernel routines",
                              fmt::join(missing, ", ")));
}

void Module::set_choice_points(bool on)
{
    if (descriptor_->choice_points) {
        *descriptor_->choice_points = on;
    }
}

bool Module::write_coverage(const fs::path &file) const
{
    return (descriptor_->features & DRV_COVERAGE) && write_profile(*descriptor_, file);
}

void Module::release()
{
    if (handle_) {
        if (started_) {
            if (!coverage_file_.empty()) {
                write_coverage(coverage_file_);
            }
            call_all(descriptor_->sanitizer_fini);
        }
        dlclose(std::exchange(handle_, nullptr));
    }
    if (!copy_folder_.empty()) {
        remove_private_copy(std::exchange(copy_folder_, {}));
    }
}

Module::~Module()
{
    release();
}

Module::Module(Module &&other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), descriptor_(other.descriptor_),
      path_(std::move(other.path_)), mapped_file_(std::move(other.mapped_file_)),
      copy_folder_(std::move(other.copy_folder_)), coverage_file_(std::move(other.coverage_file_)),
      build_id_(std::move(other.build_id_)), range_(other.range_), started_(other.started_)
{
}

Module &Module::operator=(Module &&other) noexcept
{
    if (this != &other) {
        release();
        handle_ = std::exchange(other.handle_, nullptr);
        descriptor_ = other.descriptor_;
        path_ = std::move(other.path_);
        mapped_file_ = std::move(other.mapped_file_);
        copy_folder_ = std::move(other.copy_folder_);
        coverage_file_ = std::move(other.coverage_file_);
        build_id_ = std::move(other.build_id_);
        range_ = other.range_;
        started_ = other.started_;
    }
    return *this;
}

}  // namespace openkmdf::loader
