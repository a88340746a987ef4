import Keeper
import Logging
import Model

extension RunContext {
    /// 32 KiB a piece, and of what came at once the last MiB: nobody reads faster, and all of it can be read by its offsets.
    private static let pieceByteCount = 32 << 10
    private static let shownByteCountMax = 1 << 20

    /// Shows what a process has printed between two offsets, if anybody looks.
    /// - Returns: up to where it was shown, or need not be.
    @discardableResult
    func showOutput(
        of process: ChildProcess, _ stream: OutputStream, _ folder: KeeperFolder, from start: UInt64, to end: UInt64,
        isFinal: Bool = false
    ) -> UInt64 {
        guard start < end, output.isWatched(process.runId, process.projectId) else { return end }
        let spool = folder.spool(stream == .stdout ? .stdout : .stderr)
        var offset = max(start, end > UInt64(Self.shownByteCountMax) ? end - UInt64(Self.shownByteCountMax) : 0)
        do {
            while offset < end {
                let text = try spool.text(
                    from: offset, count: min(Self.pieceByteCount, Int(end - offset)), isFinal: isFinal)
                guard text.nextOffset > offset else { break }
                output.show(
                    OutputChunk(
                        projectId: process.projectId, cardId: process.cardId, runId: process.runId,
                        processId: process.id, stream: stream, offset: Int(text.offset), text: text.text))
                offset = text.nextOffset
            }
        } catch {
            log.debug("Output not shown", metadata: ["process": "\(process.id)", "why": "\(error)"])
            return end
        }
        return offset
    }
}
