#include "framework/support/library.h"

#include <wdfminiport.h>
#include <wdfusb.h>

namespace openkmdf::framework {

// By WDFSTRUCTENUM. Structures of class extensions, whose layout no public header gives, are 0.
static const std::size_t kSizes[] = {
#define WDF_STRUCTURE(name, size) size,
#include "framework/support/structures.table"
#undef WDF_STRUCTURE
};

std::uint32_t structure_count()
{
    return static_cast<std::uint32_t>(std::size(kSizes));
}

const std::size_t *structure_sizes()
{
    return kSizes;
}

}  // namespace openkmdf::framework
