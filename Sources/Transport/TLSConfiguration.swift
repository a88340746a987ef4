/// How a listener speaks TLS. The files are read when the server starts and when it is told to read them again.
package struct TLSConfiguration: Sendable, Equatable {
    /// A PEM file with a certificate and those of its issuers, and one with its key.
    package struct Identity: Sendable, Equatable {
        package var certificatePath: String
        package var keyPath: String

        package init(certificatePath: String, keyPath: String) {
            self.certificatePath = certificatePath
            self.keyPath = keyPath
        }
    }

    /// Whether clients show a certificate. One that is shown is always verified.
    package enum ClientAuthentication: String, Sendable, CaseIterable {
        case none, optional, required
    }

    /// By the name that a client asks for (SNI); the first answers for names that no certificate has.
    package var identities: [Identity]
    /// A PEM file with those who may vouch for clients.
    package var clientAuthoritiesPath: String?
    package var clientAuthentication: ClientAuthentication

    package init(
        identities: [Identity], clientAuthoritiesPath: String? = nil,
        clientAuthentication: ClientAuthentication = .none
    ) {
        self.identities = identities
        self.clientAuthoritiesPath = clientAuthoritiesPath
        self.clientAuthentication = clientAuthentication
    }
}
