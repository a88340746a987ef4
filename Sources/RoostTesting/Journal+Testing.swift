package import Journal
internal import Logging
package import Model

extension Journal {
    /// A real journal that says nothing and, unless told otherwise, leaves nothing behind.
    package static func forTesting(
        _ location: Location = .memory, durability: Durability = .normal, clock: any TimeSource = ManualClock(),
        ids: any IdentifierSource = SeededIDs(), coding: any JournalCoding = PlainCoding(),
        holder: String = ""
    ) throws -> Journal {
        let log = Logger(label: "journal", factory: { _ in SwiftLogNoOpLogHandler() })
        return try Journal(
            location, durability: durability, clock: clock, ids: ids, coding: coding, log: log, holder: holder)
    }
}
