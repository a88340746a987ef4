import { Replica } from './replica.js';

/** What the board shows. Entries are left out: a busy run writes hundreds, and the board shows none. */
const boardTopics = ['project', 'board', 'column', 'card', 'run', 'approval', 'diff', 'merge', 'branch', 'pr', 'presence', 'session'];

/** Which channels the page follows at the moment, and what it knows from each. */
export class Store {
    #hub;
    #changed;
    #followed = new Map();

    /** @param {() => void} changed called after every change of any replica */
    constructor(hub, changed) {
        this.#hub = hub;
        this.#changed = changed;
    }

    followHub() {
        return this.#follow('hub', 'hub');
    }

    followProject(id) {
        return this.#follow('project', id && `project:${id}`, { topics: boardTopics });
    }

    followJob(id) {
        return this.#follow('job', id && `job:${id}`);
    }

    followRun(id) {
        return this.#follow('run', id && `run:${id}`);
    }

    /** What is told to oneself alone. @param {(change: object) => void} onChange */
    followMe(onChange) {
        this.#hub.subscribe('user:me', { filter: { topics: ['card', 'preference'] }, onChange });
    }

    /** One channel a slot: following another lets go of the one before, with all that is known from it. */
    #follow(slot, channel, filter) {
        const current = this.#followed.get(slot);
        if (current?.channel === channel) return current.replica;
        current?.subscription.close();
        this.#followed.delete(slot);
        if (!channel) return null;
        const replica = new Replica(this.#changed);
        const subscription = this.#hub.subscribe(channel, {
            filter,
            onChange: (change) => replica.apply(change),
            onEnd: (error) => error && replica.refused(error),
        });
        this.#followed.set(slot, { channel, replica, subscription });
        return replica;
    }
}
