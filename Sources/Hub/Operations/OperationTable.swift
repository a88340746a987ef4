/// All operations there are.
package struct OperationTable: Sendable {
    package let operations: [Operation]
    private let byName: [String: Operation]

    /// - Precondition: names and aliases are unique.
    init(_ operations: [Operation]) {
        self.operations = operations
        byName = Dictionary(
            uniqueKeysWithValues: operations.flatMap { operation in
                ([operation.name] + operation.aliases).map { ($0, operation) }
            })
    }

    package static let all = OperationTable(
        [
            hub, folders, projects, files, places, boards, columns, cards, runs, runReads, landing, spending,
            snapshots, worktrees, approvals,
            policies, processes, credentials, profiles, drafts, tags, preferences, providers, bots, transcripts,
            events,
            consumers,
            attachments,
            sessions,
            access,
            members, passwords, organizations, search, jobs, backups, exports,
        ].flatMap(\.self))

    package subscript(_ name: String) -> Operation? { byName[name] }
}
