/// Blocks of an event stream, as the HTML standard's server-sent events describe them.
package enum ServerSentEvent {
    package static let mediaType = "text/event-stream"

    /// A comment that keeps proxies from closing an idle stream.
    package static let ping: [UInt8] = Array(":ping\n\n".utf8)

    /// - Parameters:
    ///   - id: what a client sends back as `Last-Event-ID`; nil leaves the one before in force.
    ///   - data: usually one line of JSON; further lines become further `data:` fields.
    ///   - retryMs: how long a client is to wait before it connects again, from now on.
    package static func block(id: String?, event: String, data: [UInt8], retryMs: Int? = nil) -> [UInt8] {
        var block: [UInt8] = []
        block.reserveCapacity(data.count + 64)
        if let id { block += "id: \(id)\n".utf8 }
        if let retryMs { block += "retry: \(retryMs)\n".utf8 }
        block += "event: \(event)\n".utf8
        for line in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            block += "data: ".utf8
            block += line
            block.append(UInt8(ascii: "\n"))
        }
        block.append(UInt8(ascii: "\n"))
        return block
    }
}
