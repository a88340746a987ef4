import Glibc
import Keeper

/// The two spool files, and how much they may hold.
final class Spools {
    private let stdout: Descriptor
    private let stderr: Descriptor
    private let byteCountMax: UInt64
    /// What each stream has still to be cleared of; nil when nothing is secret.
    private var redactions: [SpoolStream: Redaction]?
    private(set) var sizes = SpoolSizes()

    init(in directory: Directory, byteCountMax: UInt64?, secrets: [String]) throws {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_APPEND
        stdout = try directory.open(SpoolStream.stdout.rawValue, flags)
        stderr = try directory.open(SpoolStream.stderr.rawValue, flags)
        self.byteCountMax = byteCountMax ?? .max
        let redaction = Redaction(secrets)
        redactions =
            redaction.isEmpty ? nil : Dictionary(uniqueKeysWithValues: SpoolStream.allCases.map { ($0, redaction) })
    }

    /// Appends output as far as it may and can be kept.
    /// - Returns: why something of it is lost, or nil.
    func append(_ output: UnsafeRawBufferPointer, to stream: SpoolStream) -> ExitRecord.Cause? {
        guard let shown = unsafe redactions?[stream]?.append(output) else { return unsafe write(output, to: stream) }
        return unsafe shown.withUnsafeBytes { unsafe write($0, to: stream) }
    }

    /// Appends what was held back because it could have become a secret. Nothing more comes.
    func finish() -> ExitRecord.Cause? {
        var cause: ExitRecord.Cause?
        for stream in SpoolStream.allCases {
            guard let rest = redactions?[stream]?.finish(), !rest.isEmpty else { continue }
            cause = unsafe rest.withUnsafeBytes { unsafe write($0, to: stream) } ?? cause
        }
        return cause
    }

    private func write(_ output: UnsafeRawBufferPointer, to stream: SpoolStream) -> ExitRecord.Cause? {
        let room = byteCountMax - sizes.stdout - sizes.stderr
        let fitting = Int(min(room, UInt64(output.count)))
        var written = 0
        while written < fitting {
            do {
                let rest = unsafe UnsafeRawBufferPointer(rebasing: output[written..<fitting])
                let count = try unsafe descriptor(of: stream).write(rest) ?? 0
                written += count
                sizes[stream] += UInt64(count)
            } catch {
                return .diskFull(errno: (error as? SystemError)?.number ?? EIO)
            }
        }
        return fitting < output.count ? .outputLimit : nil
    }

    /// Makes the sizes true, also after a power cut.
    func sync() throws {
        guard fdatasync(stdout.number) == 0, fdatasync(stderr.number) == 0 else { throw SystemError("sync spools") }
    }

    private func descriptor(of stream: SpoolStream) -> Descriptor {
        switch stream {
        case .stdout: stdout
        case .stderr: stderr
        }
    }
}
