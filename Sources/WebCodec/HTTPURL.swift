/// An absolute `http` or `https` address, as a client needs it: whom to connect to, and what to ask for.
package struct HTTPURL: Sendable, Equatable, CustomStringConvertible {
    package let isSecure: Bool
    /// A name or a numeric address, without brackets.
    package let host: String
    package let port: UInt16
    /// Path and query, as they go into a request line.
    package let target: String

    /// Without user information, which has no place in a request; a fragment is left out.
    package init?(_ text: String) {
        guard let scheme = ["http://", "https://"].first(where: { text.lowercased().hasPrefix($0) }) else { return nil }
        isSecure = scheme == "https://"
        let rest = text.dropFirst(scheme.count).prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let target = rest.dropFirst(authority.count)
        guard HostField.isValid(String(authority)),
            target.utf8.allSatisfy({ $0 > ASCII.space && $0 < ASCII.delete })
        else { return nil }
        self.target = target.hasPrefix("/") ? String(target) : "/" + target
        let close = authority.lastIndex(of: "]")
        let colon = authority[(close ?? authority.startIndex)...].firstIndex(of: ":")
        let name = authority[..<(colon ?? authority.endIndex)]
        host = name.hasPrefix("[") ? String(name.dropFirst().dropLast()) : String(name)
        let digits = colon.map { authority[authority.index(after: $0)...] } ?? ""
        if digits.isEmpty {
            port = isSecure ? 443 : 80
        } else {
            guard let number = UInt16(digits), number > 0 else { return nil }
            port = number
        }
    }

    package var description: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(isSecure ? "https" : "http")://\(name):\(port)\(target)"
    }
}
