/// How many bytes the two spools hold.
package struct SpoolSizes: Sendable, Equatable {
    package var stdout: UInt64
    package var stderr: UInt64

    package init(stdout: UInt64 = 0, stderr: UInt64 = 0) {
        self.stdout = stdout
        self.stderr = stderr
    }

    package subscript(stream: SpoolStream) -> UInt64 {
        get {
            switch stream {
            case .stdout: stdout
            case .stderr: stderr
            }
        }
        set {
            switch stream {
            case .stdout: stdout = newValue
            case .stderr: stderr = newValue
            }
        }
    }
}
