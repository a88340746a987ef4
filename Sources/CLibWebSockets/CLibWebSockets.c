#define _GNU_SOURCE
#include "CLibWebSockets.h"

#include <errno.h>
#include <fcntl.h>
#include <libwebsockets.h>
#include <linux/filter.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>

enum {
    OPEN_FILES_MAX = 65536,
    BACKLOG = 4096,            // the kernel cuts it to net.core.somaxconn
    ACCEPTS_PER_TURN_MAX = 64, // so that a storm of new connections does not starve the open ones
    RECEIVE_BYTES_MAX = 16384, // what one read may take
    // Unsent bytes the kernel may hold for one socket: what is queued here can still be overtaken by a control frame,
    // what is queued there cannot.
    UNSENT_BYTES_MAX = 262144,
};

static const char protocol_name[] = "roost";

typedef struct {
    clws_loop *loop;
    uv_poll_t poll;
    int fd; // -1: none
    uint64_t tag;
} listener;

struct clws_loop {
    clws_callback callback;
    void *owner;
    struct lws_context *context;
    struct lws_vhost *vhost;
    struct lws_protocols protocols[2];
    lws_retry_bo_t no_validity_timers;
    void *foreign_loops[1];
    uv_loop_t uv;
    uv_async_t async;
    uv_prepare_t prepare;
    uv_timer_t tick;
    uv_timer_t accept_pause;
    listener listeners[CLWS_LISTENERS_MAX];
    int listener_count;
    clws_event adopting_event; // what the socket that is being handed to the library is told as
    uint64_t adopting_id;
    pthread_t thread;
};

static _Thread_local const clws_loop *current_loop;

static int emit(clws_loop *loop, clws_event event, uint64_t id) {
    return loop->callback(loop->owner, event, NULL, id, NULL, 0);
}

static int on_socket(
    struct lws *socket, enum lws_callback_reasons reason, void *user, void *bytes, size_t byte_count) {
    (void)user;
    clws_event event;
    switch (reason) { // leaves C fast for the many reasons that mean nothing here
    case LWS_CALLBACK_RAW_ADOPT: event = ((clws_loop *)lws_context_user(lws_get_context(socket)))->adopting_event; break;
    case LWS_CALLBACK_RAW_RX: event = CLWS_RECEIVED; break;
    case LWS_CALLBACK_RAW_WRITEABLE: event = CLWS_WRITABLE; break;
    case LWS_CALLBACK_RAW_CLOSE: event = CLWS_CLOSED; break;
    default: return 0;
    }
    if (event == CLWS_OPENED || event == CLWS_CONNECTED)
        lws_set_timeout(socket, NO_PENDING_TIMEOUT, 0); // the deadlines are ours
    clws_loop *loop = lws_context_user(lws_get_context(socket));
    bool is_new = event == CLWS_OPENED || event == CLWS_CONNECTED;
    uint64_t id = is_new ? loop->adopting_id : (uintptr_t)lws_get_opaque_user_data(socket);
    return loop->callback(loop->owner, event, socket, id, bytes, bytes ? byte_count : 0);
}

static void on_prepare(uv_prepare_t *handle) { emit(handle->data, CLWS_TURN_ENDED, 0); }

static void on_tick(uv_timer_t *handle) {
    clws_loop *loop = handle->data;
    // 4.1.6 stops its libuv idle handler while input may still be pending (fixed upstream in 8a190f275): this
    // bounds the wait.
    lws_cancel_service(loop->context);
    emit(loop, CLWS_TICKED, 0);
}

static void on_acceptable(uv_poll_t *handle, int status, int events);
static void on_accept_pause_over(uv_timer_t *handle);

/// Whether connections have taken as many descriptors as they may: the kernel always gives the lowest that is free.
static bool descriptors_are_short(int lowest_free) {
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0) return false;
    rlim_t reserved = files.rlim_cur / 4 < CLWS_DESCRIPTORS_RESERVED ? files.rlim_cur / 4 : CLWS_DESCRIPTORS_RESERVED;
    return (rlim_t)lowest_free >= files.rlim_cur - reserved;
}

