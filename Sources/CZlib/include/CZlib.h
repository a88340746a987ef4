// zlib as two incremental streams. zlib's own header stays out of sight of Swift: its initialisers are macros, and its
// stream holds pointers between calls, which nothing here does.
#ifndef CZLIB_H
#define CZLIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// One direction, one thread at a time. Ends with `czlib_close`.
typedef struct czlib_stream czlib_stream;

typedef enum czlib_format {
    CZLIB_RAW,  // RFC 1951, as RFC 7692 wants it
    CZLIB_GZIP, // RFC 1952
} czlib_format;

typedef enum czlib_flush {
    CZLIB_NO_FLUSH,
    CZLIB_SYNC_FLUSH, // what was put in can be read by the peer; ends on a byte with 00 00 FF FF
    CZLIB_FINISH,     // this is all
} czlib_flush;

typedef enum czlib_status {
    CZLIB_OK,    // goes on: with more input, or with more room where the output was filled
    CZLIB_END,   // the compressed stream has ended; input behind it is left alone
    CZLIB_WRONG, // not deflated data, or out of memory; the stream is of no more use
} czlib_status;

typedef struct czlib_progress {
    czlib_status status;
    size_t consumed_byte_count;
    size_t produced_byte_count;
} czlib_progress;

/// @param level 1 (fast) to 9 (small).
/// @param window_bits 9 to 15: the window is 2^window_bits bytes. zlib has no raw stream of 8.
/// @param memory_level 1 to 9; a stream takes 2^(window_bits + 2) + 2^(memory_level + 9) bytes.
/// @return NULL when an argument is out of range or there is no memory.
czlib_stream *czlib_deflate_open(czlib_format format, int level, int window_bits, int memory_level);

/// @param window_bits at least those with which the data was made, 8 to 15; a stream takes 2^window_bits + 7 KiB.
czlib_stream *czlib_inflate_open(czlib_format format, int window_bits);

/// Works until the input is used up or the output is full. Call again, with the rest of the input (none is right too),
/// while the output was filled; a flush is done when it was not.
czlib_progress czlib_deflate(
    czlib_stream *stream, const uint8_t *input, size_t input_byte_count, uint8_t *output, size_t output_byte_count,
    czlib_flush flush);

/// As above: what comes out is bounded by the room that the caller gives, so a bomb stops where the caller says.
czlib_progress czlib_inflate(
    czlib_stream *stream, const uint8_t *input, size_t input_byte_count, uint8_t *output, size_t output_byte_count);

/// After CZLIB_END of a raw inflating stream: goes on with deflated data that follows and may refer to what came before,
/// as RFC 7692 (section 7.2.1) lets one message have several final blocks.
void czlib_go_on(czlib_stream *stream);

/// Whether a raw inflating stream stands at the end of a block that is not a final one.
bool czlib_is_between_blocks(const czlib_stream *stream);

/// Forgets everything but the parameters: cheaper than a new stream.
void czlib_reset(czlib_stream *stream);

void czlib_close(czlib_stream *stream);

#endif
