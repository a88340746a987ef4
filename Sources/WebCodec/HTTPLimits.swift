/// What one request may cost before it is refused. Everything that a peer can make us hold has its number here.
package struct HTTPLimits: Sendable, Equatable {
    /// Request line, header fields and trailer fields together. 16 KiB: twice nginx's default line, room for a large
    /// cookie or token. Above it: 431.
    package var headByteCountMax = 16 << 10
    /// Apache's and nginx's order of size. Above it: 431.
    package var headerCountMax = 100
    /// RFC 9112 section 3 recommends at least 8,000 octets for a request line. Above it: 414.
    package var targetByteCountMax = 8 << 10
    /// One decoded request body that is kept whole in memory; nginx's client_max_body_size. Above it: 413.
    package var bodyByteCountMax = 1 << 20
    /// One decoded request body that its handler takes as it comes, to a file perhaps: a long log or a recorded
    /// screen. Above it: 413.
    package var uploadByteCountMax = 256 << 20

    /// RFC 9110 registers none longer than `VERSION-CONTROL` and `BASELINE-CONTROL`. Above it: 501.
    package static let methodByteCountMax = 32
    /// One chunk's size and extensions; we know no extension. Above it: 400.
    package static let chunkLineByteCountMax = 256

    package init() {}
}
