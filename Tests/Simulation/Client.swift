import Model
import Wire

@testable import Hub

/// A client: one connection at most, and copies that outlive it.
final class Client {
    private(set) var connection: Connection?
    private(set) var replicas: [Channel: Replica] = [:]
    /// Of this connection, by the id that the answer brings back.
    private var requests: [Int64: Replica.Request] = [:]
    private var lastID: Int64 = 0
    private let name: String
    /// Whether it says who it is when it comes back.
    private let isRecognised: Bool
    private var connectionCount = 0

    init(named name: String, isRecognised: Bool) { (self.name, self.isRecognised) = (name, isRecognised) }

    /// In an order that does not depend on hashing.
    var known: [Replica] {
        replicas.sorted { $0.key.description < $1.key.description }.map(\.value)
    }

    /// - Returns: why the hub refuses, if it does.
    func subscribe(
        _ request: Replica.Request, to hub: HubUnderTest, as pass: Pass
    ) async throws -> HubError.Code? {
        let connection = self.connection ?? connect(to: hub, as: pass)
        var payload = request.interest.payload
        payload["snapshot"] = .bool(request.wantsSnapshot)
        if let after = request.after { payload["after"] = .string(after.description) }
        lastID += 1
        do {
            try await connection.open(.object(payload), id: lastID)
            requests[lastID] = request
            return nil
        } catch let error as HubError {
            return error.code
        }
    }

    private func connect(to hub: HubUnderTest, as pass: Pass) -> Connection {
        connectionCount += 1
        let connection = Connection(to: hub, as: pass, named: isRecognised ? name : "\(name), \(connectionCount)")
        self.connection = connection
        return connection
    }

    /// What was on the wire is lost.
    func drop() {
        connection?.close()
        connection = nil
        requests = [:]
        for channel in replicas.keys { replicas[channel]?.stopped() }
    }

    /// - Returns: false when there was nothing on the wire.
    func read(_ count: Int, from hub: HubUnderTest) throws -> Bool {
        let texts = connection?.take(count) ?? []
        for text in texts { try hear(text, hub) }
        return !texts.isEmpty
    }

    /// Journals that its person lost sight of since they were last followed.
    private var lost: Set<JournalKey> = []

    func lose(_ journal: JournalKey) { lost.insert(journal) }
    private func mayLose(_ journal: JournalKey) -> Bool { lost.contains(journal) }

    private func hear(_ text: [UInt8], _ hub: HubUnderTest) throws {
        let frame = try WireJSON.parse(text)
        guard let channel = frame["channel"]?.string.flatMap(Channel.init), let type = frame["type"]?.string else {
            throw Violation("a frame without channel or type")
        }
        if type == "subscribed" {
            guard let request = frame["id"]?.integer.flatMap({ requests.removeValue(forKey: $0) }) else {
                throw Violation("subscribed to what nobody asked for")
            }
            var replica = replicas[channel] ?? Replica(request.interest)
            try replica.began(request, frame["data"] ?? .null)
            replicas[channel] = replica
            return
        }
        guard var replica = replicas.removeValue(forKey: channel) else { throw Violation("\(type) on \(channel)") }
        defer { replicas[channel] = replica }
        let journal = replica.interest.journal
        switch type {
        case "unsubscribed": replica.stopped()
        case "gap":
            try replica.gap(frame["data"] ?? .null, oldest: hub.oldest(of: journal), mayLose: mayLose(journal))
        case let type where type.hasPrefix("presence."): try replica.heardOfWatchers(type, frame["data"] ?? .null)
        default: try replica.received(text, frame, in: hub.history[journal, default: []])
        }
    }
}
