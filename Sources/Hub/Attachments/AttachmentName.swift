import Model
import WebCodec

/// The names of files: as clients say them, and as they are told again.
enum AttachmentName {
    /// The last component of a path, of which browsers and programs send some: nothing leads anywhere from it.
    static func checked(_ text: String) throws(HubError) -> String {
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

    /// RFC 6266 section 4.3: in ASCII for old programs, and as it is (RFC 8187) for all others.
    static func disposition(_ kind: String, _ name: String) -> String {
        let ascii = name.unicodeScalars.map { $0.isASCII && !"\"\\%".unicodeScalars.contains($0) ? String($0) : "_" }
        let encoded = name.utf8.map { byte in
            let scalar = Unicode.Scalar(byte)
            let isPlain =
                scalar.isASCII
                && (scalar.properties.isAlphabetic || (0x30...0x39).contains(byte)
                    || "-._~".unicodeScalars.contains(scalar))
            let digits = String(byte, radix: 16, uppercase: true)
            return isPlain ? String(scalar) : "%" + (digits.count < 2 ? "0" : "") + digits
        }
        return "\(kind); filename=\"\(ascii.joined())\"; filename*=UTF-8''\(encoded.joined())"
    }
}
