import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DraftKeeper, pauseMs } from '../../Sources/Dashboard/web/app/draft-keeper.js';
import { FakeClock, turn } from './fakes.mjs';

/** A hub that keeps one draft. */
function hub() {
    const calls = [];
    const kept = { draft: undefined, version: 4 };
    const stale = (version) => version !== undefined && version !== kept.draft?.version;
    const call = async (operation, { run, ...payload }) => {
        calls.push([operation, payload]);
        if (stale(payload.version)) throw Object.assign(new Error('stale'), { code: 'VERSION_STALE' });
        kept.version += 1;
        if (operation === 'drafts.delete') kept.draft = undefined;
        else if (operation === 'drafts.queue') kept.draft = { ...kept.draft, queued: true, version: kept.version };
        else kept.draft = { text: payload.text, queued: false, version: kept.version };
        return kept.draft ?? {};
    };
    return { calls, call, kept };
}

function keeper() {
    const clock = new FakeClock();
    const fake = hub();
    return { ...fake, clock, draft: new DraftKeeper('run_1', fake.call, clock) };
}

describe('a draft', () => {
    test('is kept when one pauses, once, with the version that it goes on from', async () => {
        const { draft, clock, calls } = keeper();
        draft.typed('a');
        clock.advance(pauseMs - 1);
        draft.typed('ab');
        clock.advance(pauseMs);
        await turn();
        draft.typed('abc');
        clock.advance(pauseMs);
        await turn();
        assert.deepEqual(calls, [['drafts.save', { text: 'ab' }], ['drafts.save', { text: 'abc', version: 5 }]]);
    });

    test('is shown as the hub has it, until something else is typed', () => {
        const { draft } = keeper();
        assert.equal(draft.told({ text: 'x', version: 3, queued: false }), true);
        assert.equal(draft.text, 'x');
        assert.equal(draft.told({ text: 'x', version: 3, queued: false }), false);
        draft.typed('mine');
        assert.equal(draft.told({ text: 'theirs', version: 4, queued: false }), false);
        assert.deepEqual([draft.text, draft.isContested], ['mine', true]);
    });

    test('of two who write, the second hears of it and loses nothing', async () => {
        const { draft, kept } = keeper();
        draft.typed('mine');
        await draft.keep();
        kept.draft = { ...kept.draft, text: 'theirs', version: 9 };
        draft.typed('mine too');
        await draft.keep();
        assert.deepEqual([draft.text, draft.isContested, kept.draft.text], ['mine too', true, 'theirs']);
        draft.told(kept.draft);
        await draft.keep();
        assert.equal(kept.draft.text, 'mine too');
    });

    test('waits in the queue, is taken back by writing on, and is gone when it was sent', async () => {
        const { draft, kept, calls } = keeper();
        draft.typed('later');
        await draft.queue();
        assert.equal(draft.isQueued, true);
        await draft.takeBack();
        assert.deepEqual([draft.isQueued, kept.draft.queued], [false, false]);
        assert.equal(draft.told(undefined), true, 'it was sent');
        assert.equal(draft.text, '');
        draft.typed('x');
        await draft.keep();
        await draft.sent();
        assert.equal(kept.draft, undefined);
        assert.equal(calls.at(-1)[0], 'drafts.delete');
    });
});
