// TLS as a machine between two streams of bytes: no socket, no waiting. Bytes from the peer are offered, plain bytes
// are read; plain bytes are written, bytes for the peer pile up as output. OpenSSL does the rest.
//
// A context is immutable once it is set up, and counted: connections keep the one that they began with.
#ifndef COPENSSLTLS_H
#define COPENSSLTLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct copenssl_tls_context copenssl_tls_context;
typedef struct copenssl_tls copenssl_tls;

enum {
    COPENSSL_TLS_ERROR_BYTES = 256,
    COPENSSL_TLS_RECORD_BYTES_MAX = 16384,      // RFC 8446 section 5.1
    COPENSSL_TLS_OUTPUT_BYTES_MAX = 1 << 20,    // that a peer has not taken; more is an error
    COPENSSL_TLS_CERTIFICATES_MAX = 64,
    COPENSSL_TLS_NAME_BYTES_MAX = 512,          // of a certificate's subject
    COPENSSL_TLS_FINGERPRINT_BYTES = 32,        // SHA-256
};

/// Every function that takes `error` writes a reason of at most COPENSSL_TLS_ERROR_BYTES there when it fails.

/// TLS 1.2 and 1.3 with forward secrecy and authenticated encryption only, without renegotiation, compression,
/// tickets, resumption and early data. ALPN: `http/1.1` or nothing.
copenssl_tls_context *copenssl_tls_context_create(bool is_server, char *error);
void copenssl_tls_context_free(copenssl_tls_context *context);
/// PEM files: the certificate, then those of its issuers up to but without the root; its key, without a pass phrase.
/// On a server, the first one added answers for every name that no other has; on a client there is at most one.
bool copenssl_tls_add_certificate(
    copenssl_tls_context *context, const char *certificate_path, const char *key_path, char *error);
/// Whom to believe about the other side: a PEM file, or NULL for the system's own list.
bool copenssl_tls_set_authorities(copenssl_tls_context *context, const char *path, char *error);
/// Server: asks clients for a certificate; one that is given must be good.
bool copenssl_tls_ask_for_certificate(
    copenssl_tls_context *context, const char *authorities_path, bool is_required, char *error);

/// The context must outlive what is made of it. NULL: no memory.
copenssl_tls *copenssl_tls_accept(copenssl_tls_context *context);
/// - Parameter name: what the server's certificate must be for: a host name, or a numeric address.
copenssl_tls *copenssl_tls_connect(copenssl_tls_context *context, const char *name);
void copenssl_tls_free(copenssl_tls *tls);

/// Whether both sides have agreed: plain bytes may be written.
bool copenssl_tls_is_open(const copenssl_tls *tls);
/// Bytes from the peer, which must stay until copenssl_tls_read has returned something else than a positive number.
void copenssl_tls_offer(copenssl_tls *tls, const uint8_t *bytes, size_t byte_count);

enum {
    COPENSSL_TLS_WANTS_MORE = 0,
    COPENSSL_TLS_ENDED = -1,  // the peer has said that nothing follows
    COPENSSL_TLS_FAILED = -2, // for ever; there may be output that tells the peer
};
/// - Returns: how many plain bytes were read, or one of the above.
ptrdiff_t copenssl_tls_read(copenssl_tls *tls, uint8_t *bytes, size_t byte_count, char *error);
/// All or nothing: one record, of at most COPENSSL_TLS_RECORD_BYTES_MAX. False: the connection cannot go on.
bool copenssl_tls_write(copenssl_tls *tls, const uint8_t *bytes, size_t byte_count);
/// Says that nothing follows. Nothing happens before the connection is open, or after it has failed.
void copenssl_tls_finish(copenssl_tls *tls);

/// What waits for the peer; valid until the next call.
const uint8_t *copenssl_tls_output(const copenssl_tls *tls, size_t *byte_count);
void copenssl_tls_output_taken(copenssl_tls *tls, size_t byte_count);

/// The certificate that the peer has shown and that was found good: its subject (RFC 2253, at most
/// COPENSSL_TLS_NAME_BYTES_MAX with its end) and the COPENSSL_TLS_FINGERPRINT_BYTES of its SHA-256.
/// - Returns: false when there is none.
bool copenssl_tls_peer(const copenssl_tls *tls, char *subject, uint8_t *fingerprint);

#endif
