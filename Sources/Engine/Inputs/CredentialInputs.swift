package struct CreateCredential: Codable, Sendable {
    package var variable: String
    package var value: String
    package var name: String?

    package init(variable: String, value: String, name: String? = nil) {
        self.variable = variable
        self.value = value
        self.name = name
    }
}

package struct UpdateCredential: Codable, Sendable {
    package var value: String?
    package var name: String?
    package var version: Int?

    package init(value: String? = nil, name: String? = nil, version: Int? = nil) {
        self.value = value
        self.name = name
        self.version = version
    }
}
