import Model
import Testing

@testable import Engine

@Suite("The queue decides")
struct RunQueueTests {
    private static func id(_ number: Int) -> ULID { ULID(milliseconds: UInt64(number), randomHigh: 0, randomLow: 0) }
    private static func project(_ number: Int) -> Project.ID { Project.ID(id(number)) }
    private static let column = BoardColumn.ID(id(1))
    private static let later = Timestamp(millisecondsSince1970: 5_000)

    private static func member(
        _ number: Int, of project: Int = 1, _ provider: Provider = .command, column: BoardColumn.ID? = nil,
        priority: Int = 0, isLeftOver: Bool = false
    ) -> RunQueue.Member {
        RunQueue.Member(
            run: Run.ID(id(number)), project: Self.project(project), provider: provider, column: column,
            priority: priority, isLeftOver: isLeftOver)
    }

    private static func decide(
        _ queued: [RunQueue.Member], occupied: [RunQueue.Member] = [], hub: Int = 100, project: Int = 100,
        _ change: (inout RunQueue.Limits) -> Void = { _ in }
    ) -> RunQueue.Decision {
        var limits = RunQueue.Limits(hub: hub, project: project)
        change(&limits)
        return RunQueue(limits: limits).decide(queued, occupied: occupied)
    }

    private static func numbers(_ runs: [Run.ID]) -> [Int] {
        (0..<1_000).filter { runs.contains(Run.ID(id($0))) }.sorted {
            runs.firstIndex(of: Run.ID(id($0))) ?? 0 < runs.firstIndex(of: Run.ID(id($1))) ?? 0
        }
    }

    @Test("the older goes first, the higher priority before it, and the hub's limit holds")
    func order() {
        let queued = [Self.member(1), Self.member(2), Self.member(3, priority: 5), Self.member(4, priority: -1)]
        let decision = Self.decide(queued, hub: 2)
        #expect(Self.numbers(decision.admitted) == [3, 1])
        #expect(Self.numbers(decision.waiting.map(\.run)) == [2, 4])
        #expect(
            decision.waiting.map(\.place) == [.init(position: 1, heldBy: .hub), .init(position: 2, heldBy: .hub)])
    }

    @Test("projects take turns, those at work counted in")
    func fairness() {
        let many = (1...6).map { Self.member($0, of: 1) }
        let few = [Self.member(7, of: 2), Self.member(8, of: 2)]
        #expect(Self.numbers(Self.decide(many + few, hub: 4).admitted) == [1, 7, 2, 8])
        let busy = [Self.member(20, of: 1), Self.member(21, of: 1)]
        #expect(Self.numbers(Self.decide(many + few, occupied: busy, hub: 5).admitted) == [7, 8, 1])
    }

    @Test("what is at a limit of its own says which, and does not hold up the others")
    func limits() {
        let queued = [
            Self.member(1, of: 1), Self.member(2, of: 2, .claudeCode), Self.member(3, of: 3, column: Self.column),
            Self.member(4, of: 4, .demo), Self.member(5, of: 5),
        ]
        let occupied = [
            Self.member(10, of: 1), Self.member(11, of: 9, .claudeCode), Self.member(12, of: 9, column: Self.column),
        ]
        let decision = Self.decide(queued, occupied: occupied) {
            $0.projects = [Self.project(1): 1]
            $0.providers = [.claudeCode: 1]
            $0.columns = [Self.column: 1]
            $0.quotas = [.demo: Self.later]
        }
        #expect(Self.numbers(decision.admitted) == [5])
        #expect(decision.waiting.map(\.place.heldBy) == [.provider, .column, .quota, .project])
        #expect(decision.waiting.map(\.place.heldUntil) == [nil, nil, Self.later, nil])
    }

    @Test("what an earlier hub had left comes bit by bit, what is new at once; places are told up to a limit")
    func paceAndPlaces() {
        let left = (1...40).map { Self.member($0, isLeftOver: true) }
        let decision = Self.decide(left + [Self.member(50)]) { $0.pace = 2 }
        #expect(Self.numbers(decision.admitted) == [1, 2, 50])
        #expect(decision.waiting.allSatisfy { $0.place.heldBy == .pace })
        #expect(decision.waiting.compactMap(\.place.position) == Array(1...EngineLimits().queuePlacesTold))
    }

    @Test("limits are never exceeded, whatever waits")
    func byChance() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let providers: [Provider] = [.command, .demo]
            func some(_ count: Int, from first: Int) -> [RunQueue.Member] {
                (first..<first + count).map {
                    Self.member(
                        $0, of: .random(in: 1...4, using: &random), providers.randomElement(using: &random) ?? .demo,
                        column: Bool.random(using: &random) ? Self.column : nil,
                        priority: .random(in: -2...2, using: &random))
                }
            }
            let queued = some(.random(in: 0...30, using: &random), from: 1)
            let decision = Self.decide(queued, hub: 6, project: 2) {
                $0.providers = [.demo: 3]
                $0.columns = [Self.column: 2]
            }
            let admitted = queued.filter { decision.admitted.contains($0.run) }
            #expect(admitted.count <= 6)
            #expect(Dictionary(grouping: admitted, by: \.project).values.allSatisfy { $0.count <= 2 })
            #expect(admitted.filter { $0.provider == .demo }.count <= 3)
            #expect(admitted.filter { $0.column != nil }.count <= 2)
            #expect(decision.admitted.count + decision.waiting.count == queued.count)
        }
    }
}
