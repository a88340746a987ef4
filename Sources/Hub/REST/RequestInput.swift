import Model
import WebCodec
import Wire

/// Makes the one input object of an operation out of a request's path, query, body and `If-Match`.
struct RequestInput {
    let match: RouteTree.Match
    let head: RequestHead
    let body: [UInt8]

    private var fields: [Schema.Field] { match.operation.input.fields }

    func read() throws(HubError) -> JSONValue {
        var input = match.route.takesBody ? try readBody() : try readQuery()
        var conflicts: [FieldError] = []
        for (name, text) in match.members {
            if let other = input[name], other != .string(text) {
                conflicts.append(FieldError(pointer: "/\(name)", message: "is not what the path says"))
            }
            input[name] = .string(text)
        }
        if let version = try expectedVersion() {
            if let other = input["version"], other != version {
                conflicts.append(FieldError(pointer: "/version", message: "is not what If-Match says"))
            }
            input["version"] = version
        }
        guard conflicts.isEmpty else { throw HubError.invalid(conflicts) }
        return .object(input)
    }

    // MARK: Body

    private func readBody() throws(HubError) -> [String: JSONValue] {
        if let item = head.query.first {
            throw HubError.invalid("/" + item.name, "is in the query; this operation takes its input from the body")
        }
        guard !body.isEmpty else { return [:] }
        try requireJSON()
        let value = try WireJSON.parse(body)
        guard case .object(let members) = value else {
            throw HubError.invalid("", "the body must be an object, not \(value.typeName)")
        }
        return members
    }

    private func requireJSON() throws(HubError) {
        let text = head.headers["Content-Type"]
        guard let type = text.map(MediaType.init), type.isJSON, ["utf-8", nil].contains(type.charset) else {
            throw HubError(
                .unsupportedMediaType,
                "the body must be application/json; \(text ?? "no Content-Type") is not understood")
        }
    }

    // MARK: Query

    private func readQuery() throws(HubError) -> [String: JSONValue] {
        guard body.isEmpty else {
            throw HubError(.badRequest, "\(head.method.name) takes its input from the query, and has a body")
        }
        var input: [String: JSONValue] = [:]
        var twice: [FieldError] = []
        for item in head.query {
            let schema = fields.first { $0.name == item.name }?.schema
            let value = Self.value(of: item.value, as: schema ?? .any)
            switch (input[item.name], value) {
            case (.array(let elements)?, .array(let more)): input[item.name] = .array(elements + more)
            case (nil, let value): input[item.name] = value
            default: twice.append(FieldError(pointer: "/\(item.name)", message: "is given twice"))
            }
        }
        guard twice.isEmpty else { throw HubError.invalid(twice) }
        return input
    }

    /// A query has text only: what the schema wants to be something else becomes it, where it can; the rest is left to
    /// the schema to refuse.
    private static func value(of text: String, as schema: Schema) -> JSONValue {
        switch schema {
        case .integer: Int64(text).map(JSONValue.integer) ?? .string(text)
        case .number: Double(text).map(JSONValue.number) ?? .string(text)
        case .boolean: ["true": true, "false": false][text] ?? .string(text)
        case .array(let element, _):
            .array(
                text.split(separator: ",", omittingEmptySubsequences: false).map { value(of: String($0), as: element) })
        case .named(_, let schema), .nullable(let schema): value(of: text, as: schema)
        case .any, .string, .choice, .map, .object, .either: .string(text)
        }
    }

    // MARK: If-Match

    /// The version that `If-Match` names, where the operation knows versions; `*` names any.
    private func expectedVersion() throws(HubError) -> JSONValue? {
        guard let text = head.headers["If-Match"], text != "*", fields.contains(where: { $0.name == "version" }) else {
            return nil
        }
        guard text.wholeMatch(of: #/(W\/)?"[\x21\x23-\x7E]*"/#) != nil else {
            throw HubError(.badRequest, "If-Match: \(text) is not one entity tag in quotes")
        }
        // The version is the same in every content coding.
        var digits = text.dropFirst().dropLast()
        if digits.hasSuffix(EntityTag.gzipSuffix) { digits = digits.dropLast(EntityTag.gzipSuffix.count) }
        guard text.first == "\"", let version = Int64(digits), version > 0 else {
            throw HubError(.versionStale, "If-Match: \(text) is no entity tag of ours, a version in quotes")
        }
        return .integer(version)
    }
}
