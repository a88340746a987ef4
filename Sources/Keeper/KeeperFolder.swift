// What hub and keeper share.
//
// A process that must outlive the hub belongs to a keeper, a small program of its own. Hub and keeper meet in a folder:
//
//   launch            what to start; written by the hub before the keeper is started, locked by the keeper as long as it
//                     lives, and emptied once it has been started: it may hold secrets
//   stdout, stderr    everything the process said, appended; never rewritten
//   control           a Unix socket: input, signals and the news that a spool has grown
//   keeper            who keeps and who is kept
//   group             the path of the process's control group, where it has one
//   exit              how it ended; there all at once, and only after the last byte of output
//   keeper.log        what the keeper itself has to complain about
//
// The files alone tell the truth, so that a hub that starts anew needs nobody's memory. The socket only makes it quick.

import Glibc

/// The folder of one process.
package struct KeeperFolder: Sendable, Hashable {
    package let path: String

    package init(path: String) {
        self.path = path
    }

    package enum File {
        package static let launch = "launch"
        package static let control = "control"
        package static let keeper = "keeper"
        package static let exit = "exit"
        package static let group = "group"
        package static let log = "keeper.log"
    }

    package enum Status: Sendable, Equatable {
        /// No keeper has taken the folder; one that has just been started may still do so (see `abandon`).
        case neverStarted
        case running(KeeperRecord)
        case exited(ExitRecord)
        /// The keeper was killed. Its child may still run, deaf and mute: end it by `KeeperRecord.child`.
        case lost(KeeperRecord)
    }

    package func directory() throws -> Directory {
        try Directory(path: path)
    }

    package func spool(_ stream: SpoolStream) -> SpoolReader {
        SpoolReader(path: path + "/" + stream.rawValue)
    }

    /// What the files say. A folder that is not there says `neverStarted`.
    package func status() throws -> Status {
        let directory: Directory
        do {
            directory = try self.directory()
        } catch let error as SystemError where error.number == ENOENT {
            return .neverStarted
        }
        if let exit = try exitRecord(in: directory) { return .exited(exit) }
        guard let bytes = try directory.contents(of: File.keeper, byteCountMax: KeeperRecord.byteCountMax) else {
            return .neverStarted
        }
        let record = try KeeperRecord(decoding: bytes)
        if try record.keeper.isAlive() { return .running(record) }
        // It may have written its last between the two looks.
        return try exitRecord(in: directory).map(Status.exited) ?? .lost(record)
    }

    /// Makes sure that nothing will be started here any more: for a hub that died between starting the keeper and
    /// knowing of it.
    /// - Returns: false when a keeper holds the folder.
    package func abandon() throws -> Bool {
        let directory = try self.directory()
        guard directory.contains(File.launch) else { return true }
        guard try Self.takeLaunch(in: directory) != nil else { return false }
        try directory.remove(File.launch)
        return true
    }

    /// Locks the launch specification for as long as the descriptor lives.
    /// - Returns: nil when another process has it.
    package static func takeLaunch(in directory: Directory) throws -> Descriptor? {
        let launch = try directory.open(File.launch, O_RDWR)
        guard flock(launch.number, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw SystemError("lock launch") }
            return nil
        }
        return launch
    }

    private func exitRecord(in directory: Directory) throws -> ExitRecord? {
        try directory.contents(of: File.exit, byteCountMax: ExitRecord.byteCountMax).map(ExitRecord.init(decoding:))
    }
}
