import Engine

extension AttachmentName {
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
