import Model
import Transport
import WebCodec

extension Response {
    /// Answers GET and HEAD of bytes that are kept: whole, a part, or as the request's conditions have it.
    ///
    /// - Parameters:
    ///   - representation: the one that was chosen, of which ranges are meant.
    ///   - headers: what 200, 206 and 304 have in common: `Cache-Control`, `Vary`.
    ///   - content: what only those with content have: `Content-Type`, `Content-Encoding`.
    ///   - body: of a range within the representation.
    static func of(
        _ representation: Representation, headers: HTTPHeaders, content: HTTPHeaders, for head: RequestHead,
        body: (Range<Int>) -> Body
    ) -> Response {
        var headers = headers
        headers.append("ETag", representation.tag.description)
        if let seconds = representation.modifiedUnixSeconds {
            headers.append("Last-Modified", HTTPDate.string(unixSeconds: seconds))
        }
        func withContent(_ status: Int, _ range: Range<Int>) -> Response {
            for field in content.fields { headers.append(field.name, field.value) }
            headers.append("Accept-Ranges", "bytes")
            return Response(status: status, headers: headers, body: body(range))
        }
        switch representation.outcome(for: head) {
        case .whole: return withContent(200, 0..<representation.byteCount)
        case .part(let range):
            headers.append(
                "Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(representation.byteCount)")
            return withContent(206, range)
        case .notModified: return Response(status: 304, headers: headers)
        case .preconditionFailed:
            return problem(HubError(.versionStale, "it is not what If-Match or If-Unmodified-Since name"), at: head)
        case .unsatisfiable:
            var response = problem(
                HubError(
                    .rangeNotSatisfiable, "it has \(representation.byteCount) bytes",
                    members: ["byteCount": .integer(Int64(representation.byteCount))]), at: head)
            response.headers.append("Content-Range", "bytes */\(representation.byteCount)")
            return response
        }
    }
}
