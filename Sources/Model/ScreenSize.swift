/// How many characters a terminal shows.
package struct ScreenSize: Codable, Sendable, Equatable {
    /// 1,000: wider and higher than any screen.
    package static let sideMax = 1_000

    package var columns: Int
    package var rows: Int

    package init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }
}