/// A listening socket with somebody waiting stays readable, so waiting on it would spin.
static void pause_accepting(clws_loop *loop, int error) {
    for (int i = 0; i < loop->listener_count; i++) uv_poll_stop(&loop->listeners[i].poll);
    uv_timer_start(&loop->accept_pause, on_accept_pause_over, CLWS_ACCEPT_PAUSE_MILLISECONDS, 0);
    emit(loop, CLWS_ACCEPT_PAUSED, (uint64_t)error);
}

static void on_accept_pause_over(uv_timer_t *handle) {
    clws_loop *loop = handle->data;
    int probe = open("/dev/null", O_RDONLY | O_CLOEXEC);
    bool is_short = probe < 0 || descriptors_are_short(probe);
    if (probe >= 0) close(probe);
    if (is_short) {
        uv_timer_start(&loop->accept_pause, on_accept_pause_over, CLWS_ACCEPT_PAUSE_MILLISECONDS, 0);
        return;
    }
    for (int i = 0; i < loop->listener_count; i++)
        uv_poll_start(&loop->listeners[i].poll, UV_READABLE, on_acceptable);
}

static void adopt(clws_loop *loop, int fd, clws_event event, uint64_t id) {
    int one = 1, unsent = UNSENT_BYTES_MAX; // neither means anything to a Unix socket, which says so
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
    loop->adopting_event = event;
    loop->adopting_id = id;
    lws_sock_file_fd_type adopted = {.sockfd = fd};
    // On failure libwebsockets has closed the descriptor.
    lws_adopt_descriptor_vhost(loop->vhost, LWS_ADOPT_SOCKET, adopted, protocol_name, NULL);
}

static void on_acceptable(uv_poll_t *handle, int status, int events) {
    (void)status, (void)events;
    listener *from = handle->data;
    clws_loop *loop = from->loop;
    for (int i = 0; i < ACCEPTS_PER_TURN_MAX && from->fd >= 0; i++) {
        int fd = accept4(from->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            if (errno == EINTR || errno == ECONNABORTED) continue;
            if (errno != EAGAIN) pause_accepting(loop, errno); // EMFILE and its like
            return;
        }
        bool is_short = descriptors_are_short(fd);
        adopt(loop, fd, CLWS_OPENED, from->tag);
        if (is_short) {
            pause_accepting(loop, EMFILE);
            return;
        }
    }
}

void clws_prepare_process(void) {
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
    rlim_t wanted = files.rlim_max < OPEN_FILES_MAX ? files.rlim_max : OPEN_FILES_MAX;
    if (files.rlim_cur == wanted) return;
    files.rlim_cur = wanted;
    setrlimit(RLIMIT_NOFILE, &files);
}

static bool start_handles(clws_loop *loop) {
    loop->prepare.data = loop->tick.data = loop->accept_pause.data = loop;
    return uv_async_init(&loop->uv, &loop->async, NULL) == 0
        && uv_prepare_init(&loop->uv, &loop->prepare) == 0 && uv_prepare_start(&loop->prepare, on_prepare) == 0 && uv_timer_init(&loop->uv, &loop->tick) == 0
        && uv_timer_start(&loop->tick, on_tick, CLWS_TICK_MILLISECONDS, CLWS_TICK_MILLISECONDS) == 0
        && uv_timer_init(&loop->uv, &loop->accept_pause) == 0;
}

clws_loop *clws_loop_create(void) {
    clws_loop *loop = calloc(1, sizeof *loop);
    if (!loop) return NULL;
    loop->protocols[0] = (struct lws_protocols){
        .name = protocol_name, .callback = on_socket, .rx_buffer_size = RECEIVE_BYTES_MAX};
    lws_set_log_level(LLL_ERR, NULL);

    struct lws_context_creation_info info;
    memset(&info, 0, sizeof info);
    info.port = CONTEXT_PORT_NO_LISTEN_SERVER; // the listener is ours: Debian's build cannot share a port
    info.protocols = loop->protocols;
    info.user = loop;
    info.retry_and_idle_policy = &loop->no_validity_timers; // their sorted list costs 50 us an accept at 5,000
    info.pt_serv_buf_size = RECEIVE_BYTES_MAX;
    info.options = LWS_SERVER_OPTION_LIBUV;
    if (uv_loop_init(&loop->uv) != 0) return free(loop), NULL;
    loop->foreign_loops[0] = &loop->uv;
    info.foreign_loops = loop->foreign_loops;
    loop->context = lws_create_context(&info);
    if (!loop->context) return NULL; // what is left of the libuv loop is leaked: there is no safe way to take it back
    loop->vhost = lws_get_vhost_by_name(loop->context, "default"); // with libuv, a failed context is not NULL
    return loop->vhost && start_handles(loop) ? loop : NULL;
}

