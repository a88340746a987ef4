import Journal
import Keeper
import Logging
import Model

// A process's folder, before and after its keeper.
extension RunContext {
    /// 50 ms between two looks at a folder whose keeper is coming up or going down.
    static let folderIntervalMs = 50
    /// 200 looks, 10 s: a keeper needs some milliseconds.
    static let folderLooksMax = 200

    /// An earlier hub may have died while it started the keeper: either nobody will start anything in the folder any
    /// more and it is cleared, or a keeper has it and will show itself.
    func isFree(_ folder: KeeperFolder) async throws -> Bool {
        guard FolderOnDisk(folder.path).exists else { return true }
        for _ in 0..<Self.folderLooksMax {
            if try folder.abandon() {
                try FolderOnDisk(folder.path).remove()
                return true
            }
            if try folder.status() != .neverStarted { return false }
            try await clock.sleep(for: .milliseconds(Self.folderIntervalMs))
        }
        throw KeeperNotReady(log: "a keeper holds \(folder.path) and does not start")
    }

    /// 60 s: a keeper answers within milliseconds. One that is stopped, or waits for a disk, does not; and then nobody but
    /// us can end what it keeps.
    static let keeperAnswerSeconds = 60

    func attach(_ link: any ProcessLink) async throws -> KeeperState {
        try await link.attach(within: Self.keeperAnswerSeconds, of: clock)
    }

    /// Has a keeper end its process. One that hangs is ended itself: the next look at the folder finds what it leaves.
    /// - Returns: false when it could not be told, since it is gone.
    func terminate(_ folder: KeeperFolder) async throws -> Bool {
        let link = host.link(to: folder)
        var isTold = false
        do {
            _ = try await attach(link)
            try await link.terminate(graceMs: UInt64(settings.terminateGraceSeconds) * 1_000)
            isTold = true
        } catch KeeperLinkError.silent {
            try endHanging(folder)
        } catch let error as KeeperLinkError {
            log.debug("Not told to end", metadata: ["folder": "\(folder.path)", "why": "\(error)"])
        }
        await link.close()
        return isTold
    }

    /// Kills a keeper that does not answer.
    func endHanging(_ folder: KeeperFolder) throws {
        guard case .running(let record) = try folder.status(), try record.keeper.kill() else { return }
        log.error(
            "A keeper that hangs was killed",
            metadata: [
                "folder": "\(folder.path)", "limit": "keeperAnswerSeconds", "seconds": "\(Self.keeperAnswerSeconds)",
            ])
    }

    /// Nobody but us ends what a keeper that was killed has left.
    /// - Returns: whether some of it does not end.
    func endSurvivors(of record: KeeperRecord, in folder: KeeperFolder) async throws -> Bool {
        for _ in 0..<Self.folderLooksMax {
            guard try folder.killSurvivors(of: record) > 0 else { return false }
            try await clock.sleep(for: .milliseconds(Self.folderIntervalMs))
        }
        log.error("Processes do not end by SIGKILL", metadata: ["folder": "\(folder.path)"])
        return true
    }
}
