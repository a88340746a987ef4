import Wire

/// The files under `protocol/` that are written from the table. The same table gives the same bytes, so that a check
/// can tell whether they are fresh.
package enum ProtocolDocuments {
    /// The folder of which every file is written: what else is there is of a type that is gone.
    package static let schemaFolder = "schemas"

    /// - Returns: by file name, under `protocol/`.
    package static func generate(_ table: OperationTable = .all) -> [String: String] {
        let schemas = SchemaFiles(table).documents.map { ("\(schemaFolder)/\($0)", JSONText.make($1)) }
        let documents = [
            "openapi.yaml": generated("#") + YAMLText.make(OpenAPIDocument(table).value),
            "asyncapi.yaml": generated("#") + YAMLText.make(AsyncAPIDocument(table).value),
            "errors.json": errors(),
            "metrics.md": metrics(),
            "permissions.md": PermissionMatrix(table).text,
        ]
        return documents.merging(schemas) { document, _ in document }
    }

    private static func generated(_ comment: String) -> String {
        "\(comment) Written by `roost protocol` from the table of operations; not to be edited.\n"
    }

    private static func metrics() -> String {
        """
        # Metrics

        `GET /metrics` tells callers on the hub's own machine what it does, in Prometheus' text format (0.0.4); others get 403.
        Names and labels are API. A label has the values that the hub knows, and `other`: strangers cannot make more of
        them. Counters begin at 0 when the hub starts; samples of a labelled counter appear with their first count.

        | name | type | label | what it is |
        |---|---|---|---|

        """ + MetricRow.all.map { $0.documentLine + "\n" }.joined() + """

            Written by `roost protocol`; not to be edited.

            """
    }

    /// One code a line.
    private static func errors() -> String {
        let rows = ProblemCatalog.rows.map { "  " + String(decoding: WireJSON.encode($0), as: UTF8.self) }
        return "[\n" + rows.joined(separator: ",\n") + "\n]\n"
    }
}
