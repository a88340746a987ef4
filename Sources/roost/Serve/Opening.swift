import Hub
import Journal
import Logging
import Model
import Transport
import WebCodec

/// How a hub comes to its data and its ports, which another one may have: one that it then takes over from.
///
/// With a predecessor, the new hub listens beside it first, and all new connections come to it (their requests wait).
/// Then the old one is asked to go; it finishes what it has and lets the data go. A service manager follows: before the
/// old one is asked, it is told that the new one is the service.
struct Opening {
    typealias JournalMaker = (_ holder: HubProcess) throws -> Journal

    struct Opened {
        let journal: Journal
        let server: Server
        /// As what this process has the data: with its predecessor's watchdog, where it was given none itself.
        let holder: HubProcess
    }

    /// How long a hub that hands over goes on as before: connections that were on their way to it when the new one began
    /// to listen arrive, and their requests. 1 s: more than the round trip to any client.
    static let handOverDuration = Duration.seconds(1)
    /// What a predecessor may take longer than its own deadline, which is thought to be the same as ours.
    private static let patienceSeconds = 10
    private static let pollDuration = Duration.milliseconds(20)

    let takesOver: Bool
    let holder: HubProcess
    let manager: ServiceManager
    let clock: any TimeSource
    let log: Logger

    func open(
        _ configuration: ServerConfiguration, _ door: FrontDoor, drainSeconds: Int, journal: JournalMaker
    ) async throws -> Opened {
        do {
            let journal = try journal(holder)
            do {
                return Opened(journal: journal, server: try listen(configuration, door), holder: holder)
            } catch {
                await journal.close()
                throw error
            }
        } catch JournalError.inUse(let path, let other) where takesOver {
            guard let predecessor = HubProcess(other) else {
                throw SettingError("\(path) is in use by '\(other)', which is no hub that can be taken over from")
            }
            var joining = configuration
            joining.joinsOthers = true
            let server = try listen(joining, door)
            var holder = holder
            if holder.watchdogMicroseconds == nil { holder.watchdogMicroseconds = predecessor.watchdogMicroseconds }
            let journal = try await takeOver(from: predecessor, as: holder, server, drainSeconds: drainSeconds, journal)
            return Opened(journal: journal, server: server, holder: holder)
        }
    }

    /// Streamed where one of the doors says so.
    private static let bodyRule: BodyHandling.Rule = { head in
        [AttachmentDoor.bodyRule, ExportDoor.bodyRule].contains { $0(head) == .streamed } ? .streamed : .whole
    }

    private func listen(_ configuration: ServerConfiguration, _ door: FrontDoor) throws -> Server {
        do {
            return try Server.start(
                configuration, bodyRule: Self.bodyRule, isOnlyWaiting: RESTDoor.isOnlyWaiting
            ) { await door.respond(to: $0) }
        } catch {
            throw SettingError("setting listen: \(error)")
        }
    }

    private func takeOver(
        from predecessor: HubProcess, as holder: HubProcess, _ server: Server, drainSeconds: Int,
        _ journal: JournalMaker
    ) async throws -> Journal {
        log.notice("taking over", metadata: ["from": "\(predecessor)"])
        if !server.attract(fromShards: predecessor.shardCount) {
            log.warning("the kernel does not send new connections here alone: some may be reset")
        }
        manager.tell(.mainProcess(holder.pid), log)
        do {
            if try !predecessor.askToHandOver() { log.notice("it has gone already") }
            let journal = try await take(journal, as: holder, waitingSeconds: drainSeconds + Self.patienceSeconds)
            if !server.attractNoMore() { log.warning("new connections may not be dealt out evenly") }
            return journal
        } catch {
            manager.tell(.mainProcess(predecessor.pid), log)
            throw error
        }
    }

    private func take(
        _ journal: JournalMaker, as holder: HubProcess, waitingSeconds seconds: Int
    ) async throws -> Journal {
        let due = clock.now().millisecondsSince1970 + Int64(seconds) * 1_000
        while true {
            do {
                return try journal(holder)
            } catch JournalError.inUse(let path, let other) {
                guard clock.now().millisecondsSince1970 < due else {
                    throw SettingError("\(path) is still in use by \(other), \(seconds) s after it was asked to go")
                }
                try await clock.sleep(for: Self.pollDuration)
            }
        }
    }
}
