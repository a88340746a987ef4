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
                let (bytes, isEnd) = try await waiting(from: Int(accepted))
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

    /// 1 s before the rows are read again when that failed: nobody else looks for what waits there.
    private static let retrySeconds = 1

    private func waiting(from offset: Int) async throws -> (bytes: [UInt8], isEnd: Bool) {
        while true {
            do {
                return try await context.journal.read { [process] reader in
                    (try reader.input(of: process, from: offset), try reader.inputClosed(of: process))
                }
            } catch let error as CancellationError {
                throw error
            } catch {
                context.log.warning("Input not read", metadata: ["process": "\(process)", "error": "\(error)"])
                try await context.clock.sleep(for: .seconds(Self.retrySeconds))
            }
        }
    }
}
