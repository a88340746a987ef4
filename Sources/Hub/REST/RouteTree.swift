import WebCodec

/// Finds the operation that a path and a method lead to: one look-up a segment, literals before parameters.
struct RouteTree: Sendable {
    struct Match: Sendable {
        let operation: Operation
        let route: Route
        /// The members that the path gives, as they were sent.
        let members: [String: String]
    }

    enum Outcome: Sendable {
        case found(Match)
        /// The path exists, with these methods.
        case wrongMethod(allowed: [HTTPMethod])
        case unknown

        var isBrief: Bool { if case .found(let match) = self { match.operation.isBrief } else { false } }
    }

    private struct Node: Sendable {
        var literals: [String: Int] = [:]
        var parameter: Int?
        var leaves: [(operation: Operation, route: Route)] = []
    }

    private var nodes = [Node()]

    /// - Precondition: no two operations have the same route.
    init(_ table: OperationTable) {
        for operation in table.operations {
            for route in operation.routes { insert(operation, route) }
        }
    }

    func find(_ method: HTTPMethod, _ path: [String]) -> Outcome {
        var values: [String] = []
        guard let node = descend(path[...], from: 0, &values), !nodes[node].leaves.isEmpty else { return .unknown }
        let leaves = nodes[node].leaves
        guard let leaf = leaves.first(where: { $0.route.method == method }) else {
            return .wrongMethod(allowed: leaves.map(\.route.method))
        }
        let members = Dictionary(zip(leaf.route.parameters, values)) { first, _ in first }
        return .found(Match(operation: leaf.operation, route: leaf.route, members: members))
    }

    private func descend(_ path: ArraySlice<String>, from node: Int, _ values: inout [String]) -> Int? {
        guard let segment = path.first else { return node }
        if let next = nodes[node].literals[segment], let end = descend(path.dropFirst(), from: next, &values) {
            return end
        }
        guard let next = nodes[node].parameter, !segment.isEmpty else { return nil }
        values.append(segment)
        if let end = descend(path.dropFirst(), from: next, &values) { return end }
        values.removeLast()
        return nil
    }

    private mutating func insert(_ operation: Operation, _ route: Route) {
        var node = 0
        for segment in route.segments {
            switch segment {
            case .literal(let text):
                let next = nodes[node].literals[text] ?? makeNode()
                nodes[node].literals[text] = next
                node = next
            case .parameter:
                let next = nodes[node].parameter ?? makeNode()
                nodes[node].parameter = next
                node = next
            }
        }
        precondition(
            !nodes[node].leaves.contains { $0.route.method == route.method }, "\(route.template) is there twice")
        nodes[node].leaves.append((operation, route))
    }

    private mutating func makeNode() -> Int {
        nodes.append(Node())
        return nodes.count - 1
    }
}
