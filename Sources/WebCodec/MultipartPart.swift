/// What stands before one part's data.
package struct MultipartPart: Sendable, Equatable {
    package let name: String
    /// As the client says it, and no more than a word: it may hold slashes, dots, anything but control characters.
    package let filename: String?
    package let headers: HTTPHeaders

    package var contentType: String? { headers["Content-Type"] }

    init(_ headers: HTTPHeaders) throws(MultipartError) {
        let values = headers.values("Content-Disposition")
        guard values.count == 1, let disposition = ParameterField(values[0]), disposition.value == "form-data",
            let name = disposition["name"]
        else {
            throw MultipartError(
                .dispositionInvalid, "a part does not have one Content-Disposition: form-data with a name")
        }
        self.headers = headers
        self.name = Self.unescaped(name)
        filename = disposition["filename"].map(Self.unescaped)
    }

    /// Browsers write a quotation mark as `%22`, and a percent sign as it is
    /// (https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data).
    private static func unescaped(_ text: String) -> String {
        guard text.contains("%22") else { return text }
        return text.split(separator: "%22", omittingEmptySubsequences: false).joined(separator: "\"")
    }
}
