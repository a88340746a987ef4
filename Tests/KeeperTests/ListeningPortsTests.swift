import Keeper
import Testing

@Suite("Ports that somebody listens on") struct ListeningPortsTests {
    @Test("are read from the system's table")
    func table() {
        let table = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0000 100 0 0 10 0
               1: 0100007F:1F91 0100007F:0016 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1 0000 100 0 0 10 0
               2: 00000000000000000000000000000000:0BB8 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 99
               3: cut
            """
        #expect(ListeningSocket.all(in: table) == [.init(port: 8_080, inode: 4_711), .init(port: 3_000, inode: 99)])
        #expect(ListeningSocket.all(in: "").isEmpty)
    }
}
