/// A body whose length is not known when it begins (RFC 9112 section 7.1).
package enum ChunkedEncoding {
    package static let end = Array("0\r\n\r\n".utf8)

    /// - Returns: nothing for nothing, since an empty chunk would end the body.
    package static func chunk(_ bytes: some Collection<UInt8>) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        var chunk: [UInt8] = []
        chunk.reserveCapacity(bytes.count + 16)
        chunk.append(contentsOf: String(bytes.count, radix: 16).utf8)
        chunk.append(contentsOf: "\r\n".utf8)
        chunk.append(contentsOf: bytes)
        chunk.append(contentsOf: "\r\n".utf8)
        return chunk
    }
}
