package import Model

package struct CreateTag: Codable, Sendable {
    package var type: Tag.Purpose
    package var name: String
    package var description: String?
    package var content: String

    package init(type: Tag.Purpose, name: String, description: String? = nil, content: String) {
        self.type = type
        self.name = name
        self.description = description
        self.content = content
    }
}

package struct UpdateTag: Codable, Sendable {
    package var name: String?
    /// Empty: none.
    package var description: String?
    package var content: String?
    package var version: Int?

    package init(name: String? = nil, description: String? = nil, content: String? = nil, version: Int? = nil) {
        self.name = name
        self.description = description
        self.content = content
        self.version = version
    }
}

package struct SavePreference: Codable, Sendable {
    package var value: JSONValue
    package var version: Int?

    package init(value: JSONValue, version: Int? = nil) {
        self.value = value
        self.version = version
    }
}
