/// What the proxies on a request's way say, from the nearest on. Each is looked at only when it is asked for: those
/// that are trusted write on the right, and what a client has written on the left must not spoil it.
struct ForwardedHops {
    struct Failure: Error, Equatable {
        /// For the log; repeats nothing that came.
        let reason: String

        static func malformed(_ field: String) -> Failure { Failure(reason: "\(field) is malformed") }
    }

    private enum Source {
        /// `Forwarded`'s elements that are left.
        case standard([Substring])
        case legacy(nodes: [String], schemes: [String], hosts: [String])
    }

    private var source: Source

    /// - Throws: where both families of fields are there: a proxy sets one and may let a client's other one through.
    init(_ headers: HTTPHeaders) throws(Failure) {
        let legacy = ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"].map { headers.list($0) }
        guard headers.contains("Forwarded") else {
            source = .legacy(nodes: legacy[0], schemes: legacy[1], hosts: legacy[2])
            return
        }
        guard legacy.allSatisfy(\.isEmpty) else {
            throw Failure(reason: "Forwarded and X-Forwarded-* contradict each other")
        }
        source = .standard(Self.split(headers.values("Forwarded").joined(separator: ",")[...], at: ","))
    }

    /// - Returns: nil when there are no more.
    mutating func next() throws(Failure) -> ForwardedHop? {
        switch source {
        case .standard(var elements):
            defer { source = .standard(elements) }
            while let element = elements.popLast() {
                let text = ASCII.trimmed(element)
                if !text.isEmpty { return try ForwardedHop(element: text[...]) }
            }
            return nil
        case .legacy(var nodes, var schemes, var hosts):
            guard !nodes.isEmpty || !schemes.isEmpty || !hosts.isEmpty else { return nil }
            defer { source = .legacy(nodes: nodes, schemes: schemes, hosts: hosts) }
            var hop = ForwardedHop()
            // Lists are as long as there were proxies that set them: they lie side by side from the nearest one on.
            if let text = nodes.popLast() { try hop.setNode(text, from: "X-Forwarded-For") }
            if let text = schemes.popLast() { try hop.setScheme(text, from: "X-Forwarded-Proto") }
            if let text = hosts.popLast() { try hop.setHost(text, from: "X-Forwarded-Host") }
            return hop
        }
    }

    /// At separators outside of quoted strings, which are found from the right: a quotation mark that a client has left
    /// open on the left cannot swallow what comes behind it.
    static func split(_ text: Substring, at separator: Character) -> [Substring] {
        var (parts, isQuoted, end) = ([Substring](), false, text.endIndex)
        for index in text.indices.reversed() {
            if text[index] == "\"" {
                isQuoted.toggle()
            } else if text[index] == separator, !isQuoted {
                parts.append(text[text.index(after: index)..<end])
                end = index
            }
        }
        parts.append(text[..<end])
        return parts.reversed()
    }
}
