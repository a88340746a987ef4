package import Model

package struct CreateProfile: Codable, Sendable {
    package var name: String
    package var provider: Provider
    package var options: RunOptions?

    package init(name: String, provider: Provider, options: RunOptions? = nil) {
        self.name = name
        self.provider = provider
        self.options = options
    }
}

package struct UpdateProfile: Codable, Sendable {
    package var name: String?
    package var provider: Provider?
    /// Replaces all of them.
    package var options: RunOptions?
    package var version: Int?

    package init(name: String? = nil, provider: Provider? = nil, options: RunOptions? = nil, version: Int? = nil) {
        self.name = name
        self.provider = provider
        self.options = options
        self.version = version
    }
}
