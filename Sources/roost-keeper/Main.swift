// roost-keeper: owns one process and outlives the hub.
//
//   roost-keeper FOLDER
//
// It starts what FOLDER/launch says, appends what that says to FOLDER/stdout and FOLDER/stderr, takes input and signals
// from FOLDER/control and files in FOLDER/exit how it ended (see KeeperFolder). It is one thread and one poll(): what it
// does not do cannot break, and what it does must go on when everything else is being upgraded, killed or out of disk.
//
// It writes one line to its stdout when the process runs or could not be started, and keeps stdout open to its end:
// whoever started it learns both without asking.

import Glibc
import Keeper

@main
enum Main {
    static func main() {
        guard CommandLine.arguments.count == 2 else { end(64, "usage: roost-keeper FOLDER") }
        do {
            try KeeperProcess.run(in: KeeperFolder(path: CommandLine.arguments[1]))
        } catch {
            end(71, "\(error)")
        }
    }

    /// - Parameter status: as in sysexits(3): 64 for a bad command line, 71 for an error of the system.
    private static func end(_ status: Int32, _ message: String) -> Never {
        complain(message)
        exit(status)
    }
}

/// Says something to whoever reads `keeper.log`.
func complain(_ message: String) {
    let line = Array("roost-keeper: \(message)\n".utf8)
    // Where even this cannot be written there is nobody left to tell.
    _ = unsafe line.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
}
