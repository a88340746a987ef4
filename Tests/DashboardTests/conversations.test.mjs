import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { conversationOf, noteOf, openConversation } from '../../Sources/Dashboard/web/app/conversations.js';
import { allowedVerbs } from '../../Sources/Dashboard/web/app/run-rules.js';
import { summaryLines } from '../../Sources/Dashboard/web/app/run-summary.js';
import { Store } from '../../Sources/Dashboard/web/roost.js';

function storeOf(...sessions) {
    const store = new Store();
    for (const session of sessions) store.put(session);
    return store;
}

const plan = { id: 'ses_1', kind: 'plan', status: 'open', cardId: 'crd_1', runId: 'run_1' };
const assistant = { id: 'ses_2', kind: 'assistant', status: 'open', runId: 'run_2' };

describe('conversations', () => {
    test('are a card’s or the project’s, and the closed ones are over', () => {
        const store = storeOf(plan, assistant, { ...plan, id: 'ses_3', status: 'cancelled', cardId: 'crd_2' });
        assert.equal(openConversation(store, 'crd_1'), plan);
        assert.equal(openConversation(store), assistant);
        assert.equal(openConversation(store, 'crd_2'), undefined);
        assert.equal(conversationOf(store, { id: 'run_2', purpose: 'assistant' }), assistant);
        assert.equal(conversationOf(store, { id: 'run_2' }), undefined);
    });

    test('say how they stand, and have nothing to merge', () => {
        const run = { status: 'completed', purpose: 'plan', branch: 'b' };
        assert.equal(noteOf(plan, run), 'No task was proposed yet.');
        assert.equal(noteOf({ ...plan, proposal: 'p' }, run), 'The task as it would be:');
        assert.equal(noteOf({ ...plan, status: 'accepted' }, run), 'The card has the refined task.');
        assert.ok(!allowedVerbs(run).has('merge') && allowedVerbs({ ...run, purpose: undefined }).has('merge'));
    });
});

test('a summary is a few lines', () => {
    const summary = {
        stats: { filesChanged: 2, additions: 3, deletions: 1 },
        approvals: { approved: 1, denied: 1, unanswered: 0, pending: 0 },
        commands: [{ line: 'make', status: 'failed' }, { line: 'ls', status: 'success' }],
        runningMs: 0,
    };
    assert.deepEqual(summaryLines(summary), [
        '2 files changed, +3 −1',
        '2 commands, 1 failed',
        '2 questions: 1 approved, 1 denied',
    ]);
});
