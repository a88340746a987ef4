import Model

/// A dialogue in a protocol of the shape of JSON-RPC 2.0, with requests from both sides.
protocol RPCDialogue: AgentDialogue {
    /// What a request of ours was for.
    associatedtype Request: Codable & Sendable

    var side: RPCSide<Request> { get set }
    var entries: EntryWriter { get set }
    var stderr: LastLines { get set }

    mutating func asked(_ id: JSONValue, _ method: String, _ params: JSONValue) -> [AgentEffect]
    mutating func told(_ method: String, _ params: JSONValue) -> [AgentEffect]
    mutating func answered(_ request: Request, _ result: JSONValue) -> [AgentEffect]
    mutating func refused(_ request: Request, _ error: RPCError) -> [AgentEffect]
}

extension RPCDialogue {
    package var nextIndex: Int {
        get { entries.nextIndex }
        set { entries.nextIndex = newValue }
    }

    package mutating func receive(_ line: [UInt8], from stream: OutputStream) -> [AgentEffect] {
        guard stream == .stdout else {
            stderr.append(line)
            return [entries.output(line, stream)]
        }
        guard let value = JSONLine.read(line), let message = RPCMessage(value) else {
            return line.isEmpty ? [] : [entries.output(line, stream)]
        }
        switch message {
        case .request(let id, let method, let params): return asked(id, method, params)
        case .notification(let method, let params): return told(method, params)
        case .result(let id, let result): return side.settle(id).map { answered($0, result) } ?? []
        case .error(let id, let error): return side.settle(id).map { refused($0, error) } ?? []
        }
    }
}
