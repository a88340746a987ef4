// wsload - WebSocket pub/sub load generator and latency meter (Linux, libc only).
//
//   gcc -O2 -Wall -o wsload wsload.c
//
// One thread, one epoll loop: opens N RFC 6455 subscriber connections, optionally sends
// subscribe messages and waits until every one is acknowledged, then publishes (over
// WebSocket or HTTP POST keep-alive, at a fixed rate or flat out with a window) and counts
// what is delivered.  Prints exactly one JSON line on stdout.
//
// Latency: every message carries "t":<CLOCK_MONOTONIC ns>; at a fixed rate {T} is the
// *scheduled* time, so a stalled server or publisher is not hidden (no coordinated omission).
// Loss: every message carries "n":<seq>; gaps / reorderings are counted per connection, and
// published*fanout is compared with what arrived after a drain phase.
//
// Templates (messages, paths, bodies): {T} time (16 wide, space padded), {N} sequence (10 wide,
// space padded), {G} group/channel number (4 digits, zero padded), {C} connection number,
// {V} the group's line of the --values file, {P:n} n filler bytes; \xHH \r \n \t \\ escapes.  Fixed widths keep binary protocols' length
// prefixes valid.
#define _GNU_SOURCE
#include "handshake.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef uint64_t u64;
typedef int64_t i64;
typedef uint8_t u8;

enum { ST_NEW, ST_CONNECTING, ST_HANDSHAKE, ST_OPEN, ST_CLOSED };
enum { R_SUB, R_PUBWS, R_PUBHTTP };
enum { FLOW_DELIVERED, FLOW_ACK, FLOW_NONE };

typedef struct conn {
    int fd, idx, group;
    u8 state, role, ready, want_write, msg_op, busy, failed;
    u8 *in;
    uint32_t in_len, in_cap; // bytes of an incomplete frame / handshake / response
    u8 *msg;
    uint32_t msg_len, msg_cap; // fragmented message being assembled
    u8 *out;
    uint32_t out_off, out_len, out_cap;
    i64 last_n;
    u64 got, t0;
    char accept[32];
} conn_t;

typedef struct {
    u8 *p;
    size_t n, cap;
} buf_t;
typedef struct {
    u8 *p;
    size_t n;
} str_t;

// ---------------------------------------------------------------- options
static const char *host = "127.0.0.1", *path = "/", *proto, *label = "";
static int port = 8080, nconn = 1, ngroup = 1, inflight_max = 64;
static const char *hdrs[16];
static int nhdrs;
static struct {
    str_t tmpl;
    int bin;
} sends[16];
static int nsends;
static str_t ready_s, ack_s, marker, seqmarker, reply_match, reply_text;
static double dur = 5, warm = 1, settle = 0.3, drain = 2, rate = 0, conn_timeout = 60;
static int window = 16, flow = FLOW_DELIVERED, pubmode = 0 /*1 ws 2 http*/, pubconns = 1, pubbin = 0;
static int pubport = 0, verbose = 0, nomarker = 0, burst = 1;
static const char *pubpath, *pubproto, *pubctype = "application/json", *pubmethod = "POST";
static const char *pubhdrs[16];
static int npubhdrs;
static str_t pubtmpl, pubready;
static struct {
    str_t tmpl;
    int bin;
} pubsends[8];
static int npubsends;
static int pids[64], npids;
static char **values; // a line for each group
static int nvalues;
static u64 caught_up, caught_up_at;
static u64 expected; // --expect: messages that each subscriber waits for

// ---------------------------------------------------------------- state
static conn_t *conns;
static int total_conns;
static int ep;
static u64 reconnects, opened, failed, closed_n, ready_n, sub_open, pub_open, proto_err, pings;
static u64 published, acked, http_bad, delivered, delivered_win, frames, bytes_in, frames_win, bytes_win, recvs,
    recvs_win;
static u64 gaps, dups, win_start, win_end, pub_lag_max;
static int measuring, publishing, fanout = 1, inflight;
static u64 hist[64 * 128], hist_n, hist_max;
static double hist_sum;
static u64 per_sec[3600];
static u64 next_sched;
static double interval;
static u8 rbuf[1 << 20];

static u64 now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (u64)t.tv_sec * 1000000000ull + t.tv_nsec;
}
static void die(const char *f, ...) {
    va_list a;
    va_start(a, f);
    fprintf(stderr, "wsload: ");
    vfprintf(stderr, f, a);
    fprintf(stderr, "\n");
    exit(2);
}
static u64 rs = 88172645463325252ull;
static u64 rnd(void) {
    rs ^= rs << 13;
    rs ^= rs >> 7;
    rs ^= rs << 17;
    return rs;
}

