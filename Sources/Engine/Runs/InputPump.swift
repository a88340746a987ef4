import Journal
import Keeper
import Logging
import Model

/// Hands a process what its rows hold for its standard input, byte for byte and once, whatever restarts in between:
/// rows and keeper agree on offsets.
struct InputPump: Sendable {
    let process: ChildProcess.ID
    let context: RunContext
    let link: any ProcessLink
    let accepted: UInt64

    /// Looks whenever told to, until the connection ends.
    func run(_ signals: AsyncStream<Void>) async {
        var accepted = accepted
        var isClosed = false
        do {
            for await _ in signals where !isClosed {
                let offset = Int(accepted)
                let (bytes, isEnd) = try await context.journal.read { [process] reader in
                    (try reader.input(of: process, from: offset), try reader.inputClosed(of: process))
                }
                if !bytes.isEmpty { accepted = try await link.send(bytes, at: accepted) }
                if isEnd {
                    try await link.closeInput()
                    isClosed = true
                }
            }
        } catch is CancellationError {
        } catch KeeperLinkError.disconnected {
        } catch {
            context.log.warning("Input not taken", metadata: ["process": "\(process)", "error": "\(error)"])
        }
    }
}
