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

    /// Nobody but us ends what a keeper that was killed has left.
    func endSurvivors(of record: KeeperRecord, in folder: KeeperFolder) async throws {
        for _ in 0..<Self.folderLooksMax {
            guard try folder.killSurvivors(of: record) > 0 else { return }
            try await clock.sleep(for: .milliseconds(Self.folderIntervalMs))
        }
        log.error("Processes do not end by SIGKILL", metadata: ["folder": "\(folder.path)"])
    }
}