// ---------------------------------------------------------------- templates
static void bput(buf_t *b, const void *p, size_t n) {
    if (b->n + n > b->cap) {
        b->cap = (b->n + n) * 2 + 64;
        b->p = realloc(b->p, b->cap);
    }
    memcpy(b->p + b->n, p, n);
    b->n += n;
}
static str_t unescape(const char *s) {
    buf_t b = {0};
    for (; *s; s++) {
        u8 c = *s;
        if (c == '\\' && s[1]) {
            s++;
            if (*s == 'n') c = '\n';
            else if (*s == 'r') c = '\r';
            else if (*s == 't') c = '\t';
            else if (*s == 'x') {
                char h[3] = {s[1], s[2], 0};
                c = strtol(h, 0, 16);
                s += 2;
            } else c = *s;
        }
        bput(&b, &c, 1);
    }
    bput(&b, "", 1);
    return (str_t){b.p, b.n - 1};
}
static str_t unhex(const char *s) {
    buf_t b = {0};
    for (; s[0] && s[1]; s += 2) {
        while (*s == ' ') s++;
        if (!s[0] || !s[1]) break;
        char h[3] = {s[0], s[1], 0};
        u8 c = strtol(h, 0, 16);
        bput(&b, &c, 1);
    }
    return (str_t){b.p, b.n};
}
static void expand(buf_t *b, str_t t, i64 n, u64 ts, int g, int c) {
    char tmp[64];
    for (size_t i = 0; i < t.n;) {
        if (t.p[i] == '{' && i + 2 < t.n) {
            if (t.p[i + 2] == '}') {
                int l = -1;
                switch (t.p[i + 1]) {
                case 'T': l = sprintf(tmp, "%16llu", (unsigned long long)ts); break;
                case 'N': l = sprintf(tmp, "%10lld", (long long)n); break;
                case 'G': l = sprintf(tmp, "%04d", g); break;
                case 'C': l = sprintf(tmp, "%06d", c); break;
                case 'V':
                    if (g < nvalues) {
                        bput(b, values[g], strlen(values[g]));
                        i += 3;
                        continue;
                    }
                }
                if (l >= 0) {
                    bput(b, tmp, l);
                    i += 3;
                    continue;
                }
            } else if (t.p[i + 1] == 'P' && t.p[i + 2] == ':') {
                size_t j = i + 3;
                int k = 0;
                while (j < t.n && t.p[j] >= '0' && t.p[j] <= '9') k = k * 10 + t.p[j++] - '0';
                if (j < t.n && t.p[j] == '}') {
                    while (k-- > 0) bput(b, "x", 1);
                    i = j + 1;
                    continue;
                }
            }
        }
        size_t j = i + 1;
        while (j < t.n && t.p[j] != '{') j++;
        bput(b, t.p + i, j - i);
        i = j;
    }
}

// ---------------------------------------------------------------- connection plumbing
static void ep_mod(conn_t *c, int w) {
    if (c->want_write == w) return;
    c->want_write = w;
    struct epoll_event e = {.events = EPOLLIN | (w ? EPOLLOUT : 0), .data.ptr = c};
    epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e);
}
static void start_conn(conn_t *c);
static void conn_close(conn_t *c, int bad) {
    if (c->state == ST_CLOSED) return;
    if (c->state == ST_CONNECTING || c->state == ST_HANDSHAKE) {
        inflight--;
        failed++;
        c->failed = 1;
    } else if (c->state == ST_OPEN) {
        closed_n++;
        if (c->role == R_SUB) sub_open--;
        else pub_open--;
        if (c->ready) ready_n--;
    }
    int was_open = c->state == ST_OPEN;
    (void)bad;
    c->state = ST_CLOSED;
    close(c->fd);
    c->fd = -1;
    if (was_open && c->role == R_PUBHTTP && publishing) { // the server does not keep publishers alive: reconnect
        if (c->busy) http_bad++;
        c->busy = c->ready = 0;
        c->in_len = c->out_off = c->out_len = 0;
        closed_n--;
        reconnects++;
        start_conn(c);
    }
}
static void out_put(conn_t *c, const void *p, size_t n) {
    if (c->out_off == c->out_len) c->out_off = c->out_len = 0;
    if (c->out_len + n > c->out_cap) {
        c->out_cap = (c->out_len + n) * 2 + 256;
        c->out = realloc(c->out, c->out_cap);
    }
    memcpy(c->out + c->out_len, p, n);
    c->out_len += n;
}
static void flush_out(conn_t *c) {
    while (c->out_off < c->out_len) {
        ssize_t r = send(c->fd, c->out + c->out_off, c->out_len - c->out_off, MSG_NOSIGNAL);
        if (r < 0) {
            if (errno == EAGAIN) {
                ep_mod(c, 1);
                return;
            }
            if (errno == EINTR) continue;
            conn_close(c, 1);
            return;
        }
        c->out_off += r;
    }
    c->out_off = c->out_len = 0;
    ep_mod(c, 0);
    if (c->role == R_SUB && c->out_cap > 4096) {
        free(c->out);
        c->out = 0;
        c->out_cap = 0;
    }
}
static void ws_frame(conn_t *c, int op, const u8 *p, size_t n) {
    u8 h[14];
    int l = 2;
    h[0] = 0x80 | op;
    if (n < 126) h[1] = 0x80 | n;
    else if (n < 65536) {
        h[1] = 0x80 | 126;
        h[2] = n >> 8;
        h[3] = n;
        l = 4;
    } else {
        h[1] = 0x80 | 127;
        for (int i = 0; i < 8; i++) h[2 + i] = (u64)n >> (56 - 8 * i);
        l = 10;
    }
    uint32_t k = rnd();
    u8 *m = h + l;
    memcpy(m, &k, 4);
    l += 4;
    out_put(c, h, l);
    out_put(c, p, n);
    u8 *d = c->out + c->out_len - n;
    for (size_t i = 0; i < n; i++) d[i] ^= m[i & 3];
}
static void start_conn(conn_t *c) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(c->role == R_SUB ? port : pubport)};
    inet_pton(AF_INET, host, &a.sin_addr);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0) die("socket: %s", strerror(errno));
    int one = 1;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct linger lg = {1, 0};
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &lg, sizeof lg); // no TIME_WAIT pile-up
    c->state = ST_CONNECTING;
    inflight++;
    c->want_write = 1;
    c->t0 = now_ns();
    c->last_n = -1;
    int r = connect(c->fd, (void *)&a, sizeof a);
    struct epoll_event e = {.events = EPOLLIN | EPOLLOUT, .data.ptr = c};
    epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &e);
    if (r < 0 && errno != EINPROGRESS) conn_close(c, 1);
}
static void open_done(conn_t *c) {
    c->state = ST_OPEN;
    inflight--;
    opened++;
    if (c->role == R_SUB) sub_open++;
    else pub_open++;
    if (c->role == R_PUBHTTP) {
        c->ready = 1;
        ready_n++;
        return;
    }
    buf_t b = {0};
    int n = c->role == R_SUB ? nsends : npubsends;
    for (int i = 0; i < n; i++) {
        b.n = 0;
        str_t t = c->role == R_SUB ? sends[i].tmpl : pubsends[i].tmpl;
        int bin = c->role == R_SUB ? sends[i].bin : pubsends[i].bin;
        expand(&b, t, 0, now_ns(), c->group, c->idx);
        ws_frame(c, bin ? 2 : 1, b.p, b.n);
    }
    free(b.p);
    if (n) flush_out(c);
    if (!(c->role == R_SUB ? ready_s.n : pubready.n)) {
        c->ready = 1;
        ready_n++;
    }
}
static void send_handshake(conn_t *c) {
    c->state = ST_HANDSHAKE;
    if (c->role == R_PUBHTTP) {
        ep_mod(c, 0);
        open_done(c);
        return;
    }
    u8 k[16];
    for (int i = 0; i < 16; i += 8) {
        u64 r = rnd();
        memcpy(k + i, &r, 8);
    }
    char key[32];
    b64(k, 16, key);
    accept_key(key, c->accept);
    buf_t b = {0};
    char t[256];
    const char *pp = c->role == R_SUB ? path : pubpath, *pr = c->role == R_SUB ? proto : pubproto;
    bput(&b, "GET ", 4);
    expand(&b, (str_t){(u8 *)pp, strlen(pp)}, 0, 0, c->group, c->idx);
    int l = sprintf(t,
                    " HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: "
                    "13\r\nSec-WebSocket-Key: %s\r\n",
                    host, c->role == R_SUB ? port : pubport, key);
    bput(&b, t, l);
    if (pr) {
        bput(&b, "Sec-WebSocket-Protocol: ", 24);
        bput(&b, pr, strlen(pr));
        bput(&b, "\r\n", 2);
    }
    int nh = c->role == R_SUB ? nhdrs : npubhdrs;
    for (int i = 0; i < nh; i++) {
        const char *h = c->role == R_SUB ? hdrs[i] : pubhdrs[i];
        bput(&b, h, strlen(h));
        bput(&b, "\r\n", 2);
    }
    bput(&b, "\r\n", 2);
    out_put(c, b.p, b.n);
    free(b.p);
    flush_out(c);
}

