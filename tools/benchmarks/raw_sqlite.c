// raw_sqlite - what SQLite alone makes durable on this disk, with the statements of the journal: for each change one row
// rewritten and one event filed, `batch` of them and the journal's head in one transaction.
//
//   cc -O2 -o raw_sqlite raw_sqlite.c -lsqlite3 && ./raw_sqlite FILE full|normal BATCH SECONDS BYTES
//
// Prints one JSON line: changes a second, milliseconds of a transaction, CPU of a change.
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { SAMPLE_COUNT_MAX = 1 << 20 };
static double samples[SAMPLE_COUNT_MAX];
static sqlite3 *db;

static void check(int result) {
    if (result == SQLITE_OK || result == SQLITE_DONE || result == SQLITE_ROW) return;
    fprintf(stderr, "raw_sqlite: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static void run(const char *sql) { check(sqlite3_exec(db, sql, 0, 0, 0)); }

static sqlite3_stmt *prepared(const char *sql) {
    sqlite3_stmt *statement;
    check(sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, 0));
    return statement;
}

static void step(sqlite3_stmt *statement) {
    check(sqlite3_step(statement));
    check(sqlite3_reset(statement));
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

static double cpu_seconds(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    if (argc != 6) return fprintf(stderr, "raw_sqlite FILE full|normal BATCH SECONDS BYTES\n"), 2;
    int batch = atoi(argv[3]), size = atoi(argv[5]);
    char *payload = malloc(size), pragma[64];
    memset(payload, 'x', size);
    check(sqlite3_open(argv[1], &db));
    run("PRAGMA journal_mode = WAL");
    snprintf(pragma, sizeof pragma, "PRAGMA synchronous = %s", argv[2]);
    run(pragma);
    run("CREATE TABLE boards (id TEXT PRIMARY KEY, projectId TEXT NOT NULL, position REAL NOT NULL, body BLOB NOT NULL)"
        " STRICT; CREATE INDEX boardsByProject ON boards (projectId, position);"
        "CREATE TABLE journals (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL) STRICT;"
        "INSERT INTO journals VALUES (1, 'project', 0);"
        "CREATE TABLE events (id INTEGER PRIMARY KEY, journal INTEGER NOT NULL, seq INTEGER NOT NULL, ts INTEGER NOT"
        " NULL, type TEXT NOT NULL, severity TEXT NOT NULL, payload BLOB NOT NULL) STRICT;"
        "CREATE UNIQUE INDEX eventsBySeq ON events (journal, seq)");
    sqlite3_stmt *begin = prepared("BEGIN IMMEDIATE"), *commit = prepared("COMMIT"), *row = prepared(
        "INSERT INTO boards (id, projectId, position, body) VALUES (?, 'prj_01JD6Z5Z0A0000000000000000', 1, ?)"
        " ON CONFLICT (id) DO UPDATE SET projectId = excluded.projectId, position = excluded.position,"
        " body = excluded.body");
    sqlite3_stmt *event = prepared("INSERT INTO events (journal, seq, ts, type, severity, payload)"
                                   " VALUES (1, ?, ?, 'board.updated', 'info', ?)");
    sqlite3_stmt *head = prepared("UPDATE journals SET seq = ? WHERE id = 1");
    check(sqlite3_bind_text(row, 1, "brd_01JD6Z5Z0A0000000000000000", -1, SQLITE_STATIC));
    check(sqlite3_bind_blob(row, 2, payload, size / 2, SQLITE_STATIC));
    check(sqlite3_bind_blob(event, 3, payload, size, SQLITE_STATIC));

    long changes = 0;
    int count = 0;
    double start = seconds(), cpu = cpu_seconds(), end = start + atof(argv[4]), now = start;
    while (now < end && count < SAMPLE_COUNT_MAX) {
        double before = now;
        step(begin);
        for (int i = 0; i < batch; i++) {
            changes++;
            step(row);
            check(sqlite3_bind_int64(event, 1, changes));
            check(sqlite3_bind_int64(event, 2, (sqlite3_int64)(now * 1e3)));
            step(event);
        }
        check(sqlite3_bind_int64(head, 1, changes));
        step(head);
        step(commit);
        now = seconds();
        samples[count++] = now - before;
    }
    cpu = cpu_seconds() - cpu;
    qsort(samples, count, sizeof *samples, ascending);
    printf("{\"rate\": %.1f, \"p50\": %.3f, \"p99\": %.3f, \"cpu\": %.2f}\n", changes / (now - start),
           samples[count / 2] * 1e3, samples[count * 99 / 100] * 1e3, cpu * 1e6 / changes);
    return 0;
}
