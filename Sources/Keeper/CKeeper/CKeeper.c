#define _GNU_SOURCE

#include "CKeeper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <linux/close_range.h>
#include <unistd.h>

// The leader of a session that has no terminal gets the first one that it opens (open(2), credentials(7)).
static int add_terminal(posix_spawn_file_actions_t *actions, const char *terminal) {
    int error = posix_spawn_file_actions_addopen(actions, 0, terminal, O_RDWR, 0);
    for (int number = 1; number < 3 && error == 0; number++) {
        error = posix_spawn_file_actions_adddup2(actions, 0, number);
    }
    return error;
}

static int add_standard(posix_spawn_file_actions_t *actions, const int *standard) {
    int error = 0;
    for (int number = 0; number < 3 && error == 0; number++) {
        error = posix_spawn_file_actions_adddup2(actions, standard[number], number);
    }
    return error;
}

static int add_actions(posix_spawn_file_actions_t *actions, const int *standard, const char *terminal, int directory) {
    int error = terminal != NULL ? add_terminal(actions, terminal) : add_standard(actions, standard);
    if (error == 0 && directory >= 0) error = posix_spawn_file_actions_addfchdir_np(actions, directory);
    if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(actions, 3);
    return error;
}

static int set_attributes(posix_spawnattr_t *attributes) {
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    int error = posix_spawnattr_setflags(
        attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
    if (error == 0) error = posix_spawnattr_setsigdefault(attributes, &all);
    if (error == 0) error = posix_spawnattr_setsigmask(attributes, &none);
    return error;
}

int ckeeper_spawn(pid_t *pid, const char *program, char *const *arguments, char *const *environment,
                  const int *standard, const char *terminal, int directory) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) return error;
    error = posix_spawnattr_init(&attributes);
    if (error == 0) {
        error = add_actions(&actions, standard, terminal, directory);
        if (error == 0) error = set_attributes(&attributes);
        if (error == 0) error = posix_spawn(pid, program, &actions, &attributes, arguments, environment);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

int ckeeper_open_terminal(char *path, size_t byte_count) {
    int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0) return -1;
    int error = grantpt(terminal) != 0 || unlockpt(terminal) != 0 ? errno : ptsname_r(terminal, path, byte_count);
    if (error == 0) return terminal;
    close(terminal);
    errno = error;
    return -1;
}

int ckeeper_resize_terminal(int terminal, unsigned short columns, unsigned short rows) {
    struct winsize size = {.ws_row = rows, .ws_col = columns};
    return ioctl(terminal, TIOCSWINSZ, &size);
}

int ckeeper_become_subreaper(void) {
    return prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L);
}

int ckeeper_signal_descriptor(void) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    if (sigprocmask(SIG_BLOCK, &signals, NULL) != 0) return -1;
    return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

int ckeeper_next_signal(int descriptor) {
    struct signalfd_siginfo information;
    ssize_t count;
    do {
        count = read(descriptor, &information, sizeof information);
    } while (count < 0 && errno == EINTR);
    if (count == (ssize_t)sizeof information) return (int)information.ssi_signo;
    return count < 0 && errno == EAGAIN ? 0 : -1;
}

int ckeeper_close_on_exec_from(int lowest) {
    return (int)syscall(SYS_close_range, (unsigned)lowest, ~0U, CLOSE_RANGE_CLOEXEC);
}

ssize_t ckeeper_find(const void *bytes, size_t byte_count, size_t start, const void *wanted, size_t wanted_byte_count) {
    if (start >= byte_count) return -1;
    const char *found = memmem((const char *)bytes + start, byte_count - start, wanted, wanted_byte_count);
    return found == NULL ? -1 : found - (const char *)bytes;
}

size_t ckeeper_find_beginning(const void *bytes, size_t byte_count, const void *wanted, size_t wanted_byte_count) {
    const char *all = bytes, *end = all + byte_count;
    if (byte_count == 0 || wanted_byte_count < 2) return byte_count;
    const char *next = byte_count < wanted_byte_count ? all : end - (wanted_byte_count - 1);
    while (next < end && (next = memchr(next, *(const char *)wanted, (size_t)(end - next))) != NULL) {
        if (memcmp(next, wanted, (size_t)(end - next)) == 0) return (size_t)(next - all);
        next++;
    }
    return byte_count;
}
