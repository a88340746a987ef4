/// Whose `Forwarded` and `X-Forwarded-*` are believed. Those of everybody else mean nothing.
package struct TrustedProxies: Sendable, Equatable {
    /// Who handed something over.
    package enum Peer: Sendable, Equatable {
        case unix
        case address(IPAddress)
    }

    /// What a request is taken for. What nobody trustworthy has said is nil.
    package struct Origin: Sendable, Equatable {
        package var address: IPAddress?
        /// `http` or `https`.
        package var scheme: String?
        package var host: String?
        /// Why no more was believed, for the log.
        package var complaint: String?

        package init(
            address: IPAddress? = nil, scheme: String? = nil, host: String? = nil, complaint: String? = nil
        ) {
            (self.address, self.scheme, self.host, self.complaint) = (address, scheme, host, complaint)
        }
    }

    /// One line of the list.
    package enum Entry: Sendable, Equatable, CustomStringConvertible {
        /// All that come by a Unix socket.
        case unix
        case network(IPNetwork)

        /// - Parameter text: `unix`, an address or a network.
        package init?(_ text: String) {
            if text == "unix" {
                self = .unix
            } else {
                guard let network = IPNetwork(text) else { return nil }
                self = .network(network)
            }
        }

        package var description: String {
            switch self {
            case .unix: "unix"
            case .network(let network): network.description
            }
        }

        func contains(_ peer: Peer) -> Bool {
            switch (self, peer) {
            case (.unix, .unix): true
            case (.network(let network), .address(let address)): network.contains(address)
            case (.unix, .address), (.network, .unix): false
            }
        }
    }

    private let entries: [Entry]

    package init(_ entries: [Entry] = []) { self.entries = entries }

    package func contains(_ peer: Peer) -> Bool { entries.contains { $0.contains(peer) } }

    /// From the nearest proxy on, as far as those who speak are trusted: the first address that is not, is the
    /// client's. What stands before it is not looked at: it may be the client's own invention.
    package func origin(of headers: HTTPHeaders, from peer: Peer) -> Origin {
        var origin = Origin()
        guard contains(peer) else { return origin }
        do throws(ForwardedHops.Failure) {
            var hops = try ForwardedHops(headers)
            while let hop = try hops.next() {
                origin.scheme = hop.scheme ?? origin.scheme
                origin.host = hop.host ?? origin.host
                guard case .address(let address) = hop.node else { break }
                origin.address = address
                guard contains(.address(address)) else { break }
            }
        } catch {
            origin.complaint = error.reason
        }
        return origin
    }
}
