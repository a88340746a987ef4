import Glibc

/// A system call that failed, and why.
package struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The call and what it was for: `open exit`. Never a path of the host.
    package let call: String
    package let number: Int32

    package init(_ call: String, number: Int32 = errno) {
        self.call = call
        self.number = number
    }

    /// The number in words, as the C library says it.
    package static func text(of number: Int32) -> String {
        guard let text = unsafe strerror(number) else { return "error \(number)" }
        return unsafe String(cString: text)
    }

    package var description: String { "\(call): \(Self.text(of: number))" }
}
