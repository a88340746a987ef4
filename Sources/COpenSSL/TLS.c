#include "COpenSSLTLS.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>

// ECDHE and AEAD only, so nothing that testssl.sh or RFC 9325 speaks against.
static const char tls12_ciphers[] = "ECDHE+AESGCM:ECDHE+CHACHA20";
static const char groups[] = "X25519:P-256:P-384";
static const unsigned char alpn[] = "\x08http/1.1";

struct copenssl_tls_context {
    bool is_server;
    // One for each certificate; a server's connections begin with the first. A client has one, perhaps bare.
    SSL_CTX *certificates[COPENSSL_TLS_CERTIFICATES_MAX];
    int certificate_count;
    bool has_certificate;
};

struct copenssl_tls {
    SSL *ssl;
    const uint8_t *input;
    size_t input_byte_count;
    uint8_t *output; // NULL while nothing waits: an idle connection holds no buffer
    size_t output_start, output_end, output_capacity;
    bool has_failed, has_finished;
};

static void explain(char *error, const char *what) {
    unsigned long code = ERR_peek_last_error();
    const char *reason = code ? ERR_reason_error_string(code) : NULL;
    if (!reason && code) reason = "an error without a name";
    snprintf(error, COPENSSL_TLS_ERROR_BYTES, "%s%s%s", what, *what && reason ? ": " : "", reason ? reason : "");
    ERR_clear_error();
}

// ---- Contexts

/// Without this, a key with a pass phrase would make OpenSSL ask for it at the terminal.
static int no_pass_phrase(char *buffer, int size, int writing, void *user) {
    (void)buffer, (void)size, (void)writing, (void)user;
    return -1;
}

