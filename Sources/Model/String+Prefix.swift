extension String {
    /// As much of the beginning as fits into so many bytes without splitting a character.
    package func prefix(bytesMax: Int) -> Substring {
        guard utf8.count > bytesMax else { return self[...] }
        var end = utf8.index(startIndex, offsetBy: bytesMax)
        while end.samePosition(in: unicodeScalars) == nil { utf8.formIndex(before: &end) }
        return self[..<end]
    }
}
