/// One normalised thing that was said or done in a run.
package struct Entry: ProjectEntity {
    package typealias ID = Identifier<Entry>
    package static let idPrefix = "ent"
    package static let kind = EntityKind.entry

    package let id: ID
    package let projectId: Project.ID
    package let cardId: Card.ID?
    package let runId: Run.ID
    package let processId: ChildProcess.ID?
    /// Its place in the run: 0, 1, 2 …, over all processes, without holes.
    package let index: Int
    package var content: EntryContent
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package var context: EventContext { EventContext(cardId: cardId, runId: runId, processId: processId) }

    package init(
        id: ID, projectId: Project.ID, cardId: Card.ID?, runId: Run.ID, processId: ChildProcess.ID?, index: Int,
        content: EntryContent, at now: Timestamp
    ) {
        self.id = id
        self.projectId = projectId
        self.cardId = cardId
        self.runId = runId
        self.processId = processId
        self.index = index
        self.content = content
        self.createdAt = now
        self.updatedAt = now
    }
}

/// What an entry says. Flat on purpose: a client switches on `kind` and reads the members that kind has.
package struct EntryContent: Codable, Sendable, Equatable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case userMessage = "user_message"
        case assistantMessage = "assistant_message"
        case thinking
        case toolUse = "tool_use"
        case plan
        case nextAction = "next_action"
        case systemMessage = "system_message"
        case errorMessage = "error_message"
        case usage
        /// A line that the child printed and that belongs to no protocol: the `command` provider's output, noise of others.
        case output
    }

    package var kind: Kind
    /// The words: markdown for messages, the line for `output`.
    package var text: String?
    package var tool: ToolUse?
    /// `plan` only.
    package var items: [PlanItem]?
    /// `usage` only.
    package var usage: Usage?
    /// `output` only: `stdout` or `stderr`.
    package var stream: OutputStream?
    /// `user_message` only: the files that the agent was given with the words; nil: none.
    package var attachments: [GivenFile]?

    package init(
        _ kind: Kind, text: String? = nil, tool: ToolUse? = nil, items: [PlanItem]? = nil, usage: Usage? = nil,
        stream: OutputStream? = nil, attachments: [GivenFile]? = nil
    ) {
        self.attachments = attachments
        self.kind = kind
        self.text = text
        self.tool = tool
        self.items = items
        self.usage = usage
        self.stream = stream
    }
}

/// An attachment that an agent was given. Its row may be gone by now.
package struct GivenFile: Codable, Sendable, Equatable {
    package var id: Attachment.ID
    package var filename: String
    /// `image/png`, `image/jpeg`, `image/gif` or `image/webp`, as its bytes say; nil: no image, or one too large to be given as such.
    package var imageType: String?

    package init(id: Attachment.ID, filename: String, imageType: String? = nil) {
        self.id = id
        self.filename = filename
        self.imageType = imageType
    }
}

package enum OutputStream: String, Codable, Sendable, CaseIterable {
    case stdout, stderr
}

package struct PlanItem: Codable, Sendable, Equatable {
    package enum Status: String, Codable, Sendable, CaseIterable {
        case pending, inProgress = "in_progress", completed
    }
    package var text: String
    package var status: Status
    package init(text: String, status: Status) {
        self.text = text
        self.status = status
    }
}

/// A tool that the agent used, whatever the agent calls it.
package struct ToolUse: Codable, Sendable, Equatable {
    package enum Action: String, Codable, Sendable, CaseIterable {
        case fileRead = "file_read"
        case fileEdit = "file_edit"
        case commandRun = "command_run"
        case search
        case webFetch = "web_fetch"
        case taskCreate = "task_create"
        case todoManagement = "todo_management"
        case askUserQuestion = "ask_user_question"
        case planPresentation = "plan_presentation"
        case tool
    }
    package enum Status: String, Codable, Sendable, CaseIterable {
        case created, running, success, failed, denied
        case pendingApproval = "pending_approval"
        case timedOut = "timed_out"
    }

    /// The agent's own name of the tool: `Bash`, `edit_file`.
    package var name: String
    package var action: Action
    package var status: Status
    /// One line for a person: the path, the command.
    package var title: String
    package var input: JSONValue?
    package var output: String?
    /// Of a command, where the agent tells it.
    package var exitCode: Int?

    package init(
        name: String, action: Action, status: Status, title: String, input: JSONValue? = nil, output: String? = nil,
        exitCode: Int? = nil
    ) {
        self.exitCode = exitCode
        self.name = name
        self.action = action
        self.status = status
        self.title = title
        self.input = input
        self.output = output
    }
}
