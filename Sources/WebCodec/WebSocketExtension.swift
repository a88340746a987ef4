/// One element of `Sec-WebSocket-Extensions` (RFC 6455 section 9.1).
package struct WebSocketExtension: Sendable, Equatable {
    package struct Parameter: Sendable, Equatable {
        package let name: String
        /// A token, also where it came in quotes; nil when there is none.
        package let value: String?
    }

    package let name: String
    package let parameters: [Parameter]

    /// - Parameter values: of every such field, in order; one list over all of them.
    /// - Returns: nil when they are not spelled as the section says; the handshake must then fail.
    static func parse(_ values: [String]) -> [WebSocketExtension]? {
        var extensions: [WebSocketExtension] = []
        for value in values {
            // A quoted value is a token too, so neither separator can be inside one.
            for element in value.split(separator: ",", omittingEmptySubsequences: true) {
                let element = ASCII.trimmed(element)
                if element.isEmpty { continue }
                guard let parsed = WebSocketExtension(element) else { return nil }
                extensions.append(parsed)
            }
        }
        return extensions
    }

    private init?(_ element: String) {
        let parts = element.split(separator: ";", omittingEmptySubsequences: false).map { ASCII.trimmed($0) }
        guard let name = parts.first, ASCII.isToken(name) else { return nil }
        var parameters: [Parameter] = []
        for part in parts.dropFirst() {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { ASCII.trimmed($0) }
            guard let name = sides.first, ASCII.isToken(name) else { return nil }
            guard sides.count == 2 else {
                parameters.append(Parameter(name: name, value: nil))
                continue
            }
            guard let value = Self.unquoted(sides[1]) else { return nil }
            parameters.append(Parameter(name: name, value: value))
        }
        (self.name, self.parameters) = (name, parameters)
    }

    /// - Returns: nil when it is neither a token nor one in quotes.
    private static func unquoted(_ text: String) -> String? {
        guard text.hasPrefix("\"") else { return ASCII.isToken(text) ? text : nil }
        guard text.utf8.count >= 2, text.hasSuffix("\"") else { return nil }
        var value = ""
        var isEscaped = false
        for character in text.dropFirst().dropLast() {
            if !isEscaped, character == "\\" {
                isEscaped = true
            } else {
                guard isEscaped || character != "\"" else { return nil }
                value.append(character)
                isEscaped = false
            }
        }
        return !isEscaped && ASCII.isToken(value) ? value : nil
    }
}
