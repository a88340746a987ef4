import Hub
import Journal
import Logging
import Model
import Transport

/// How a hub comes to its data and its ports, which another one may have: one that it then takes over from.
///
/// With a predecessor, the new hub listens beside it first, and all new connections come to it (their requests wait).
/// Then the old one is asked to go; it finishes what it has and lets the data go.
struct Opening {
    /// How long a hub that hands over goes on as before: connections that were on their way to it when the new one began
    /// to listen arrive, and their requests. 1 s: more than the round trip to any client.
    static let handOverDuration = Duration.seconds(1)
    /// What a predecessor may take longer than its own deadline, which is thought to be the same as ours.
    private static let patienceSeconds = 10
    private static let pollDuration = Duration.milliseconds(20)

    let takesOver: Bool
    let clock: any TimeSource
    let log: Logger

    func open(
        _ configuration: ServerConfiguration, _ door: FrontDoor, drainSeconds: Int, journal: () throws -> Journal
    ) async throws -> (Journal, Server) {
        do {
            let journal = try journal()
            do {
                return (journal, try listen(configuration, door))
            } catch {
                await journal.close()
                throw error
            }
        } catch JournalError.inUse(let path, let holder) where takesOver {
            guard let predecessor = HubProcess(holder) else {
                throw SettingError("\(path) is in use by '\(holder)', which is no hub that can be taken over from")
            }
            var joining = configuration
            joining.joinsOthers = true
            let server = try listen(joining, door)
            return (try await takeOver(from: predecessor, server, drainSeconds: drainSeconds, journal), server)
        }
    }

    private func listen(_ configuration: ServerConfiguration, _ door: FrontDoor) throws -> Server {
        do {
            return try Server.start(configuration, bodyRule: AttachmentDoor.bodyRule) { await door.respond(to: $0) }
        } catch {
            throw SettingError("setting listen: \(error)")
        }
    }

    private func takeOver(
        from predecessor: HubProcess, _ server: Server, drainSeconds: Int, _ journal: () throws -> Journal
    ) async throws -> Journal {
        log.notice("taking over", metadata: ["from": "\(predecessor)"])
        if !server.attract(fromShards: predecessor.shardCount) {
            log.warning("the kernel does not send new connections here alone: some may be reset")
        }
        if try !predecessor.askToHandOver() { log.notice("it has gone already") }
        let seconds = drainSeconds + Self.patienceSeconds
        let due = clock.now().millisecondsSince1970 + Int64(seconds) * 1_000
        while true {
            do {
                let journal = try journal()
                if !server.attractNoMore() { log.warning("new connections may not be dealt out evenly") }
                return journal
            } catch JournalError.inUse(let path, let holder) {
                guard clock.now().millisecondsSince1970 < due else {
                    throw SettingError("\(path) is still in use by \(holder), \(seconds) s after it was asked to go")
                }
                try await clock.sleep(for: Self.pollDuration)
            }
        }
    }
}
