#include "loader/module_file.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <limits>
#include <mutex>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace openkmdf::loader {
namespace {

namespace fs = std::filesystem;

std::unexpected<LoadError> refuse(LoadFailure kind, std::string sentence)
{
    return std::unexpected(LoadError{kind, std::move(sentence)});
}

constexpr std::uint64_t kPageMask = 0xfff;

// A file mapped for reading.
class MappedFile {
public:
    explicit MappedFile(const fs::path &path)
    {
        int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (file < 0) {
            error_ = errno;
            return;
        }
        struct stat status {};
        if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
            error_ = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
        } else if (status.st_size > 0) {
            size_ = static_cast<std::size_t>(status.st_size);
            address_ = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
            if (address_ == MAP_FAILED) {
                error_ = errno;
                size_ = 0;
            }
        }
        close(file);
    }
    ~MappedFile()
    {
        if (size_) {
            munmap(address_, size_);
        }
    }
    MappedFile(const MappedFile &) = delete;
    MappedFile &operator=(const MappedFile &) = delete;

    int error() const { return error_; }
    std::span<const std::byte> bytes() const
    {
        return {static_cast<const std::byte *>(address_), size_};
    }

private:
    void *address_ = nullptr;
    std::size_t size_ = 0;
    int error_ = 0;
};

// An ELF image by its program headers, which is how the dynamic linker sees it.
class Image {
public:
    explicit Image(std::span<const std::byte> bytes) : bytes_(bytes) {}

    bool parse()
    {
        auto *header = at<Elf64_Ehdr>(0, 1);
        if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
            header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_machine != EM_X86_64 ||
            header->e_type != ET_DYN) {
            return false;
        }
        auto *segments = at<Elf64_Phdr>(header->e_phoff, header->e_phnum);
        segments_ = {segments, segments ? header->e_phnum : std::size_t{0}};
        auto *sections = at<Elf64_Shdr>(header->e_shoff, header->e_shnum);
        sections_ = {sections, sections ? header->e_shnum : std::size_t{0}};
        return segments != nullptr;
    }

    std::optional<std::uint64_t> exported(std::string_view name) const
    {
        for (const auto &section : sections_) {
            if (section.sh_type != SHT_DYNSYM || section.sh_link >= sections_.size()) {
                continue;
            }
            auto count = section.sh_size / sizeof(Elf64_Sym);
            auto *symbols = at<Elf64_Sym>(section.sh_offset, count);
            const auto &strings = sections_[section.sh_link];
            auto *names = at<char>(strings.sh_offset, strings.sh_size);
            for (std::size_t i = 0; symbols && names && i < count; ++i) {
                if (symbols[i].st_shndx == SHN_UNDEF || symbols[i].st_name >= strings.sh_size) {
                    continue;
                }
                auto room = strings.sh_size - symbols[i].st_name;
                if (std::string_view(names + symbols[i].st_name,
                                     strnlen(names + symbols[i].st_name, room)) == name) {
                    return symbols[i].st_value;
                }
            }
        }
        return std::nullopt;
    }

    // The file's bytes of a mapped address.
    template <class T>
    const T *mapped(std::uint64_t address) const
    {
        for (const auto &segment : segments_) {
            if (segment.p_type == PT_LOAD && address >= segment.p_vaddr &&
                address - segment.p_vaddr + sizeof(T) <= segment.p_filesz) {
                return at<T>(segment.p_offset + (address - segment.p_vaddr), 1);
            }
        }
        return nullptr;
    }

    void measure(ModuleFile &file) const
    {
        file.image_begin = std::numeric_limits<std::uint64_t>::max();
        for (const auto &segment : segments_) {
            if (segment.p_type == PT_LOAD) {
                file.image_begin = std::min(file.image_begin, segment.p_vaddr & ~kPageMask);
                file.image_end = std::max(
                    file.image_end, (segment.p_vaddr + segment.p_memsz + kPageMask) & ~kPageMask);
            }
        }
    }

    std::string build_id() const
    {
        for (const auto &segment : segments_) {
            auto *note = segment.p_type == PT_NOTE ? at<Elf64_Nhdr>(segment.p_offset, 1) : nullptr;
            if (!note || note->n_type != NT_GNU_BUILD_ID || note->n_namesz != 4) {
                continue;
            }
            auto *id = at<unsigned char>(segment.p_offset + sizeof(Elf64_Nhdr) + 4, note->n_descsz);
            std::string text;
            for (std::size_t i = 0; id && i < note->n_descsz; ++i) {
                text += fmt::format("{:02x}", id[i]);
            }
            return text;
        }
        return {};
    }

