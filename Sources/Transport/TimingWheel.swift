/// Deadlines of one shard's connections. Setting and cancelling cost the same however many there are, and those that
/// are not due cost nothing while time passes. A value without a clock: time is what `advance` says.
///
/// A hierarchical wheel (Varghese and Lauck 1987, scheme 7): a deadline stands in the level of the highest group of
/// bits in which its tick differs from now, and comes down a level each time that group's turn has come.
struct TimingWheel {
    /// Names one deadline. Cancelling one that is over, or was cancelled, does nothing.
    struct Token: Equatable {
        fileprivate let index: Int32
        fileprivate let generation: UInt32
    }

    private struct Entry {
        var key: UInt64 = 0
        var dueTick: UInt64 = 0
        var next = TimingWheel.none
        var previous = TimingWheel.none
        /// Where it stands, or -1 while it is free.
        var slot: Int32 = TimingWheel.none
        var generation: UInt32 = 0
    }

    /// The resolution. A deadline is never early, and late by at most one tick and the loop's own delay.
    static let tickMilliseconds: UInt64 = 250
    private static let slotBitCount: UInt64 = 6
    private static let slotCount = 64
    /// 64^5 ticks are eight years.
    private static let levelCount = 5
    private static let tickCountMax: UInt64 = 1 << (slotBitCount * UInt64(levelCount))
    private static let none: Int32 = -1

    private var entries: [Entry] = []
    private var firstFree = Self.none
    /// The first entry of each slot, level by level.
    private var heads = [Int32](repeating: Self.none, count: levelCount * slotCount)
    /// A bit for every slot that is not empty, by level.
    private var occupied = [UInt64](repeating: 0, count: levelCount)
    private var nowTick: UInt64
    private(set) var count = 0

    init(nowMilliseconds: UInt64) {
        nowTick = nowMilliseconds / Self.tickMilliseconds
    }

    /// - Parameter dueMilliseconds: what is past already is due at the next tick.
    mutating func insert(_ key: UInt64, dueMilliseconds: UInt64) -> Token {
        let (ticks, rest) = dueMilliseconds.quotientAndRemainder(dividingBy: Self.tickMilliseconds)
        let dueTick = min(max(ticks + (rest == 0 ? 0 : 1), nowTick + 1), nowTick + Self.tickCountMax - 1)
        let index = takeFree()
        entries[Int(index)].key = key
        entries[Int(index)].dueTick = dueTick
        link(index)
        count += 1
        return Token(index: index, generation: entries[Int(index)].generation)
    }

    mutating func cancel(_ token: Token) {
        let entry = entries[Int(token.index)]
        guard entry.generation == token.generation, entry.slot != Self.none else { return }
        unlink(token.index)
        release(token.index)
    }

    /// - Returns: the keys of the deadlines that are due, the earlier ones first; they are no longer set.
    mutating func advance(toMilliseconds nowMilliseconds: UInt64) -> [UInt64] {
        let target = nowMilliseconds / Self.tickMilliseconds
        var due: [UInt64] = []
        while let (slot, tick) = nextSlot(), tick <= target {
            nowTick = tick
            var index = heads[slot]
            heads[slot] = Self.none
            occupied[slot / Self.slotCount] &= ~(1 << UInt64(slot % Self.slotCount))
            while index != Self.none {
                let entry = entries[Int(index)]
                if entry.dueTick <= nowTick {
                    due.append(entry.key)
                    release(index)
                } else {
                    link(index)
                }
                index = entry.next
            }
        }
        nowTick = max(nowTick, target)
        return due
    }

    // MARK: Slots

    /// The slot whose turn is next, and when that is.
    private func nextSlot() -> (slot: Int, tick: UInt64)? {
        for level in 0..<Self.levelCount where occupied[level] != 0 {
            let shift = Self.slotBitCount * UInt64(level)
            let nowSlot = (nowTick >> shift) & 63
            let rotated = occupied[level] >> nowSlot | occupied[level] << ((64 - nowSlot) & 63)
            let slot = (nowSlot + UInt64(rotated.trailingZeroBitCount)) & 63
            let roundTicks: UInt64 = 1 << (shift + Self.slotBitCount)
            let tick = nowTick & ~(roundTicks - 1) + slot << shift
            // Only the last level reaches into its next round.
            return (level * Self.slotCount + Int(slot), tick <= nowTick ? tick + roundTicks : tick)
        }
        return nil
    }

    private mutating func link(_ index: Int32) {
        let dueTick = entries[Int(index)].dueTick
        let differing = UInt64(63 - ((dueTick ^ nowTick) | 63).leadingZeroBitCount)
        let level = min(differing / Self.slotBitCount, UInt64(Self.levelCount - 1))
        let slotInLevel = (dueTick >> (level * Self.slotBitCount)) & 63
        let slot = Int(level) * Self.slotCount + Int(slotInLevel)
        let next = heads[slot]
        entries[Int(index)].slot = Int32(slot)
        entries[Int(index)].previous = Self.none
        entries[Int(index)].next = next
        if next != Self.none { entries[Int(next)].previous = index }
        heads[slot] = index
        occupied[Int(level)] |= 1 << slotInLevel
    }

    private mutating func unlink(_ index: Int32) {
        let entry = entries[Int(index)]
        if entry.next != Self.none { entries[Int(entry.next)].previous = entry.previous }
        if entry.previous != Self.none {
            entries[Int(entry.previous)].next = entry.next
        } else {
            let slot = Int(entry.slot)
            heads[slot] = entry.next
            if entry.next == Self.none { occupied[slot / Self.slotCount] &= ~(1 << UInt64(slot % Self.slotCount)) }
        }
    }

    // MARK: Entries

    private mutating func takeFree() -> Int32 {
        guard firstFree != Self.none else {
            entries.append(Entry())
            return Int32(entries.count - 1)
        }
        let index = firstFree
        firstFree = entries[Int(index)].next
        return index
    }

    private mutating func release(_ index: Int32) {
        entries[Int(index)].slot = Self.none
        entries[Int(index)].generation &+= 1
        entries[Int(index)].next = firstFree
        firstFree = index
        count -= 1
    }
}
