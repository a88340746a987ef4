/// A server of the Model Context Protocol that an agent may use: a program that the agent starts, or an address.
package struct MCPServer: Codable, Sendable, Equatable {
    /// The program and its arguments.
    package var argv: [String]?
    /// Of the program. Secrets do not belong here: everybody who sees the run sees it. What runs get by credentials, the
    /// program inherits.
    package var environment: [String: String]?
    /// Of a server that is reached by streamable HTTP.
    package var url: String?
    package var headers: [String: String]?

    package init(
        argv: [String]? = nil, environment: [String: String]? = nil, url: String? = nil,
        headers: [String: String]? = nil
    ) {
        self.argv = argv
        self.environment = environment
        self.url = url
        self.headers = headers
    }
}