private:
    template <class T>
    const T *at(std::uint64_t offset, std::uint64_t count) const
    {
        if (offset > bytes_.size() || count > (bytes_.size() - offset) / sizeof(T) ||
            offset % alignof(T) != 0) {
            return nullptr;
        }
        return reinterpret_cast<const T *>(bytes_.data() + offset);
    }

    std::span<const std::byte> bytes_;
    std::span<const Elf64_Phdr> segments_;
    std::span<const Elf64_Shdr> sections_;
};

constexpr std::string_view kCopyPrefix = "openkmdf-";

// Folders of this process that are to go with it.
class CopyFolders {
public:
    ~CopyFolders()
    {
        std::error_code error;
        for (const auto &folder : folders_) {
            fs::remove_all(folder, error);
        }
    }
    void add(const fs::path &folder)
    {
        std::lock_guard guard(lock_);
        folders_.push_back(folder);
    }
    void remove(const fs::path &folder)
    {
        std::error_code error;
        fs::remove_all(folder, error);
        std::lock_guard guard(lock_);
        std::erase(folders_, folder);
    }

private:
    std::mutex lock_;
    std::vector<fs::path> folders_;
};

CopyFolders &copy_folders()
{
    static CopyFolders folders;
    return folders;
}

// What processes left behind that were killed.
void remove_stale_copies(const fs::path &temporary)
{
    std::error_code error;
    for (const auto &entry : fs::directory_iterator(temporary, error)) {
        auto name = entry.path().filename().string();
        pid_t owner = 0;
        if (!name.starts_with(kCopyPrefix)) {
            continue;
        }
        std::from_chars(name.data() + kCopyPrefix.size(), name.data() + name.size(), owner);
        if (owner > 0 && kill(owner, 0) != 0 && errno == ESRCH) {
            fs::remove_all(entry.path(), error);
        }
    }
}

}  // namespace

std::expected<ModuleFile, LoadError> inspect_module(const fs::path &path)
{
    MappedFile file(path);
    auto name = path.string();
    if (file.error() == EINVAL) {
        return refuse(LoadFailure::NotADriver,
                      fmt::format("{} is no file. Name a module of `kmdf build`.", name));
    }
    if (file.error()) {
        return refuse(LoadFailure::NotFound,
                      fmt::format("{} cannot be read: {}.", name, std::strerror(file.error())));
    }
    auto bytes = file.bytes();
    if (bytes.size() > 2 && std::memcmp(bytes.data(), "MZ", 2) == 0) {
        return refuse(LoadFailure::PeImage,
                      fmt::format("{} is a Windows image. Build the driver from its sources with "
                                  "`kmdf build`.",
                                  name));
    }
    Image image(bytes);
    auto address = image.parse() ? image.exported(DRV_MODULE_SYMBOL) : std::nullopt;
    if (!address) {
        return refuse(LoadFailure::NotADriver,
                      fmt::format("{} is not a driver module. Build one with `kmdf build`.", name));
    }
    auto *magic = image.mapped<std::uint64_t>(*address);
    auto *descriptor = image.mapped<DrvModule>(*address);
    if (!magic || *magic != DRV_MODULE_MAGIC || !descriptor ||
        descriptor->version != DRV_MODULE_VERSION || descriptor->size != sizeof(DrvModule)) {
        return refuse(
            LoadFailure::WrongVersion,
            fmt::format("{} was built by another version of OpenKMDF. Build it again.", name));
    }
    ModuleFile result;
    result.features = descriptor->features;
    result.build_id = image.build_id();
    image.measure(result);
    return result;
}

std::optional<PrivateCopy> make_private_copy(const fs::path &path)
{
    std::error_code error;
    auto temporary = fs::temp_directory_path(error);
    if (error) {
        return std::nullopt;
    }
    remove_stale_copies(temporary);
    auto pattern = (temporary / fmt::format("{}{}-XXXXXX", kCopyPrefix, getpid())).string();
    if (!mkdtemp(pattern.data())) {
        return std::nullopt;
    }
    PrivateCopy copy{pattern, fs::path(pattern) / path.filename()};
    copy_folders().add(copy.folder);
    if (!fs::copy_file(path, copy.file, error)) {
        remove_private_copy(copy.folder);
        return std::nullopt;
    }
    return copy;
}

void remove_private_copy(const fs::path &folder)
{
    copy_folders().remove(folder);
}

}  // namespace openkmdf::loader
