#define _GNU_SOURCE

#include "CKeeper.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <linux/close_range.h>
#include <unistd.h>

static int add_actions(posix_spawn_file_actions_t *actions, const int *standard, int directory) {
    int error = 0;
    for (int number = 0; number < 3 && error == 0; number++) {
        error = posix_spawn_file_actions_adddup2(actions, standard[number], number);
    }
    if (error == 0 && directory >= 0) error = posix_spawn_file_actions_addfchdir_np(actions, directory);
    if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(actions, 3);
    return error;
}

static int set_attributes(posix_spawnattr_t *attributes, int leads) {
    short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
    flags |= leads == CKEEPER_LEADS_SESSION ? POSIX_SPAWN_SETSID : POSIX_SPAWN_SETPGROUP;
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    int error = posix_spawnattr_setflags(attributes, flags);
    if (error == 0) error = posix_spawnattr_setpgroup(attributes, 0);
    if (error == 0) error = posix_spawnattr_setsigdefault(attributes, &all);
    if (error == 0) error = posix_spawnattr_setsigmask(attributes, &none);
    return error;
}

int ckeeper_spawn(pid_t *pid, const char *program, char *const *arguments, char *const *environment,
                  const int *standard, int directory, int leads) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) return error;
    error = posix_spawnattr_init(&attributes);
    if (error == 0) {
        error = add_actions(&actions, standard, directory);
        if (error == 0) error = set_attributes(&attributes, leads);
        if (error == 0) error = posix_spawn(pid, program, &actions, &attributes, arguments, environment);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return error;
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
