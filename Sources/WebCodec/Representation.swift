/// What a resource would send, and what of it a request's conditions and range leave to be sent.
package struct Representation: Sendable, Equatable {
    package let byteCount: Int
    package let tag: EntityTag
    /// Of the content; nil where nobody knows.
    package let modifiedUnixSeconds: Int64?

    package init(byteCount: Int, tag: EntityTag, modifiedUnixSeconds: Int64? = nil) {
        self.byteCount = byteCount
        self.tag = tag
        self.modifiedUnixSeconds = modifiedUnixSeconds
    }

    package enum Outcome: Sendable, Equatable {
        case whole
        /// 206.
        case part(Range<Int>)
        /// 304.
        case notModified
        /// 412.
        case preconditionFailed
        /// 416.
        case unsatisfiable
    }

    /// In the order of RFC 9110 section 13.2.2, for GET and HEAD.
    package func outcome(for head: RequestHead) -> Outcome {
        let headers = head.headers
        if headers.contains("If-Match") {
            guard matches(headers.values("If-Match"), { $0.matchesStrongly(tag) }) else { return .preconditionFailed }
        } else if let limit = headers["If-Unmodified-Since"].flatMap(HTTPDate.unixSeconds), let modifiedUnixSeconds {
            guard modifiedUnixSeconds <= limit else { return .preconditionFailed }
        }
        if headers.contains("If-None-Match") {
            if matches(headers.values("If-None-Match"), { $0.matchesWeakly(tag) }) { return .notModified }
        } else if let limit = headers["If-Modified-Since"].flatMap(HTTPDate.unixSeconds), let modifiedUnixSeconds {
            if modifiedUnixSeconds <= limit { return .notModified }
        }
        // For no other method a range means anything (section 14.2). Two fields are two readings.
        guard head.method == .get, headers.values("Range").count == 1, isOfThis(headers.values("If-Range")) else {
            return .whole
        }
        switch ByteRange.outcome(headers["Range"], byteCount: byteCount) {
        case .whole: return .whole
        case .part(let range): return .part(range)
        case .unsatisfiable: return .unsatisfiable
        }
    }

    private func matches(_ values: [String], _ isMatch: (EntityTag) -> Bool) -> Bool {
        values.contains { ASCII.trimmed($0[...]) == "*" || (EntityTag.list($0) ?? []).contains(where: isMatch) }
    }

    /// Of `If-Range`. A date must be exact, and a tag strong (section 13.1.5): the parts must fit together.
    private func isOfThis(_ conditions: [String]) -> Bool {
        guard let condition = conditions.first else { return true }
        guard conditions.count == 1 else { return false }
        if let other = EntityTag(parsing: condition) { return other.matchesStrongly(tag) }
        return modifiedUnixSeconds != nil && HTTPDate.unixSeconds(condition) == modifiedUnixSeconds
    }
}
