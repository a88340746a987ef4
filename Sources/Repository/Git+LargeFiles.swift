import Model

// LFS keeps contents beside git, and has them pushed by a hook, which the hub does not run. What would come to a remote without
// its contents is pushed by LFS itself first, or not at all.
extension Git {
    /// - Throws: `RepositoryError.largeFilesStay` where LFS is not installed and a push would bring files of its kind.
    func pushLargeFiles(of tip: String, _ branch: String, to remote: String, at place: Place) async throws {
        let asks = place.command(
            "grep", "--quiet", "--fixed-strings", "-e", "filter=lfs", tip, "--", ":(glob)**/.gitattributes",
            accepting: [0, 1])
        guard try await run(asks).code == 0 else { return }
        let files = try await largeFiles(in: try await newFiles(of: tip, unknownTo: remote, at: place), at: place)
        guard !files.isEmpty else { return }
        guard try await run(place.command("lfs", "version", accepting: [0, 1, 127])).code == 0 else {
            throw RepositoryError.largeFilesStay(files)
        }
        let push = place.command("lfs", "push", "--", remote, branch, access: .writing)
        _ = try await run(try await networked(push, at: place))
    }

    /// Paths that the commits bring which the remote has not, as far as is known.
    private func newFiles(of tip: String, unknownTo remote: String, at place: Place) async throws -> [String] {
        let command = place.command(
            "log", "--format=", "--name-only", "-z", "--no-renames", "--diff-filter=AM", "--no-show-signature",
            "--no-ext-diff", "--no-textconv", tip, "--not", "--remotes=" + remote, "--")
        return Set(
            try await run(command).fields.map { String(decoding: $0.drop { $0 == UInt8(ascii: "\n") }, as: UTF8.self) }
        )
        .filter { !$0.isEmpty }.sorted()
    }

    private func largeFiles(in files: [String], at place: Place) async throws -> [String] {
        var found: [String] = []
        for start in stride(from: 0, to: files.count, by: Self.pathsPerCommandMax) {
            let some = files[start...].prefix(Self.pathsPerCommandMax)
            let reply = try await run(place.command(["check-attr", "-z", "filter", "--"] + some))
            // Path, attribute, value.
            let words = reply.fields.map { String(decoding: $0, as: UTF8.self) }
            for index in stride(from: 0, to: words.count - 2, by: 3) where words[index + 2] == "lfs" {
                found.append(words[index])
            }
        }
        return found
    }
}
