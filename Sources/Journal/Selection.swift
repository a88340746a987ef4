internal import GRDB

/// A list's conditions, order and length, where some conditions are optional.
struct Selection {
    private var conditions: [String] = []
    private(set) var arguments = StatementArguments()
    private let order: String
    private let limit: Int?

    init(orderedBy order: String, limit: Int?) {
        self.order = order
        self.limit = limit
    }

    mutating func require(_ condition: String, _ values: StatementArguments) {
        conditions.append(condition)
        arguments += values
    }

    mutating func require(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
        guard let value else { return }
        require(condition, [value])
    }

    /// - Parameter values: any of these; an empty set admits everything.
    mutating func require<Value: RawRepresentable<String>>(_ column: String, in values: Set<Value>) {
        guard !values.isEmpty else { return }
        let marks = Array(repeating: "?", count: values.count).joined(separator: ", ")
        require("\(column) IN (\(marks))", StatementArguments(values.map(\.rawValue)))
    }

    var clauses: String {
        (conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ") + " ") + "ORDER BY \(order)"
            + (limit.map { " LIMIT \($0)" } ?? "")
    }
}
