/// Editors that open what an address names.
package enum Editor: String, Sendable, CaseIterable {
    case vscode
    case vscodeInsiders = "vscode-insiders"
    case vscodium, cursor, windsurf, zed, idea

    /// - Parameters:
    ///   - path: absolute.
    ///   - host: as `ssh` knows it; nil: this machine.
    /// - Returns: nil when the editor has no address for files on another machine.
    func url(of path: String, line: Int?, host: String?) -> String? {
        let path = Self.encoded(path)
        let place = line.map { "\(path):\($0)" } ?? path
        switch (self, host) {
        case (.idea, nil): return "idea://open?file=\(path)" + (line.map { "&line=\($0)" } ?? "")
        case (.idea, _?): return nil
        case (.zed, nil): return "zed://file\(place)"
        case (.zed, let host?): return "zed://ssh/\(Self.encoded(host))\(place)"
        case (.vscode, nil), (.vscodeInsiders, nil), (.vscodium, nil), (.cursor, nil), (.windsurf, nil):
            return "\(rawValue)://file\(place)"
        case (.vscode, let host?), (.vscodeInsiders, let host?), (.vscodium, let host?), (.cursor, let host?),
            (.windsurf, let host?):
            return "\(rawValue)://vscode-remote/ssh-remote+\(Self.encoded(host))\(place)"
        }
    }

    /// Everything but what no address gives a meaning of its own.
    private static func encoded(_ text: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/@".utf8)
        return text.utf8.reduce(into: "") { encoded, byte in
            if plain.contains(byte) {
                encoded.append(Character(UnicodeScalar(byte)))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += "%" + (digits.count < 2 ? "0" : "") + digits
            }
        }
    }
}
