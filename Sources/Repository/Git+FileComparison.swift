import Model

extension Git {
    /// One file as it was and as it is.
    /// - Parameter oldFile: its name in the old state, where that is another.
    /// - Throws: `RepositoryError.fileNotFound` when neither state has it; a folder is no file.
    package func compareFile(
        _ path: String, file: String, oldFile: String? = nil, from old: ContentState, to new: ContentState
    ) async throws -> FileComparison {
        try await withTrees(path, old, new) { place, old, new, environment in
            let comparison = FileComparison(
                old: try await content(of: oldFile ?? file, in: old, at: place, environment: environment),
                new: try await content(of: file, in: new, at: place, environment: environment))
            guard comparison.old != nil || comparison.new != nil else { throw RepositoryError.fileNotFound(file) }
            return comparison
        }
    }

    private func content(
        of file: String, in tree: String, at place: Place, environment: [String: String]
    ) async throws -> FileContent? {
        // What git calls a path has neither; with them, ls-tree would show something else than was asked for.
        let parts = file.split(separator: "/", omittingEmptySubsequences: false)
        guard !file.utf8.contains(0), !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else {
            return nil
        }
        var list = place.command("ls-tree", "-z", "--long", "--full-tree", tree, "--", file)
        list.environment = environment
        list.environment["GIT_LITERAL_PATHSPECS"] = "1"
        // `100644 blob <id>     12 <tab> path`
        guard let field = try await run(list).fields.first,
            let tab = field.firstIndex(of: UInt8(ascii: "\t")),
            Array(field[field.index(after: tab)...]) == Array(file.utf8)
        else { return nil }
        let words = String(decoding: field[..<tab], as: UTF8.self).split(separator: " ").map(String.init)
        guard words.count == 4 else { throw GitFailure(subcommand: "ls-tree", reason: .unreadable, words: "") }
        switch (words[0], words[1]) {
        case ("160000", _): return FileContent(kind: .submodule, byteCount: 0, text: words[2], isBinary: false)
        case (let mode, "blob"):
            let kind: FileContent.Kind = mode == "120000" ? .symlink : mode == "100755" ? .executable : .file
            guard let byteCount = Int(words[3]) else {
                throw GitFailure(subcommand: "ls-tree", reason: .unreadable, words: "")
            }
            guard byteCount <= FileContent.byteCountMax else {
                return FileContent(kind: kind, byteCount: byteCount, text: nil, isBinary: false)
            }
            var show = place.command("cat-file", "blob", words[2])
            show.environment = environment
            let bytes = try await run(show).output
            // git calls binary what has a NUL; what is not UTF-8 cannot be told as text either.
            let text = bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
            return FileContent(kind: kind, byteCount: byteCount, text: text, isBinary: text == nil)
        default: return nil
        }
    }
}
