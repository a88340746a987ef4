package import Model

extension Schema {
    /// How many mistakes one answer names. 256: nobody corrects more by hand, and a hostile input of 100,000 unknown
    /// members must not come back as an answer ten times its size.
    package static let fieldErrorsMax = 256

    /// Names everything that is wrong, missing or unknown, in one go.
    /// - Parameter root: what the pointers begin with.
    package func validate(_ value: JSONValue, at root: String = "") -> [FieldError] {
        var errors: [FieldError] = []
        check(value, root, &errors)
        guard errors.count > Self.fieldErrorsMax else { return errors }
        let hidden = errors.count - Self.fieldErrorsMax
        return errors.prefix(Self.fieldErrorsMax)
            + [FieldError(pointer: root, message: "and \(hidden) more (fieldErrorsMax \(Self.fieldErrorsMax))")]
    }

    private func check(_ value: JSONValue, _ pointer: String, _ errors: inout [FieldError]) {
        func refuse(_ message: String) { errors.append(FieldError(pointer: pointer, message: message)) }
        func refuseType(_ wanted: String) { refuse("must be \(wanted), not \(value.typeName)") }
        switch self {
        case .any:
            break
        case .named(_, let schema):
            schema.check(value, pointer, &errors)
        case .nullable(let schema):
            if value != .null { schema.check(value, pointer, &errors) }
        case .either(let first, let second):
            if !first.validate(value, at: pointer).isEmpty { second.check(value, pointer, &errors) }
        case .boolean:
            if value.bool == nil { refuseType("a boolean") }
        case .integer(let range):
            guard let number = value.integer else { return refuseType("an integer") }
            if !range.contains(number) { refuse(Self.explain(range)) }
        case .number:
            if value.number == nil { refuseType("a number") }
        case .choice(let choices):
            guard let text = value.string else { return refuseType("a string") }
            if !choices.contains(text) { refuse("must be one of " + choices.joined(separator: ", ")) }
        case .string(let format, let max):
            guard let text = value.string else { return refuseType("a string") }
            if let max, !max.admits(text) {
                refuse(max.explanation)
            } else if !format.admits(text) {
                refuse("must be " + format.explanation)
            }
        case .array(let schema, let max):
            guard let elements = value.array else { return refuseType("an array") }
            if let max, elements.count > max.maximum { return refuse(max.explanation) }
            for (index, element) in elements.enumerated() { schema.check(element, "\(pointer)/\(index)", &errors) }
        case .map(let schema):
            guard let members = value.object else { return refuseType("an object") }
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                schema.check(member, "\(pointer)/\(JSONPointer.escape(name))", &errors)
            }
        case .object(let fields):
            guard let members = value.object else { return refuseType("an object") }
            Self.check(members, fields, pointer, &errors)
        }
    }

    private static func check(
        _ members: [String: JSONValue], _ fields: [Field], _ pointer: String, _ errors: inout [FieldError]
    ) {
        for field in fields {
            let place = "\(pointer)/\(JSONPointer.escape(field.name))"
            if let value = members[field.name] {
                field.schema.check(value, place, &errors)
            } else if field.isRequired {
                errors.append(FieldError(pointer: place, message: "is missing"))
            }
        }
        for name in members.keys.sorted() where !fields.contains(where: { $0.name == name }) {
            let place = "\(pointer)/\(JSONPointer.escape(name))"
            errors.append(FieldError(pointer: place, message: "is unknown" + suggestion(fields)))
        }
    }

    private static func suggestion(_ fields: [Field]) -> String {
        fields.isEmpty ? "; nothing is expected" : "; known are " + fields.map(\.name).joined(separator: ", ")
    }

    private static func explain(_ range: ClosedRange<Int64>) -> String {
        if range.upperBound == .max { return "must be at least \(range.lowerBound)" }
        if range.lowerBound == .min { return "must be at most \(range.upperBound)" }
        return "must be between \(range.lowerBound) and \(range.upperBound)"
    }
}
