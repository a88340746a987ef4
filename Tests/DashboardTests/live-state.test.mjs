import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { editorQuery } from '../../Sources/Dashboard/web/app/open-editor.js';
import { branchLine, liveState } from '../../Sources/Dashboard/web/app/live-state.js';

describe('what is told of a worktree', () => {
    test('is found under its run', () => {
        const things = { bst: new Map([['bst_1', { ahead: 1 }]]), dif: new Map([['dif_2', {}]]) };
        const replica = { of: (kind) => things[kind] ?? new Map() };
        assert.deepEqual(liveState(replica, 'run_1'), { branch: { ahead: 1 }, diff: undefined, files: undefined });
        assert.equal(liveState(null, 'run_1').branch, undefined);
        assert.ok(!liveState(replica, undefined).branch);
    });

    test('is one line, which says nothing where there is nothing to say', () => {
        assert.equal(branchLine(null), '');
        assert.equal(branchLine({ targetBranch: 'main', ahead: 0, behind: 0, changed: 0, untracked: 0 }), '');
        assert.equal(
            branchLine({
                targetBranch: 'main',
                ahead: 2,
                behind: 1,
                changed: 3,
                untracked: 1,
                operation: 'rebase',
                conflictedFiles: [{ path: 'a' }, { path: 'b' }],
            }),
            '2 ahead, 1 behind main · 3 changed, 1 new · rebasing · 2 conflicts',
        );
        assert.equal(branchLine({ targetBranch: 'main', remoteAhead: 1, remoteBehind: 2 }), '1 to push, 2 to pull');
    });
});

test('an editor is told the machine, where the page came from another', () => {
    assert.deepEqual(editorQuery('run_1', 'zed', 'localhost'), { run: 'run_1', editor: 'zed' });
    assert.deepEqual(editorQuery('run_1', 'zed', 'box'), { run: 'run_1', editor: 'zed', host: 'box' });
});
