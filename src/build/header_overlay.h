#pragma once

#include "build/request.h"
#include "build/wpp.h"

#include <map>
#include <set>
#include <string>
#include <vector>

// Driver sources name headers in any case and with backslashes. A Clang virtual file system lists
// the files of every folder that an include can reach, and finds them whatever the case.

namespace openkmdf::build {

class HeaderOverlay {
public:
    // Files in UTF-16 are converted into `intermediate` and stand in under their own name.
    explicit HeaderOverlay(fs::path intermediate) : intermediate_(std::move(intermediate)) {}

    // The folder's files, and the folders that the include lines of these files lead to.
    // `search` are the folders that the compiler searches.
    void add_sources(const fs::path &folder, const std::vector<fs::path> &search);
    // The folder's files and those of its subfolders; they are not read.
    void add_headers(const fs::path &folder);

    // What the sources so far ask of WPP.
    TraceHeaders &trace_headers() { return trace_headers_; }

    // Writes the overlay file. Its name stays the same: a new file beside the sources is no reason
    // to compile them again.
    Outcome<fs::path> write() const;

private:
    struct Entry {
        std::string name;
        fs::path contents;
        bool converted = false;
    };

    void list(const fs::path &folder);
    void follow_includes(const fs::path &file, const std::vector<fs::path> &search);
    fs::path contents_of(const fs::path &file, bool &converted) const;

    fs::path intermediate_;
    std::map<fs::path, std::vector<Entry>> folders_;
    std::set<fs::path> pending_;
    TraceHeaders trace_headers_;
};

}  // namespace openkmdf::build
