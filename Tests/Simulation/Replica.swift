import Journal
import Model
import Wire

/// A client's copy of one channel, kept by the one rule: upsert or remove by id. It is told what the hub did, and
/// complains of what the hub may not do.
struct Replica {
    /// What was asked, and what the hub must answer to it.
    struct Request {
        let interest: Interest
        let after: JournalPosition?
        let wantsSnapshot: Bool
        /// Where the journal stood.
        let head: JournalPosition
        let mustRecover: Bool
        /// What the journal has forgotten may still be in memory.
        let mayRecover: Bool
        /// A snapshot may be one that was made for somebody else, a moment ago.
        let mayBeOlder: Bool
    }

    private(set) var interest: Interest
    /// The last event seen, or where it began.
    private(set) var position: JournalPosition?
    /// Between `subscribed` and what ends it.
    private(set) var isFollowing = false
    /// Whether the copy should equal the database, as far as the interest covers it.
    private(set) var isWhole = false
    private var things: [String: JSONValue] = [:]
    /// Who watches, as far as they are listed: their connections by their identifiers; and how many there are.
    private var watchers: [String: Int64] = [:]
    private var watcherCount: Int64?

    init(_ interest: Interest) { self.interest = interest }

    /// `subscribed`.
    mutating func began(_ request: Request, _ data: JSONValue) throws {
        guard let epoch = data["epoch"]?.string, let seq = data["seq"]?.integer.flatMap(UInt64.init(exactly:)) else {
            throw Violation("subscribed without a position")
        }
        let (start, snapshot) = (JournalPosition(epoch: epoch, seq: seq), data["snapshot"])
        let recovered = data["recovered"]?.bool == true
        try require(
            recovered ? request.mayRecover : !request.mustRecover,
            "after \(request.after?.description ?? "nothing") at \(request.head): recovered is \(recovered)")
        let isOlder =
            request.mayBeOlder && snapshot != nil && start.epoch == request.head.epoch
            && start.seq < request.head.seq
        try require(
            isOlder || start == (recovered ? request.after : request.head),
            "begins at \(start), with \(request.head) the head")
        try require(
            (snapshot != nil) == (request.wantsSnapshot && !recovered), "a snapshot too many, or too few, at \(start)")
        if let snapshot {
            things = Self.things(of: snapshot)
            isWhole = true
        } else if recovered, start.seq == 0 {
            things = [:]
            isWhole = true
        } else {
            // Going on where it was, or further back: what comes twice changes nothing in the end.
            isWhole = isWhole && recovered && position.map { start.epoch == $0.epoch && start.seq <= $0.seq } == true
        }
        (interest, position, isFollowing) = (request.interest, start, true)
        (watchers, watcherCount) = ([:], nil)
        try listWatchers(data)
    }

    mutating func heardOfWatchers(_ type: String, _ data: JSONValue) throws {
        try require(isFollowing, "\(type) on a channel that is not followed")
        if type == "presence.left" {
            for user in Self.watchers(data).keys { watchers[user] = nil }
            watcherCount = data["viewersTotal"]?.integer
            return
        }
        if type == "presence.listed" { watchers = [:] }
        try listWatchers(data)
    }

    private mutating func listWatchers(_ data: JSONValue) throws {
        watchers.merge(Self.watchers(data)) { $1 }
        watcherCount = data["viewersTotal"]?.integer
    }

    private static func watchers(_ data: JSONValue) -> [String: Int64] {
        (data["viewers"]?.array ?? []).reduce(into: [:]) { watchers, viewer in
            if let id = viewer["user"]?["id"]?.string { watchers[id] = viewer["connections"]?.integer ?? 0 }
        }
    }

    /// The end of the simulation: who watches is known, as far as they are listed.
    ///
    /// - Parameter truth: how many connections everybody has who watches the channel.
    func finish(watchers truth: [String: Int64], listedMax: Int, oneself: String) throws {
        guard isFollowing, interest.hearsOfWatchers else { return }
        try require(
            watcherCount == Int64(truth.count),
            "\(watcherCount ?? 0) are said to watch \(interest.channel), and there are \(truth.count)")
        guard truth.count > listedMax else {
            return try require(
                watchers == truth, "\(watchers) are said to watch \(interest.channel), and these do: \(truth)")
        }
        // Whoever came when the list was full was shown at its end, to themselves alone.
        let others = watchers.filter { $0.key != oneself }
        try require(
            others.count >= listedMax - 1 && others.count <= listedMax
                && others.allSatisfy { truth[$0.key] == $0.value },
            "\(watchers) of \(truth) are said to watch \(interest.channel), where \(listedMax) are listed")
    }

    /// A durable event: it must be the very next that the interest admits.
    mutating func received(_ text: [UInt8], _ frame: JSONValue, in history: [CommittedEvent]) throws {
        try require(isFollowing, "an event on a channel that is not followed")
        guard let position, let next = next(in: history) else { throw Violation("an event that nobody committed") }
        let expected = Array(#"{"channel":"\#(interest.channel)","#.utf8) + next.payload.dropFirst()
        try require(
            text == expected,
            "after \(position), expected event \(next.header.seq), got \(String(decoding: text, as: UTF8.self))")
        self.position?.seq = next.header.seq
        guard let data = frame["data"], let id = data["id"]?.string else { throw Violation("an event without data") }
        things[id] = next.header.type.rawValue.hasSuffix(".deleted") ? nil : data
    }

    /// `gap`: rightly so only when the hub does not have any more what comes next, or the client may not have it.
    mutating func gap(_ data: JSONValue, oldest: UInt64, mayLose: Bool) throws {
        try require(isFollowing, "a gap on a channel that is not followed")
        let from = data["from"]?.string.flatMap(JournalPosition.init)
        try require(
            from.map { $0.seq + 1 < oldest } == true && data["reason"] == "retention"
                || mayLose && data["reason"] == "access" && data["resubscribe"] == false,
            "a gap without need: \(data), oldest kept is \(oldest)")
        (isFollowing, isWhole) = (false, false)
    }

    /// The connection, or the subscription, has ended.
    mutating func stopped() { isFollowing = false }

    /// The end of the simulation: everything was told, and what is known is what is true.
    func finish(in history: [CommittedEvent], truth: [JSONValue]) throws {
        guard isFollowing else { return }
        if let missing = next(in: history) {
            throw Violation("event \(missing.header.seq) never came, after \(position?.description ?? "")")
        }
        guard isWhole else { return }
        var expected: [String: JSONValue] = [:]
        for thing in truth where interest.covers(thing) { expected[thing["id"]?.string ?? ""] = thing }
        for id in Set(expected.keys).union(things.keys).sorted() {
            guard let thing = things[id] ?? expected[id], interest.covers(thing) else { continue }
            try require(
                things[id] == expected[id],
                "\(id) is \(things[id].debugDescription), in the database \(expected[id].debugDescription)")
        }
    }

    private func next(in history: [CommittedEvent]) -> CommittedEvent? {
        history.dropFirst(Int(position?.seq ?? 0)).first { interest.admits($0.header) }
    }

    /// Whatever has an identifier, one by one or in lists.
    private static func things(of snapshot: JSONValue) -> [String: JSONValue] {
        var things: [String: JSONValue] = [:]
        for member in (snapshot.object ?? [:]).values {
            for thing in member.array ?? [member] { if let id = thing["id"]?.string { things[id] = thing } }
        }
        return things
    }
}
