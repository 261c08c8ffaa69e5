#pragma once

#include "loader/elf_module.h"

#include <string_view>

namespace openkmdf::executive {
struct Kernel;
}

namespace openkmdf::machine {

// What a module of this machine imports: the executive's exports and the framework's loader
// library.
class Imports : public loader::ImportResolver {
public:
    void attach(executive::Kernel &kernel, bool checked)
    {
        kernel_ = &kernel;
        checked_ = checked;
    }
    void *resolve(std::string_view name) override;

private:
    executive::Kernel *kernel_ = nullptr;
    bool checked_ = false;
};

}  // namespace openkmdf::machine