// ---------------------------------------------------------------- publishing
static u64 outstanding(void) {
    if (flow == FLOW_ACK) return published - acked;
    u64 done = delivered / fanout;
    return published > done ? published - done : 0;
}
static conn_t *pub_pick(void) {
    static int rr;
    conn_t *base = conns + nconn;
    for (int i = 0; i < pubconns; i++) {
        conn_t *c = base + (rr++ % pubconns);
        if (c->state != ST_OPEN || c->busy) continue;
        if (c->role == R_PUBWS && c->out_len - c->out_off > (4u << 20)) continue;
        return c;
    }
    return 0;
}
static int do_publish(conn_t *c, u64 ts) {
    static buf_t b, h;
    int g = published % ngroup;
    b.n = 0;
    expand(&b, pubtmpl, published, ts, g, 0);
    if (c->role == R_PUBWS) ws_frame(c, pubbin ? 2 : 1, b.p, b.n);
    else {
        char t[256];
        int l;
        h.n = 0;
        bput(&h, pubmethod, strlen(pubmethod));
        bput(&h, " ", 1);
        expand(&h, (str_t){(u8 *)pubpath, strlen(pubpath)}, published, ts, g, 0);
        l = sprintf(t, " HTTP/1.1\r\nHost: %s:%d\r\nContent-Type: %s\r\nContent-Length: %zu\r\n", host, pubport,
                    pubctype, b.n);
        bput(&h, t, l);
        for (int i = 0; i < npubhdrs; i++) {
            bput(&h, pubhdrs[i], strlen(pubhdrs[i]));
            bput(&h, "\r\n", 2);
        }
        bput(&h, "\r\n", 2);
        bput(&h, b.p, b.n);
        out_put(c, h.p, h.n);
        c->busy = 1;
    }
    if (flow == FLOW_ACK) c->busy = 1, c->t0 = ts; // one under way for each publisher
    published++;
    return 0;
}
// Publish whatever is due; called after every received buffer, so lateness stays in microseconds.
static inline void pump(u64 now) {
    if (!publishing) return;
    if (rate > 0) {
        if (now < next_sched) return;
        conn_t *dirty = 0;
        while (now >= next_sched) {
            conn_t *c = pub_pick();
            if (!c) break;
            u64 lag = now - next_sched;
            if (lag > pub_lag_max) pub_lag_max = lag;
            for (int i = 0; i < burst; i++) do_publish(c, next_sched);
            next_sched += (u64)interval;
            if (dirty && dirty != c) flush_out(dirty);
            dirty = c;
        }
        if (dirty && dirty->state == ST_OPEN) flush_out(dirty);
    } else {
        for (int i = 0; i < 4096; i++) {
            if (flow != FLOW_NONE && outstanding() >= (u64)window) break;
            conn_t *c = pub_pick();
            if (!c) break;
            if (flow == FLOW_NONE && c->out_len - c->out_off > 65536) {
                flush_out(c);
                if (c->out_len > c->out_off) break;
            }
            do_publish(c, now);
            if (c->role == R_PUBHTTP || flow != FLOW_NONE) flush_out(c);
        }
        if (flow == FLOW_NONE)
            for (int i = 0; i < pubconns; i++)
                if (conns[nconn + i].state == ST_OPEN) flush_out(&conns[nconn + i]);
    }
}

