/// Where pull requests of a remote are made: what `gh --repo` takes.
package struct HostedRepository: Sendable, Equatable {
    package let host: String
    package let owner: String
    package let name: String

    /// - Parameter address: `https://host/owner/name/pull/12`.
    package init?(ofPullRequest address: String) {
        guard let mark = address.firstRange(of: "/pull/") else { return nil }
        self.init(address: String(address[..<mark.lowerBound]))
    }

    /// `[HOST/]OWNER/REPO`; without a host it is GitHub's own.
    package var slug: String { (host == HostToken.gitHub ? "" : host + "/") + owner + "/" + name }

    /// - Parameter address: of a remote: `https://host/owner/name.git`, `git@host:owner/name`, `ssh://git@host:22/owner/name`.
    /// - Returns: nil for a folder, and for what has no owner and name.
    package init?(address: String) {
        do {
            guard try CloneAddress(address).scheme != .file else { return nil }
        } catch { return nil }
        let rest: String
        if let mark = address.firstRange(of: "://") {
            rest = String(address[mark.upperBound...])
        } else {
            guard let colon = address.firstIndex(of: ":") else { return nil }
            rest = address[..<colon] + "/" + address[address.index(after: colon)...]
        }
        var parts = rest.split(separator: "/").map(String.init)
        guard parts.count == 3 else { return nil }
        let authority = parts[0].split(separator: "@").last.map(String.init) ?? parts[0]
        host = String(authority.prefix { $0 != ":" }).lowercased()
        if parts[2].hasSuffix(".git") { parts[2].removeLast(4) }
        let isPlain = parts.dropFirst().allSatisfy { $0.wholeMatch(of: #/[A-Za-z0-9_.][A-Za-z0-9_.-]*/#) != nil }
        guard isPlain, !host.isEmpty else { return nil }
        (owner, name) = (parts[1], parts[2])
    }
}
