import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { branchVerbs } from '../../Sources/Dashboard/web/app/branch-menu.js';
import { lineOf, remarkPlace, Remarks, reviewRequest } from '../../Sources/Dashboard/web/app/review.js';

const ended = { id: 'run_1', status: 'completed', worktreePath: '/w', targetBranch: 'main' };

describe('what can be done with a branch', () => {
    test('is nothing while an agent is at work, or where there is no worktree', () => {
        assert.deepEqual(branchVerbs({ ...ended, status: 'running' }), []);
        assert.deepEqual(branchVerbs({ ...ended, worktreePath: undefined }), []);
    });

    test('is a commit where something is open, or where that is not known', () => {
        assert.deepEqual(branchVerbs(ended), ['commit', 'rebase', 'push', 'pull']);
        assert.deepEqual(branchVerbs(ended, { changed: 0, untracked: 1 }), ['commit', 'rebase', 'push', 'pull']);
        assert.deepEqual(branchVerbs(ended, { changed: 0, untracked: 0 }), ['rebase', 'push', 'pull']);
    });

    test('is to end a rebase that waits, before anything else', () => {
        assert.deepEqual(branchVerbs(ended, { operation: 'rebase', changed: 2 }), ['resolve', 'continue', 'abort']);
    });
});

describe('a review', () => {
    const row = (...cells) => ({ children: cells.map((textContent) => ({ textContent })) });

    test('names lines as the diff does: the new ones, and of removed ones the old', () => {
        assert.deepEqual(lineOf(row('3', '4', ' ', 'text')), { side: 'new', line: 4 });
        assert.deepEqual(lineOf(row('', '4', '+', '7')), { side: 'new', line: 4 });
        assert.deepEqual(lineOf(row('3', '', '−', '7')), { side: 'old', line: 3 });
        assert.equal(lineOf(row('', '', '', '@@ 1')), null);
        assert.equal(remarkPlace({ path: 'a.c', side: 'old', line: 3 }), 'a.c, line 3 before');
        assert.equal(remarkPlace({ path: 'a.c' }), 'a.c');
    });

    test('keeps remarks apart by run until they are sent', () => {
        const remarks = new Remarks();
        remarks.add('run_1', { path: 'a.c', text: 'Why?' });
        assert.deepEqual(remarks.of('run_2'), []);
        assert.deepEqual(reviewRequest('run_1', remarks.of('run_1'), { verdict: 'rejected', notes: ' ' }), {
            run: 'run_1',
            verdict: 'rejected',
            comments: [{ path: 'a.c', text: 'Why?' }],
        });
        remarks.clear('run_1');
        assert.deepEqual(reviewRequest('run_1', remarks.of('run_1'), { verdict: 'approved', notes: ' Good ' }), {
            run: 'run_1',
            verdict: 'approved',
            notes: 'Good',
        });
    });
});
