#pragma once

// Objects in drivers' memory that the executive keeps a list of.

namespace openkmdf::executive {

// One that lies in [low, high), or nullptr.
const void *find_resource(const void *low, const void *high);
const void *find_lookaside_list(const void *low, const void *high);

}  // namespace openkmdf::executive