static void *run(void *argument) {
    clws_loop *loop = argument;
    current_loop = loop;
    uv_run(&loop->uv, UV_RUN_DEFAULT);
    return NULL;
}

int clws_loop_start(clws_loop *loop, clws_callback callback, void *owner) {
    loop->callback = callback;
    loop->owner = owner;
    int error = pthread_create(&loop->thread, NULL, run, loop);
    if (error == 0) {
        pthread_setname_np(loop->thread, "roost-loop");
        pthread_detach(loop->thread);
    }
    return error;
}

bool clws_loop_is_current(const clws_loop *loop) { return current_loop == loop; }
void clws_wake(clws_loop *loop) { uv_async_send(&loop->async); }
uint64_t clws_now_milliseconds(const clws_loop *loop) { return uv_now(&loop->uv); }
uint64_t clws_monotonic_milliseconds(void) { return uv_hrtime() / 1000000; }

static int give_up(int *fd) {
    int error = errno;
    close(*fd);
    *fd = -1;
    return error;
}

static int open_listener(const struct addrinfo *address, clws_sharing sharing, int *fd, uint16_t *bound_port) {
    *fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (*fd < 0) return errno;
    int one = 1;
    struct sockaddr_storage bound;
    socklen_t bound_size = sizeof bound;
    // A socket that is bound alone and shares afterwards admits those that share from the beginning, while two hubs
    // that begin alone exclude each other: no moment between a look and a bind.
    if (setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0
        && (address->ai_family != AF_INET6 || setsockopt(*fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one) == 0)
        && (sharing != CLWS_SHARED || setsockopt(*fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one) == 0)
        && bind(*fd, address->ai_addr, address->ai_addrlen) == 0
        && (sharing != CLWS_EXCLUSIVE || setsockopt(*fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one) == 0)
        && listen(*fd, BACKLOG) == 0 && getsockname(*fd, (struct sockaddr *)&bound, &bound_size) == 0) {
        // sin_port and sin6_port are in the same place.
        *bound_port = ntohs(((struct sockaddr_in *)&bound)->sin_port);
        return 0;
    }
    return give_up(fd);
}

int clws_listen_tcp(const char *host, uint16_t port, clws_sharing sharing, int *fd, uint16_t *bound_port) {
    char service[8];
    snprintf(service, sizeof service, "%u", port);
    struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM}, *addresses;
    if (getaddrinfo(host, service, &hints, &addresses) != 0) return EADDRNOTAVAIL;
    int error = open_listener(addresses, sharing, fd, bound_port);
    freeaddrinfo(addresses);
    return error;
}

static int connect_unix(const struct sockaddr_un *address) {
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return errno;
    int error = connect(fd, (const struct sockaddr *)address, sizeof *address) == 0 ? 0 : errno;
    close(fd);
    return error;
}

int clws_listen_unix(const char *path, clws_sharing sharing, int *fd) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) return ENAMETOOLONG;
    strcpy(address.sun_path, path);
    struct stat there;
    if (lstat(path, &there) == 0) {
        if (!S_ISSOCK(there.st_mode)) return EEXIST;
        if (sharing == CLWS_EXCLUSIVE) {
            // EAGAIN: somebody listens, and has no time at the moment.
            if (connect_unix(&address) != ECONNREFUSED) return EADDRINUSE;
            if (unlink(path) != 0 && errno != ENOENT) return errno;
        }
    }
    if (sharing == CLWS_SHARED) {
        // It takes the other's name when it listens, so that nobody is refused in between.
        int size = snprintf(address.sun_path, sizeof address.sun_path, "%s.%d", path, (int)getpid());
        if (size < 0 || (size_t)size >= sizeof address.sun_path) return ENAMETOOLONG;
        if (unlink(address.sun_path) != 0 && errno != ENOENT) return errno;
    }
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (*fd < 0) return errno;
    // The mode is right from birth: bind takes it from the socket's own, not from the umask alone.
    if (fchmod(*fd, S_IRUSR | S_IWUSR) != 0 || bind(*fd, (struct sockaddr *)&address, sizeof address) != 0)
        return give_up(fd);
    if (chmod(address.sun_path, S_IRUSR | S_IWUSR) == 0 && listen(*fd, BACKLOG) == 0
        && (sharing == CLWS_EXCLUSIVE || rename(address.sun_path, path) == 0))
        return 0;
    int error = give_up(fd);
    unlink(address.sun_path);
    return error;
}

