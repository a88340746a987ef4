// libwebsockets (raw role) and libuv behind the few calls that Transport makes.
//
// One loop is one lws_context, one foreign libuv loop and one thread. libwebsockets is single-threaded by contract:
// every call here must come from the loop's own thread, except those that say otherwise. Neither library's header is
// visible to Swift, so that nothing can reach around this contract.
#ifndef CLIBWEBSOCKETS_H
#define CLIBWEBSOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct clws_loop clws_loop;
/// A connected socket; a `struct lws`. Valid from CLWS_OPENED or CLWS_CONNECTED until CLWS_CLOSED returns.
typedef struct lws clws_socket;

typedef enum {
    // A connection was accepted by the listener whose tag `id` is: give it an id. Not 0 closes it at once.
    CLWS_OPENED,
    CLWS_CONNECTED,       // an outgoing connection is up; `id` is the one given to clws_connect
    CLWS_CONNECT_FAILED,  // it is not; no socket; `bytes` say why
    CLWS_RECEIVED,        // `bytes` came in; a result other than 0 closes
    CLWS_WRITABLE,        // after clws_want_writable; a result other than 0 closes
    CLWS_CLOSED,          // the last event of a socket, whoever closed it
    CLWS_TURN_ENDED,      // all that was ready has been handled; the loop is about to sleep, if nothing wakes it
    CLWS_TICKED,          // CLWS_TICK_MILLISECONDS have passed
    // New connections wait in the kernel until there is room again. `id` is the errno that says why, EMFILE where the
    // descriptors that are left are reserved.
    CLWS_ACCEPT_PAUSED,
} clws_event;

enum {
    CLWS_TICK_MILLISECONDS = 250,
    CLWS_ACCEPT_PAUSE_MILLISECONDS = 100,  // while descriptors or memory are short
    CLWS_LISTENERS_MAX = 16,               // of one loop
    // Descriptors that connections leave to the rest of the process: its database, git, agents.
    CLWS_DESCRIPTORS_RESERVED = 64,
    CLWS_SLICE_COUNT_MAX = 128,            // of one clws_send
};

typedef int (*clws_callback)(
    void *owner, clws_event event, clws_socket *socket, uint64_t id, const uint8_t *bytes, size_t byte_count);

/// Bytes that stay where they are; laid out as `struct iovec`.
typedef struct {
    const void *bytes;
    size_t byte_count;
} clws_slice;

/// Sets the soft limit of open files to what libwebsockets can size its tables by: min(hard limit, 65,536). Its
/// tables grow with the limit and a container's 2^30 makes it fail (its issue 2449). Once, before the first loop.
void clws_prepare_process(void);

/// NULL when libwebsockets or its libuv plug-in (Debian: libwebsockets-evlib-uv) does not start.
clws_loop *clws_loop_create(void);
/// Starts the thread, which turns the loop until the process ends: destroying a context of 4.1.6 is not safe (its
/// issues 2857, 2168). 0 or an errno.
int clws_loop_start(clws_loop *loop, clws_callback callback, void *owner);
/// Any thread.
bool clws_loop_is_current(const clws_loop *loop);
/// Any thread: the next sleep ends at once.
void clws_wake(clws_loop *loop);
/// Monotonic time as of the current turn.
uint64_t clws_now_milliseconds(const clws_loop *loop);
/// The same clock, read now.
uint64_t clws_monotonic_milliseconds(void);

typedef enum {
    CLWS_EXCLUSIVE, // an error when anybody listens there; from then on those that share may join
    CLWS_SHARED,    // SO_REUSEPORT: beside others of the same user that share
} clws_sharing;

/// Begins to listen on a numeric address or a name of this machine; `::` and IPv6 addresses take IPv6 only.
/// - Returns: 0 or an errno; `fd` is for clws_accept_from, `bound_port` is the port the kernel gave.
int clws_listen_tcp(const char *host, uint16_t port, clws_sharing sharing, int *fd, uint16_t *bound_port);
/// The same for a Unix domain socket, which gets mode 0600. What a dead process left at `path` is replaced, and with
/// CLWS_SHARED also what a living one has there, which keeps the connections it has. EADDRINUSE when somebody answers
/// there, EEXIST when it is no socket.
int clws_listen_unix(const char *path, clws_sharing sharing, int *fd);
/// Of the sockets that share a port with `fd`, in the order in which they began to listen, new connections go to the
/// `count` ones from `first` on, picked at random, as long as those are there. 0 or an errno.
int clws_prefer(int fd, uint32_t first, uint32_t count);
/// New connections go to all that share again. 0 or an errno.
int clws_prefer_none(int fd);
/// Accepts from `fd`, which becomes the loop's. Before clws_loop_start. 0 or an errno.
int clws_accept_from(clws_loop *loop, int fd, uint64_t tag);
void clws_stop_listening(clws_loop *loop);
/// CLWS_CONNECTED or CLWS_CONNECT_FAILED follows, for a Unix domain socket perhaps before this returns. A name is looked
/// up on a thread of libuv's, and its addresses are tried in turn. False: it failed, and no event follows.
bool clws_connect_unix(clws_loop *loop, const char *path, uint64_t id);
bool clws_connect(clws_loop *loop, const char *host, uint16_t port, uint64_t id);

void clws_set_id(clws_socket *socket, uint64_t id);
/// The peer's numeric address.
bool clws_peer(clws_socket *socket, char *host, size_t host_byte_count, uint16_t *port);
/// - Returns: how many bytes the kernel took, which may be none, or -1 when the connection is broken.
ptrdiff_t clws_send(clws_socket *socket, const clws_slice *slices, int slice_count);
void clws_want_writable(clws_socket *socket);
/// While paused, even the peer's farewell goes unnoticed.
void clws_set_reading(clws_socket *socket, bool reading);
/// Asks the kernel whether the peer has closed its end or the connection is broken, also behind unread input.
bool clws_peer_has_left(clws_socket *socket);
/// Half-closes: the peer sees the end of our bytes, and may still send.
void clws_finish_writing(clws_socket *socket);
/// Closes soon, from the loop's own turn; never calls back before it returns.
void clws_abort(clws_socket *socket);

#endif
