import Model
import Wire

/// Every named schema as a file of its own, in JSON Schema 2020-12, for tools that know neither OpenAPI nor AsyncAPI. What
/// they refer to stands beside them.
struct SchemaFiles {
    private let table: OperationTable

    init(_ table: OperationTable) { self.table = table }

    /// By file name, `Card.json`.
    var documents: [String: JSONValue] {
        let live = AsyncAPIDocument(table).value["components"]?["schemas"]?.object ?? [:]
        let rest = OpenAPIDocument(table).value["components"]?["schemas"]?.object ?? [:]
        let schemas = live.merging(rest) { _, rest in rest }
        let documents = schemas.map { name, schema in
            var members = Self.withFileReferences(schema).object ?? [:]
            members["$schema"] = "https://json-schema.org/draft/2020-12/schema"
            members["title"] = .string(name)
            return (Self.fileName(of: name), JSONValue.object(members))
        }
        return Dictionary(uniqueKeysWithValues: documents)
    }

    private static func fileName(of name: String) -> String { name + ".json" }

    private static func withFileReferences(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let members):
            .object(
                Dictionary(
                    uniqueKeysWithValues: members.map { name, member in
                        guard name == "$ref", let text = member.string, text.hasPrefix(OpenAPIDocument.references)
                        else {
                            return (name, withFileReferences(member))
                        }
                        let named = String(text.dropFirst(OpenAPIDocument.references.count))
                        return (name, .string(fileName(of: named)))
                    }))
        case .array(let elements): .array(elements.map(withFileReferences))
        case .null, .bool, .integer, .number, .string: value
        }
    }
}
