package import Dashboard
package import Model
package import Transport
package import WebCodec

/// Serves the dashboard's files from memory: a path from outside is a key, and never reaches the file system.
package struct StaticPage: Sendable {
    fileprivate struct Form: Sendable {
        let bytes: [UInt8]
        let representation: Representation
    }

    fileprivate struct Item: Sendable {
        let contentType: String
        let plain: Form
        /// nil where it would not be smaller.
        let gzipped: Form?
    }

    private let items: [String: Item]

    /// Compresses what becomes smaller, once.
    ///
    /// - Parameters:
    ///   - files: by path below `/`, as `Dashboard.load()` gives them.
    ///   - now: a file of the future is of now (RFC 9110 section 8.8.2.1).
    package init(_ files: [String: Dashboard.File], now: Timestamp) {
        items = files.mapValues { Item($0, nowUnixSeconds: now.millisecondsSince1970 / 1000) }
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
        guard let coding = ContentNegotiation.coding(for: head) else {
            return .problem(.codingNotAcceptable, at: head)
        }
        var content: HTTPHeaders = [
            "Content-Type": item.contentType, "Content-Security-Policy": Dashboard.contentSecurityPolicy,
        ]
        var form = item.plain
        if coding == .gzip, let gzipped = item.gzipped {
            form = gzipped
            content.append("Content-Encoding", "gzip")
        }
        // `no-cache`: to be kept, but asked about each time, so that page and hub are always of one version.
        return .of(
            form.representation, headers: ["Cache-Control": "no-cache", "Vary": "Accept-Encoding"], content: content,
            for: head
        ) { .bytes($0.count == form.bytes.count ? form.bytes : Array(form.bytes[$0])) }
    }
}

extension StaticPage.Item {
    fileprivate init(_ file: Dashboard.File, nowUnixSeconds: Int64) {
        let hash = Self.hash(file.bytes)
        let modified = min(file.modifiedUnixSeconds, nowUnixSeconds)
        func form(_ bytes: [UInt8], _ tag: String) -> StaticPage.Form {
            StaticPage.Form(
                bytes: bytes,
                representation: Representation(
                    byteCount: bytes.count, tag: EntityTag(tag), modifiedUnixSeconds: modified))
        }
        contentType = file.contentType
        plain = form(file.bytes, hash)
        gzipped = Gzip.compressed(file.bytes, level: Gzip.keptLevel)
            .flatMap { $0.count < file.bytes.count ? form($0, hash + EntityTag.gzipSuffix) : nil }
    }

    /// FNV-1a of the content, 64 bits: tells versions of one file apart, and defends against nothing.
    private static func hash(_ bytes: [UInt8]) -> String {
        String(bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }, radix: 16)
    }
}
