/// The target of a request line in its four forms (RFC 9112 section 3.2), of which three are served.
struct RequestTarget {
    var path: [String] = []
    var query: [QueryItem] = []
    /// Of the absolute form; it must name the same host as `Host`.
    var authority: String?

    init(_ target: ArraySlice<UInt8>, method: HTTPMethod) throws(HTTPError) {
        guard !target.isEmpty, target.allSatisfy({ $0 > ASCII.space && $0 < ASCII.delete && !Self.isExcluded($0) })
        else { throw HTTPError(.targetInvalid, "the target holds a character that a URI cannot") }
        // Its authority form is the fourth; the method is refused as others that are not known.
        if method == .other("CONNECT") { return }
        if target.elementsEqual("*".utf8) {
            guard method == .options else { throw HTTPError(.targetInvalid, "only OPTIONS may ask for *") }
            return
        }
        var rest = target
        if rest.first != UInt8(ascii: "/") { try takeAuthority(from: &rest) }
        let mark = rest.firstIndex(of: UInt8(ascii: "?")) ?? rest.endIndex
        path = try Self.segments(rest[..<mark])
        if mark < rest.endIndex { query = try Self.items(rest[(mark + 1)...]) }
    }

    /// Never in a target: the fragment is the client's own, and these delimit URIs in text (RFC 3986 appendix C).
    private static func isExcluded(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "#") || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">")
            || byte == UInt8(ascii: "\"")
    }

    private mutating func takeAuthority(from rest: inout ArraySlice<UInt8>) throws(HTTPError) {
        func begins(with scheme: String) -> Bool {
            rest.count > scheme.utf8.count && zip(rest, scheme.utf8).allSatisfy { ASCII.lowercased($0) == $1 }
        }
        guard let scheme = ["http://", "https://"].first(where: begins) else {
            throw HTTPError(.targetInvalid, "the target must begin with /, http:// or https://")
        }
        rest = rest.dropFirst(scheme.utf8.count)
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        authority = String(decoding: rest[..<end], as: UTF8.self)
        rest = rest[end...]
    }

    /// `/` is no segment at all; `/a/` is `a` and an empty one.
    private static func segments(_ path: ArraySlice<UInt8>) throws(HTTPError) -> [String] {
        guard path.count > 1 else { return [] }
        var segments: [String] = []
        for raw in path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let segment = PercentCoding.decoded(raw, plusIsSpace: false) else {
                throw HTTPError(.targetInvalid, "a path segment is not percent-encoded UTF-8")
            }
            // What would mean another path to whoever decodes or normalises a second time.
            guard segment != ".", segment != "..",
                segment.utf8.allSatisfy({
                    $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") && !ASCII.isControl($0)
                })
            else { throw HTTPError(.targetInvalid, "a path segment is a dot segment or holds a slash or a control") }
            segments.append(segment)
        }
        return segments
    }

    private static func items(_ query: ArraySlice<UInt8>) throws(HTTPError) -> [QueryItem] {
        var items: [QueryItem] = []
        for pair in query.split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            guard let name = PercentCoding.decoded(pair[..<equals], plusIsSpace: true),
                let value = PercentCoding.decoded(pair[equals...].dropFirst(), plusIsSpace: true)
            else { throw HTTPError(.targetInvalid, "a query item is not percent-encoded UTF-8") }
            items.append(QueryItem(name: name, value: value))
        }
        return items
    }
}
