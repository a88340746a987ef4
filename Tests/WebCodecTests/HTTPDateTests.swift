import Testing
import WebCodec

@Test(
    "dates are written as RFC 9110 says",
    arguments: [
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"), (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
    ] as [(Int64, String)])
func httpDate(unixSeconds: Int64, text: String) {
    #expect(HTTPDate.string(unixSeconds: unixSeconds) == text)
}

@Test(
    "dates are read in the three forms of RFC 9110 section 5.6.7",
    arguments: [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
        ("Sun Nov  6 08:49:37 1994", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Tue, 29 Feb 2000 00:00:00 GMT", 951_782_400), ("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400),
        ("Wed, 31 Dec 1969 23:59:59 GMT", -1), ("Wednesday, 25-Nov-26 15:00:00 GMT", 1_795_618_800),
        ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800),
        ("Tue, 30 Feb 2000 00:00:00 GMT", nil), ("Mon, 29 Feb 2100 00:00:00 GMT", nil),
        ("Sun, 06 Nov 1994 08:49:37", nil), ("Sun, 06 Nov 1994 08:49:37 CET", nil),
        ("Sun, 06 nov 1994 08:49:37 GMT", nil), ("Sun, 06 Nov 94 08:49:37 GMT", nil),
        ("Sun, 06 Nov 1994 24:00:00 GMT", nil), ("Sun, 06 Nov 1994 08:49 GMT", nil),
        ("Sun, +6 Nov 1994 08:49:37 GMT", nil), ("784111777", nil), ("", nil),
    ] as [(String, Int64?)])
func httpDateRead(text: String, unixSeconds: Int64?) {
    #expect(HTTPDate.unixSeconds(text) == unixSeconds)
}

@Test("what is written is read again")
func httpDateRoundTrip() {
    var chance = SeededGenerator(seed: 7)  // years of four digits
    for _ in 0..<1000 {
        let seconds = Int64.random(in: -30_610_224_000...253_402_300_799, using: &chance)
        #expect(HTTPDate.unixSeconds(HTTPDate.string(unixSeconds: seconds)) == seconds)
    }
}
