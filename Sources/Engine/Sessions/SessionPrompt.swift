import Model

/// What an agent is told at the beginning of a conversation, and how its proposal is found in what it answers.
enum SessionPrompt {
    private static let opening = "<prompt>"
    private static let closing = "</prompt>"

    private static let manner = """
        You may read the repository in this folder. Do not change anything: whatever you change is put back.
        """

    /// - Parameter task: what an agent would be told of the card as it is.
    static func plan(title: String, task: String, asked: String?) -> String {
        """
        Help to refine a task before anybody works on it. Do not do the task.
        \(manner)
        Say what is unclear or missing. End every answer with the whole refined task, worded as it is to be given to the \
        agent that will do it, between a line \(opening) and a line \(closing).

        Title: \(title)

        The task so far:

        \(task.isEmpty ? "(nothing but its title)" : task)

        \(asked ?? "Refine it.")
        """
    }

    static func assistant(of project: Project, asked: String) -> String {
        """
        You are the assistant of the project \(project.name). Answer what you are asked about it.
        \(manner)

        \(asked)
        """
    }

    /// The last proposal in a message; nil when it has none.
    static func proposal(in message: String) -> String? {
        let parts = message.parts(around: opening)
        guard parts.count > 1, let text = parts.last.map(String.init)?.parts(around: closing).first else { return nil }
        let trimmed = text.trimmingPrefix(while: \.isWhitespace)
        let end = trimmed.lastIndex { !$0.isWhitespace }
        return end.map { String(trimmed[...$0]) }
    }
}

extension String {
    fileprivate func parts(around mark: String) -> [Substring] {
        split(separator: mark, omittingEmptySubsequences: false)
    }
}
