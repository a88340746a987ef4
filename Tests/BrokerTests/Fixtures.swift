import Model
import Synchronization
import Testing

@testable import Broker

/// What the tests' framing makes of an event: what went in.
final class TestFrame: Sendable {
    let form: FrameForm
    let channel: Channel
    let seq: UInt64

    init(form: FrameForm, channel: Channel, seq: UInt64) {
        self.form = form
        self.channel = channel
        self.seq = seq
    }
}

final class TestViewer: Viewer {
    private let counts = Mutex<[Traffic: Int]>([:])

    func wake(_ traffic: Traffic) { counts.withLock { $0[traffic, default: 0] += 1 } }
    func wakes(_ traffic: Traffic = .durable) -> Int { counts.withLock { $0[traffic, default: 0] } }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same seed, the same test.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

func id<Subject>(_ number: Int, _: Identifier<Subject>.Type = Identifier<Subject>.self) -> Identifier<Subject> {
    Identifier(ULID(milliseconds: 0, randomHigh: 0, randomLow: UInt64(number)))
}

let project: Project.ID = id(1)
let journal = JournalKey.project(project)
let whole = Selection(.project(project))
let webSocket = FrameForm(rawValue: 1)
let eventStream = FrameForm(rawValue: 2)

func event(
    _ seq: UInt64, in journal: JournalKey = journal, epoch: String = "e1", _ type: EventType = .cardUpdated,
    run: Int? = nil, card: Int? = nil, bytes: Int = 100
) -> BrokerEvent {
    BrokerEvent(
        journal: journal, epoch: epoch,
        header: EventHeader(
            seq: seq, type: type, severity: .info,
            context: EventContext(cardId: card.map { id($0) }, runId: run.map { id($0) })),
        payload: [UInt8](repeating: 0x20, count: bytes))
}

func makeBroker(
    _ change: (inout BrokerLimits) -> Void = { _ in }, framed: (@Sendable (FrameForm, Channel, UInt64) -> Void)? = nil
) -> Broker<TestFrame> {
    var limits = BrokerLimits()
    change(&limits)
    return Broker(limits: limits) { form, channel, event in
        framed?(form, channel, event.header.seq)
        return TestFrame(form: form, channel: channel, seq: event.header.seq)
    }
}

extension Broker<TestFrame> {
    func watch(
        _ viewer: any Viewer, _ selection: Selection = whole, form: FrameForm = webSocket,
        in journal: JournalKey = journal, at position: UInt64 = 0, epoch: String = "e1", after: UInt64? = nil,
        clearance: @escaping Clearance = { .everything }
    ) -> SubscriptionID {
        guard
            let id = subscribe(
                viewer,
                SubscriptionRequest(
                    selection, form: form, journal: journal, at: JournalPosition(epoch: epoch, seq: position),
                    after: after, clearance: clearance))
        else {
            Issue.record("a subscription that nobody refuses was refused")
            return SubscriptionID(rawValue: 0)  // which names none
        }
        return id
    }

    func seqs(_ viewer: any Viewer, byteCountMax: Int = 1 << 20) -> [UInt64] {
        pull(viewer, byteCountMax: byteCountMax).frames.map(\.seq)
    }
}
