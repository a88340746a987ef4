import Glibc

// Full-text search: by ripgrep where there is one, which is several times as quick in large trees, else by git itself. Both
// look at the same files (those that git does not ignore, no symlinks, nothing binary) and answer in the same form.
extension Git {
    package struct Match: Sendable, Equatable {
        package let path: String
        package let line: Int
        package let text: String
    }

    /// Lines that hold `text` as it stands, in any case of letters; of untracked files too, not of ignored ones.
    package func search(_ worktree: String, _ text: String, countMax: Int) async throws -> [Match] {
        let place = try await place(worktree)
        if let ripgrep = settings.ripgrep,
            let matches = try await search(text, with: ripgrep, at: place, countMax: countMax)
        {
            return matches
        }
        let command = place.command(
            [
                "grep", "--null", "--line-number", "--no-color", "--fixed-strings", "--ignore-case", "-I",
                "--untracked", "--no-textconv", "--full-name", "-e", text, "--",
            ], accepting: [0, 1])
        return try await stream(command, into: MatchCollector(countMax: countMax)).report.sink.matches
    }

    /// 512 KiB of paths for one ripgrep: a quarter of what a command line may hold.
    private static let pathBytesPerCommandMax = 512 << 10

    /// - Returns: nil when it did not do its work.
    private func search(
        _ text: String, with ripgrep: String, at place: Place, countMax: Int
    ) async throws -> [Match]? {
        let list = place.command("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate")
        let prefix = place.top + "/"
        var within = FilesWithin(place.top)
        // One that is named is followed where it is a symlink, or behind one.
        var paths = try await run(list).fields.compactMap { field -> String? in
            guard let file = String(validating: field, as: UTF8.self), Self.isFile(prefix + file), within.has(file)
            else { return nil }
            return prefix + file
        }[...]
        var matches: [Match] = []
        while !paths.isEmpty, matches.count < countMax {
            var (some, byteCount): ([String], Int) = ([], 0)
            while let path = paths.first, byteCount < Self.pathBytesPerCommandMax {
                some.append(path)
                byteCount += path.utf8.count
                paths = paths.dropFirst()
            }
            var command = GitCommand(
                arguments: [
                    "--no-config", "--null", "--line-number", "--no-heading", "--with-filename", "--color=never",
                    // One thread, so that the same question has the same answer where it is cut short.
                    "--threads=1", "--fixed-strings", "--ignore-case", "--encoding=none", "--no-messages",
                    "--regexp=" + text, "--",
                ] + some, folder: place.top, codesAccepted: [0, 1])
            command.program = ripgrep
            do {
                let sink = MatchCollector(countMax: countMax - matches.count, prefix: prefix)
                matches += try await stream(command, into: sink).report.sink.matches
            } catch is GitFailure {
                return nil
            }
        }
        return matches
    }

    private static func isFile(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
}
