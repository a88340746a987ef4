package import Model

/// A card or an entry that was found.
package struct SearchHit: Sendable, Equatable {
    package enum Subject: Sendable, Equatable {
        case card(Card)
        case entry(Entry)
    }

    package let subject: Subject
    /// A card's title, a tool's line; empty for what has none.
    package let title: SearchParts
    package let snippet: SearchParts
    /// BM25: the larger the better. It says something beside the others of its answer only.
    package let rank: Double

    package init(subject: Subject, title: SearchParts, snippet: SearchParts, rank: Double) {
        self.subject = subject
        self.title = title
        self.snippet = snippet
        self.rank = rank
    }
}

package struct SearchPage: Sendable, Equatable {
    package let hits: [SearchHit]
    /// nil on the last page.
    package let next: SearchCursor?
    /// Rows are waiting to be indexed: there may be more.
    package let isIndexing: Bool
}

/// Where a page begins: what was written after the first page was made does not move what follows.
package struct SearchCursor: Sendable, Equatable, CustomStringConvertible {
    let newest: Int64
    let offset: Int

    init(newest: Int64, offset: Int) {
        self.newest = newest
        self.offset = offset
    }

    package var description: String { "\(newest)-\(offset)" }

    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let newest = Int64(parts[0]), newest >= 0, let offset = Int(parts[1]),
            (0...Reader.rankedMatchesMax).contains(offset)
        else { return nil }
        self.init(newest: newest, offset: offset)
    }
}
