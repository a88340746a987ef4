import Model

/// Names what is copied from a project's folder into its worktrees: parts between slashes, in which `*` and `?` match no slash;
/// `**` is any number of folders. What names a folder stands for all that is in it.
struct CopyPattern {
    enum Part {
        case anyFolders
        case name(Glob)
    }

    struct Refused: Error {
        let reason: String
    }

    let parts: [Part]

    /// - Throws: `Refused` for what could lead out of the folder or to git's own.
    init(_ text: String) throws(Refused) {
        guard !text.hasPrefix("/") else { throw Refused(reason: "must be relative to the project's folder") }
        guard !text.utf8.contains(0) else { throw Refused(reason: "must not hold NUL") }
        var names = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        // Of a folder, all is meant anyway.
        if names.count > 1, names.last == "" { names.removeLast() }
        while names.count > 1, names.last == "**" { names.removeLast() }
        guard !names.contains("") else { throw Refused(reason: "must have a name between slashes") }
        guard !names.contains(".."), !names.contains(".") else { throw Refused(reason: "must have no . or ..") }
        guard !names.contains(FileCopy.gitName) else { throw Refused(reason: "must not name what is git's own") }
        guard names != ["**"] else { throw Refused(reason: "must name something, not all there is") }
        parts = names.map { $0 == "**" ? .anyFolders : .name(Glob($0)) }
    }
}

extension [String] {
    /// - Throws: `HubError` `.validationFailed`, with the place of the first that is none.
    func requireCopyPatterns(at path: String) throws {
        for (index, text) in enumerated() {
            do {
                _ = try CopyPattern(text)
            } catch {
                throw HubError.invalid("\(path)/\(index)", error.reason)
            }
        }
    }
}
