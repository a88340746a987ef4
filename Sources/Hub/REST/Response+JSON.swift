import Model
import Transport
import WebCodec

/// When an answer that is made for one request is worth compressing.
enum AnswerCompression {
    /// Below it the answer fits into a few packets, and time is lost rather than won.
    static let byteCountMin = 8 << 10
    /// Above it a core would be at it for more than a tenth of a second, which others wait for.
    static let byteCountMax = 4 << 20
}

extension Response {
    /// Answers GET and HEAD with what has just been read.
    ///
    /// - Parameter version: what the entity tag is made of; without one there is no tag, and no condition holds.
    static func json(_ bytes: [UInt8], version: Int?, headers: HTTPHeaders, for head: RequestHead) -> Response {
        var headers = headers
        headers.append("Vary", "Accept-Encoding")
        let coded = coded(bytes, for: head)
        if let version {
            let tags = ["", EntityTag.gzipSuffix].map { EntityTag("\(version)\($0)") }
            headers.append("ETag", tags[coded == nil ? 0 : 1].description)
            // The version is the same in every coding. No part of it is served.
            let outcomes = tags.map { Representation(byteCount: bytes.count, tag: $0).outcome(for: head) }
            if outcomes.contains(.notModified) { return Response(status: 304, headers: headers) }
            if outcomes.allSatisfy({ $0 == .preconditionFailed }) {
                return problem(HubError(.versionStale, "it is at version \(version)"), at: head)
            }
        }
        headers.append("Content-Type", "application/json")
        if coded != nil { headers.append("Content-Encoding", "gzip") }
        return Response(headers: headers, body: .bytes(coded ?? bytes))
    }

    private static func coded(_ bytes: [UInt8], for head: RequestHead) -> [UInt8]? {
        guard (AnswerCompression.byteCountMin...AnswerCompression.byteCountMax).contains(bytes.count),
            ContentNegotiation.coding(for: head) == .gzip
        else { return nil }
        return Gzip.compressed(bytes)
    }
}
