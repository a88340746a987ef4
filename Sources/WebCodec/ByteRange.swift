/// The `Range` field (RFC 9110 section 14), as far as it is served: one range of bytes.
///
/// More than one is answered with the whole, as section 14.2 allows: nobody who follows a download or plays a recording
/// asks for several, and many small ones have been used to make servers send far more than they hold (CVE-2011-3192).
package enum ByteRange {
    package enum Outcome: Sendable, Equatable {
        /// Not asked for, or not in a way that is served: the whole.
        case whole
        /// Never empty, and within the representation.
        case part(Range<Int>)
        /// 416.
        case unsatisfiable
    }

    /// - Parameter byteCount: of the representation.
    package static func outcome(_ field: String?, byteCount: Int) -> Outcome {
        guard let field, let equals = field.firstIndex(of: "="),
            ASCII.equalIgnoringCase(String(field[..<equals]), "bytes")
        else { return .whole }
        let specifier = ASCII.trimmed(field[field.index(after: equals)...])
        let ends = specifier.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = number(ends[0]), let last = number(ends[1]) else { return .whole }
        switch (first, last) {
        case (nil, nil): return .whole
        case (nil, let suffix?):
            guard suffix > 0 else { return .unsatisfiable }
            // The end of nothing can be had (section 14.1.2), but no Content-Range can say so.
            return byteCount == 0 ? .whole : .part(max(0, byteCount - suffix)..<byteCount)
        case (let first?, let last):
            if let last, last < first { return .whole }
            guard first < byteCount else { return .unsatisfiable }
            return .part(first..<(min(last ?? .max, byteCount - 1) + 1))
        }
    }

    /// - Returns: nil when it is no number; a number of nil when there is none.
    private static func number(_ text: Substring) -> Int?? {
        if text.isEmpty { return .some(nil) }
        guard text.utf8.allSatisfy(ASCII.isDigit) else { return nil }
        return .some(Int(text) ?? .max)  // beyond every file
    }
}
