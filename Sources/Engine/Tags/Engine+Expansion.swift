import Journal
package import Model

/// A prompt as it is meant.
package struct ExpandedPrompt: Sendable, Equatable, Encodable {
    package let text: String
    /// What was put in, as it was written: `/review`, `@style`, `@Sources/main.swift`.
    package let used: [String]

    package init(text: String, used: [String]) {
        self.text = text
        self.used = used
    }
}

// The one place that puts stored commands, snippets and files into prompts. What a repository's own commands mean, its agents
// know themselves; they stay as they are.
extension Engine {
    /// - Parameter run: whose worktree is looked into for files; nil: the project's own folder.
    /// - Throws: `HubError` `.limitExceeded`.
    package func expand(_ text: String, in project: Project.ID, run: Run.ID? = nil) async throws -> ExpandedPrompt {
        if let run {
            guard try await journal.read({ try $0.required(run).projectId }) == project else {
                throw HubError.invalid("/runId", "is a run of another project")
            }
        }
        let place: FilePlace = run.map { .run($0) } ?? .project(project)
        var used: [String] = []
        var words = text
        var isCommand = false
        if let (name, arguments) = PromptExpansion.command(of: text),
            let command = try await journal.read({ try $0.tag(.command, named: name, for: project) })
        {
            (words, isCommand) = (PromptExpansion.fill(command.content, with: arguments), true)
            used.append("/" + name)
        }
        var result = ""
        for piece in PromptExpansion.pieces(of: words) {
            switch piece {
            case .words(let words): result += words
            case .reference(let name):
                if let meant = try await meaning(of: String(name), in: project, at: isCommand ? place : nil) {
                    result += meant
                    used.append("@" + name)
                } else {
                    result += "@" + name
                }
            }
            guard result.utf8.count <= Limits.promptBytesMax else {
                throw HubError.limit(
                    "promptBytesMax", Limits.promptBytesMax, "the prompt is too long with what it names")
            }
        }
        return ExpandedPrompt(text: result, used: used)
    }

    /// - Parameter place: whose files are meant as well; nil: snippets alone.
    private func meaning(of name: String, in project: Project.ID, at place: FilePlace?) async throws -> String? {
        if let snippet = try await journal.read({ try $0.tag(.snippet, named: name, for: project) }) {
            return snippet.content
        }
        guard let place else { return nil }
        let most = settings.limits.includedFileBytesMax
        let file: FileText
        do {
            file = try await readFile(at: place, name, offset: 0, length: most)
        } catch let error as HubError where [.fileNotFound, .pathForbidden, .validationFailed].contains(error.code) {
            return nil
        }
        guard let text = file.text else { throw HubError.invalid("/text", "@\(name) is no text") }
        guard file.byteCount <= most else {
            throw HubError.limit("includedFileBytesMax", most, "@\(name) has \(file.byteCount) bytes")
        }
        return "\(name):\n```\n\(text)\(text.hasSuffix("\n") ? "" : "\n")```\n"
    }
}