int clws_prefer(int fd, uint32_t first, uint32_t count) {
    // An index that is too large makes the kernel choose by its hash, as without a program (reuseport_select_sock).
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_RANDOM)),
        BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, count),
        BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, first),
        BPF_STMT(BPF_RET | BPF_A, 0),
    };
    struct sock_fprog program = {.len = sizeof code / sizeof *code, .filter = code};
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program) == 0 ? 0 : errno;
}

int clws_prefer_none(int fd) {
    int none = 0;
    if (setsockopt(fd, SOL_SOCKET, SO_DETACH_REUSEPORT_BPF, &none, sizeof none) == 0) return 0;
    // ENOENT: there was none.
    return errno == ENOENT ? 0 : errno;
}

int clws_accept_from(clws_loop *loop, int fd, uint64_t tag) {
    if (loop->listener_count == CLWS_LISTENERS_MAX) return EMFILE;
    listener *made = &loop->listeners[loop->listener_count];
    *made = (listener){.loop = loop, .fd = fd, .tag = tag};
    int error = uv_poll_init(&loop->uv, &made->poll, fd);
    made->poll.data = made;
    if (error == 0) error = uv_poll_start(&made->poll, UV_READABLE, on_acceptable);
    if (error == 0) loop->listener_count++;
    return -error; // libuv's errors are negated errnos
}

void clws_stop_listening(clws_loop *loop) {
    uv_timer_stop(&loop->accept_pause);
    for (int i = 0; i < loop->listener_count; i++) {
        listener *stopped = &loop->listeners[i];
        uv_poll_stop(&stopped->poll);
        uv_close((uv_handle_t *)&stopped->poll, NULL);
        close(stopped->fd);
        stopped->fd = -1;
    }
    loop->listener_count = 0;
}

/// An outgoing TCP connection that is not up.
typedef struct {
    uv_getaddrinfo_t lookup;
    uv_poll_t poll;
    clws_loop *loop;
    uint64_t id;
    struct addrinfo *addresses, *next;
    int fd, last_error;
} attempt;

static void attempt_failed(attempt *failed, const char *reason) {
    failed->loop->callback(
        failed->loop->owner, CLWS_CONNECT_FAILED, NULL, failed->id, (const uint8_t *)reason, strlen(reason));
    uv_freeaddrinfo(failed->addresses);
    free(failed);
}

static void try_next(attempt *trying);

