// What both ends of a WebSocket's opening handshake need: SHA-1 and base64 (RFC 6455 section 4.2.2).
#ifndef HANDSHAKE_H
#define HANDSHAKE_H
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static uint32_t rol(uint32_t x, int n) { return x << n | x >> (32 - n); }

// At most 128 bytes: a key and the GUID are 60.
static void sha1(const uint8_t *d, size_t n, uint8_t out[20]) {
    uint32_t h[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    uint8_t b[192];
    memset(b, 0, sizeof b);
    memcpy(b, d, n);
    b[n] = 0x80;
    size_t blocks = (n + 9 + 63) / 64;
    uint64_t bits = n * 8;
    for (int i = 0; i < 8; i++) b[blocks * 64 - 1 - i] = bits >> (8 * i);
    for (size_t k = 0; k < blocks; k++) {
        uint32_t w[80];
        for (int i = 0; i < 16; i++) {
            const uint8_t *p = b + k * 64 + i * 4;
            w[i] = (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
        }
        for (int i = 16; i < 80; i++) w[i] = rol(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        uint32_t a = h[0], bb = h[1], c = h[2], dd = h[3], e = h[4];
        for (int i = 0; i < 80; i++) {
            uint32_t f, q;
            if (i < 20) f = (bb & c) | (~bb & dd), q = 0x5A827999;
            else if (i < 40) f = bb ^ c ^ dd, q = 0x6ED9EBA1;
            else if (i < 60) f = (bb & c) | (bb & dd) | (c & dd), q = 0x8F1BBCDC;
            else f = bb ^ c ^ dd, q = 0xCA62C1D6;
            uint32_t t = rol(a, 5) + f + e + q + w[i];
            e = dd, dd = c, c = rol(bb, 30), bb = a, a = t;
        }
        h[0] += a, h[1] += bb, h[2] += c, h[3] += dd, h[4] += e;
    }
    for (int i = 0; i < 5; i++)
        for (int j = 0; j < 4; j++) out[i * 4 + j] = h[i] >> (24 - 8 * j);
}

static void b64(const uint8_t *d, int n, char *o) {
    static const char t[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < n; i += 3) {
        uint32_t v = d[i] << 16 | (i + 1 < n ? d[i + 1] << 8 : 0) | (i + 2 < n ? d[i + 2] : 0);
        *o++ = t[v >> 18];
        *o++ = t[v >> 12 & 63];
        *o++ = i + 1 < n ? t[v >> 6 & 63] : '=';
        *o++ = i + 2 < n ? t[v & 63] : '=';
    }
    *o = 0;
}

// Sec-WebSocket-Accept for a Sec-WebSocket-Key of 24 characters.
static void accept_key(const char *key, char out[32]) {
    char both[96];
    uint8_t digest[20];
    int n = snprintf(both, sizeof both, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    sha1((uint8_t *)both, n, digest);
    b64(digest, 20, out);
}
#endif
