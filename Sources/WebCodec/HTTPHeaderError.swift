/// A header field that would say more than one thing on the wire: a control character in its value, or no token as
/// its name.
package struct HTTPHeaderError: Error, Sendable, Equatable {
    package let name: String

    package init(name: String) {
        self.name = name
    }
}