static int choose_protocol(SSL *ssl, const unsigned char **chosen, unsigned char *chosen_size,
    const unsigned char *offered, unsigned int offered_size, void *user) {
    (void)ssl, (void)user;
    unsigned char *selected;
    // A client that offers only what we do not speak is not to be answered as if it had (RFC 7301 section 3.2).
    if (SSL_select_next_proto(&selected, chosen_size, alpn, sizeof alpn - 1, offered, offered_size)
        != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *chosen = selected;
    return SSL_TLSEXT_ERR_OK;
}

static int choose_certificate(SSL *ssl, int *alert, void *user) {
    (void)alert;
    const copenssl_tls_context *context = user;
    const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    if (!name) return SSL_TLSEXT_ERR_OK;
    for (int i = 0; i < context->certificate_count; i++) {
        X509 *certificate = SSL_CTX_get0_certificate(context->certificates[i]);
        if (certificate && X509_check_host(certificate, name, 0, 0, NULL) == 1) {
            SSL_set_SSL_CTX(ssl, context->certificates[i]);
            return SSL_TLSEXT_ERR_OK;
        }
    }
    return SSL_TLSEXT_ERR_OK; // the first one answers
}

static SSL_CTX *make(copenssl_tls_context *context) {
    SSL_CTX *made = SSL_CTX_new(context->is_server ? TLS_server_method() : TLS_client_method());
    if (!made) return NULL;
    SSL_CTX_set_security_level(made, 2); // keys of at least 112 bits, whatever the machine's configuration says
    SSL_CTX_set_mode(made, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(made,
        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE
            | SSL_OP_PRIORITIZE_CHACHA | SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION);
    SSL_CTX_set_session_cache_mode(made, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_default_passwd_cb(made, no_pass_phrase);
    bool good = SSL_CTX_set_min_proto_version(made, TLS1_2_VERSION) == 1
        && SSL_CTX_set_cipher_list(made, tls12_ciphers) == 1 && SSL_CTX_set1_groups_list(made, groups) == 1;
    if (context->is_server) {
        SSL_CTX_set_num_tickets(made, 0); // sockets live long; a ticket's key would weaken forward secrecy
        SSL_CTX_set_alpn_select_cb(made, choose_protocol, NULL);
        SSL_CTX_set_tlsext_servername_callback(made, choose_certificate);
        SSL_CTX_set_tlsext_servername_arg(made, context);
    } else {
        SSL_CTX_set_verify(made, SSL_VERIFY_PEER, NULL);
        good = good && SSL_CTX_set_alpn_protos(made, alpn, sizeof alpn - 1) == 0;
    }
    if (good) return made;
    SSL_CTX_free(made);
    return NULL;
}

copenssl_tls_context *copenssl_tls_context_create(bool is_server, char *error) {
    ERR_clear_error();
    copenssl_tls_context *context = calloc(1, sizeof *context);
    if (!context) return snprintf(error, COPENSSL_TLS_ERROR_BYTES, "no memory"), NULL;
    context->is_server = is_server;
    context->certificates[0] = make(context);
    if (!context->certificates[0]) return explain(error, "OpenSSL does not start"), free(context), NULL;
    context->certificate_count = 1;
    return context;
}

void copenssl_tls_context_free(copenssl_tls_context *context) {
    if (!context) return;
    for (int i = 0; i < context->certificate_count; i++) SSL_CTX_free(context->certificates[i]);
    free(context);
}

bool copenssl_tls_add_certificate(
    copenssl_tls_context *context, const char *certificate_path, const char *key_path, char *error) {
    ERR_clear_error();
    SSL_CTX *made = context->certificates[0];
    if (context->has_certificate) {
        if (context->certificate_count == COPENSSL_TLS_CERTIFICATES_MAX || !context->is_server)
            return snprintf(error, COPENSSL_TLS_ERROR_BYTES, "too many certificates"), false;
        made = make(context);
        if (!made) return explain(error, "OpenSSL does not start"), false;
        context->certificates[context->certificate_count++] = made;
    }
    context->has_certificate = true;
    if (SSL_CTX_use_certificate_chain_file(made, certificate_path) != 1) return explain(error, certificate_path), false;
    if (SSL_CTX_use_PrivateKey_file(made, key_path, SSL_FILETYPE_PEM) != 1 || SSL_CTX_check_private_key(made) != 1)
        return explain(error, key_path), false;
    return true;
}

bool copenssl_tls_set_authorities(copenssl_tls_context *context, const char *path, char *error) {
    ERR_clear_error();
    for (int i = 0; i < context->certificate_count; i++) {
        SSL_CTX *made = context->certificates[i];
        if ((path ? SSL_CTX_load_verify_file(made, path) : SSL_CTX_set_default_verify_paths(made)) != 1)
            return explain(error, path ? path : "the system's certificate authorities"), false;
    }
    return true;
}

bool copenssl_tls_ask_for_certificate(
    copenssl_tls_context *context, const char *authorities_path, bool is_required, char *error) {
    if (!copenssl_tls_set_authorities(context, authorities_path, error)) return false;
    int mode = SSL_VERIFY_PEER | (is_required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0);
    for (int i = 0; i < context->certificate_count; i++) {
        STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(authorities_path);
        if (!names) return explain(error, authorities_path), false;
        SSL_CTX_set_client_CA_list(context->certificates[i], names);
        SSL_CTX_set_verify(context->certificates[i], mode, NULL);
    }
    return true;
}

// ---- The two streams of one connection

static int take_input(BIO *bio, char *bytes, int byte_count) {
    copenssl_tls *tls = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (tls->input_byte_count == 0) return BIO_set_retry_read(bio), -1;
    size_t count = (size_t)byte_count < tls->input_byte_count ? (size_t)byte_count : tls->input_byte_count;
    memcpy(bytes, tls->input, count);
    tls->input += count;
    tls->input_byte_count -= count;
    return (int)count;
}

static int put_output(BIO *bio, const char *bytes, int byte_count) {
    copenssl_tls *tls = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (byte_count <= 0) return 0;
    size_t waiting = tls->output_end - tls->output_start, wanted = waiting + (size_t)byte_count;
    if (wanted > COPENSSL_TLS_OUTPUT_BYTES_MAX) return -1;
    if (tls->output_start > 0) {
        memmove(tls->output, tls->output + tls->output_start, waiting);
        tls->output_start = 0;
        tls->output_end = waiting;
    }
    if (wanted > tls->output_capacity) {
        size_t capacity = tls->output_capacity * 2 > wanted ? tls->output_capacity * 2 : wanted;
        uint8_t *grown = realloc(tls->output, capacity);
        if (!grown) return -1;
        tls->output = grown;
        tls->output_capacity = capacity;
    }
    memcpy(tls->output + tls->output_end, bytes, (size_t)byte_count);
    tls->output_end = wanted;
    return byte_count;
}

static long control(BIO *bio, int command, long number, void *pointer) {
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH || command == BIO_CTRL_PUSH || command == BIO_CTRL_POP;
}

static BIO_METHOD *method;
static CRYPTO_ONCE method_once = CRYPTO_ONCE_STATIC_INIT;

static void make_method(void) {
    method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "two streams");
    if (!method) return;
    BIO_meth_set_read(method, take_input);
    BIO_meth_set_write(method, put_output);
    BIO_meth_set_ctrl(method, control);
}

static copenssl_tls *begin(copenssl_tls_context *context) {
    CRYPTO_THREAD_run_once(&method_once, make_method);
    copenssl_tls *tls = calloc(1, sizeof *tls);
    BIO *bio = method ? BIO_new(method) : NULL;
    if (tls) tls->ssl = SSL_new(context->certificates[0]);
    if (!tls || !bio || !tls->ssl) {
        if (tls) SSL_free(tls->ssl);
        BIO_free(bio);
        free(tls);
        return NULL;
    }
    BIO_set_data(bio, tls);
    BIO_set_init(bio, 1);
    SSL_set_bio(tls->ssl, bio, bio); // takes it over
    return tls;
}

copenssl_tls *copenssl_tls_accept(copenssl_tls_context *context) {
    copenssl_tls *tls = begin(context);
    if (tls) SSL_set_accept_state(tls->ssl);
    return tls;
}

copenssl_tls *copenssl_tls_connect(copenssl_tls_context *context, const char *name) {
    copenssl_tls *tls = begin(context);
    if (!tls) return NULL;
    SSL_set_connect_state(tls->ssl);
    X509_VERIFY_PARAM *expected = SSL_get0_param(tls->ssl);
    X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    uint8_t address[16];
    bool is_address = inet_pton(AF_INET, name, address) == 1 || inet_pton(AF_INET6, name, address) == 1;
    bool good = is_address ? X509_VERIFY_PARAM_set1_ip_asc(expected, name) == 1
                           : SSL_set1_host(tls->ssl, name) == 1 && SSL_set_tlsext_host_name(tls->ssl, name) == 1;
    if (!good) return copenssl_tls_free(tls), NULL;
    ERR_clear_error();
    SSL_do_handshake(tls->ssl); // writes the first message, and wants the answer
    ERR_clear_error();
    return tls;
}

void copenssl_tls_free(copenssl_tls *tls) {
    if (!tls) return;
    SSL_free(tls->ssl);
    free(tls->output);
    free(tls);
}

bool copenssl_tls_is_open(const copenssl_tls *tls) { return SSL_is_init_finished(tls->ssl) && !tls->has_failed; }

void copenssl_tls_offer(copenssl_tls *tls, const uint8_t *bytes, size_t byte_count) {
    tls->input = bytes;
    tls->input_byte_count = byte_count;
}

static ptrdiff_t fail(copenssl_tls *tls, char *error) {
    tls->has_failed = true;
    tls->input_byte_count = 0;
    long verdict = SSL_get_verify_result(tls->ssl);
    if (verdict != X509_V_OK) {
        ERR_clear_error();
        snprintf(error, COPENSSL_TLS_ERROR_BYTES, "the peer's certificate: %s", X509_verify_cert_error_string(verdict));
    } else {
        explain(error, "");
    }
    return COPENSSL_TLS_FAILED;
}

ptrdiff_t copenssl_tls_read(copenssl_tls *tls, uint8_t *bytes, size_t byte_count, char *error) {
    if (tls->has_failed) return snprintf(error, COPENSSL_TLS_ERROR_BYTES, "failed before"), COPENSSL_TLS_FAILED;
    ERR_clear_error();
    size_t count = 0;
    int result = SSL_read_ex(tls->ssl, bytes, byte_count, &count);
    if (result == 1) return (ptrdiff_t)count;
    switch (SSL_get_error(tls->ssl, result)) {
    case SSL_ERROR_WANT_READ: return COPENSSL_TLS_WANTS_MORE;
    case SSL_ERROR_ZERO_RETURN: tls->input_byte_count = 0; return COPENSSL_TLS_ENDED;
    default: return fail(tls, error);
    }
}

bool copenssl_tls_write(copenssl_tls *tls, const uint8_t *bytes, size_t byte_count) {
    if (!copenssl_tls_is_open(tls) || byte_count > COPENSSL_TLS_RECORD_BYTES_MAX) return false;
    ERR_clear_error();
    size_t count = 0;
    bool good = SSL_write_ex(tls->ssl, bytes, byte_count, &count) == 1 && count == byte_count;
    if (!good) tls->has_failed = true;
    ERR_clear_error();
    return good;
}

void copenssl_tls_finish(copenssl_tls *tls) {
    if (!copenssl_tls_is_open(tls) || tls->has_finished) return;
    tls->has_finished = true;
    ERR_clear_error();
    SSL_shutdown(tls->ssl);
    ERR_clear_error();
}

const uint8_t *copenssl_tls_output(const copenssl_tls *tls, size_t *byte_count) {
    *byte_count = tls->output_end - tls->output_start;
    return tls->output ? tls->output + tls->output_start : NULL;
}

void copenssl_tls_output_taken(copenssl_tls *tls, size_t byte_count) {
    tls->output_start += byte_count;
    if (tls->output_start < tls->output_end) return;
    free(tls->output);
    tls->output = NULL;
    tls->output_start = tls->output_end = tls->output_capacity = 0;
}

bool copenssl_tls_peer(const copenssl_tls *tls, char *subject, uint8_t *fingerprint) {
    X509 *certificate = SSL_get0_peer_certificate(tls->ssl);
    if (!certificate || SSL_get_verify_result(tls->ssl) != X509_V_OK) return false;
    if (X509_digest(certificate, EVP_sha256(), fingerprint, NULL) != 1) return false;
    BIO *text = BIO_new(BIO_s_mem());
    if (!text) return false;
    X509_NAME_print_ex(text, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    int count = BIO_read(text, subject, COPENSSL_TLS_NAME_BYTES_MAX - 1);
    bool is_whole = BIO_pending(text) == 0; // a name cut short could be somebody else's
    BIO_free(text);
    subject[count > 0 ? count : 0] = 0;
    return is_whole;
}
