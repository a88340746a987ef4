// The few Linux calls that Swift's Glibc module does not show: variadic ones and those behind _GNU_SOURCE.
#pragma once

#include <sys/types.h>

/// Whether a new process leads a session of its own (and with it a process group) or a process group only.
enum { CKEEPER_LEADS_GROUP = 0, CKEEPER_LEADS_SESSION = 1 };

/// Starts `program` with exactly `arguments` and `environment`; `standard` are its descriptors 0, 1 and 2, and it gets
/// no other. Signals are reset. The directory, unless -1, becomes its working directory.
/// Returns 0, or the errno of what failed.
int ckeeper_spawn(pid_t *_Nonnull pid, const char *_Nonnull program, char *_Nullable const *_Nonnull arguments,
                  char *_Nullable const *_Nonnull environment, const int *_Nonnull standard, int directory, int leads);

/// Makes orphaned descendants the caller's children. Returns 0, or -1 and errno.
int ckeeper_become_subreaper(void);

/// Blocks SIGCHLD, SIGTERM and SIGINT and returns a non-blocking descriptor they are read from, or -1 and errno.
int ckeeper_signal_descriptor(void);

/// Returns the next signal waiting in a signal descriptor, 0 when there is none, or -1 and errno.
int ckeeper_next_signal(int descriptor);

/// Marks every descriptor from `lowest` on as closed-on-exec. Returns 0, or -1 and errno.
int ckeeper_close_on_exec_from(int lowest);
