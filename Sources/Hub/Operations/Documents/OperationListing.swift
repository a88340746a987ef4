package import Model
import WebCodec
import Wire

/// All operations at a glance, for the command line.
package struct OperationListing: Sendable {
    private let operations: [Operation]

    /// - Parameter prefix: what the names of those that are wanted begin with; empty for all.
    package init(_ table: OperationTable = .all, beginningWith prefix: String = "") {
        operations = table.operations.filter { $0.name.hasPrefix(prefix) }
    }

    package var isEmpty: Bool { operations.isEmpty }

    /// An array with an object for each: `{name, aliases, summary, routes: [{method, path}], ability, rateGroup,
    /// idempotencyKey}`; `ability` is null where none is needed.
    package var json: JSONValue {
        .array(
            operations.map { operation in
                [
                    "name": .string(operation.name), "aliases": .array(operation.aliases.map { .string($0) }),
                    "summary": .string(operation.summary),
                    "routes": .array(
                        operation.routes.map { ["method": .string($0.method.name), "path": .string($0.template)] }),
                    "ability": operation.ability.map { .string($0.rawValue) } ?? .null,
                    "rateGroup": .string(operation.rateGroup.rawValue),
                    "idempotencyKey": .string(operation.keyUse.rawValue),
                ]
            })
    }

    /// A table with a line for each route: name, method, path, ability, rate group.
    package var text: String {
        let rows =
            [["OPERATION", "METHOD", "ROUTE", "ABILITY", "RATE GROUP"]]
            + operations.flatMap { operation in
                operation.routes.map { route in
                    [
                        operation.name, route.method.name, route.template, operation.ability?.rawValue ?? "-",
                        operation.rateGroup.rawValue,
                    ]
                }
            }
        let widths = (0..<rows[0].count).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            let line = cells.joined(separator: "  ")
            return String(line.prefix(upTo: line.lastIndex { $0 != " " }.map(line.index(after:)) ?? line.startIndex))
        }.joined(separator: "\n")
    }
}
