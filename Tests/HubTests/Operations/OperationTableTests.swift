import Model
import WebCodec
import Testing
import Wire

@testable import Hub

extension Operation: CustomTestStringConvertible {
    public var testDescription: String { name }
}

@Suite("Operation table")
struct OperationTableTests {
    static let all = OperationTable.all.operations

    @Test("every name is a noun and a verb, and there once") func names() {
        let names = Self.all.flatMap { [$0.name] + $0.aliases }
        #expect(Set(names).count == names.count)
        for name in names where !["health", "info", "me"].contains(name) {
            #expect(name.wholeMatch(of: #/[a-z]+\.[a-z]+/#) != nil, "\(name)")
        }
    }

    @Test(
        "what the hub promises is there",
        arguments: [
            "health", "info", "projects.create", "projects.list", "projects.get", "projects.update", "projects.archive",
            "boards.create", "boards.list", "boards.get", "boards.update", "boards.delete", "columns.create",
            "columns.list",
            "columns.update", "columns.delete", "cards.create", "cards.list", "cards.get", "cards.update", "cards.move",
            "cards.delete", "runs.create", "runs.start", "runs.get", "runs.list", "runs.cancel", "runs.stop",
            "runs.retry",
            "runs.message", "agents.message", "runs.approve", "runs.entries", "runs.events", "runs.diff", "runs.merge",
            "runs.processes", "auth.setup", "me", "tokens.create", "tokens.delete", "users.create", "members.create",
            "members.delete", "approvals.list", "approvals.get", "approvals.answer", "events.list",
        ])
    func promised(name: String) { #expect(OperationTable.all[name] != nil) }

    @Test("every example is a valid input", arguments: all)
    func examples(operation: Operation) {
        #expect(operation.input.validate(operation.example) == [], "\(operation.name)")
    }

    @Test("a route's parameters are members of the input, required on the first route", arguments: all)
    func parameters(operation: Operation) throws {
        for route in operation.routes {
            for name in route.parameters {
                #expect(operation.input.fields.contains { $0.name == name }, "\(route.template)")
            }
        }
        let subject = try #require(operation.routes.first).parameters
        let required = operation.input.fields.filter(\.isRequired).map(\.name)
        #expect(Set(subject).isSubset(of: required) || operation.routes.count > 1, "\(operation.name)")
    }

    @Test("every operation says what it is, and what it gives", arguments: all)
    func described(operation: Operation) {
        #expect(operation.summary.hasSuffix("."))
        switch operation.success {
        case .ok, .created, .bare: #expect(operation.output != nil)
        case .noContent: #expect(operation.output == nil)
        }
        if operation.ability == nil {
            #expect(
                ["health", "auth.setup", "auth.status", "auth.login"].contains(operation.name),
                "who has no token can ask for nothing else")
        }
        if operation.ability?.isOfProject == true { #expect(!operation.subjects.isEmpty, "whose project is it about?") }
        // How far a consumer has come and that a bot lives is bookkeeping, a backup a folder, an export a file, what is
        // typed a process's own affair: they are told to nobody. What a prompt means is asked for by POST, for it is long. What is written into a folder is told by its watch.
        let untold = [
            "consumers.acknowledge", "bots.heartbeat", "backups.delete", "exports.delete", "processes.input",
            "commands.expand", "files.write", "files.move", "files.copy", "files.delete", "files.restore",
            "files.folder",
        ]
        let isUntold = untold.contains(operation.name)
        let changes = operation.routes.contains { $0.method != .get } && !isUntold
        #expect(changes != operation.events.isEmpty, "\(operation.name): a change is told, a read is not")
    }

    @Test("what is listed in pages has both a cursor and a limit", arguments: all)
    func pages(operation: Operation) {
        // The best of what was found has no second page: who wants others asks for less.
        guard !["files.find", "files.search", "projects.branches"].contains(operation.name) else { return }
        let names = operation.input.fields.map(\.name)
        #expect(names.contains("cursor") == names.contains("limit"))
    }
}
