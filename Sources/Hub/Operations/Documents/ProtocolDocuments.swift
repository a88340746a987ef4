import Wire

/// The files under `protocol/` that are written from the table. The same table gives the same bytes, so that a check
/// can tell whether they are fresh.
package enum ProtocolDocuments {
    /// - Returns: by file name.
    package static func generate(_ table: OperationTable = .all) -> [String: String] {
        [
            "openapi.yaml": generated("#") + YAMLText.make(OpenAPIDocument(table).value),
            "errors.json": errors(),
        ]
    }

    private static func generated(_ comment: String) -> String {
        "\(comment) Written by `roost protocol` from the table of operations; not to be edited.\n"
    }

    /// One code a line.
    private static func errors() -> String {
        let rows = ProblemCatalog.rows.map { "  " + String(decoding: WireJSON.encode($0), as: UTF8.self) }
        return "[\n" + rows.joined(separator: ",\n") + "\n]\n"
    }
}
