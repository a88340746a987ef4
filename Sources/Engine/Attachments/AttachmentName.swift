package import Model

/// The names and types of files: as strangers say them, and as they are told again.
package enum AttachmentName {
    /// The last component of a path, of which browsers and programs send some: nothing leads anywhere from it.
    package static func checked(_ text: String) throws(HubError) -> String {
        let name = text.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        guard !name.isEmpty, name != ".", name != ".." else { throw HubError.invalid("/filename", "names no file") }
        guard name.count <= Limits.nameCharactersMax, name.utf8.count <= Limits.pathBytesMax else {
            throw HubError.limit("nameCharactersMax", Limits.nameCharactersMax, "the file's name is too long")
        }
        // Controls end lines, and marks of direction make a program look like a picture.
        let isPlain = name.unicodeScalars.allSatisfy {
            ![.control, .format, .lineSeparator].contains($0.properties.generalCategory)
        }
        guard isPlain else { throw HubError.invalid("/filename", "has control or formatting characters") }
        return name
    }

    /// - Returns: nil for a type that is none.
    package static func checkedType(_ type: String?) -> String? {
        guard let type, type.utf8.count <= Limits.nameCharactersMax,
            type.wholeMatch(of: #/[A-Za-z0-9!#$&^_.+-]+\/[A-Za-z0-9!#$&^_.+-]+(\s*;[\x20-\x7E]*)?/#) != nil
        else { return nil }
        return type
    }
}
