// ideal - the least that a WebSocket broadcast can cost: what any hub is measured against.
//
//   cc -O2 -o ideal ideal.c && ./ideal [gather]
//
// One thread, no history, no timers: every message from a connection to /pub goes to every other connection with one
// send() each; with `gather`, all frames of one read go out in one send(). A message that begins with `#` and four
// digits goes to the subscribers of /NNNN alone. The first line on stdout is the port. It trusts its client (the load generator): whole handshakes, unfragmented messages.
#define _GNU_SOURCE
#include "handshake.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
    int open, publisher, group, place;  // place: where it stands in its group
    size_t held;                 // bytes of an incomplete frame
    uint8_t *bytes;
} conn_t;

typedef struct {
    int count, room, *fds;
} group_t;

enum { FD_COUNT_MAX = 65536, READ_BYTES_MAX = 256 << 10, GROUP_COUNT = 10001, EVERYBODY = 10000 };
static conn_t conns[FD_COUNT_MAX];
static group_t groups[GROUP_COUNT];
static int loop;
static uint8_t in[2 * READ_BYTES_MAX], out[4 * READ_BYTES_MAX];

static void send_all(int fd, const uint8_t *p, size_t n) {
    while (n > 0) {
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);
        if (sent > 0) p += sent, n -= sent;
        else if (errno == EAGAIN) poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1);
        else return;  // its end is read from the loop
    }
}

static void drop(int fd) {
    conn_t *c = &conns[fd];
    if (c->open && !c->publisher) {
        group_t *group = &groups[c->group];
        int last = group->fds[--group->count];
        group->fds[c->place] = last;
        conns[last].place = c->place;
    }
    free(c->bytes);
    memset(c, 0, sizeof *c);
    close(fd);
}

static void open_websocket(int fd, const char *request) {
    const char *key = strcasestr(request, "\r\nsec-websocket-key: ");
    if (!key) return drop(fd);
    char accept[32], answer[256];
    accept_key(key + 21, accept);
    int n = snprintf(answer, sizeof answer,
                     "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Accept: %s\r\n\r\n", accept);
    conn_t *c = &conns[fd];
    c->open = 1;
    c->publisher = !strncmp(request, "GET /pub ", 9);
    if (!c->publisher) {
        c->group = request[5] >= '0' && request[5] <= '9' ? atoi(request + 5) : EVERYBODY;
        group_t *group = &groups[c->group];
        if (group->count == group->room)
            group->fds = realloc(group->fds, (group->room = 2 * group->room + 8) * sizeof *group->fds);
        group->fds[c->place = group->count++] = fd;
    }
    send_all(fd, (uint8_t *)answer, n);
}

static void broadcast(int group, const uint8_t *p, size_t n) {
    for (int i = 0; i < groups[group].count; i++) send_all(groups[group].fds[i], p, n);
}

// Takes whole frames from p[0..n): unmasks, frames anew, broadcasts. Returns how many bytes were taken.
static size_t take_frames(uint8_t *p, size_t n, int gather) {
    size_t taken = 0, made = 0;
    while (n - taken >= 6) {
        uint8_t *f = p + taken;
        size_t length = f[1] & 127, head = 2;
        if (length == 126) length = f[2] << 8 | f[3], head = 4;
        if (length == 127 || n - taken < head + 4 + length) break;
        uint8_t *mask = f + head, *text = mask + 4;
        taken += head + 4 + length;
        if ((f[0] & 15) > 2) continue;  // control frames
        out[made] = f[0], out[made + 1] = head == 2 ? length : 126;
        if (head == 4) out[made + 2] = length >> 8, out[made + 3] = length;
        for (size_t i = 0; i < length; i++) out[made + head + i] = text[i] ^ mask[i & 3];
        const uint8_t *payload = out + made + head;
        int group = length > 5 && *payload == '#' ? atoi((const char *)payload + 1) : EVERYBODY;
        if (group < 0 || group > EVERYBODY) continue;
        if (!gather || group != EVERYBODY) broadcast(group, out + made, head + length);
        else made += head + length;
    }
    if (made) broadcast(EVERYBODY, out, made);
    return taken;
}

static void readable(int fd, int gather) {
    conn_t *c = &conns[fd];
    if (c->held) memcpy(in, c->bytes, c->held);
    ssize_t got = recv(fd, in + c->held, READ_BYTES_MAX - 1, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return drop(fd);
    size_t n = c->held + got, taken = 0;
    in[n] = 0;
    if (!c->open) return open_websocket(fd, (char *)in);
    if (c->publisher) taken = take_frames(in, n, gather);
    else taken = n;
    c->held = n - taken;
    if (c->held >= READ_BYTES_MAX) return drop(fd);
    if (c->held) c->bytes = realloc(c->bytes, c->held), memcpy(c->bytes, in + taken, c->held);
}

int main(int argc, char **argv) {
    int gather = argc > 1 && !strcmp(argv[1], "gather"), one = 1;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max < FD_COUNT_MAX ? files.rlim_max : FD_COUNT_MAX;
    setrlimit(RLIMIT_NOFILE, &files);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (bind(listener, (void *)&address, size) || listen(listener, 4096)) return perror("ideal"), 1;
    getsockname(listener, (void *)&address, &size);
    printf("%d\n", ntohs(address.sin_port)), fflush(stdout);
    loop = epoll_create1(0);
    epoll_ctl(loop, EPOLL_CTL_ADD, listener, &(struct epoll_event){.events = EPOLLIN, .data.fd = listener});
    for (;;) {
        struct epoll_event events[256];
        int count = epoll_wait(loop, events, 256, -1);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd != listener) { readable(fd, gather); continue; }
            while ((fd = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0) {
                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                epoll_ctl(loop, EPOLL_CTL_ADD, fd, &(struct epoll_event){.events = EPOLLIN, .data.fd = fd});
            }
        }
    }
}
