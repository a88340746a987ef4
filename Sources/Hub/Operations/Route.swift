package import WebCodec

/// A method and a path, some of whose segments are members of the input: `/api/cards/{card}/move`.
package struct Route: Sendable, Equatable {
    package enum Segment: Sendable, Equatable {
        case literal(String)
        /// The member's name.
        case parameter(String)
    }

    package let method: HTTPMethod
    package let template: String
    package let segments: [Segment]

    init(_ method: HTTPMethod, _ template: String) {
        self.method = method
        self.template = template
        segments = template.split(separator: "/").map { segment in
            segment.hasPrefix("{") && segment.hasSuffix("}")
                ? .parameter(String(segment.dropFirst().dropLast())) : .literal(String(segment))
        }
    }

    static func get(_ template: String) -> Route { Route(.get, template) }
    static func post(_ template: String) -> Route { Route(.post, template) }
    static func put(_ template: String) -> Route { Route(.put, template) }
    static func patch(_ template: String) -> Route { Route(.patch, template) }
    static func delete(_ template: String) -> Route { Route(.delete, template) }

    package var parameters: [String] {
        segments.compactMap { if case .parameter(let name) = $0 { name } else { nil } }
    }

    /// Whether the members that are not in the path come in the body; otherwise they come in the query.
    package var takesBody: Bool {
        switch method {
        case .post, .put, .patch: true
        case .get, .head, .delete, .options, .other: false
        }
    }
}
