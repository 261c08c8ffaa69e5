#pragma once

// Clang's thread safety analysis; the build with that compiler treats its findings as errors.
// Elsewhere the macros vanish. libstdc++'s mutexes carry no annotations: use the locks of
// scheduler/, which do.

#if defined(__clang__)
#define OPENKMDF_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define OPENKMDF_THREAD_ATTRIBUTE(x)
#endif

// On classes.
#define OPENKMDF_CAPABILITY(name) OPENKMDF_THREAD_ATTRIBUTE(capability(name))
#define OPENKMDF_SCOPED_CAPABILITY OPENKMDF_THREAD_ATTRIBUTE(scoped_lockable)

// On data members.
#define OPENKMDF_GUARDED_BY(lock) OPENKMDF_THREAD_ATTRIBUTE(guarded_by(lock))
#define OPENKMDF_PT_GUARDED_BY(lock) OPENKMDF_THREAD_ATTRIBUTE(pt_guarded_by(lock))
#define OPENKMDF_ACQUIRED_BEFORE(...) OPENKMDF_THREAD_ATTRIBUTE(acquired_before(__VA_ARGS__))
#define OPENKMDF_ACQUIRED_AFTER(...) OPENKMDF_THREAD_ATTRIBUTE(acquired_after(__VA_ARGS__))

// On functions.
#define OPENKMDF_REQUIRES(...) OPENKMDF_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define OPENKMDF_EXCLUDES(...) OPENKMDF_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))
#define OPENKMDF_ACQUIRE(...) OPENKMDF_THREAD_ATTRIBUTE(acquire_capability(__VA_ARGS__))
#define OPENKMDF_RELEASE(...) OPENKMDF_THREAD_ATTRIBUTE(release_capability(__VA_ARGS__))
#define OPENKMDF_TRY_ACQUIRE(...) OPENKMDF_THREAD_ATTRIBUTE(try_acquire_capability(__VA_ARGS__))
#define OPENKMDF_ASSERT_CAPABILITY(x) OPENKMDF_THREAD_ATTRIBUTE(assert_capability(x))
#define OPENKMDF_RETURN_CAPABILITY(x) OPENKMDF_THREAD_ATTRIBUTE(lock_returned(x))
#define OPENKMDF_NO_THREAD_SAFETY_ANALYSIS OPENKMDF_THREAD_ATTRIBUTE(no_thread_safety_analysis)
