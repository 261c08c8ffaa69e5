#pragma once

#include "module/module_descriptor.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

// A driver module in this process: an ELF shared object made by `kmdf build`.

namespace openkmdf::loader {

enum class LoadFailure {
    NotFound,           // no such file, or not readable
    NotADriver,         // not a module made by `kmdf build`
    PeImage,            // a Windows image
    WrongVersion,       // made by another version of the build
    UnresolvedImports,  // the machine does not have them
    SanitizerMismatch,  // the host does not run the sanitizer that the module was built with
    OutOfResources,     // the dynamic linker refused it
};

struct LoadError {
    LoadFailure kind;
    std::string sentence;  // with what to do
};

// Where a module's imports come from: the tables of one machine.
class ImportResolver {
public:
    virtual ~ImportResolver() = default;
    // The address of a function or of a data export; null: not known.
    virtual void *resolve(std::string_view name) = 0;
};

struct AddressRange {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;

    bool contains(std::uintptr_t address) const { return address >= begin && address < end; }
};

struct ModuleOptions {
    // Map a copy even when nobody else has the file mapped.
    bool private_copy = false;
    // Where counters of a module built with coverage are written when it is unloaded. Default: in
    // OPENKMDF_COVERAGE_DIR, else in the current folder, named after the module.
    std::filesystem::path coverage_file;
};

class Module {
public:
    static std::expected<Module, LoadError>
    open(const std::filesystem::path &path, const ModuleOptions &options, ImportResolver &imports);
    // Unmaps the module; what its variables held is forgotten. Its memory is no longer code:
    // nothing may call into it any more.
    ~Module();
    Module(Module &&other) noexcept;
    Module &operator=(Module &&other) noexcept;

    std::string_view name() const { return descriptor_->name; }
    const std::filesystem::path &path() const { return path_; }
    // The file that is mapped: the path, or the private copy.
    const std::filesystem::path &mapped_file() const { return mapped_file_; }
    const std::string &build_id() const { return build_id_; }  // hexadecimal digits
    AddressRange range() const { return range_; }

    bool is_kmdf() const { return descriptor_->kind == DRV_KIND_KMDF; }
    int kmdf_version_minor() const { return static_cast<int>(descriptor_->kmdf_minor); }
    // NTSTATUS (DRIVER_OBJECT*, UNICODE_STRING*) in the Microsoft x64 calling convention.
    void *entry() const { return descriptor_->entry; }
    // The driver's own; the same as entry() without KMDF.
    void *driver_entry() const { return descriptor_->driver_entry; }

    std::uint64_t features() const { return descriptor_->features; }
    // Globals of the driver whose constructors nobody runs, one per line.
    std::string_view dynamic_names() const { return descriptor_->dynamic_names; }

    // Whether interlocked operations call back into the machine. Off at first.
    void set_choice_points(bool on);

    // The counters so far, in LLVM's raw profile format. Only for modules built with coverage.
    bool write_coverage(const std::filesystem::path &file) const;

private:
    Module() = default;
    std::expected<void, LoadError> map(const std::filesystem::path &path, bool private_copy);
    std::expected<void, LoadError> bind(ImportResolver &imports);
    void release();

    void *handle_ = nullptr;
    DrvModule *descriptor_ = nullptr;
    std::filesystem::path path_;
    std::filesystem::path mapped_file_;
    std::filesystem::path copy_folder_;
    std::filesystem::path coverage_file_;
    std::string build_id_;
    AddressRange range_;
    bool started_ = false;
};

}  // namespace openkmdf::loader
