// The few Linux calls that Swift's Glibc module does not show: variadic ones and those behind _GNU_SOURCE.
#pragma once

#include <sys/types.h>

/// Starts `program` with exactly `arguments` and `environment`, as the leader of a session of its own; `standard` are its
/// descriptors 0, 1 and 2, and it gets no other. Signals are reset. With a `terminal` (a path) that is all three of them,
/// and the session's. The directory, unless -1, becomes its working directory.
/// Returns 0, or the errno of what failed.
int ckeeper_spawn(pid_t *_Nonnull pid, const char *_Nonnull program, char *_Nullable const *_Nonnull arguments,
                  char *_Nullable const *_Nonnull environment, const int *_Nonnull standard,
                  const char *_Nullable terminal, int directory);

/// Makes a pseudo-terminal and writes the path of the side that programs use. Returns our side, or -1 and errno.
int ckeeper_open_terminal(char *_Nonnull path, size_t byte_count);

/// Tells the programs on a terminal that it has another size. Returns 0, or -1 and errno.
int ckeeper_resize_terminal(int terminal, unsigned short columns, unsigned short rows);

/// Makes orphaned descendants the caller's children. Returns 0, or -1 and errno.
int ckeeper_become_subreaper(void);

/// Blocks SIGCHLD, SIGTERM and SIGINT and returns a non-blocking descriptor they are read from, or -1 and errno.
int ckeeper_signal_descriptor(void);

/// Returns the next signal waiting in a signal descriptor, 0 when there is none, or -1 and errno.
int ckeeper_next_signal(int descriptor);

/// Marks every descriptor from `lowest` on as closed-on-exec. Returns 0, or -1 and errno.
int ckeeper_close_on_exec_from(int lowest);

/// Returns the first place from which on all of `bytes` is how `wanted` begins, and less than the whole of it; `byte_count`
/// where there is none.
size_t ckeeper_find_beginning(const void *_Nullable bytes, size_t byte_count, const void *_Nullable wanted,
                              size_t wanted_byte_count);

/// Returns the first place from `start` on where `wanted` stands in `bytes`, or -1.
ssize_t ckeeper_find(const void *_Nullable bytes, size_t byte_count, size_t start, const void *_Nullable wanted,
                     size_t wanted_byte_count);
