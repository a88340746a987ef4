import Glibc

/// Why a file could not be written or read.
package enum FileError: Error, Sendable, Equatable {
    case tooLarge(byteCountMax: Int)
    /// No room, or none for this user.
    case diskFull
    /// - Parameter code: `errno`.
    case failed(code: Int32)

    static func of(_ code: Int32) -> FileError {
        [ENOSPC, EDQUOT].contains(code) ? .diskFull : .failed(code: code)
    }
}
