import Foundation
import JavaScriptClient

// The web page, as the files that the browser gets.
//
// Nothing is built: `web/` is served as it lies there, and it is read once, so that a request costs a look-up and no
// path from outside ever reaches the file system. The page is a client like any other: all that it knows, it knows
// through roost.js from the WebSocket: the client that everybody may use, of which `web/` has a link only.

/// The dashboard's files by their path below `/`: `index.html`, `app/main.js` …
package enum Dashboard {
    package struct File: Sendable, Equatable {
        /// With its character set: the value of `Content-Type`.
        package let contentType: String
        package let bytes: [UInt8]
        package let modifiedUnixSeconds: Int64

        package init(contentType: String, bytes: [UInt8], modifiedUnixSeconds: Int64) {
            self.contentType = contentType
            self.bytes = bytes
            self.modifiedUnixSeconds = modifiedUnixSeconds
        }
    }

    /// What is served at `/`.
    package static let index = "index.html"

    /// What the page needs to be allowed, the value of `Content-Security-Policy`: everything comes from the hub itself,
    /// `'self'` in `connect-src` includes the WebSocket there (CSP level 3), and no text ever becomes markup or a script.
    package static let contentSecurityPolicy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
        "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ].joined(separator: "; ")

    /// Reads every file of the page from beside the program. To be called once, when the hub starts.
    package static func load() throws -> [String: File] {
        guard let root = Bundle.module.resourceURL?.appending(path: "web", directoryHint: .isDirectory),
            let client = JavaScriptClient.url
        else {
            throw CocoaError(.fileNoSuchFile)
        }
        var files = try load(from: root)
        files[JavaScriptClient.name] = try file(at: client)
        return files
    }

    static func load(from root: URL) throws -> [String: File] {
        var files: [String: File] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: root.path) {
            let url = root.appending(path: path)
            let values = try url.resourceValues(forKeys: [.isDirectoryKey, .isSymbolicLinkKey])
            // A link is for tools that read the source; where a build has copied it, it leads nowhere.
            if values.isDirectory == true || values.isSymbolicLink == true { continue }
            files[path] = try file(at: url)
        }
        guard files[index] != nil else {
            throw CocoaError(.fileNoSuchFile, userInfo: [NSFilePathErrorKey: root.appending(path: index).path])
        }
        return files
    }

    private static func file(at url: URL) throws -> File {
        let date = try url.resourceValues(forKeys: [.contentModificationDateKey]).contentModificationDate
        guard let type = contentType(ofExtension: url.pathExtension), let date else {
            throw CocoaError(.fileReadUnknown, userInfo: [NSFilePathErrorKey: url.path])
        }
        return File(
            contentType: type, bytes: [UInt8](try Data(contentsOf: url)),
            modifiedUnixSeconds: Int64(date.timeIntervalSince1970))
    }

    /// Only the kinds of file that the page has: a stray file is found when the hub starts, not when it is served.
    private static func contentType(ofExtension name: String) -> String? {
        switch name {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        case "json": "application/json"
        default: nil
        }
    }
}
