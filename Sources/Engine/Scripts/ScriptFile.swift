import Foundation
import Keeper
import Logging
import Model

/// The file that holds a script's text while it runs: outside of the worktree, so that nobody commits it.
struct ScriptFile {
    private let folder: String
    private let path: String

    init(of process: ChildProcess.ID, _ settings: EngineSettings) {
        folder = settings.scriptsFolder
        path = folder + "/" + process.rawValue
    }

    /// - Returns: its path.
    func write(_ text: String) throws -> String {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try Directory(path: folder).replace((path as NSString).lastPathComponent, with: Array(text.utf8))
        return path
    }

    func remove(_ log: Logger) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            log.warning("A script's file was kept", metadata: ["path": "\(path)", "error": "\(error)"])
        }
    }
}