// ---------------------------------------------------------------- receiving
static inline void record_lat(u64 v);
static inline void count_ack(conn_t *c, u64 now) {
    acked++;
    if (flow != FLOW_ACK) return;
    if (c->busy && c->t0 >= win_start && c->t0 < win_end) record_lat(now - c->t0);
    c->busy = 0;
}
static inline void record_lat(u64 v) {
    int i;
    if (v < 128) i = v;
    else {
        int e = 63 - __builtin_clzll(v);
        i = (e - 6) * 128 + ((v >> (e - 7)) & 127);
    }
    hist[i]++;
    hist_n++;
    hist_sum += v;
    if (v > hist_max) hist_max = v;
}
static u64 pct(double p) {
    u64 want = hist_n * p, s = 0;
    if (want >= hist_n && hist_n) want = hist_n - 1;
    for (int i = 0; i < 64 * 128; i++) {
        s += hist[i];
        if (s > want) {
            if (i < 128) return i;
            int e = i / 128 + 6;
            return ((u64)(128 + i % 128)) << (e - 7);
        }
    }
    return 0;
}
static inline u64 getnum(const u8 *p, const u8 *e) {
    while (p < e && (*p == ' ' || *p == '"')) p++;
    u64 v = 0;
    while (p < e && *p >= '0' && *p <= '9') v = v * 10 + *p++ - '0';
    return v;
}
static inline const u8 *find(const u8 *p, const u8 *e, str_t n) {
    e -= n.n;
    while (p <= e && (p = memchr(p, n.p[0], e - p + 1))) {
        if (n.n == 1 || (p[1] == n.p[1] && !memcmp(p, n.p, n.n))) return p;
        p++;
    }
    return 0;
}
static int set_ready(conn_t *c) {
    if (!c->ready) {
        c->ready = 1;
        ready_n++;
        return 1;
    }
    return 0;
}

static void on_message(conn_t *c, const u8 *p, size_t n, u64 now) {
    const u8 *e = p + n;
    u64 k = 0;
    if (c->role == R_PUBWS) {
        if (!c->ready) {
            if (find(p, e, pubready)) set_ready(c);
            return;
        }
        if (reply_match.n && n >= reply_match.n && !memcmp(p, reply_match.p, reply_match.n)) {
            ws_frame(c, 1, reply_text.p, reply_text.n);
            flush_out(c);
        }
        if (ack_s.n) {
            for (const u8 *q = p; (q = find(q, e, ack_s)); q += ack_s.n) count_ack(c, now);
        } else count_ack(c, now);
        return;
    }
    if (!c->ready) {
        const u8 *q = find(p, e, ready_s);
        if (!q) return;
        set_ready(c);
        p = q + ready_s.n; // later bytes of the same frame may already be data
        if (p >= e) return;
    }
    if (nomarker) k = 1;
    else {
        // "n" precedes "t" in our templates, or the other way round: one forward pass for each.
        for (const u8 *q = p; (q = find(q, e, marker));) {
            q += marker.n;
            u64 t = getnum(q, e);
            k++;
            if (t >= win_start && t < win_end) record_lat(now > t ? now - t : 0);
        }
        if (seqmarker.n && k)
            for (const u8 *q = p; (q = find(q, e, seqmarker));) {
                q += seqmarker.n;
                i64 s = getnum(q, e);
                if (c->last_n >= 0) {
                    if (s <= c->last_n) {
                        dups++;
                        continue;
                    }
                    if (s > c->last_n + ngroup) gaps += (s - c->last_n) / ngroup - 1;
                } else if (publishing && s >= ngroup) gaps += s / ngroup;
                c->last_n = s;
            }
    }
    if (!k) {
        if (reply_match.n && n >= reply_match.n && !memcmp(p, reply_match.p, reply_match.n)) {
            ws_frame(c, 1, reply_text.p, reply_text.n);
            flush_out(c);
        }
        return;
    }
    if (expected && c->got < expected && c->got + k >= expected) caught_up++, caught_up_at = now;
    c->got += k;
    delivered += k;
    if (measuring) {
        delivered_win += k;
        u64 s = (now - win_start) / 1000000000ull;
        if (s < 3600) per_sec[s] += k;
    }
}

