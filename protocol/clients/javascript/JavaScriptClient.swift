package import Foundation

// The client for JavaScript lies here for everybody, and the hub serves it as it lies here: the dashboard is built on it.
// This file makes the folder a target, so that a build puts the client beside the program.

/// The JavaScript client as a file that the hub can serve.
package enum JavaScriptClient {
    /// Its path below `/`.
    package static let name = "roost.js"

    /// nil where the build's resources are not beside the program.
    package static var url: URL? { Bundle.module.resourceURL?.appending(path: name) }
}
