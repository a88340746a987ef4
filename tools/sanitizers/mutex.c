// Tells ThreadSanitizer what a contended Synchronization.Mutex orders.
//
// The lock's fast path is compiled into its user, so that the sanitizer sees it; the slow one (a PI futex) lies in
// libswiftSynchronization, which is not instrumented: every hand-over between two threads that met there is reported as a
// race, in a program of ten lines too. This library, preloaded, stands in for the two slow functions, calls the real
// ones, and says what they do. Nothing is suppressed: a race beside a mutex is found as before.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

// In the program that is instrumented; absent in others that inherit the preload.
extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));

// Swift's calling convention: `self` comes in the context's register, by address because it cannot be copied.
#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
typedef __attribute__((swiftcall)) void (*lock_function)(uint32_t thread, __attribute__((swift_context)) void *handle);
typedef __attribute__((swiftcall)) void (*unlock_function)(__attribute__((swift_context)) void *handle);

static void *real(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (found) return found;
    fprintf(stderr, "tools/sanitizers/mutex.c: this Swift has no %s\n", name);
    abort();
}

__attribute__((swiftcall)) void lock_slow(uint32_t thread, __attribute__((swift_context)) void *handle) __asm__(LOCK_SLOW);
__attribute__((swiftcall)) void lock_slow(uint32_t thread, __attribute__((swift_context)) void *handle) {
    static lock_function original;
    lock_function function = __atomic_load_n(&original, __ATOMIC_RELAXED);
    if (!function) {
        function = (lock_function)real(LOCK_SLOW);
        __atomic_store_n(&original, function, __ATOMIC_RELAXED);
    }
    function(thread, handle);
    if (__tsan_acquire) __tsan_acquire(handle);
}

__attribute__((swiftcall)) void unlock_slow(__attribute__((swift_context)) void *handle) __asm__(UNLOCK_SLOW);
__attribute__((swiftcall)) void unlock_slow(__attribute__((swift_context)) void *handle) {
    static unlock_function original;
    unlock_function function = __atomic_load_n(&original, __ATOMIC_RELAXED);
    if (!function) {
        function = (unlock_function)real(UNLOCK_SLOW);
        __atomic_store_n(&original, function, __ATOMIC_RELAXED);
    }
    if (__tsan_release) __tsan_release(handle);
    function(handle);
}