// Parses complete frames in p[0..n); returns bytes consumed, or -1 when the connection went away.
static ssize_t parse_frames(conn_t *c, u8 *p, size_t n, u64 now) {
    size_t o = 0;
    while (n - o >= 2) {
        u8 b0 = p[o], b1 = p[o + 1];
        size_t h = 2;
        u64 l = b1 & 127;
        int op = b0 & 15;
        if (b0 & 0x70 || b1 & 0x80) {
            proto_err++;
            conn_close(c, 1);
            return -1;
        }
        if (l == 126) {
            if (n - o < 4) break;
            l = p[o + 2] << 8 | p[o + 3];
            h = 4;
        } else if (l == 127) {
            if (n - o < 10) break;
            l = 0;
            for (int i = 0; i < 8; i++) l = l << 8 | p[o + 2 + i];
            h = 10;
            if (l > (1u << 28)) {
                proto_err++;
                conn_close(c, 1);
                return -1;
            }
        }
        if (n - o < h + l) break;
        u8 *d = p + o + h;
        o += h + l;
        frames++;
        if (measuring) frames_win++;
        if (op >= 8) {
            if (op == 9) {
                pings++;
                ws_frame(c, 10, d, l);
                flush_out(c);
                if (c->state != ST_OPEN) return -1;
            } else if (op == 8) {
                if (verbose)
                    fprintf(stderr, "close frame on %d: code %d %.*s\n", c->idx, l >= 2 ? d[0] << 8 | d[1] : 0,
                            l > 2 ? (int)l - 2 : 0, d + 2);
                ws_frame(c, 8, d, l >= 2 ? 2 : 0);
                flush_out(c);
                conn_close(c, 0);
                return -1;
            }
            continue;
        }
        if (op == 0 || !(b0 & 0x80)) { // fragmented message
            if ((op == 0) != (c->msg_op != 0)) {
                proto_err++;
                conn_close(c, 1);
                return -1;
            }
            if (op) c->msg_op = op, c->msg_len = 0;
            if (c->msg_len + l > c->msg_cap) {
                c->msg_cap = (c->msg_len + l) * 2;
                c->msg = realloc(c->msg, c->msg_cap);
            }
            memcpy(c->msg + c->msg_len, d, l);
            c->msg_len += l;
            if (b0 & 0x80) {
                c->msg_op = 0;
                on_message(c, c->msg, c->msg_len, now);
                if (c->state != ST_OPEN) return -1;
            }
        } else {
            if (c->msg_op) {
                proto_err++;
                conn_close(c, 1);
                return -1;
            }
            on_message(c, d, l, now);
            if (c->state != ST_OPEN) return -1;
        }
    }
    return o;
}
static ssize_t parse_handshake(conn_t *c, u8 *p, size_t n) {
    u8 *e = memmem(p, n, "\r\n\r\n", 4);
    if (!e) return 0;
    int code = 0;
    if (n > 12 && !memcmp(p, "HTTP/1.1 ", 9)) code = atoi((char *)p + 9);
    e[2] = 0;
    char *a = strcasestr((char *)p, "\r\nsec-websocket-accept:");
    if (a) {
        a += 23;
        while (*a == ' ') a++;
    }
    if (code != 101 || !a || strncmp(a, c->accept, strlen(c->accept))) {
        if (verbose || !failed)
            fprintf(stderr, "handshake refused: %.*s\n", (int)(e - p) < 200 ? (int)(e - p) : 200, p);
        conn_close(c, 1);
        return -1;
    }
    open_done(c);
    return c->state == ST_OPEN ? e + 4 - p : -1;
}
static ssize_t parse_http(conn_t *c, u8 *p, size_t n) {
    size_t o = 0;
    while (n > o) {
        u8 *s = p + o, *e = memmem(s, n - o, "\r\n\r\n", 4);
        if (!e) break;
        int code = atoi((char *)s + 9);
        u8 *end = e + 4, *lim = p + n;
        e[2] = 0;
        char *cl = strcasestr((char *)s, "\r\ncontent-length:"),
             *te = strcasestr((char *)s, "\r\ntransfer-encoding: chunked");
        e[2] = '\r';
        if (te) {
            int done = 0;
            while (!done) {
                u8 *x = memmem(end, lim - end, "\r\n", 2);
                if (!x) return o;
                u64 k = strtoull((char *)end, 0, 16);
                if ((u64)(lim - x) < k + 4) return o;
                end = x + 2 + k + 2;
                done = k == 0;
            }
        } else if (cl && code != 204) {
            u64 k = strtoull(cl + 17, 0, 10);
            if ((u64)(lim - end) < k) return o;
            end += k;
        }
        if (code / 100 != 2) {
            if (!http_bad || verbose)
                fprintf(stderr, "http publish: %.*s\n", (int)(end - s) < 300 ? (int)(end - s) : 300, s);
            http_bad++;
        }
        count_ack(c, now_ns());
        c->busy = 0;
        o = end - p;
    }
    return o;
}
static void on_readable(conn_t *c) {
    size_t have = c->in_len;
    if (have) memcpy(rbuf, c->in, have);
    if (have > sizeof rbuf / 2) {
        proto_err++;
        conn_close(c, 1);
        return;
    }
    size_t room = sizeof rbuf - have - 1;
    if (room > 262144) room = 262144;
    ssize_t r = recv(c->fd, rbuf + have, room, 0);
    if (r <= 0) {
        if (r < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (verbose) fprintf(stderr, "conn %d: %s\n", c->idx, r ? strerror(errno) : "EOF");
        conn_close(c, 1);
        return;
    }
    recvs++;
    bytes_in += r;
    if (measuring) {
        bytes_win += r;
        recvs_win++;
    }
    u64 now = now_ns();
    size_t n = have + r, o = 0;
    ssize_t k;
    rbuf[n] = 0;
    if (c->state == ST_HANDSHAKE) {
        k = parse_handshake(c, rbuf, n);
        if (k < 0) return;
        o = k;
    }
    if (c->state == ST_OPEN && o < n) {
        k = c->role == R_PUBHTTP ? parse_http(c, rbuf + o, n - o) : parse_frames(c, rbuf + o, n - o, now);
        if (k < 0) return;
        o += k;
    }
    c->in_len = n - o;
    if (c->in_len) {
        if (c->in_len > c->in_cap) {
            c->in_cap = c->in_len + 512;
            c->in = realloc(c->in, c->in_cap);
        }
        memcpy(c->in, rbuf + o, c->in_len);
    }
    pump(now);
}
static void loop_once(u64 timeout_ns) {
    struct epoll_event ev[256];
    u64 now = now_ns();
    if (publishing && rate > 0) {
        u64 d = next_sched > now ? next_sched - now : 0;
        if (d < timeout_ns) timeout_ns = d;
    }
    struct timespec ts = {timeout_ns / 1000000000ull, timeout_ns % 1000000000ull};
    int n = epoll_pwait2(ep, ev, 256, &ts, 0);
    for (int i = 0; i < n; i++) {
        conn_t *c = ev[i].data.ptr;
        if (c->state == ST_CLOSED) continue;
        if (c->state == ST_CONNECTING) {
            if (!(ev[i].events & (EPOLLOUT | EPOLLERR | EPOLLHUP))) continue;
            int e = 0;
            socklen_t l = sizeof e;
            getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &e, &l);
            if (e) {
                if (verbose) fprintf(stderr, "connect: %s\n", strerror(e));
                conn_close(c, 1);
                continue;
            }
            c->want_write = 1;
            send_handshake(c);
            continue;
        }
        if (ev[i].events & EPOLLOUT) {
            flush_out(c);
            if (c->state == ST_CLOSED) continue;
        }
        if (ev[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) on_readable(c);
    }
    if (publishing) pump(now_ns());
}

// ---------------------------------------------------------------- /proc sampling
typedef struct {
    double cpu, self, busy;
    long rss, pss, hwm;
    int threads;
} sample_t;
static sample_t sample(int mem) {
    sample_t s = {0};
    char f[64], b[4096];
    for (int i = 0; i < npids; i++) {
        snprintf(f, sizeof f, "/proc/%d/stat", pids[i]);
        FILE *h = fopen(f, "r");
        if (!h) continue;
        size_t n = fread(b, 1, sizeof b - 1, h);
        b[n] = 0;
        fclose(h);
        char *p = strrchr(b, ')');
        long th = 0;
        if (p) sscanf(p + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %ld", &th);
        s.threads += th;
        clockid_t clock; // in ns, where /proc/PID/stat counts in ticks of 10 ms
        struct timespec used;
        if (!clock_getcpuclockid(pids[i], &clock) && !clock_gettime(clock, &used))
            s.cpu += used.tv_sec + used.tv_nsec / 1e9;
        if (!mem) continue;
        snprintf(f, sizeof f, "/proc/%d/status", pids[i]);
        h = fopen(f, "r");
        if (!h) continue;
        long v;
        while (fgets(b, sizeof b, h)) {
            if (sscanf(b, "VmRSS: %ld", &v) == 1) s.rss += v;
            if (sscanf(b, "VmHWM: %ld", &v) == 1) s.hwm += v;
        }
        fclose(h);
        snprintf(f, sizeof f, "/proc/%d/smaps_rollup", pids[i]);
        h = fopen(f, "r");
        if (!h) continue;
        while (fgets(b, sizeof b, h))
            if (sscanf(b, "Pss: %ld", &v) == 1) s.pss += v;
        fclose(h);
    }
    struct rusage ru;
    getrusage(RUSAGE_SELF, &ru);
    s.self = ru.ru_utime.tv_sec + ru.ru_stime.tv_sec + (ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) / 1e6;
    FILE *h = fopen("/proc/stat", "r");
    if (h) {
        unsigned long u, n, sy, id, io, ir, so, stl;
        if (fscanf(h, "cpu %lu %lu %lu %lu %lu %lu %lu %lu", &u, &n, &sy, &id, &io, &ir, &so, &stl) == 8)
            s.busy = (double)(u + n + sy + ir + so + stl) / sysconf(_SC_CLK_TCK);
        fclose(h);
    }
    return s;
}

static void read_values(const char *name) {
    FILE *h = fopen(name, "r");
    if (!h) die("%s: %s", name, strerror(errno));
    char *line = 0;
    size_t cap = 0;
    for (ssize_t n; (n = getline(&line, &cap, h)) > 0;) {
        if (line[n - 1] == '\n') line[n - 1] = 0;
        values = realloc(values, (nvalues + 1) * sizeof *values);
        values[nvalues++] = strdup(line);
    }
    free(line);
    fclose(h);
}

static void usage(void) {
    fprintf(
        stderr,
        "wsload [options]           one JSON line on stdout\n"
        " subscribers: --port P --path /x --conns N --groups G --proto P --hdr 'K: V'\n"
        "   --send TXT | --send-hex HEX | --send-bin TXT (repeatable, templates) --ready SUBSTR --reply MATCH REPLY\n"
        "   --inflight K (concurrent handshakes, 64) --settle S --conn-timeout S\n"
        " publisher:   --pub ws|http --pub-port P --pub-path /y --pub-proto P --pub-hdr H --pub-send TXT "
        "--pub-send-bin TXT --pub-ready S\n"
        "   --msg TEMPLATE --msg-bin TEMPLATE --pub-conns M --pub-ctype T --pub-method POST\n"
        "   --rate R (msgs/s; 0 = flat out) --burst B --window K --flow delivered|ack|none --ack SUBSTR\n"
        "   --values FILE (a line for each group: {V}); with --flow ack latencies are those of the acknowledgements\n"
        " coming back: --expect N (wait until every subscriber has got N)\n"
        " measuring:   --warmup S --duration S --drain S --marker '\"t\":' --seq '\"n\":' --no-marker --pids a,b,c "
        "--label L -v\n");
    exit(1);
}
int main(int argc, char **argv) {
    marker = unescape("\"t\":");
    seqmarker = unescape("\"n\":");
    enum {
        O_PORT = 256,
        O_WSPATH,
        O_CONNS,
        O_GROUPS,
        O_PROTO,
        O_HDR,
        O_SEND,
        O_SENDHEX,
        O_SENDBIN,
        O_READY,
        O_REPLY,
        O_INFL,
        O_SETTLE,
        O_CT,
        O_PUB,
        O_PPORT,
        O_PPATH,
        O_PPROTO,
        O_PHDR,
        O_PSEND,
        O_PSENDBIN,
        O_PREADY,
        O_MSG,
        O_MSGBIN,
        O_PCONNS,
        O_PCT,
        O_RATE,
        O_WIN,
        O_FLOW,
        O_ACK,
        O_WARM,
        O_DUR,
        O_DRAIN,
        O_MARK,
        O_SEQ,
        O_NOMARK,
        O_PIDS,
        O_LABEL,
        O_HOST,
        O_BURST,
        O_VALUES,
        O_EXPECT,
        O_PMETHOD
    };
    static struct option lo[] = {{"port", 1, 0, O_PORT},
                                 {"path", 1, 0, O_WSPATH},
                                 {"conns", 1, 0, O_CONNS},
                                 {"groups", 1, 0, O_GROUPS},
                                 {"proto", 1, 0, O_PROTO},
                                 {"hdr", 1, 0, O_HDR},
                                 {"send", 1, 0, O_SEND},
                                 {"send-hex", 1, 0, O_SENDHEX},
                                 {"send-bin", 1, 0, O_SENDBIN},
                                 {"ready", 1, 0, O_READY},
                                 {"reply", 1, 0, O_REPLY},
                                 {"inflight", 1, 0, O_INFL},
                                 {"settle", 1, 0, O_SETTLE},
                                 {"conn-timeout", 1, 0, O_CT},
                                 {"pub", 1, 0, O_PUB},
                                 {"pub-port", 1, 0, O_PPORT},
                                 {"pub-path", 1, 0, O_PPATH},
                                 {"pub-proto", 1, 0, O_PPROTO},
                                 {"pub-hdr", 1, 0, O_PHDR},
                                 {"pub-send", 1, 0, O_PSEND},
                                 {"pub-send-bin", 1, 0, O_PSENDBIN},
                                 {"pub-ready", 1, 0, O_PREADY},
                                 {"msg", 1, 0, O_MSG},
                                 {"msg-bin", 1, 0, O_MSGBIN},
                                 {"pub-conns", 1, 0, O_PCONNS},
                                 {"pub-ctype", 1, 0, O_PCT},
                                 {"rate", 1, 0, O_RATE},
                                 {"window", 1, 0, O_WIN},
                                 {"flow", 1, 0, O_FLOW},
                                 {"ack", 1, 0, O_ACK},
                                 {"warmup", 1, 0, O_WARM},
                                 {"duration", 1, 0, O_DUR},
                                 {"drain", 1, 0, O_DRAIN},
                                 {"marker", 1, 0, O_MARK},
                                 {"seq", 1, 0, O_SEQ},
                                 {"no-marker", 0, 0, O_NOMARK},
                                 {"pids", 1, 0, O_PIDS},
                                 {"label", 1, 0, O_LABEL},
                                 {"host", 1, 0, O_HOST},
                                 {"burst", 1, 0, O_BURST},
                                 {"values", 1, 0, O_VALUES},
                                 {"expect", 1, 0, O_EXPECT},
                                 {"pub-method", 1, 0, O_PMETHOD},
                                 {0, 0, 0, 0}};
    int o;
    while ((o = getopt_long(argc, argv, "v", lo, 0)) != -1) switch (o) {
        case O_PORT: port = atoi(optarg); break;
        case O_WSPATH: path = optarg; break;
        case O_CONNS: nconn = atoi(optarg); break;
        case O_GROUPS: ngroup = atoi(optarg); break;
        case O_PROTO: proto = optarg; break;
        case O_HDR: hdrs[nhdrs++ & 15] = optarg; break;
        case O_SEND: sends[nsends++ & 15].tmpl = unescape(optarg); break;
        case O_SENDHEX:
            sends[nsends & 15].bin = 1;
            sends[nsends++ & 15].tmpl = unhex(optarg);
            break;
        case O_SENDBIN:
            sends[nsends & 15].bin = 1;
            sends[nsends++ & 15].tmpl = unescape(optarg);
            break;
        case O_READY: ready_s = unescape(optarg); break;
        case O_REPLY:
            reply_match = unescape(optarg);
            if (optind < argc) reply_text = unescape(argv[optind++]);
            break;
        case O_INFL: inflight_max = atoi(optarg); break;
        case O_SETTLE: settle = atof(optarg); break;
        case O_CT: conn_timeout = atof(optarg); break;
        case O_PUB: pubmode = !strcmp(optarg, "ws") ? 1 : !strcmp(optarg, "http") ? 2 : 0; break;
        case O_PPORT: pubport = atoi(optarg); break;
        case O_PPATH: pubpath = optarg; break;
        case O_PPROTO: pubproto = optarg; break;
        case O_PHDR: pubhdrs[npubhdrs++ & 15] = optarg; break;
        case O_PSEND: pubsends[npubsends++ & 7].tmpl = unescape(optarg); break;
        case O_PSENDBIN:
            pubsends[npubsends & 7].bin = 1;
            pubsends[npubsends++ & 7].tmpl = unescape(optarg);
            break;
        case O_PREADY: pubready = unescape(optarg); break;
        case O_MSG: pubtmpl = unescape(optarg); break;
        case O_MSGBIN:
            pubtmpl = unescape(optarg);
            pubbin = 1;
            break;
        case O_PCONNS: pubconns = atoi(optarg); break;
        case O_PCT: pubctype = optarg; break;
        case O_RATE: rate = atof(optarg); break;
        case O_BURST: burst = atoi(optarg); break;
        case O_WIN: window = atoi(optarg); break;
        case O_FLOW:
            flow = !strcmp(optarg, "ack") ? FLOW_ACK : !strcmp(optarg, "none") ? FLOW_NONE : FLOW_DELIVERED;
            break;
        case O_ACK: ack_s = unescape(optarg); break;
        case O_WARM: warm = atof(optarg); break;
        case O_DUR: dur = atof(optarg); break;
        case O_DRAIN: drain = atof(optarg); break;
        case O_MARK: marker = unescape(optarg); break;
        case O_SEQ: seqmarker = unescape(optarg); break;
        case O_NOMARK: nomarker = 1; break;
        case O_LABEL: label = optarg; break;
        case O_HOST: host = optarg; break;
        case O_VALUES: read_values(optarg); break;
        case O_EXPECT: expected = strtoull(optarg, 0, 10); break;
        case O_PMETHOD: pubmethod = optarg; break;
        case O_PIDS:
            for (char *t = strtok(strdup(optarg), ", "); t && npids < 64; t = strtok(0, ", ")) pids[npids++] = atoi(t);
            break;
        case 'v': verbose = 1; break;
        default: usage();
        }
    if (!pubmode) pubconns = 0;
    if (!pubport) pubport = port;
    if (!pubpath) pubpath = path;
    if (!pubproto && pubmode == 1 && proto) pubproto = proto;
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_TIMERSLACK, 1);
    getrandom(&rs, sizeof rs, 0);
    if (!rs) rs = 1;
    struct rlimit rl;
    getrlimit(RLIMIT_NOFILE, &rl);
    rl.rlim_cur = rl.rlim_max;
    setrlimit(RLIMIT_NOFILE, &rl);
    if ((long)rl.rlim_cur < nconn + pubconns + 16)
        die("open-file limit %ld is below %d connections", (long)rl.rlim_cur, nconn);
    ep = epoll_create1(EPOLL_CLOEXEC);
    total_conns = nconn + pubconns;
    conns = calloc(total_conns, sizeof *conns);
    for (int i = 0; i < total_conns; i++) {
        conns[i].idx = i;
        conns[i].fd = -1;
        conns[i].group = i < nconn ? i % ngroup : 0;
        conns[i].role = i < nconn ? R_SUB : pubmode == 1 ? R_PUBWS : R_PUBHTTP;
    }
    fanout = nconn / ngroup > 0 ? nconn / ngroup : 1;

    // 1. connect and subscribe
    sample_t s0 = sample(1);
    u64 t0 = now_ns(), t_open = 0, t_ready = 0, lim = t0 + conn_timeout * 1e9;
    int next = 0;
    while ((next < nconn || inflight) && now_ns() < lim) {
        while (next < nconn && inflight < inflight_max) start_conn(&conns[next++]);
        loop_once(50000000);
    }
    t_open = now_ns();
    while (ready_n < sub_open && now_ns() < lim) loop_once(50000000);
    t_ready = now_ns();
    while (expected && caught_up < sub_open && now_ns() < lim) loop_once(50000000);
    sample_t s1 = sample(0);
    u64 sub_ready = ready_n;
    for (int i = nconn; i < total_conns; i++) start_conn(&conns[i]);
    while ((inflight || ready_n < sub_open + pub_open) && now_ns() < lim) loop_once(50000000);
    u64 until = now_ns() + settle * 1e9;
    while (now_ns() < until) loop_once(10000000);
    sample_t s2 = sample(1);
    if (pubmode && !pub_open) fprintf(stderr, "wsload: no publisher connection\n");

    // 2. publish and measure
    fanout = sub_open / ngroup > 0 ? sub_open / ngroup : 1;
    interval = rate > 0 ? 1e9 * burst / rate : 0;
    u64 start = now_ns();
    next_sched = start;
    win_start = start + warm * 1e9;
    win_end = win_start + dur * 1e9;
    publishing = pubmode != 0 && pub_open;
    while (now_ns() < win_start) loop_once(1000000);
    sample_t m0 = sample(0);
    u64 w0 = now_ns(), p0 = published, a0 = acked;
    win_start = w0;
    win_end = w0 + dur * 1e9;
    measuring = 1;
    while (now_ns() < win_end) loop_once(2000000);
    u64 w1 = now_ns();
    sample_t m1 = sample(0);
    measuring = 0;
    u64 p1 = published, a1 = acked, back = pubmode ? outstanding() : 0;
    sample_t mm = sample(1);
    publishing = 0;
    u64 exp_total = published * fanout, dl = now_ns() + drain * 1e9;
    if (pubmode && flow != FLOW_ACK)
        while (now_ns() < dl && delivered < exp_total) loop_once(10000000);
    if (flow == FLOW_ACK)
        while (now_ns() < dl && acked < published) loop_once(10000000);
    double w = (w1 - w0) / 1e9, ms = m1.cpu - m0.cpu, mc = m1.self - m0.self, mb = m1.busy - m0.busy;
    long long lost = !pubmode ? 0 : flow == FLOW_ACK ? published - acked : exp_total - delivered;
    printf("{\"label\":\"%s\",\"conns\":%d,\"open\":%llu,\"failed\":%llu,\"closed\":%llu,\"ready\":%llu,\"proto_err\":%"
           "llu,",
           label, nconn, (unsigned long long)sub_open, (unsigned long long)failed, (unsigned long long)closed_n,
           (unsigned long long)sub_ready, (unsigned long long)proto_err);
    printf("\"hs_per_s\":%.0f,\"ready_ms\":%.0f,\"hs_srv_us\":%.1f,",
           opened > (u64)pubconns ? nconn / ((t_open - t0) / 1e9) : 0, (t_ready - t0) / 1e6,
           nconn ? (s1.cpu - s0.cpu) * 1e6 / nconn : 0);
    printf("\"window_s\":%.3f,\"published\":%llu,\"pub_per_s\":%.0f,\"acks_per_s\":%.0f,\"http_bad\":%llu,"
           "\"reconnects\":%llu,\"backlog\":%llu,",
           w, (unsigned long long)published, (p1 - p0) / w, (a1 - a0) / w, (unsigned long long)http_bad,
           (unsigned long long)reconnects, (unsigned long long)back);
    printf("\"delivered\":%llu,\"rate\":%.0f,\"lost\":%lld,\"gaps\":%llu,\"dups\":%llu,", (unsigned long long)delivered,
           delivered_win / w, lost, (unsigned long long)gaps,
           (unsigned long long)dups);
    printf("\"frames_per_s\":%.0f,\"recvs_per_s\":%.0f,\"MBps\":%.1f,\"bytes_per_frame\":%.1f,", frames_win / w,
           recvs_win / w, bytes_win / w / 1e6, frames_win ? (double)bytes_win / frames_win : 0);
    printf("\"lat_us\":{\"n\":%llu,\"mean\":%.0f,\"p50\":%.0f,\"p90\":%.0f,\"p99\":%.0f,\"p999\":%.0f,\"max\":%.0f},",
           (unsigned long long)hist_n, hist_n ? hist_sum / hist_n / 1e3 : 0, pct(.5) / 1e3, pct(.9) / 1e3,
           pct(.99) / 1e3, pct(.999) / 1e3, hist_max / 1e3);
    printf("\"srv_cpu_s\":%.2f,\"srv_cores\":%.2f,\"srv_us_per_msg\":%.3f,\"cli_cpu_s\":%.2f,\"cli_us_per_msg\":%.3f,"
           "\"other_cpu_s\":%.2f,",
           ms, ms / w, delivered_win ? ms * 1e6 / delivered_win : 0, mc, delivered_win ? mc * 1e6 / delivered_win : 0,
           mb - ms - mc);
    printf("\"rss_kb\":{\"start\":%ld,\"conn\":%ld,\"end\":%ld,\"hwm\":%ld},\"pss_kb\":{\"start\":%ld,\"conn\":%ld,"
           "\"end\":%ld},\"kb_per_conn\":%.2f,\"srv_threads\":%d,",
           s0.rss, s2.rss, mm.rss, mm.hwm, s0.pss, s2.pss, mm.pss, nconn ? (double)(s2.pss - s0.pss) / nconn : 0,
           mm.threads);
    printf("\"srv_us_per_ack\":%.3f,\"caught_up\":%llu,\"caught_up_ms\":%.1f,", a1 > a0 ? ms * 1e6 / (a1 - a0) : 0,
           (unsigned long long)caught_up, caught_up ? (caught_up_at - t0) / 1e6 : 0);
    printf("\"pub_lag_max_us\":%.0f,\"pings\":%llu,\"per_sec\":[", pub_lag_max / 1e3, (unsigned long long)pings);
    for (int i = 0; i < (int)(w + .01) && i < 3600; i++) printf("%s%llu", i ? "," : "", (unsigned long long)per_sec[i]);
    printf("]}\n");
    fflush(stdout);
    return 0;
}
