import Model
import WebCodec

/// What a client calls itself on every connection that it makes (`?client=`), so that the others do not see it leave and
/// come back.
enum ClientName {
    /// 64: a UUID, with a prefix.
    static let clientNameCharactersMax = 64

    /// - Parameter fallback: what a connection is called that gives itself no name.
    static func of(_ head: RequestHead, fallback: String) throws(HubError) -> String {
        guard let name = head.queryValue("client") else { return fallback }
        let isPlain = name.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789-_.".unicodeScalars.contains(scalar))
        }
        guard isPlain, (1...clientNameCharactersMax).contains(name.utf8.count) else {
            throw HubError(
                .badRequest,
                "client is letters, digits, '-', '_' and '.', 1 to clientNameCharactersMax (\(clientNameCharactersMax)) of them"
            )
        }
        return name
    }
}
