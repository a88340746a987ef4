/// Where a repository may be cloned from. `ext::` and its like run programs of the address's choice, and a password in an
/// address would be written to the clone's configuration.
package struct CloneAddress: Sendable, Equatable {
    package enum Scheme: String, Sendable, CaseIterable {
        case https, http, ssh, git, file
    }

    package struct Refused: Error, Sendable, Equatable {
        package let reason: String
    }

    package let text: String
    package let scheme: Scheme
    /// Of `file`: the folder on this machine.
    package let path: String?

    /// `https://host/path`, `ssh://user@host/path`, `user@host:path`, `git://host/path`, `file:///path` or `/path`.
    package init(_ text: String) throws(Refused) {
        let isText = text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F || $0 == " " }
        guard isText, !text.isEmpty, !text.hasPrefix("-"), !text.hasPrefix(" ") else {
            throw Refused(reason: "is no address of a repository")
        }
        self.text = text
        if text.hasPrefix("/") {
            (scheme, path) = (.file, text)
        } else if let mark = text.firstRange(of: "://") {
            let name = text[..<mark.lowerBound].lowercased()
            guard let scheme = Scheme(rawValue: name) else {
                let all = Scheme.allCases.map(\.rawValue).joined(separator: ", ")
                throw Refused(reason: "\(name) is none of the protocols that are allowed: \(all)")
            }
            self.scheme = scheme
            let rest = text[mark.upperBound...]
            let authority = String(rest.prefix { $0 != "/" })
            if scheme == .file {
                guard authority.isEmpty || authority == "localhost" else {
                    throw Refused(reason: "file: is for folders of the hub's machine")
                }
                path = String(rest.dropFirst(authority.count))
            } else {
                path = nil
                try Self.check(authority)
            }
        } else {
            // As scp has it. Two colons would name a program (gitremote-helpers(7)).
            guard let colon = text.firstIndex(of: ":"), !text.contains("::"), !text.contains(" "),
                text.firstIndex(of: "/").map({ colon < $0 }) ?? true
            else { throw Refused(reason: "is neither an address nor an absolute path") }
            (scheme, path) = (.ssh, nil)
            try Self.check(String(text[..<colon]))
        }
    }

    /// What a clone of it would be called.
    package var name: String {
        var name = text.split(whereSeparator: { $0 == "/" || $0 == ":" }).last.map(String.init) ?? "project"
        if name.hasSuffix(".git") { name.removeLast(4) }
        return name.isEmpty ? "project" : name
    }

    private static func check(_ authority: String) throws(Refused) {
        let at = authority.lastIndex(of: "@")
        let user = at.map { authority[..<$0] } ?? ""
        let host = at.map { authority[authority.index(after: $0)...] } ?? authority[...]
        guard !user.contains(":") else {
            throw Refused(reason: "holds a password, which belongs into the hub's credentials")
        }
        guard !host.isEmpty, !host.hasPrefix("-"), !user.hasPrefix("-"), !host.contains(" ") else {
            throw Refused(reason: "names no host")
        }
    }
}
