#include "executive/crt_exports.h"

#include "executive/crt/crt.h"

namespace openkmdf::executive {

const void *find_crt_export(std::string_view name)
{
#define CRT_EXPORT(exported, function)                                                             \
    if (name == #exported) return reinterpret_cast<const void *>(&crt::function);
#include "executive/crt/crt_exports.table"
#undef CRT_EXPORT
    return nullptr;
}

}  // namespace openkmdf::executive
