internal import Logging
internal import Synchronization
internal import WebCodec

/// What a trusted proxy says of the clients whose requests it brings.
extension Connection {
    /// Nothing where the other end is no trusted proxy.
    func origin(of head: RequestHead) -> TrustedProxies.Origin {
        guard let service = context.service, let peer = proxy else { return TrustedProxies.Origin() }
        let origin = service.trustedProxies.origin(of: head.headers, from: peer)
        if let complaint = origin.complaint {
            context.log.debug(
                "what a proxy says is ignored", metadata: ["peer": "\(remote.host)", "reason": "\(complaint)"])
        }
        return origin
    }

    /// Counts the client of a proxy's request, where the proxy does not say who it is the proxy itself, until
    /// `leaveBehindProxy`.
    func enterBehindProxy(_ origin: TrustedProxies.Origin) throws(HTTPError) {
        guard let service = context.service, proxy != nil, let client = (origin.address ?? remote.address)?.client
        else { return }
        do throws(Admission.Refusal) {
            try service.admission.withLock { (admission) throws(Admission.Refusal) in
                try admission.enter(behindProxy: client, nowMilliseconds: nowMilliseconds)
            }
            clientBehindProxy = client
        } catch {
            context.log(error, of: RemoteAddress(host: "\(client)", port: 0))
            throw error.error
        }
    }

    func leaveBehindProxy() {
        guard let client = clientBehindProxy.take() else { return }
        context.service?.admission.withLock { $0.leave(behindProxy: client) }
    }
}

extension TrustedProxies.Origin {
    /// Who the proxy says that its client is.
    var client: RemoteAddress? { address.map { RemoteAddress(host: "\($0)", port: 0) } }
}
