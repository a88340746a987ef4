import Foundation

/// What of the machine a process that is kept apart has to do with. All paths are absolute.
struct IsolationPlace: Equatable {
    /// What it may write.
    var worktree: String
    /// Where in it the program begins.
    var directory: String
    /// The repository's own folder, which the worktree's `.git` points into.
    var gitFolder: String?
    /// The hub's, which it must not see.
    var dataFolder: String
    var home: String?
    /// Files in what is hidden that it needs all the same: its script.
    var readable: [String] = []

    /// - Parameter worktree: its `.git` is a file: `gitdir: REPOSITORY/.git/worktrees/NAME` (gitrepository-layout(5)), where
    ///   the file `gitdir` points back.
    /// - Returns: nil where one of them does not: somebody has written it who wants to see another folder.
    static func gitFolder(of worktree: String) -> String? {
        guard let text = try? String(contentsOfFile: worktree + "/.git", encoding: .utf8), text.hasPrefix("gitdir: ")
        else { return nil }
        let own = URL(fileURLWithPath: text.dropFirst(8).trimmingCharacters(in: .whitespacesAndNewlines))
        guard let back = try? String(contentsOfFile: own.path + "/gitdir", encoding: .utf8),
            back.trimmingCharacters(in: .newlines) == worktree + "/.git"
        else { return nil }
        return own.deletingLastPathComponent().deletingLastPathComponent().path
    }
}
