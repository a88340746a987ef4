import Foundation
import Journal
import Model
import RoostTesting
import Testing

@testable import Engine

@Suite("Exports of projects")
struct ProjectExportTests {
    let folder: TemporaryFolder
    let journal: Journal
    let now = Timestamp(millisecondsSince1970: 1_700_000_000_000)

    init() throws {
        folder = try TemporaryFolder()
        journal = try .forTesting(.file(folder.file("roost.sqlite")))
    }

    @Test("the page names every file of an archive") func page() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        let text = try String(contentsOf: root.appending(path: "protocol/protocol.md"), encoding: .utf8)
        let end = try #require(text.range(of: " are files of\nJSON Lines")).lowerBound
        let begin = try #require(text[..<end].range(of: "conditions and ranges. ", options: .backwards)).upperBound
        let named = text[begin..<end].matches(of: #/`([a-z]+)`/#).map { String($0.1) }
        #expect(named == ExportWriting.Part.allCases.map(\.rawValue))
    }

    /// More of everything than fits on one page.
    private func makeProject(_ count: Int = 1_234) async throws -> (Project, Run) {
        try await journal.change(.hub, by: .local) { tx in
            let project = Project(
                id: tx.make(), slug: "big", name: "Big", path: "/srv/big", defaultBranch: "main", at: tx.now)
            let board = Board(id: tx.make(), projectId: project.id, name: "Plan", position: 1, at: tx.now)
            let column = BoardColumn(
                id: tx.make(), projectId: project.id, boardId: board.id, name: "To do", type: .backlog, position: 1,
                at: tx.now)
            let run = Run(
                id: tx.make(), projectId: project.id, cardId: nil, provider: .demo, prompt: "go", targetBranch: "main",
                at: tx.now)
            try tx.put(project, as: .projectCreated)
            try tx.put(board, as: .boardCreated)
            try tx.put(column, as: .columnCreated)
            try tx.put(run, as: .runCreated)
            for number in 0..<count {
                try tx.put(
                    Card(
                        id: tx.make(), projectId: project.id, boardId: board.id, columnId: column.id,
                        title: "card \(number)\nwith a line", prompt: "", position: Double(number), at: tx.now),
                    as: .cardCreated)
                try tx.put(
                    Entry(
                        id: tx.make(), projectId: project.id, cardId: nil, runId: run.id, processId: nil, index: number,
                        content: EntryContent(.assistantMessage, text: "\(number)"), at: tx.now), as: .entryAdded)
                try tx.put(
                    Run(
                        id: tx.make(), projectId: project.id, cardId: nil, provider: .demo, prompt: "go",
                        targetBranch: "main", at: tx.now), as: .runCreated)
            }
            return (project, run)
        }.value
    }

    private func export(_ reference: String, _ name: String = "a.tar") throws -> ProjectExport.Manifest {
        try ProjectExport(of: folder.path, coding: PlainCoding()).run(
            reference, to: folder.file(name), at: now
        ).manifest
    }

    private func lines(_ name: String) throws -> [Substring] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["tar", "-xOf", folder.file("a.tar"), name]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).split(separator: "\n")
    }

    @Test("have every row once, each on a line of its own") func rows() async throws {
        let (project, run) = try await makeProject()
        let manifest = try export("big")
        #expect(manifest.projectId == project.id)
        let counts = Dictionary(uniqueKeysWithValues: manifest.files.map { ($0.name, $0.lines) })
        #expect(
            counts == [
                "project.jsonl": 1, "policies.jsonl": 0, "boards.jsonl": 1, "columns.jsonl": 1, "cards.jsonl": 1_234,
                "runs.jsonl": 1_235,
                "processes.jsonl": 0, "entries.jsonl": 1_234, "approvals.jsonl": 0, "reviews.jsonl": 0,
                "sessions.jsonl": 0,
                "tags.jsonl": 0, "drafts.jsonl": 0,
                "attachments.jsonl": 0,
                "events.jsonl": 4 + 3 * 1_234,
            ])
        let cards = try await journal.read { try $0.cards(of: project.id, as: Stored<Card>.self) }
        #expect(try lines("cards.jsonl").map { Array($0.utf8) } == cards.map(\.json))
        let entries = try await journal.read { try $0.entries(of: run.id, as: Stored<Entry>.self) }
        #expect(try lines("entries.jsonl").map { Array($0.utf8) } == entries.map(\.json))
        #expect(Set(try lines("runs.jsonl")).count == 1_235)
        #expect(Set(try lines("events.jsonl")).count == 4 + 3 * 1_234)
        await journal.close()
    }

    @Test("begin where the journal does, when its past is forgotten") func retention() async throws {
        let (project, _) = try await makeProject(10)
        try await journal.change(.hub, by: .system) { try $0.forget(.project(project.id), upTo: 20) }
        let manifest = try export(project.id.rawValue)
        #expect(manifest.files.last?.lines == 14)
        #expect(manifest.position.hasSuffix("-34"))
        await journal.close()
    }

    @Test("that are broken off, of nothing, or of what is there already leave nothing") func refused() async throws {
        _ = try await makeProject(10)
        for step in [0, 3, 15] {
            var steps = 0
            #expect(throws: CancellationError.self) {
                try ProjectExport(of: folder.path, coding: PlainCoding()).run("big", to: folder.file("b.tar"), at: now)
                {
                    _, _ in
                    if steps == step { throw CancellationError() }
                    steps += 1
                }
            }
        }
        #expect(throws: HubError.self) { try export("nowhere", "b.tar") }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.filter { $0.contains("b.tar") }.isEmpty)
        _ = try export("big")
        #expect(throws: JournalError.exists(path: folder.file("a.tar"))) { try export("big") }
        await journal.close()
    }
}
