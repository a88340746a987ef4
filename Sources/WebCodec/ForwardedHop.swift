/// What one proxy says of the request that came to it.
struct ForwardedHop: Equatable {
    enum Node: Equatable {
        case address(IPAddress)
        /// `unknown`, or a name that the proxy made up (RFC 7239 sections 6.2 and 6.3).
        case hidden
    }

    var node: Node?
    /// `http` or `https`.
    var scheme: String?
    var host: String?

    init() {}

    /// One element of `Forwarded`, as RFC 7239 section 4 has it: pairs, each name once.
    init(element: Substring) throws(ForwardedHops.Failure) {
        let field = "Forwarded"
        var names = Set<String>()
        for pair in ForwardedHops.split(element, at: ";") where !pair.isEmpty {
            guard let equals = pair.firstIndex(of: "="), case let name = pair[..<equals].lowercased(),
                ASCII.isToken(name), names.insert(name).inserted,
                let value = Self.unquoted(pair[pair.index(after: equals)...])
            else { throw .malformed(field) }
            switch name {
            case "for": try setNode(value, from: field)
            case "proto": try setScheme(value, from: field)
            case "host": try setHost(value, from: field)
            default: break  // `by`, and extensions
            }
        }
    }

    /// A token, or the content of a quoted string. Nothing that is meant here needs a backslash: one is malformed.
    private static func unquoted(_ text: Substring) -> String? {
        guard text.hasPrefix("\"") else { return ASCII.isToken(String(text)) ? String(text) : nil }
        let content = text.dropFirst().dropLast()
        guard text.count >= 2, text.hasSuffix("\""), !content.contains("\""), !content.contains("\\") else {
            return nil
        }
        return String(content)
    }

    /// An address, perhaps with a port, IPv6 then in brackets.
    mutating func setNode(_ text: String, from field: String) throws(ForwardedHops.Failure) {
        if text.lowercased() == "unknown" || text.hasPrefix("_") {
            node = .hidden
        } else if let address = IPAddress(text) {
            node = .address(address)
        } else {
            guard HostField.isValid(text), let address = IPAddress(Self.withoutPort(text)) else {
                throw .malformed(field)
            }
            node = .address(address)
        }
    }

    /// Brackets are IPv6's alone.
    private static func withoutPort(_ text: String) -> Substring {
        guard text.hasPrefix("["), let close = text.firstIndex(of: "]") else { return text.prefix { $0 != ":" } }
        let name = text[text.index(after: text.startIndex)..<close]
        return name.contains(":") ? name : ""
    }

    mutating func setScheme(_ text: String, from field: String) throws(ForwardedHops.Failure) {
        let name = text.lowercased()
        guard name == "http" || name == "https" else { throw .malformed(field) }
        scheme = name
    }

    mutating func setHost(_ text: String, from field: String) throws(ForwardedHops.Failure) {
        guard HostField.isValid(text) else { throw .malformed(field) }
        host = text
    }
}
