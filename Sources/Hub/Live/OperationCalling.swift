package import Model

/// Has operations done: all that a session knows of them.
package protocol OperationCalling: Sendable {
    /// - Parameters:
    ///   - name: as the frame says it; an unknown one throws `.operationNotFound`.
    ///   - key: for what is to happen once, however often it is asked for.
    func call(
        _ name: String, _ input: JSONValue, by caller: Caller, key: IdempotencyKey?
    ) async throws(HubError) -> OperationAnswer

    /// Whether that one is given up when its caller leaves: what it would be given is somebody else's then.
    func isOnlyWaiting(_ name: String) -> Bool
}

extension Operations: OperationCalling {}
