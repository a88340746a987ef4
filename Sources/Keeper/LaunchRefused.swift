/// Why a launch specification cannot be used.
package enum LaunchRefused: Error, Sendable, Equatable {
    case noProgram
    case holdsZeroByte
    case badVariableName
    case tooLong(byteCount: Int, byteCountMax: Int)
}
