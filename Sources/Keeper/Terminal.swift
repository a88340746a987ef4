import CKeeper
import Glibc

/// A pseudo-terminal, seen from the side of the one who looks at it.
package final class Terminal {
    /// 256: `/dev/pts/` and a number.
    private static let pathByteCountMax = 256
    /// What ends the input of a program that reads lines from a terminal (VEOF, termios(3)).
    package static let endOfInput: UInt8 = 4

    /// Both what the program says and what it is told.
    package let descriptor: Descriptor
    /// Of the side that programs use.
    let path: String
    /// Held until a program has opened it: without anybody there, reading from our side is an error.
    private var farSide: Descriptor?

    package init(_ size: TerminalSize) throws {
        var bytes = [CChar](repeating: 0, count: Self.pathByteCountMax)
        let number = unsafe ckeeper_open_terminal(&bytes, bytes.count)
        guard number >= 0 else { throw SystemError("open terminal") }
        descriptor = Descriptor(owning: number)
        path = String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let far = unsafe open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard far >= 0 else { throw SystemError("open terminal") }
        farSide = Descriptor(owning: far)
        try descriptor.makeNonBlocking()
        try resize(size)
    }

    package func resize(_ size: TerminalSize) throws {
        guard ckeeper_resize_terminal(descriptor.number, size.columns, size.rows) == 0 else {
            throw SystemError("resize terminal")
        }
    }

    /// A program has it now: with the last one, it ends.
    package func handedOver() { farSide = nil }
}
