package import Dashboard
package import Transport
package import WebCodec

/// Serves the dashboard's files from memory: a path from outside is a key, and never reaches the file system.
package struct StaticPage: Sendable {
    private struct Item: Sendable {
        let file: Dashboard.File
        let tag: String
    }

    private let items: [String: Item]

    /// - Parameter files: by path below `/`, as `Dashboard.load()` gives them.
    package init(_ files: [String: Dashboard.File]) {
        items = files.mapValues { Item(file: $0, tag: Self.entityTag($0.bytes)) }
    }

    /// - Returns: nil when there is no such file.
    package func respond(to head: RequestHead) -> Response? {
        let name = head.path.isEmpty ? Dashboard.index : head.path.joined(separator: "/")
        guard let item = items[name] else { return nil }
        switch head.method {
        case .get, .head: break
        case .options: return .options([.get])
        case .post, .put, .patch, .delete, .other: return .wrongMethod(head, allowed: [.get])
        }
        // `no-cache`: to be kept, but asked about each time, so that page and hub are always of one version.
        var headers: HTTPHeaders = ["ETag": item.tag, "Cache-Control": "no-cache"]
        let known = head.headers.list("If-None-Match")
        if known.contains(item.tag) || known == ["*"] { return Response(status: 304, headers: headers) }
        headers.append("Content-Type", item.file.contentType)
        headers.append("Content-Security-Policy", Dashboard.contentSecurityPolicy)
        return Response(headers: headers, body: .bytes(item.file.bytes))
    }

    /// FNV-1a of the content, 64 bits: tells versions of one file apart, and defends against nothing.
    private static func entityTag(_ bytes: [UInt8]) -> String {
        let hash = bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return "\"\(String(hash, radix: 16))\""
    }
}
