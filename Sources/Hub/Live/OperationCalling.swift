package import Model

/// Has operations done: all that a session knows of them.
package protocol OperationCalling: Sendable {
    /// - Parameter name: as the frame says it; an unknown one throws `.operationNotFound`.
    func call(_ name: String, _ input: JSONValue, by caller: Caller) async throws(HubError) -> OperationAnswer
}

extension Operations: OperationCalling {}
