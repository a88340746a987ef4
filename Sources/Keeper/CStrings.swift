import Glibc

/// Texts as C wants them: an array of pointers that ends with nil.
/// Safe: the pointers are its own, and live as long as it does.
@safe final class CStrings {
    let pointers: [UnsafeMutablePointer<CChar>?]

    init(_ texts: [String]) {
        unsafe pointers = unsafe texts.map { unsafe strdup($0) } + [nil]
    }

    deinit {
        unsafe pointers.forEach { unsafe free($0) }
    }
}
