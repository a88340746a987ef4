/// The two outputs of a process; the raw value is the name of the spool file.
package enum SpoolStream: String, Sendable, CaseIterable {
    case stdout
    case stderr
}
