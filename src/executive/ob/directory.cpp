#include "executive/ob/directory.h"

#include "executive/rtl/upcase.h"

namespace openkmdf::executive::ob {
namespace {

unsigned bucket_of(std::u16string_view name)
{
    std::uint32_t hash = 2166136261u;
    for (char16_t character : name) hash = (hash ^ rtl::upcase(character)) * 16777619u;
    return (hash ^ (hash >> 15)) % Directory::kBuckets;
}

bool equal(std::u16string_view left, std::u16string_view right, bool ignore_case)
{
    if (left.size() != right.size()) return false;
    if (!ignore_case) return left == right;
    for (std::size_t index = 0; index < left.size(); ++index) {
        if (rtl::upcase(left[index]) != rtl::upcase(right[index])) return false;
    }
    return true;
}

}  // namespace

ObjectName *Directory::find(std::u16string_view name, bool ignore_case)
{
    for (ObjectName *entry = buckets[bucket_of(name)]; entry; entry = entry->next_in_bucket) {
        if (equal(view(entry->text), name, ignore_case)) return entry;
    }
    return nullptr;
}

void Directory::add(ObjectName *name)
{
    ObjectName *&bucket = buckets[bucket_of(view(name->text))];
    name->next_in_bucket = bucket;
    bucket = name;
    name->previous = last;
    name->next = nullptr;
    (last ? last->next : first) = name;
    last = name;
    ++count;
}

void Directory::remove(ObjectName *name)
{
    ObjectName **link = &buckets[bucket_of(view(name->text))];
    while (*link != name) link = &(*link)->next_in_bucket;
    *link = name->next_in_bucket;
    (name->previous ? name->previous->next : first) = name->next;
    (name->next ? name->next->previous : last) = name->previous;
    --count;
}

}  // namespace openkmdf::executive::ob
