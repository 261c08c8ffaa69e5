# shellcheck shell=bash
# Sourced by the scripts in the root folder: set-up, configuring and building.
# Everything is silent unless it fails or takes part in what was asked for.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Half a gigabyte per compiler is what the largest translation units take.
parallel_jobs() {
  local cores memory_kb by_memory
  cores=$(nproc)
  memory_kb=$(sed -n 's/^MemAvailable: *\([0-9]*\).*/\1/p' /proc/meminfo)
  by_memory=$((memory_kb / 1024 / 768))
  [ "$by_memory" -ge 1 ] || by_memory=1
  printf '%s\n' $((cores < by_memory ? cores : by_memory))
}

# configure PRESET: only when the presets are newer than the build directory; Ninja itself notices
# any other change.
configure() {
  local preset=$1 directory=$root/build/$1
  if [ -f "$directory/build.ninja" ] &&
    [ ! "$root/CMakePresets.json" -nt "$directory/build.ninja" ]; then
    return 0
  fi
  if [ ! -f "$directory/build.ninja" ]; then
    printf 'Building OpenKMDF (preset %s); the first time takes some minutes.\n' "$preset" >&2
  fi
  mkdir -p "$directory"
  if ! (cd "$root" && cmake --preset "$preset") >"$directory/configure.log" 2>&1; then
    rm -f "$directory/build.ninja"
    cat "$directory/configure.log" >&2
    printf 'Configuring failed (preset %s).\n' "$preset" >&2
    return 1
  fi
}

# build_quietly PRESET TARGET...: prints the compiler's words only when it fails. Two commands at
# once in one build directory wait for each other.
build_quietly() {
  local preset=$1 directory=$root/build/$1
  shift
  mkdir -p "$directory"
  (
    flock 9
    configure "$preset" &&
      if ! ninja -C "$directory" -j "$(parallel_jobs)" "$@" >"$directory/build.log" 2>&1; then
        grep -v '^\[[0-9]*/[0-9]*\] \(Building\|Linking\|Generating\)' "$directory/build.log" >&2
        printf 'Building failed (preset %s); the whole log is build/%s/build.log.\n' \
          "$preset" "$preset" >&2
        exit 1
      fi
  ) 9>"$directory/.lock"
}
