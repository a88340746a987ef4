/// Which content coding a client wants (RFC 9110 section 12.5.3).
package enum ContentNegotiation {
    package enum Coding: Sendable, Equatable, CaseIterable {
        case identity, gzip
    }

    /// - Returns: what the client wants most, gzip where it does not mind; nil when it rules out both.
    package static func coding(for head: RequestHead) -> Coding? {
        guard head.headers.contains("Accept-Encoding") else { return .identity }
        let weights = head.headers.list("Accept-Encoding").map(weighted)
        func weight(_ names: String...) -> Int? { weights.first { names.contains($0.name) }?.weight }
        let any = weight("*")
        let gzip = weight("gzip", "x-gzip") ?? any ?? 0
        guard let identity = weight("identity") ?? any else {
            // Acceptable when nothing is said of it, but what is named is wanted more.
            return gzip > 0 ? .gzip : .identity
        }
        if gzip > 0, gzip >= identity { return .gzip }
        return identity > 0 ? .identity : nil
    }

    /// Thousandths; 1000 when there is no weight.
    private static func weighted(_ member: String) -> (name: String, weight: Int) {
        let parts = member.split(separator: ";").map { ASCII.trimmed($0).lowercased() }
        let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.map { $0.dropFirst(2) }
        return (parts.first ?? "", quality.map(thousandths) ?? 1000)
    }

    /// `0`, `0.5`, `1.000` (section 12.4.2); what is no weight is taken for none.
    private static func thousandths(_ text: Substring) -> Int {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts[0] == "0" || parts[0] == "1",
            parts.count == 1 || parts[1].count <= 3,
            parts.allSatisfy({ $0.utf8.allSatisfy(ASCII.isDigit) })
        else { return 0 }
        let fraction = parts.count == 2 ? parts[1] : ""
        let digits = fraction + String(repeating: "0", count: 3 - fraction.count)
        return min(1000, (parts[0] == "1" ? 1000 : 0) + (Int(digits) ?? 0))
    }
}
