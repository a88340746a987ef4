/// Header fields in the order they came, duplicates visible, names compared without case.
package struct HTTPHeaders: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package private(set) var fields: [Field] = []

    package init() {}

    package init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { Field(name: $0, value: $1) }
    }

    package mutating func append(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// Replaces every field of this name by one.
    package mutating func set(_ name: String, _ value: String) {
        fields.removeAll { ASCII.equalIgnoringCase($0.name, name) }
        append(name, value)
    }

    /// The first value of that name.
    package subscript(_ name: String) -> String? {
        fields.first { ASCII.equalIgnoringCase($0.name, name) }?.value
    }

    package func values(_ name: String) -> [String] {
        fields.filter { ASCII.equalIgnoringCase($0.name, name) }.map(\.value)
    }

    package func contains(_ name: String) -> Bool {
        fields.contains { ASCII.equalIgnoringCase($0.name, name) }
    }

    /// The members of a comma-separated list over all fields of that name, trimmed, empty ones left out.
    package func list(_ name: String) -> [String] {
        values(name).flatMap { $0.split(separator: ",") }
            .map { ASCII.trimmed($0) }
            .filter { !$0.isEmpty }
    }

    /// Whether such a list has that member, compared without case as `Connection` and `Upgrade` ask for.
    package func list(_ name: String, contains token: String) -> Bool {
        list(name).contains { ASCII.equalIgnoringCase($0, token) }
    }
}
