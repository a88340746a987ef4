package struct QueryItem: Sendable, Equatable {
    package let name: String
    /// Empty for `?name` as for `?name=`.
    package let value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}
