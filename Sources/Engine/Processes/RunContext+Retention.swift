import Journal
import Keeper
import Logging
import Model

// The folders of processes, with all that they printed, when nobody needs them any more.
extension RunContext {
    /// Removes those whose process ended longer than `processOutputKeepSeconds` ago. What is not the folder of a process that
    /// the rows know is not ours to judge, and stays.
    func forgetOldOutput() async {
        do {
            let names = try await blocking { [settings] _ in try FolderOnDisk(settings.processesFolder).names() }
            for name in names {
                try Task.checkCancellation()
                guard let process = ChildProcess.ID(name) else { continue }
                do {
                    try await forgetOutput(of: process)
                } catch let error as CancellationError {
                    throw error
                } catch {
                    log.warning("A process's folder was kept", metadata: ["process": "\(process)", "why": "\(error)"])
                }
            }
        } catch is CancellationError {
        } catch {
            log.warning("Old output was not looked for", metadata: ["error": "\(error)"])
        }
    }

    private func forgetOutput(of process: ChildProcess.ID) async throws {
        let before = clock.now().adding(milliseconds: -1_000 * Int64(settings.limits.processOutputKeepSeconds))
        // All that it printed is in the rows once nobody remembers how far it was read.
        let isOld = try await journal.read { reader in
            guard let row = try reader.get(process), let end = row.endedAt, end < before else { return false }
            return try reader.progress(of: process) == nil
        }
        guard isOld else { return }
        let folder = settings.processFolder(of: process)
        let hasGone = try await blocking { _ in
            guard try !KeeperFolder(path: folder).hasKeeper else { return false }
            let terminals = folder + "/terminals"
            for name in try FolderOnDisk(terminals).names() {
                guard try !KeeperFolder(path: terminals + "/" + name).hasKeeper else { return false }
            }
            try FolderOnDisk(folder).remove()
            return true
        }
        if hasGone { log.info("A process's folder was removed after its time", metadata: ["process": "\(process)"]) }
    }
}

extension KeeperFolder {
    /// Whether a keeper lives that has it, whatever the rows say.
    fileprivate var hasKeeper: Bool {
        get throws {
            if case .running = try status() { true } else { false }
        }
    }
}
