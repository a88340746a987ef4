import Foundation
import Journal
package import Model
import Repository

/// A branch, as the wire has it.
package struct ProjectBranch: Codable, Sendable, Equatable {
    package let name: String
    package let remote: Bool
    /// The project's own folder has it checked out.
    package let current: Bool
    package let commit: String
    package let committedAt: Timestamp
    package let subject: String

    init(_ branch: BranchInfo) {
        (name, remote, current) = (branch.name, branch.isRemote, branch.isCurrent)
        (commit, committedAt, subject) = (branch.commit, branch.committedAt, branch.subject)
    }
}

/// Where a path of this machine belongs.
package struct FoundPlace: Codable, Sendable, Equatable {
    package let projectId: Project.ID
    /// nil for the project's own folder.
    package let runId: Run.ID?
    /// Absolute: the top of the worktree, or of the project's folder.
    package let top: String
    /// Relative to it; empty for the top itself.
    package let path: String
}

extension Engine {
    package func branches(
        of id: Project.ID, matching text: String, countMax: Int
    ) async throws -> [ProjectBranch] {
        let project = try await journal.read { try $0.required(id) }
        return try await inHubTerms {
            try await git.branches(project.path, matching: text, countMax: countMax).map(ProjectBranch.init)
        }
    }

    /// Whose worktree, or project's folder, a path lies in: the innermost, among the projects that may be seen.
    /// - Parameter visible: nil: all.
    /// - Throws: `HubError` `.fileNotFound`.
    package func place(of path: String, among visible: Set<Project.ID>?) async throws -> FoundPlace {
        let wanted = URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
        let found = try await journal.read { reader -> FoundPlace? in
            let name =
                wanted.hasPrefix(self.settings.worktreesFolder + "/")
                ? wanted.dropFirst(self.settings.worktreesFolder.count + 1).prefix { $0 != "/" && $0 != "-" } : ""
            if let id = Run.ID(String(name)), let run = try reader.get(id), let top = run.worktreePath,
                let rest = Self.rest(of: wanted, below: top), visible?.contains(run.projectId) ?? true
            {
                return FoundPlace(projectId: run.projectId, runId: run.id, top: top, path: rest)
            }
            var folder = wanted
            while !folder.isEmpty {
                if let project = try reader.project(path: folder), visible?.contains(project.id) ?? true,
                    let rest = Self.rest(of: wanted, below: folder)
                {
                    return FoundPlace(projectId: project.id, runId: nil, top: folder, path: rest)
                }
                folder = String(folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)])
            }
            return nil
        }
        guard let found else { throw HubError(.fileNotFound, "no project or worktree holds \(path)") }
        return found
    }

    private static func rest(of path: String, below top: String) -> String? {
        if path == top { return "" }
        return path.hasPrefix(top + "/") ? String(path.dropFirst(top.count + 1)) : nil
    }

    /// An address that opens a file, or the whole folder, in an editor on the reader's machine.
    /// - Parameter host: as `ssh` knows the hub's machine; nil: the reader sits at it.
    package func editorURL(
        at place: FilePlace, _ editor: Editor, path: String?, line: Int?, host: String?
    ) async throws -> String {
        let top = try await top(of: place)
        if let path, !path.isEmpty { _ = try FileTree(root: top).entry(path) }
        let whole = path.map { $0.isEmpty ? top : top + "/" + $0 } ?? top
        guard let url = editor.url(of: whole, line: line, host: host) else {
            throw HubError.invalid("/host", "\(editor.rawValue) opens nothing on another machine")
        }
        return url
    }
}
