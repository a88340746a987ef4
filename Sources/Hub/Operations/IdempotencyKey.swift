package import Model

/// What a client names a request by, so that asking twice does it once.
package struct IdempotencyKey: Sendable, Hashable {
    /// A UUID has 36; there is room for a client's own scheme.
    package static let charactersMax = 255

    /// The same as `init` admits.
    package static let pattern = #"^("[!#-\[\]-~]{1,\#(charactersMax)}"|[!#-\[\]-~]{1,\#(charactersMax)})$"#

    package let text: String

    /// - Parameter text: visible ASCII characters. Over REST it may stand in quotes, as an RFC 8941 string.
    package init(_ text: String) throws(HubError) {
        let isQuoted = text.count >= 2 && text.first == "\"" && text.last == "\""
        let text = isQuoted ? String(text.dropFirst().dropLast()) : text
        guard (1...Self.charactersMax).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") })
        else {
            throw HubError(
                .badRequest,
                "an idempotency key is 1 to \(Self.charactersMax) visible ASCII characters without quotes and backslashes",
                members: ["limit": "idempotencyKeyCharactersMax", "maximum": .integer(Int64(Self.charactersMax))])
        }
        self.text = text
    }
}
