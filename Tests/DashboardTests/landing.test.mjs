import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { branchVerbs, offerRequest } from '../../Sources/Dashboard/web/app/branch-menu.js';
import { cloneState, projectRequest } from '../../Sources/Dashboard/web/app/clone-state.js';
import { pullLine, worktreeLine } from '../../Sources/Dashboard/web/app/repository-menu.js';
import { noticesOf } from '../../Sources/Dashboard/web/app/run-rules.js';
import { lineOf, remarkPlace, Remarks, reviewRequest } from '../../Sources/Dashboard/web/app/review.js';

const ended = { id: 'run_1', status: 'completed', worktreePath: '/w', targetBranch: 'main' };

describe('what can be done with a branch', () => {
    test('is nothing while an agent is at work, or where there is no worktree', () => {
        assert.deepEqual(branchVerbs({ ...ended, status: 'running' }), []);
        assert.deepEqual(branchVerbs({ ...ended, worktreePath: undefined }), []);
    });

    test('is a commit where something is open, or where that is not known', () => {
        assert.deepEqual(branchVerbs(ended), ['commit', 'rebase', 'push', 'pull', 'offer']);
        assert.deepEqual(branchVerbs(ended, { changed: 0, untracked: 1 }), ['commit', 'rebase', 'push', 'pull', 'offer']);
        assert.deepEqual(branchVerbs(ended, { changed: 0, untracked: 0 }), ['rebase', 'push', 'pull', 'offer']);
    });

    test('is to end a rebase that waits, before anything else', () => {
        assert.deepEqual(branchVerbs(ended, { operation: 'rebase', changed: 2 }), ['resolve', 'continue', 'abort']);
    });
});

describe('a pull request', () => {
    test('is made once, looked at while it is open, and not made of what has landed', () => {
        const clean = { changed: 0, untracked: 0 };
        const last = (run) => branchVerbs({ ...ended, ...run }, clean).at(-1);
        assert.equal(last({ pullRequest: { number: 7, state: 'open' }, merge: 'pr_open' }), 'attach');
        assert.equal(last({ pullRequest: { number: 7, state: 'closed' }, merge: 'pr_closed' }), 'offer');
        assert.equal(last({ merge: 'pr_merged' }), 'pull');
        assert.equal(last({ merge: 'merged' }), 'pull');
    });

    test('has the words that were given, and no others', () => {
        assert.deepEqual(offerRequest(new Map([['title', ' T '], ['body', ''], ['draft', null]])), { title: 'T' });
        assert.deepEqual(offerRequest(new Map([['title', ''], ['body', 'B'], ['draft', 'on']])), {
            body: 'B',
            draft: true,
        });
    });

    test('is told with its address', () => {
        const pullRequest = { number: 7, title: 'T', state: 'open', isDraft: true, url: 'https://h/7' };
        const [notice] = noticesOf({ ...ended, merge: 'pr_open', pullRequest });
        assert.deepEqual(notice, { kind: 'calm', title: 'Pull request #7 is a draft', text: 'T', url: 'https://h/7' });
    });
});

describe('a project that is cloned', () => {
    test('is asked for by an address, and any other by its folder', () => {
        const ask = (where, init = false) => projectRequest({ where, name: ' ', init });
        assert.deepEqual(ask(' /srv/site '), { path: '/srv/site' });
        assert.deepEqual(ask('/srv/site', true), { path: '/srv/site', init: true });
        assert.deepEqual(ask('https://host/site.git', true), { repositoryUrl: 'https://host/site.git' });
        assert.deepEqual(ask('git@host:a/b'), { repositoryUrl: 'git@host:a/b' });
        assert.deepEqual(projectRequest({ where: '/a', name: ' N ', init: false }), { path: '/a', name: 'N' });
    });

    test('shows how far it is, why it is not there, and nothing once it is', () => {
        const project = { name: 'n', repositoryUrl: 'https://h/r', status: 'cloning' };
        assert.equal(cloneState(project, { progress: 0.5, message: 'Receiving' }).progress, 0.5);
        assert.equal(cloneState({ ...project, status: 'pending' }).text, 'Waits for its turn.');
        const failed = cloneState({ ...project, status: 'error', error: 'fatal: no' });
        assert.deepEqual([failed.text, failed.mayRetry], ['fatal: no', true]);
        assert.equal(cloneState({ ...project, status: 'ready' }), null);
    });
});

describe('worktrees that go', () => {
    test('are told with what can be had back and what cannot', () => {
        const worktree = { branch: 'roost/a', changed: 0, ignored: [], ignoredCount: 0 };
        assert.equal(worktreeLine(worktree), 'roost/a');
        assert.equal(worktreeLine({ ...worktree, kept: 'run r is running' }), 'roost/a: stays, run r is running');
        assert.equal(
            worktreeLine({ ...worktree, changed: 1, ignored: ['a', 'b', 'c', 'd'], ignoredCount: 5 }),
            'roost/a: 1 file not committed, which can be had back; a, b, c and 2 more ignored by git and lost',
        );
    });

    test('and a pull says what came', () => {
        assert.equal(pullLine({ defaultBranch: 'main' }, { commits: 0 }), 'main is up to date');
        assert.equal(pullLine({ defaultBranch: 'main' }, { commits: 2 }), '2 commits for main');
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
