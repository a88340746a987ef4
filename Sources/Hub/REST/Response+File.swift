import Engine
import Model
import Transport
import WebCodec

extension Response {
    /// As much as the transport lets wait.
    private static let pieceByteCount = 64 << 10

    /// A file that never changes, with conditions and ranges.
    static func file(
        _ file: KeptFile, tag: EntityTag, modifiedUnixSeconds: Int64?, content: HTTPHeaders, for head: RequestHead
    ) -> Response {
        let representation = Representation(
            byteCount: file.byteCount, tag: tag, modifiedUnixSeconds: modifiedUnixSeconds)
        return .of(
            representation, headers: ["Cache-Control": "private, no-cache"], content: content, for: head
        ) { range in
            .stream(byteCount: range.count) { writer in try await copy(file, range, to: writer) }
        }
    }

    @concurrent
    private static func copy(_ file: KeptFile, _ range: Range<Int>, to writer: BodyWriter) async throws {
        var rest = range
        while !rest.isEmpty {
            let bytes = try file.read(rest.prefix(pieceByteCount))
            guard !bytes.isEmpty else { throw HubError(.storageFailed, "a file became shorter") }
            try await writer.write(bytes)
            rest = rest.dropFirst(bytes.count)
        }
    }
}
