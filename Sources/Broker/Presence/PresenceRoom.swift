import DequeModule
import Model

/// Who watches one channel: a value that is told of connections and of the time, and says what the viewers do not know
/// yet.
///
/// People are told apart by their identifier, their connections by names that outlive them: one that comes back within
/// its grace takes its old place, and nobody hears of it. What has changed is told as a whole, some time after it has:
/// a thousand who come at once are one piece of news.
struct PresenceRoom {
    private struct Client {
        /// nil while it is away.
        var viewer: ViewerRecord.Number?
        var awayUntil: Timestamp?
        var state: [UInt8]?
        /// When that was said, as a number that grows.
        var said: UInt64 = 0
    }

    private struct Person {
        let user: Actor
        let arrival: UInt64
        var clients: [String: Client] = [:]
        /// Whose state is shown.
        var speaker: String?

        var shown: Watcher {
            let state = speaker.flatMap { clients[$0]?.state } ?? Self.silence
            return Watcher(user: user, connections: clients.count, state: state)
        }

        mutating func remove(_ client: String) {
            clients[client] = nil
            guard speaker == client else { return }
            speaker = clients.filter { $0.value.state != nil }.max { $0.value.said < $1.value.said }?.key
        }

        private static let silence = Array("null".utf8)
    }

    /// Where a viewer is in a room.
    struct Place: Hashable {
        let person: String
        let client: String
    }

    private var people: [String: Person] = [:]
    private var lastNumber: UInt64 = 0
    /// In order of arrival; those who have gone since the last look are among them.
    private var listed: [String] = []
    /// What the viewers were told.
    private var told: [String: Watcher] = [:]
    private var toldTotal = 0
    /// Who arrived after it is not among them.
    private var toldNumber: UInt64 = 0
    private var cause: Cause = .nobody
    /// Since when something is untold.
    private(set) var changedAt: Timestamp?
    /// How many connections are away, and in the order in which they went, with some that have come back.
    private(set) var awayCount = 0
    private var away: Deque<(place: Place, until: Timestamp)> = []

    private enum Cause {
        case nobody, several
        case one(ViewerRecord.Number)
    }

    var isEmpty: Bool { people.isEmpty }
    var total: Int { people.count }

    /// - Returns: where the viewer is; how they are shown where the viewers' list does not have them; whether the number
    ///   that the viewers were told has them.
    mutating func enter(
        _ viewer: ViewerRecord.Number, as client: String, _ user: Actor, at now: Timestamp
    ) -> (place: Place, own: Watcher?, isCounted: Bool) {
        let place = Place(person: "\(user.type.rawValue)/\(user.id ?? client)", client: client)
        lastNumber += 1
        let isNew = people[place.person] == nil
        var person = people[place.person] ?? Person(user: user, arrival: lastNumber)
        if person.clients[client] == nil { change(by: isNew ? viewer : nil, at: now) }
        if person.clients[client]?.awayUntil != nil { awayCount -= 1 }
        person.clients[client, default: Client()].viewer = viewer
        person.clients[client]?.awayUntil = nil
        people[place.person] = person
        return (place, told[place.person] == nil ? person.shown : nil, person.arrival <= toldNumber)
    }

    /// - Returns: false when the place is another's now.
    mutating func show(_ state: [UInt8], by viewer: ViewerRecord.Number, at place: Place, _ now: Timestamp) -> Bool {
        guard people[place.person]?.clients[place.client]?.viewer == viewer else { return false }
        lastNumber += 1
        people[place.person]?.clients[place.client]?.state = state
        people[place.person]?.clients[place.client]?.said = lastNumber
        people[place.person]?.speaker = place.client
        change(by: viewer, at: now)
        return true
    }

    /// - Parameter grace: until when the place is kept; nil for those who say that they go.
    mutating func leave(_ viewer: ViewerRecord.Number, _ place: Place, until grace: Timestamp?, at now: Timestamp?) {
        // Another connection of the same name may have taken it meanwhile.
        guard people[place.person]?.clients[place.client]?.viewer == viewer else { return }
        guard let grace else { return remove(place, at: now) }
        people[place.person]?.clients[place.client]?.viewer = nil
        people[place.person]?.clients[place.client]?.awayUntil = grace
        awayCount += 1
        away.append((place, grace))
    }

    mutating func expire(at now: Timestamp) {
        while let next = nextExpiry(), next <= now, let first = away.popFirst() { remove(first.place, at: now) }
    }

    /// When somebody's grace is over.
    mutating func nextExpiry() -> Timestamp? {
        while let first = away.first {
            if people[first.place.person]?.clients[first.place.client]?.awayUntil == first.until { return first.until }
            away.removeFirst()
        }
        return nil
    }

    private mutating func remove(_ place: Place, at now: Timestamp?) {
        if people[place.person]?.clients[place.client]?.awayUntil != nil { awayCount -= 1 }
        people[place.person]?.remove(place.client)
        if people[place.person]?.clients.isEmpty == true { people[place.person] = nil }
        change(by: nil, at: now)
    }

    private mutating func change(by viewer: ViewerRecord.Number?, at now: Timestamp?) {
        switch (cause, viewer) {
        case (.nobody, let viewer?): cause = .one(viewer)
        case (.one(let before), let viewer?) where before == viewer: break
        default: cause = .several
        }
        if changedAt == nil { changedAt = now ?? Timestamp(millisecondsSince1970: 0) }
    }

    /// What is untold, which is told from now on.
    ///
    /// - Parameter listedMax: how many are listed; the first who came.
    /// - Returns: nil when it comes to nothing.
    mutating func takeChange(of channel: Channel, listedMax: Int) -> PresenceChange? {
        let before = told
        let wasTotal = toldTotal
        list(listedMax)
        let shown = listed.compactMap { key in people[key].map { (key, $0.shown) } }
        var soleCause: ViewerRecord.Number?
        if case .one(let viewer) = cause { soleCause = viewer }
        (cause, changedAt) = (.nobody, nil)
        told = Dictionary(uniqueKeysWithValues: shown)
        toldTotal = people.count
        toldNumber = lastNumber
        var news = PresenceChange(
            channel: channel, listed: shown.map(\.1), total: people.count, cause: soleCause)
        for (key, watcher) in shown {
            switch before[key] {
            case nil: news.joined.append(watcher)
            case let known? where known != watcher: news.updated.append(watcher)
            case _?: break
            }
        }
        news.left = before.filter { told[$0.key] == nil }.sorted { $0.key < $1.key }.map(\.value)
        let isNothing = news.joined.isEmpty && news.updated.isEmpty && news.left.isEmpty && wasTotal == toldTotal
        return isNothing ? nil : news
    }

    /// Those who were listed stay so for as long as they watch; the next in order of arrival take the places of others.
    private mutating func list(_ listedMax: Int) {
        listed.removeAll { people[$0] == nil }
        guard listed.count < listedMax, listed.count < people.count else { return }
        let known = Set(listed)
        listed += people.filter { !known.contains($0.key) }.sorted { $0.value.arrival < $1.value.arrival }
            .prefix(listedMax - listed.count).map(\.key)
    }
}
