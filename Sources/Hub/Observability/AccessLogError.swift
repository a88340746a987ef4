import Glibc

/// The access log's file cannot be opened.
package struct AccessLogError: Error, CustomStringConvertible, Equatable {
    package let path: String
    package let errno: Int32

    package var description: String { "the access log \(path) cannot be opened: \(String(cString: strerror(errno)))" }
}
