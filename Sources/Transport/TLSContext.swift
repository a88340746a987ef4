internal import COpenSSL

/// Certificates, keys and rules, as read at one moment. Immutable: connections keep the one that they began with.
///
/// `@unchecked Sendable`: OpenSSL's contexts are counted and locked, and are not changed after `init`.
@safe package final class TLSContext: @unchecked Sendable {
    let handle: OpaquePointer

    /// For a server.
    package init(_ configuration: TLSConfiguration) throws(TLSError) {
        guard !configuration.identities.isEmpty else { throw TLSError(description: "TLS needs a certificate") }
        unsafe handle = try Self.make(isServer: true)
        // A class frees what it holds also when its `init` throws, once all of it is there.
        for identity in configuration.identities { try add(identity) }
        switch (configuration.clientAuthentication, configuration.clientAuthoritiesPath) {
        case (.none, _): break
        case (.optional, let path?), (.required, let path?):
            let isRequired = configuration.clientAuthentication == .required
            try unsafe Self.check { error in
                unsafe copenssl_tls_ask_for_certificate(handle, path, isRequired, error)
            }
        case (.optional, nil), (.required, nil):
            throw TLSError(description: "clients' certificates need a file of authorities")
        }
    }

    /// For a client.
    /// - Parameters:
    ///   - authoritiesPath: whom to believe; nil for the system's list.
    ///   - identity: what the client shows to servers that ask.
    package init(authoritiesPath: String?, identity: TLSConfiguration.Identity? = nil) throws(TLSError) {
        unsafe handle = try Self.make(isServer: false)
        try unsafe Self.check { error in unsafe copenssl_tls_set_authorities(handle, authoritiesPath, error) }
        if let identity { try add(identity) }
    }

    deinit { unsafe copenssl_tls_context_free(handle) }

    private func add(_ identity: TLSConfiguration.Identity) throws(TLSError) {
        try unsafe Self.check { error in
            unsafe copenssl_tls_add_certificate(handle, identity.certificatePath, identity.keyPath, error)
        }
    }

    private static func make(isServer: Bool) throws(TLSError) -> OpaquePointer {
        var made: OpaquePointer?
        try unsafe check { error in
            unsafe made = copenssl_tls_context_create(isServer, error)
            return unsafe made != nil
        }
        guard let made = unsafe made else { throw TLSError(description: "no context") }
        return unsafe made
    }

    private static func check(_ body: (UnsafeMutablePointer<CChar>?) -> Bool) throws(TLSError) {
        let reason: String? = unsafe withUnsafeTemporaryAllocation(
            of: CChar.self, capacity: Int(COPENSSL_TLS_ERROR_BYTES)
        ) { text in
            unsafe text.initialize(repeating: 0)
            guard let start = text.baseAddress, unsafe !body(start) else { return nil }
            return unsafe String(cString: start)
        }
        if let reason { throw TLSError(description: reason) }
    }
}
