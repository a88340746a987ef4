import Foundation
import Journal
import Model
import RoostTesting
import Testing

#if arch(x86_64)
private let trapped = ExitTest.Condition.signal(SIGILL)
#else
private let trapped = ExitTest.Condition.signal(SIGTRAP)
#endif

@Suite("Our own bugs trap")
struct TrapTests {
    @Test("a change of another project's entity")
    func foreignEntity() async {
        await #expect(processExitsWith: trapped) {
            let journal = try Journal.forTesting()
            let (plan, other) = (
                try await Plan.make(in: journal, slug: "a"), try await Plan.make(in: journal, slug: "b")
            )
            try await journal.change(other.scope, by: .local) { tx in
                try tx.put(plan.card("foreign", in: tx), as: .cardCreated)
            }
        }
    }

    @Test("a note that belongs to no project")
    func note() async {
        await #expect(processExitsWith: trapped) {
            try await Journal.forTesting().change(.hub, by: .local) { tx in
                try tx.note(.diffUpdated, about: EventContext(), data: 1)
            }
        }
    }

    @Test("input after its end")
    func closedInput() async {
        await #expect(processExitsWith: trapped) {
            let journal = try Journal.forTesting()
            let plan = try await Plan.make(in: journal)
            try await journal.change(plan.scope, by: .system) { tx in
                let run = plan.run(in: tx)
                let process = plan.process(of: run, in: tx)
                try tx.put(run, as: .runCreated)
                try tx.put(process, as: .processCreated)
                try tx.closeInput(of: process.id)
                try tx.appendInput([1], of: process.id)
            }
        }
    }

    @Test("a second observer")
    func observers() async {
        await #expect(processExitsWith: trapped) {
            let journal = try Journal.forTesting()
            journal.observe { _ in }
            journal.observe { _ in }
        }
    }
}
