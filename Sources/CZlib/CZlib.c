#include "CZlib.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

enum { GZIP_WINDOW_BITS = 16 }; // added to the window's bits, as zlib wants to be told

struct czlib_stream {
    z_stream z;
    bool deflates;
};

static int told_window_bits(czlib_format format, int window_bits) {
    return format == CZLIB_RAW ? -window_bits : window_bits + GZIP_WINDOW_BITS;
}

czlib_stream *czlib_deflate_open(czlib_format format, int level, int window_bits, int memory_level) {
    czlib_stream *stream = calloc(1, sizeof *stream);
    if (!stream) return NULL;
    stream->deflates = true;
    int bits = told_window_bits(format, window_bits);
    if (deflateInit2(&stream->z, level, Z_DEFLATED, bits, memory_level, Z_DEFAULT_STRATEGY) == Z_OK) return stream;
    free(stream);
    return NULL;
}

czlib_stream *czlib_inflate_open(czlib_format format, int window_bits) {
    czlib_stream *stream = calloc(1, sizeof *stream);
    if (!stream) return NULL;
    if (inflateInit2(&stream->z, told_window_bits(format, window_bits)) == Z_OK) return stream;
    free(stream);
    return NULL;
}

static uInt clamped(size_t byte_count) { return byte_count > UINT_MAX ? UINT_MAX : (uInt)byte_count; }

static czlib_progress run(
    czlib_stream *stream, const uint8_t *input, size_t input_byte_count, uint8_t *output, size_t output_byte_count,
    int flush) {
    z_stream *z = &stream->z;
    uInt in = clamped(input_byte_count), out = clamped(output_byte_count);
    // The caller's last word is not said before its last byte.
    if (in < input_byte_count) flush = Z_NO_FLUSH;
    z->next_in = (Bytef *)input; // zlib does not write to it
    z->avail_in = in;
    z->next_out = output;
    z->avail_out = out;
    int result = stream->deflates ? deflate(z, flush) : inflate(z, flush);
    czlib_progress progress = {
        .status = CZLIB_OK, .consumed_byte_count = in - z->avail_in, .produced_byte_count = out - z->avail_out};
    // Z_BUF_ERROR: there was nothing to do, which is no error.
    if (result == Z_STREAM_END) progress.status = CZLIB_END;
    else if (result != Z_OK && result != Z_BUF_ERROR) progress.status = CZLIB_WRONG;
    z->next_in = NULL, z->next_out = NULL;
    return progress;
}

czlib_progress czlib_deflate(
    czlib_stream *stream, const uint8_t *input, size_t input_byte_count, uint8_t *output, size_t output_byte_count,
    czlib_flush flush) {
    static const int spelled[] = {
        [CZLIB_NO_FLUSH] = Z_NO_FLUSH, [CZLIB_SYNC_FLUSH] = Z_SYNC_FLUSH, [CZLIB_FINISH] = Z_FINISH};
    return run(stream, input, input_byte_count, output, output_byte_count, spelled[flush]);
}

czlib_progress czlib_inflate(
    czlib_stream *stream, const uint8_t *input, size_t input_byte_count, uint8_t *output, size_t output_byte_count) {
    return run(stream, input, input_byte_count, output, output_byte_count, Z_NO_FLUSH);
}

void czlib_go_on(czlib_stream *stream) { inflateResetKeep(&stream->z); } // keeps the window

bool czlib_is_between_blocks(const czlib_stream *stream) { return stream->z.data_type & 128; } // as zlib.h says

void czlib_reset(czlib_stream *stream) {
    if (stream->deflates) deflateReset(&stream->z);
    else inflateReset(&stream->z);
}

void czlib_close(czlib_stream *stream) {
    if (!stream) return;
    if (stream->deflates) deflateEnd(&stream->z);
    else inflateEnd(&stream->z);
    free(stream);
}
