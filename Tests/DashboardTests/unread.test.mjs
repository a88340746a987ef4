import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { expanded, matchingSnippets, withSnippet } from '../../Sources/Dashboard/web/app/slash-commands.js';
import { askMs, Unread } from '../../Sources/Dashboard/web/app/unread.js';
import { FakeClock, turn } from './fakes.mjs';

function page(answer) {
    const clock = new FakeClock();
    const calls = [];
    const call = async (operation, payload) => {
        calls.push([operation, payload]);
        return answer(operation, payload);
    };
    return { calls, clock, unread: new Unread(call, () => {}, clock) };
}

const replicaOf = (...versions) => ({
    isLoaded: true,
    cards: new Map(versions.map((version, index) => [`crd_${index}`, { id: `crd_${index}`, version }])),
});

describe('unread cards', () => {
    test('are asked for at once, and again a moment after something changed', async () => {
        const { calls, clock, unread } = page(() => ({ cards: ['crd_0'] }));
        unread.update('prj_1', replicaOf(1, 1));
        await turn();
        assert.ok(unread.has('crd_0') && !unread.has('crd_1') && unread.size === 1);
        unread.update('prj_1', replicaOf(1, 1));
        clock.advance(askMs);
        assert.equal(calls.length, 1, 'nothing was different');
        unread.update('prj_1', replicaOf(1, 2));
        unread.update('prj_1', replicaOf(2, 2));
        clock.advance(askMs);
        assert.equal(calls.length, 2);
    });

    test('are read when they are looked at, once for each version', async () => {
        const { calls, unread } = page((operation) => operation === 'cards.unread' && { cards: ['crd_0'] });
        unread.update('prj_1', replicaOf(4));
        await turn();
        await unread.see({ id: 'crd_0', version: 4 });
        await unread.see({ id: 'crd_0', version: 4 });
        assert.deepEqual(calls.slice(1), [['cards.view', { card: 'crd_0', version: 4 }]]);
        assert.equal(unread.size, 0);
    });

    test('of another project are forgotten', async () => {
        const { unread } = page(() => ({ cards: ['crd_0'] }));
        unread.update('prj_1', replicaOf(1));
        await turn();
        unread.update('prj_2', null);
        assert.equal(unread.size, 0);
    });
});

describe('snippets', () => {
    const snippets = [{ name: 'style', content: 'in short words' }, { name: 'tests', content: 'with tests' }];

    test('are offered for the word at the end, and take its place', () => {
        assert.deepEqual(matchingSnippets(snippets, 'Write @st').map(({ name }) => name), ['style']);
        assert.equal(matchingSnippets(snippets, '@').length, 2);
        assert.deepEqual(matchingSnippets(snippets, 'me@st'), []);
        assert.equal(withSnippet('Write (@st', snippets[0]), 'Write (in short words');
    });

    test('and commands are put in by the hub, where there can be any', async () => {
        const calls = [];
        const shown = { call: async (...call) => (calls.push(call), call[1].text === '/bad' ? null : { text: 'meant' }) };
        assert.equal(await expanded(shown, 'Plain words', { project: 'prj_1' }), 'Plain words');
        assert.equal(await expanded(shown, '/review it', { project: 'prj_1', runId: 'run_1' }), 'meant');
        assert.equal(await expanded(shown, '/bad', { project: 'prj_1' }), null);
        assert.deepEqual(calls[0], ['commands.expand', { project: 'prj_1', text: '/review it', runId: 'run_1' }]);
        assert.equal(calls.length, 2);
    });
});