/// Here and not before, because the library is to watch the same descriptor.
static void on_attempt_unwatched(uv_handle_t *handle) {
    attempt *done = handle->data;
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(done->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    if (error) {
        done->last_error = error;
        close(done->fd);
        try_next(done);
        return;
    }
    adopt(done->loop, done->fd, CLWS_CONNECTED, done->id);
    uv_freeaddrinfo(done->addresses);
    free(done);
}

static void on_attempt_over(uv_poll_t *handle, int status, int events) {
    (void)status, (void)events;
    uv_poll_stop(handle);
    uv_close((uv_handle_t *)handle, on_attempt_unwatched);
}

static void try_next(attempt *trying) {
    while (trying->next) {
        struct addrinfo *address = trying->next;
        trying->next = address->ai_next;
        trying->fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (trying->fd < 0) {
            trying->last_error = errno;
            continue;
        }
        if ((connect(trying->fd, address->ai_addr, address->ai_addrlen) == 0 || errno == EINPROGRESS)
            && uv_poll_init(&trying->loop->uv, &trying->poll, trying->fd) == 0) {
            trying->poll.data = trying;
            uv_poll_start(&trying->poll, UV_WRITABLE, on_attempt_over);
            return;
        }
        trying->last_error = errno;
        close(trying->fd);
    }
    attempt_failed(trying, trying->last_error ? strerror(trying->last_error) : "the name has no address");
}

static void on_looked_up(uv_getaddrinfo_t *lookup, int status, struct addrinfo *addresses) {
    attempt *trying = lookup->data;
    if (status != 0) {
        attempt_failed(trying, uv_strerror(status));
        return;
    }
    trying->addresses = trying->next = addresses;
    try_next(trying);
}

bool clws_connect(clws_loop *loop, const char *host, uint16_t port, uint64_t id) {
    attempt *begun = calloc(1, sizeof *begun);
    if (!begun) return false;
    *begun = (attempt){.loop = loop, .id = id};
    begun->lookup.data = begun;
    char service[8];
    snprintf(service, sizeof service, "%u", port);
    struct addrinfo hints = {.ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG, .ai_socktype = SOCK_STREAM};
    // What needs no name server does not queue behind what waits for one: libuv has two threads for lookups.
    bool is_local = strcmp(host, "localhost") == 0;
    if (!is_local) hints.ai_flags |= AI_NUMERICHOST;
    if (getaddrinfo(host, service, &hints, &begun->addresses) == 0) {
        begun->next = begun->addresses;
        try_next(begun);
        return true;
    }
    begun->addresses = NULL;
    hints.ai_flags &= ~AI_NUMERICHOST;
    if (uv_getaddrinfo(&loop->uv, &begun->lookup, on_looked_up, host, service, &hints) == 0) return true;
    free(begun);
    return false;
}

bool clws_connect_unix(clws_loop *loop, const char *path, uint64_t id) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) return false;
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) return close(fd), false;
    adopt(loop, fd, CLWS_CONNECTED, id);
    return true;
}

void clws_set_id(clws_socket *socket, uint64_t id) { lws_set_opaque_user_data(socket, (void *)(uintptr_t)id); }

bool clws_peer(clws_socket *socket, char *host, size_t host_byte_count, uint16_t *port) {
    struct sockaddr_storage peer;
    socklen_t size = sizeof peer;
    if (getpeername(lws_get_socket_fd(socket), (struct sockaddr *)&peer, &size) != 0) return false;
    *port = 0;
    if (peer.ss_family == AF_UNIX) return snprintf(host, host_byte_count, "unix") > 0;
    *port = ntohs(((struct sockaddr_in *)&peer)->sin_port);
    return getnameinfo((struct sockaddr *)&peer, size, host, (socklen_t)host_byte_count, NULL, 0, NI_NUMERICHOST) == 0;
}

_Static_assert(sizeof(clws_slice) == sizeof(struct iovec)
        && offsetof(clws_slice, bytes) == offsetof(struct iovec, iov_base)
        && offsetof(clws_slice, byte_count) == offsetof(struct iovec, iov_len),
    "a slice is passed to the kernel as it is");

ptrdiff_t clws_send(clws_socket *socket, const clws_slice *slices, int slice_count) {
    // Past libwebsockets on purpose: nothing of ours is ever in its own buffers, so the order is kept, and frames
    // that are shared between sockets go out without a copy.
    struct msghdr message = {.msg_iov = (struct iovec *)slices, .msg_iovlen = (size_t)slice_count};
    ssize_t sent;
    do sent = sendmsg(lws_get_socket_fd(socket), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (sent < 0 && errno == EINTR);
    if (sent >= 0) return sent;
    return errno == EAGAIN || errno == ENOBUFS ? 0 : -1;
}

void clws_want_writable(clws_socket *socket) { lws_callback_on_writable(socket); }
void clws_set_reading(clws_socket *socket, bool reading) { lws_rx_flow_control(socket, reading); }
bool clws_peer_has_left(clws_socket *socket) {
    struct pollfd question = {.fd = lws_get_socket_fd(socket), .events = POLLRDHUP};
    return poll(&question, 1, 0) > 0;
}

void clws_finish_writing(clws_socket *socket) { shutdown(lws_get_socket_fd(socket), SHUT_WR); }

void clws_abort(clws_socket *socket) {
    lws_set_timeout(socket, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
    lws_cancel_service(lws_get_context(socket)); // else its timer is looked at only after the next input or output
}
