import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { splitCommandLine } from '../../Sources/Dashboard/web/app/command-line.js';
import { count, duration, relativeTime, usageLine } from '../../Sources/Dashboard/web/app/format.js';
import { parsePatch } from '../../Sources/Dashboard/web/app/patch.js';
import { formatRoute, parseRoute } from '../../Sources/Dashboard/web/app/route.js';
import { allowedVerbs, noticesOf } from '../../Sources/Dashboard/web/app/run-rules.js';

describe('places', () => {
    test('go into the address and come back', () => {
        for (
            const route of [{}, { project: 'demo' }, { project: 'a b/ü', card: 'crd_1' }, {
                project: 'demo',
                card: 'crd_1',
                run: 'run_1',
            }, { project: 'demo', run: 'run_1' }]
        ) {
            assert.deepEqual(parseRoute(formatRoute(route)), route);
        }
    });

    test('are read as far as they make sense', () => {
        assert.deepEqual(parseRoute(''), {});
        assert.deepEqual(parseRoute('#/card/crd_1'), {});
        assert.deepEqual(parseRoute('#/project/demo/nonsense/x/run/run_1'), { project: 'demo', run: 'run_1' });
        assert.deepEqual(parseRoute('#/project/100%'), { project: '100%' });
    });
});

describe('a command line', () => {
    const cases = [
        ['make test', ['make', 'test']],
        ['  a   b ', ['a', 'b']],
        ['say "two words" \'and $HOME\'', ['say', 'two words', 'and $HOME']],
        ['a\\ b "c\\"d" \'e\\f\'', ['a b', 'c"d', 'e\\f']],
        ['x ""', ['x', '']],
        ['', []],
        ['"open', ['open']],
    ];
    for (const [line, words] of cases) test(line || 'empty', () => assert.deepEqual(splitCommandLine(line), words));
});

describe('a patch', () => {
    test('has numbered lines', () => {
        const patch =
            'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -3,3 +3,3 @@ func\n same\n-old\n--- looks like a heading\n+new\n' +
            '\\ No newline at end of file\n@@ -90 +90 @@\n-a\n+b\n';
        assert.deepEqual(parsePatch(patch), [
            { kind: 'hunk', text: '@@ -3,3 +3,3 @@ func' },
            { kind: 'same', before: 3, after: 3, text: 'same' },
            { kind: 'remove', before: 4, text: 'old' },
            { kind: 'remove', before: 5, text: '-- looks like a heading' },
            { kind: 'add', after: 4, text: 'new' },
            { kind: 'note', text: 'No newline at end of file' },
            { kind: 'hunk', text: '@@ -90 +90 @@' },
            { kind: 'remove', before: 90, text: 'a' },
            { kind: 'add', after: 90, text: 'b' },
        ]);
    });

    test('may be empty', () => assert.deepEqual(parsePatch(''), []));
});

describe('words for numbers', () => {
    test('durations', () => {
        assert.deepEqual([0, 42_000, 185_000, 7_800_000].map(duration), ['0 s', '42 s', '3 min 5 s', '2 h 10 min']);
    });
    test('counts', () => {
        assert.deepEqual([0, 812, 1_200, 18_234, 999_499, 999_500, 3_100_000].map(count), [
            '0',
            '812',
            '1.2k',
            '18k',
            '999k',
            '1.0M',
            '3.1M',
        ]);
    });
    test('usage leaves out what is not reported', () => {
        assert.equal(usageLine({ inputTokens: 1_200, outputTokens: 0, costUsd: 0.0123 }), '1.2k in · 0 out · $0.012');
        assert.equal(usageLine({}), '');
    });
    test('times', () => {
        const now = Date.parse('2026-01-02T00:00:00.000Z');
        assert.equal(relativeTime('2026-01-01T23:55:00.000Z', now), '5 minutes ago');
        assert.equal(relativeTime('2026-01-02T23:00:00.000Z', now), 'in 23 hours');
        assert.equal(relativeTime('2026-01-01T23:59:59.000Z', now), 'just now');
    });
});

describe('a run', () => {
    const verbs = {
        draft: 'cancel message start',
        queued: 'cancel',
        running: 'cancel message pause stop',
        waiting: 'cancel message pause stop',
        paused: 'cancel message resume',
        completed: 'merge message',
        failed: 'merge message retry',
        cancelled: 'merge message retry',
        interrupted: 'merge message retry',
    };
    for (const [status, expected] of Object.entries(verbs)) {
        test(`that is ${status} allows: ${expected}`, () => {
            assert.equal([...allowedVerbs({ status, branch: 'b', merge: 'none' })].sort().join(' '), expected);
        });
    }

    test('that waits for its time can be resumed, and says until when and why', () => {
        const run = {
            status: 'waiting',
            waitingFor: 'quota',
            waitingUntil: '2026-11-28T18:00:00.000Z',
            failure: { class: 'quota', message: 'used up' },
        };
        assert.equal([...allowedVerbs(run)].sort().join(' '), 'cancel message resume stop');
        assert.equal(noticesOf(run)[0].title, 'Waiting for quota');
        assert.match(noticesOf(run)[0].text, /^used up\nUntil /);
    });

    test('says where it stands in the queue, and why it is paused', () => {
        const queued = noticesOf({ status: 'queued', queue: { position: 3, heldBy: 'project' } });
        assert.equal(queued[0].title, 'In the queue, number 3');
        assert.match(queued[0].text, /this project/);
        const paused = noticesOf({ status: 'paused', pause: { agent: 'frozen', reason: 'budget', detail: 'tokens' } });
        assert.deepEqual(paused, [{ kind: 'warning', title: 'The budget is used up', text: 'tokens' }]);
        assert.equal(noticesOf({ status: 'paused', pause: { agent: 'gone', reason: 'user' } })[0].title, 'Stopped');
    });

    test('without a branch, or merged, is not merged', () => {
        assert.ok(!allowedVerbs({ status: 'completed', merge: 'none' }).has('merge'));
        assert.ok(!allowedVerbs({ status: 'completed', branch: 'b', merge: 'merged' }).has('merge'));
    });

    test('says plainly why it ended', () => {
        const failed = noticesOf({
            status: 'failed',
            merge: 'none',
            failure: { class: 'quota', message: 'until 18:00' },
        });
        assert.deepEqual(failed, [{ kind: 'bad', title: 'The agent’s quota is used up', text: 'until 18:00' }]);
        const interrupted = noticesOf({ status: 'interrupted', merge: 'none', interruptedReason: 'gone' });
        assert.equal(interrupted[0].text, 'gone');
        assert.equal(
            noticesOf({ status: 'completed', merge: 'conflict', targetBranch: 'main' })[0].title,
            'Conflicts with main',
        );
    });
});
