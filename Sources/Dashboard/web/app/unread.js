// Which cards have changed since one saw them. The hub knows it for each user; the page asks again when something may be different.

/** How long changes are gathered before it is asked. */
export const askMs = 1_000;

export class Unread {
    #call;
    #changed;
    #timers;
    #project = null;
    #versions = null;
    #seen = new Map();
    #timer = null;
    #cards = new Set();

    /**
     * @param {(operation: string, payload: object) => Promise<object | null>} call
     * @param {() => void} changed
     */
    constructor(call, changed, timers = globalThis) {
        this.#call = call;
        this.#changed = changed;
        this.#timers = timers;
    }

    get size() {
        return this.#cards.size;
    }

    has(card) {
        return this.#cards.has(card);
    }

    /** @param {object | null} replica the project's, whose cards may have changed */
    update(project, replica) {
        if (project !== this.#project) {
            this.#project = project;
            this.#cards = new Set();
            this.#versions = null;
        }
        if (!project || !replica?.isLoaded) return;
        const versions = [...replica.cards.values()].reduce((sum, { version }) => sum + version, replica.cards.size);
        if (versions === this.#versions) return;
        const isFirst = this.#versions === null;
        this.#versions = versions;
        if (isFirst) this.ask();
        else this.askSoon();
    }

    /** Something may be different. Not before it is known which project is looked at. */
    askSoon() {
        this.#timer ??= this.#timers.setTimeout(() => this.ask(), askMs);
    }

    async ask() {
        this.#timers.clearTimeout(this.#timer);
        this.#timer = null;
        const project = this.#project;
        if (!project) return;
        const unread = await this.#call('cards.unread', { project });
        if (!unread || project !== this.#project) return;
        this.#cards = new Set(unread.cards.filter((card) => !this.#seen.has(card)));
        this.#seen.clear();
        this.#changed();
    }

    /** It is being looked at as it is. */
    async see({ id, version }) {
        if (!this.#cards.has(id) || this.#seen.get(id) === version) return;
        this.#seen.set(id, version);
        this.#cards.delete(id);
        this.#changed();
        await this.#call('cards.view', { card: id, version });
    }

    async seeAll() {
        if (await this.#call('projects.view', { project: this.#project })) await this.ask();
    }
}
