import Model

/// `type/subtype; parameters`, as far as it matters here.
struct MediaType {
    let name: String
    let charset: String?
    /// Of a range in `Accept`.
    let quality: Double

    init(_ text: String) {
        let unimportant = Array(" \t\"".utf8)
        let parts = text.lowercased().utf8.split(separator: UInt8(ascii: ";"))
            .map { part in String(decoding: part.filter { !unimportant.contains($0) }, as: UTF8.self) }
        func parameter(_ name: String) -> String? {
            parts.dropFirst().first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
        }
        name = parts.first ?? ""
        charset = parameter("charset")
        quality = parameter("q").flatMap(Double.init) ?? 1
    }

    var isJSON: Bool {
        name == "application/json" || name.hasPrefix("application/") && name.hasSuffix("+json")
    }

    /// How much a client wants `candidate`: the most specific range counts (RFC 9110 section 12.5.1).
    static func quality(of candidate: String, in accept: [String]) -> Double {
        let family = candidate.prefix { $0 != "/" } + "/*"
        let ranges = accept.map(MediaType.init)
        let best =
            ranges.first { $0.name == candidate } ?? ranges.first { $0.name == family }
            ?? ranges.first { $0.name == "*/*" }
        return best?.quality ?? 0
    }
}
