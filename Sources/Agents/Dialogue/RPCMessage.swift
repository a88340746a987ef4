import Model

/// A message of a protocol in the shape of JSON-RPC 2.0, one a line.
enum RPCMessage {
    case request(id: JSONValue, method: String, params: JSONValue)
    case notification(method: String, params: JSONValue)
    /// To a request of ours: ours are numbers.
    case result(id: Int, JSONValue)
    case error(id: Int, RPCError)

    /// - Returns: nil for an object that is none of them.
    init?(_ message: JSONValue) {
        if let method = message["method"]?.string {
            let params = message["params"] ?? [:]
            if let id = message["id"], id != .null {
                self = .request(id: id, method: method, params: params)
            } else {
                self = .notification(method: method, params: params)
            }
            return
        }
        guard let id = message["id"]?.integer.flatMap(Int.init(exactly:)) else { return nil }
        if let error = message["error"] {
            self = .error(id: id, RPCError(error))
        } else if let result = message["result"] {
            self = .result(id: id, result)
        } else {
            return nil
        }
    }
}

struct RPCError: Equatable {
    static let methodNotFound: Int64 = -32_601
    static let invalidParams: Int64 = -32_602
    static let internalError: Int64 = -32_603

    var code: Int64
    var message: String

    init(_ code: Int64, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ error: JSONValue) {
        code = error["code"]?.integer ?? Self.internalError
        message = error["message"]?.string ?? "no reason given"
        // Where the reason is: "Internal error" alone says nothing.
        if let details = error["data"]?["details"]?.string ?? error["data"]?.string { message += ": \(details)" }
    }

    var json: JSONValue { ["code": .integer(code), "message": .string(message)] }
}

/// Our side of such a protocol: numbers our requests, and remembers what each was.
struct RPCSide<Request: Codable & Sendable>: Codable, Sendable {
    /// 1,000 requests that were not answered: no agent lets that many wait.
    static var pendingMax: Int { 1_000 }

    /// Codex leaves the member `jsonrpc` out.
    private let isTagged: Bool
    private var nextID = 1
    private(set) var pending: [Int: Request] = [:]

    init(isTagged: Bool) { self.isTagged = isTagged }

    /// - Parameter hasFiles: whether there are images in `params`, as `AgentLine` makes them.
    mutating func request(
        _ method: String, _ params: JSONValue, as request: Request, hasFiles: Bool = false
    ) -> AgentEffect {
        let id = nextID
        nextID += 1
        if pending.count < Self.pendingMax { pending[id] = request }
        let message = tagged(["id": .integer(Int64(id)), "method": .string(method), "params": params])
        return hasFiles ? .line(AgentLine(message)) : .write(JSONLine.write(message))
    }

    func notify(_ method: String, _ params: JSONValue? = nil) -> AgentEffect {
        var members: [String: JSONValue] = ["method": .string(method)]
        members["params"] = params
        return write(members)
    }

    func reply(_ id: JSONValue, _ result: JSONValue) -> AgentEffect { write(["id": id, "result": result]) }

    func refuse(_ id: JSONValue, _ error: RPCError) -> AgentEffect { write(["id": id, "error": error.json]) }

    /// - Returns: what was asked by that number, which is answered now.
    mutating func settle(_ id: Int) -> Request? { pending.removeValue(forKey: id) }

    private func write(_ members: [String: JSONValue]) -> AgentEffect { .write(JSONLine.write(tagged(members))) }

    private func tagged(_ members: [String: JSONValue]) -> JSONValue {
        .object(isTagged ? members.merging(["jsonrpc": "2.0"]) { $1 } : members)
    }
}

extension JSONValue {
    /// A request's id as a text by which it can be found again; a number and a text are never the same.
    var requestKey: String { string.map { "\"\($0)\"" } ?? integer.map(String.init) ?? typeName }

    /// A number that counts something; nil for one below 0.
    var count: Int? { integer.flatMap(Int.init(exactly:)).flatMap { $0 < 0 ? nil : $0 } }
}
