package import Model

/// What a JSON value must look like: declared once per operation, then checked against what comes in, and written
/// down in `openapi.yaml` for those who send it.
package indirect enum Schema: Sendable {
    case any
    case boolean
    case integer(ClosedRange<Int64>)
    case number
    case string(TextFormat, max: SizeLimit?)
    case choice([String])
    case array(Schema, max: SizeLimit?)
    /// An object whose names are free.
    case map(Schema)
    case object([Field])
    case nullable(Schema)
    /// One or the other: an event that tells of two kinds of thing.
    case either(Schema, Schema)
    /// A schema that has a name of its own in the documents, and is referred to by it.
    case named(String, Schema)

    /// One member of an object.
    package struct Field: Sendable {
        package let name: String
        package let schema: Schema
        package let isRequired: Bool
        /// For the documents: one sentence, or empty.
        package let summary: String

        package static func required(_ name: String, _ schema: Schema, _ summary: String = "") -> Field {
            Field(name: name, schema: schema, isRequired: true, summary: summary)
        }

        package static func optional(_ name: String, _ schema: Schema, _ summary: String = "") -> Field {
            Field(name: name, schema: schema, isRequired: false, summary: summary)
        }
    }

    // MARK: What is often needed

    package static let empty = Schema.object([])
    /// Whatever text an output may have.
    package static let anyText = Schema.string(.any, max: nil)
    package static let timestamp = Schema.string(.timestamp, max: nil)
    package static let count = Schema.integer(0...Int64.max)

    package static func id<Subject: Identified & SendableMetatype>(_: Subject.Type) -> Schema {
        .string(.identifier(Subject.self), max: nil)
    }

    package static func choice<Choice: RawRepresentable & CaseIterable>(
        of _: Choice.Type
    ) -> Schema where Choice.RawValue == String {
        .choice(Choice.allCases.map(\.rawValue))
    }

    /// One line for a person to read: a name, a title.
    package static func line(_ max: SizeLimit) -> Schema { .string(.line, max: max) }

    /// Text that must not be empty, nor consist of spaces alone.
    package static func nonEmptyLine(_ max: SizeLimit) -> Schema { .string(.nonEmptyLine, max: max) }

    package static func text(_ max: SizeLimit) -> Schema { .string(.text, max: max) }
}
