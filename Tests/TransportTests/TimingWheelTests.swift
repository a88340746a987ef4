import Testing

@testable import Transport

@Suite("Timing wheel", .timeLimit(.minutes(3)))
struct TimingWheelTests {
    private static let tick = TimingWheel.tickMilliseconds

    @Test("a deadline is due once, never early, at most one tick late")
    func once() {
        var wheel = TimingWheel(nowMilliseconds: 10_000)
        _ = wheel.insert(7, dueMilliseconds: 25_001)
        #expect(wheel.advance(toMilliseconds: 25_000).isEmpty)
        #expect(wheel.advance(toMilliseconds: 25_249).isEmpty)
        #expect(wheel.advance(toMilliseconds: 25_250) == [7])
        #expect(wheel.advance(toMilliseconds: 1 << 50).isEmpty && wheel.count == 0)
    }

    @Test("what is past is due at the next tick")
    func past() {
        var wheel = TimingWheel(nowMilliseconds: 10_000)
        _ = wheel.insert(1, dueMilliseconds: 0)
        _ = wheel.insert(2, dueMilliseconds: 10_000)
        #expect(wheel.advance(toMilliseconds: 10_249).isEmpty)
        #expect(Set(wheel.advance(toMilliseconds: 10_250)) == [1, 2])
    }

    @Test("cancelling works once, and not on the next holder of the same place")
    func cancelling() {
        var wheel = TimingWheel(nowMilliseconds: 0)
        let first = wheel.insert(1, dueMilliseconds: 1_000)
        wheel.cancel(first)
        wheel.cancel(first)
        let second = wheel.insert(2, dueMilliseconds: 1_000)
        wheel.cancel(first)
        #expect(wheel.count == 1)
        #expect(wheel.advance(toMilliseconds: 1_000) == [2])
        wheel.cancel(second)
        #expect(wheel.count == 0)
    }

    @Test("the earlier come first, whatever levels they stood in, in one long step")
    func order() {
        var wheel = TimingWheel(nowMilliseconds: 63 * Self.tick)
        let dues: [UInt64] = [1 << 38, 5_000_000, 16_000, 64 * Self.tick, 3_600_000, 1 << 30]
        for due in dues { _ = wheel.insert(due, dueMilliseconds: due) }
        #expect(wheel.advance(toMilliseconds: 1 << 39) == dues.sorted())
    }

    @Test("beyond eight years it is eight years")
    func farAway() {
        var wheel = TimingWheel(nowMilliseconds: 1_000)
        _ = wheel.insert(1, dueMilliseconds: .max)
        #expect(wheel.advance(toMilliseconds: 1 << 37).isEmpty)
        #expect(wheel.advance(toMilliseconds: 1 << 39) == [1])
    }

    @Test("the same as a list that is searched", arguments: 1...40)
    func oracle(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        // Also across the end of every level, the last one's too.
        var now = UInt64.random(in: 0...(1 << UInt64.random(in: 10...39, using: &generator)), using: &generator)
        var wheel = TimingWheel(nowMilliseconds: now)
        var list: [UInt64: (dueTick: UInt64, token: TimingWheel.Token)] = [:]
        var spent: [TimingWheel.Token] = []
        for key in 0..<2_000 as Range<UInt64> {
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<6:
                let distance = UInt64.random(
                    in: 0...(1 << UInt64.random(in: 0...36, using: &generator)), using: &generator)
                let dueTick = max((now + distance + Self.tick - 1) / Self.tick, now / Self.tick + 1)
                list[key] = (dueTick, wheel.insert(key, dueMilliseconds: now + distance))
            case 6..<8:
                guard let key = list.keys.sorted().randomElement(using: &generator), let entry = list[key] else {
                    break
                }
                list[key] = nil
                wheel.cancel(entry.token)
                spent.append(entry.token)
            case 8:
                if let token = spent.randomElement(using: &generator) { wheel.cancel(token) }
            default:
                now += UInt64.random(in: 0...(1 << UInt64.random(in: 0...34, using: &generator)), using: &generator)
                let due = list.filter { $0.value.dueTick <= now / Self.tick }
                let told = wheel.advance(toMilliseconds: now)
                #expect(told.map { due[$0]?.dueTick ?? 0 } == due.values.map(\.dueTick).sorted())
                #expect(Set(told) == Set(due.keys))
                for (key, entry) in due {
                    list[key] = nil
                    spent.append(entry.token)
                }
            }
            #expect(wheel.count == list.count)
        }
        #expect(Set(wheel.advance(toMilliseconds: now + 1 << 40)) == Set(list.keys))
    }
}
