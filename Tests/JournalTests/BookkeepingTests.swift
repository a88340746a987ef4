import Journal
import Model
import RoostTesting
import Testing

@Suite("What the engine keeps about a process")
struct BookkeepingTests {
    let journal: Journal

    init() throws { journal = try .forTesting() }

    private func process(_ plan: Plan) async throws -> ChildProcess.ID {
        try await journal.change(plan.scope, by: .system) { tx in
            let run = plan.run(in: tx)
            let process = plan.process(of: run, in: tx)
            try tx.put(run, as: .runCreated)
            try tx.put(process, as: .processCreated)
            return process.id
        }.value
    }

    @Test("progress is kept with the entries it belongs to, or not at all")
    func progress() async throws {
        let plan = try await Plan.make(in: journal)
        let id = try await process(plan)
        #expect(try await journal.read { try $0.progress(of: id) } == nil)
        for progress in [
            ProcessProgress(), ProcessProgress(stdoutOffset: 10, stderrOffset: 2, dialogue: Array("{}".utf8)),
        ] {
            let before = try await journal.position(of: plan.scope)
            let after = try await journal.change(plan.scope, by: .system) { try $0.setProgress(progress, of: id) }
                .position
            #expect(after == before, "nobody is told")
            #expect(try await journal.read { try $0.progress(of: id) } == progress)
        }
        await #expect(throws: Failure()) {
            try await journal.change(plan.scope, by: .system) { tx in
                try tx.setProgress(ProcessProgress(stdoutOffset: 99), of: id)
                throw Failure()
            }
        }
        #expect(try await journal.read { try $0.progress(of: id)?.stdoutOffset } == 10)
    }

    @Test("input is appended, read from any offset, and closed once")
    func input() async throws {
        let plan = try await Plan.make(in: journal)
        let id = try await process(plan)
        let offsets = try await journal.change(plan.scope, by: .system) { tx in
            #expect(try tx.inputLength(of: id) == 0)
            return try ["abc", "", "de"].map { try tx.appendInput(Array($0.utf8), of: id) }
        }.value
        #expect(offsets == [0, 3, 3])
        try await journal.read { (reader) throws in
            for offset in 0...6 {
                #expect(try reader.input(of: id, from: offset) == Array("abcde".utf8.dropFirst(offset)))
            }
            #expect(try reader.inputLength(of: id) == 5)
            #expect(try !reader.inputClosed(of: id))
        }
        try await journal.change(plan.scope, by: .system) { tx in
            try tx.closeInput(of: id)
            try tx.closeInput(of: id)
        }
        try await journal.read { (reader) throws in
            #expect(try reader.inputClosed(of: id))
            #expect(try reader.inputLength(of: id) == 5)
            #expect(try reader.input(of: id) == Array("abcde".utf8))
        }
    }

    @Test("input can be closed before anything was sent")
    func emptyInput() async throws {
        let plan = try await Plan.make(in: journal)
        let id = try await process(plan)
        try await journal.change(plan.scope, by: .system) { try $0.closeInput(of: id) }
        #expect(try await journal.read { try $0.inputClosed(of: id) })
        #expect(try await journal.read { try $0.inputLength(of: id) } == 0)
    }

    @Test("a settled process is forgotten, and only that one")
    func forget() async throws {
        let plan = try await Plan.make(in: journal)
        let (id, other) = (try await process(plan), try await process(plan))
        try await journal.change(plan.scope, by: .system) { tx in
            for id in [id, other] {
                try tx.setProgress(ProcessProgress(), of: id)
                try tx.appendInput([1], of: id)
            }
            try tx.forget(id)
        }
        try await journal.read { (reader) throws in
            #expect(try reader.progress(of: id) == nil && reader.inputLength(of: id) == 0)
            #expect(try reader.progress(of: other) != nil && reader.inputLength(of: other) == 1)
        }
    }
}
