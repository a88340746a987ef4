import Foundation
import Model

// What bots report and hear, as lines: the form in which processes talk too.

extension JSONValue {
    func line() throws -> [UInt8] { Array(try JSONEncoder().encode(self)) }
}

extension [UInt8] {
    /// The orders in a process's input, one a line.
    func orders() throws -> [JSONValue] {
        try split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(JSONValue.self, from: Data($0)) }
    }
}
