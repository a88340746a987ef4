package import Model

/// What a list of rows is wanted as: values to work with, or text to pass on.
package protocol RowForm {
    associatedtype Subject: Entity
    associatedtype Output

    static func read(_ json: [UInt8], with coding: any JournalCoding) throws -> Output
}

/// The value itself; what every list gives unless asked otherwise.
package enum Decoded<Subject: Entity>: RowForm {
    package static func read(_ json: [UInt8], with coding: any JournalCoding) throws -> Subject {
        try coding.decode(Subject.self, from: json)
    }
}

/// The JSON text as it was written, for snapshots and answers that only hand it on.
package struct Stored<Subject: Entity>: RowForm, Sendable, Equatable {
    package let json: [UInt8]

    package static func read(_ json: [UInt8], with coding: any JournalCoding) -> Stored {
        Stored(json: json)
    }
}
