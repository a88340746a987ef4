import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { budgetLine } from '../../Sources/Dashboard/web/app/format.js';
import { messageRequest, partsOf, profileChoices, runRequest, transcriptLabel } from '../../Sources/Dashboard/web/app/run-request.js';
import { noticesOf } from '../../Sources/Dashboard/web/app/run-rules.js';

const card = { id: 'crd_1', projectId: 'prj_1' };
const base = { project: 'prj_1', cardId: 'crd_1', start: true };

describe('a run that is asked for', () => {
    test('has an agent and those of its options that were given', () => {
        assert.deepEqual(runRequest(card, { provider: 'codex', model: ' m ', permissionMode: '', prompt: '  ' }), {
            ...base,
            provider: 'codex',
            options: { model: 'm' },
        });
        assert.deepEqual(runRequest(card, { provider: 'command', argv: "sh -c 'echo 1'", prompt: 'p' }), {
            ...base,
            provider: 'command',
            options: { argv: ['sh', '-c', 'echo 1'] },
            prompt: 'p',
        });
        assert.deepEqual(runRequest(card, { provider: 'bot', model: 'm' }), { ...base, provider: 'bot' });
        assert.deepEqual(partsOf('acp'), ['agent', 'command']);
    });

    test('or a profile, which has them', () => {
        assert.deepEqual(runRequest(card, { profile: 'careful', provider: 'codex', model: 'm' }), {
            ...base,
            profile: 'careful',
        });
    });

    test('may be limited and kept apart', () => {
        const request = runRequest(card, {
            provider: 'demo',
            budgetCost: '1,5',
            budgetTokens: '200',
            budgetMinutes: '',
            isolation: 'docker',
            image: 'ubuntu:24.04',
            network: 'off',
        });
        assert.deepEqual(request.budget, { costUsd: 1.5, tokens: 200_000 });
        assert.deepEqual(request.isolation, { kind: 'docker', image: 'ubuntu:24.04', network: false });
        const other = runRequest(card, { provider: 'demo', budgetCost: 'much', isolation: 'host', network: 'off' });
        assert.deepEqual(other, { ...base, provider: 'demo', isolation: { kind: 'host' } });
    });

    test('chooses among names, the project’s first', () => {
        const profiles = [{ name: 'a', provider: 'codex' }, { name: 'a', provider: 'demo' }, { name: 'b', provider: 'bot' }];
        assert.deepEqual(profileChoices(profiles), [
            { value: 'a', label: 'a (codex)' },
            { value: 'b', label: 'b (bot)' },
        ]);
    });
});

test('a run that waits for a bot says so, and a budget is one line', () => {
    assert.match(noticesOf({ status: 'queued', queue: { position: 1, heldBy: 'bot' } })[0].text, /bot/);
    assert.match(budgetLine({ costUsd: 2, runningMs: 60_000 }), /^of at most .*2.* · /);
    assert.equal(budgetLine({}), '');
});

describe('what an agent is given besides', () => {
    test('a message names its files only where it has some', () => {
        assert.deepEqual(messageRequest({ id: 'run_1' }, 'Look', []), { run: 'run_1', text: 'Look' });
        assert.deepEqual(messageRequest({ id: 'run_1' }, 'Look', ['att_1']), {
            run: 'run_1',
            text: 'Look',
            attachments: ['att_1'],
        });
    });

    test('a conversation is known by what was said first', () => {
        const updatedAt = '2026-11-01T10:00:00.000Z';
        const line = transcriptLabel({ provider: 'codex', firstWords: 'Fix it\nplease', updatedAt });
        assert.ok(line.startsWith('Fix it · codex, '));
        assert.ok(transcriptLabel({ provider: 'codex', updatedAt }).startsWith('Without words · '));
    });
});
