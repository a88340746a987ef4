import Synchronization

/// A number that only grows, or goes up and down; each change is one relaxed add.
final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .relaxed) }
    func add(_ amount: Int = 1) { count.add(amount, ordering: .relaxed) }
}
