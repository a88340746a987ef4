import Glibc
import Keeper
import Testing

@Suite("When who is stopped")
struct LifecycleTests {
    /// The usual course after the process has ended at time 0.
    private func ended() -> Lifecycle {
        var life = Lifecycle(limitAt: nil)
        life.childEnded(at: 0)
        return life
    }

    @Test("nothing is done to a process that has no limit and is asked nothing")
    func leftAlone() {
        var life = Lifecycle(limitAt: nil)
        #expect(life.deadline == nil)
        #expect(life.advance(at: .max, hasDescendants: true, streamsEnded: true).isEmpty)
        #expect(life.phase == .running)
    }

    @Test("at its time limit it is told to end, and killed after the grace")
    func timeLimit() {
        var life = Lifecycle(limitAt: 100)
        #expect(life.deadline == 100)
        #expect(life.advance(at: 99, hasDescendants: true, streamsEnded: false).isEmpty)
        #expect(
            life.advance(at: 100, hasDescendants: true, streamsEnded: false)
                == [.signalGroup(SIGTERM), .signalGroup(SIGCONT)])
        #expect(life.cause == .timeLimit)
        #expect(life.deadline == 100 + Lifecycle.graceMs)
        let kill: [Lifecycle.Effect] = [.signalGroup(SIGKILL), .signalDescendants(SIGKILL)]
        #expect(life.advance(at: 100 + Lifecycle.graceMs, hasDescendants: true, streamsEnded: false) == kill)
        // Again, for what was born meanwhile.
        #expect(life.advance(at: 100 + Lifecycle.graceMs, hasDescendants: true, streamsEnded: false).isEmpty)
        #expect(life.advance(at: life.deadline ?? 0, hasDescendants: true, streamsEnded: false) == kill)
    }

    @Test("a second request can shorten the grace and not lengthen it")
    func twice() {
        var life = Lifecycle(limitAt: nil)
        _ = life.stop(.request, graceMs: 1_000, at: 10)
        #expect(life.stop(.request, graceMs: 5_000, at: 20).isEmpty)
        #expect(life.deadline == 1_010)
        #expect(life.stop(.request, graceMs: 0, at: 30).isEmpty)
        #expect(life.deadline == 30)
    }

    @Test("a grace beyond the limit is cut to it")
    func longestGrace() {
        var life = Lifecycle(limitAt: nil)
        _ = life.stop(.request, graceMs: .max, at: 10)
        #expect(life.deadline == 10 + Lifecycle.graceMsMax)
    }

    @Test("it is over at once when nobody is left and the pipes have ended")
    func plainEnd() {
        var life = ended()
        #expect(life.advance(at: 0, hasDescendants: false, streamsEnded: true).isEmpty)
        #expect(life.phase == .over)
        #expect(life.deadline == nil)
        #expect(life.cause == nil)
    }

    @Test("pipes that do not end are waited for, and not for ever")
    func drains() {
        var life = ended()
        #expect(life.advance(at: Lifecycle.drainMs - 1, hasDescendants: false, streamsEnded: false).isEmpty)
        #expect(life.phase == .draining(until: Lifecycle.drainMs))
        #expect(life.advance(at: Lifecycle.drainMs, hasDescendants: false, streamsEnded: false).isEmpty)
        #expect(life.phase == .over)
    }

    @Test("descendants are told to end, then killed again and again, then given up")
    func sweeps() {
        var life = ended()
        #expect(
            life.advance(at: 10, hasDescendants: true, streamsEnded: true)
                == [.signalDescendants(SIGTERM), .signalDescendants(SIGCONT)])
        let killAt = 10 + Lifecycle.sweepMs
        #expect(life.deadline == killAt)
        #expect(life.advance(at: killAt, hasDescendants: true, streamsEnded: true) == [.signalDescendants(SIGKILL)])
        #expect(life.advance(at: killAt + 1, hasDescendants: true, streamsEnded: true).isEmpty)
        let again = killAt + Lifecycle.killIntervalMs
        #expect(life.advance(at: again, hasDescendants: true, streamsEnded: true) == [.signalDescendants(SIGKILL)])
        #expect(
            life.advance(at: killAt + Lifecycle.giveUpMs, hasDescendants: true, streamsEnded: true)
                == [.complainOfSurvivors])
        #expect(life.phase == .over)
    }

    @Test("it is over as soon as the last descendant has gone", arguments: [false, true])
    func sweptClean(afterKilling: Bool) {
        var life = ended()
        _ = life.advance(at: 10, hasDescendants: true, streamsEnded: true)
        if afterKilling { _ = life.advance(at: 10 + Lifecycle.sweepMs, hasDescendants: true, streamsEnded: true) }
        #expect(life.advance(at: 10 + Lifecycle.sweepMs, hasDescendants: false, streamsEnded: true).isEmpty)
        #expect(life.phase == .over)
    }

    @Test(
        "the first cause is told, but for one that lost output",
        arguments: [
            ([.request, .timeLimit], .request), ([.timeLimit, .request], .timeLimit),
            ([.request, .outputLimit], .outputLimit), ([.timeLimit, .diskFull(errno: 28)], .diskFull(errno: 28)),
            ([.outputLimit, .diskFull(errno: 28)], .outputLimit),
            ([.diskFull(errno: 28), .request], .diskFull(errno: 28)),
        ] as [([ExitRecord.Cause], ExitRecord.Cause)])
    func causes(given: [ExitRecord.Cause], told: ExitRecord.Cause) {
        var life = Lifecycle(limitAt: nil)
        for cause in given { _ = life.stop(cause, graceMs: 0, at: 0) }
        #expect(life.cause == told)
    }

    @Test("output that is lost after the process has ended is told too, and stops nobody")
    func lateCause() {
        var life = ended()
        #expect(life.stop(.outputLimit, graceMs: 0, at: 1).isEmpty)
        #expect(life.cause == .outputLimit)
        #expect(life.phase == .draining(until: Lifecycle.drainMs))
    }
}
