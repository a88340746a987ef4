// What one writes to a run and does not send: kept on the hub, so that it is there on another machine, and others see it.

/** How long one has to pause before it is kept. */
export const pauseMs = 700;

/**
 * A run's draft as it is written here and as the hub has it. Knows nothing of the page, so that it can be tested by hand.
 * What is typed here is never replaced by what comes from elsewhere; who writes at the same time is told.
 */
export class DraftKeeper {
    #call;
    #timers;
    #timer = null;
    #saving = null;
    /** Of the hub's draft that was seen last; null: there is none. */
    #version = null;
    #isTyped = false;
    text = '';
    isQueued = false;
    /** Somebody else has written to it since. */
    isContested = false;

    /**
     * @param {string} run
     * @param {(operation: string, payload: object) => Promise<object>} call rejects with what the hub has against it
     */
    constructor(run, call, timers = globalThis) {
        this.run = run;
        this.#call = call;
        this.#timers = timers;
    }

    /** What the hub tells of it; undefined: there is none. @returns whether `text` is another one now */
    told(draft) {
        const version = draft?.version ?? null;
        this.isQueued = Boolean(draft?.queued);
        if (this.#saving || version === this.#version) return false;
        if (this.#isTyped) {
            this.isContested ||= draft !== undefined;
            this.#version = version;
            return false;
        }
        this.#version = version;
        const text = draft?.text ?? '';
        if (text === this.text) return false;
        this.text = text;
        return true;
    }

    typed(text) {
        this.text = text;
        this.#isTyped = true;
        this.#timers.clearTimeout(this.#timer);
        this.#timer = this.#timers.setTimeout(() => this.keep(), pauseMs);
    }

    /** Keeps what is written, now. */
    async keep() {
        this.#timers.clearTimeout(this.#timer);
        await this.#saving;
        if (!this.#isTyped) return;
        this.#isTyped = false;
        this.#saving = this.#save();
        await this.#saving;
    }

    async #save() {
        const { run, text } = this;
        const version = this.#version === null ? {} : { version: this.#version };
        try {
            if (text) this.#version = (await this.#call('drafts.save', { run, text, ...version })).version;
            else if (this.#version !== null) {
                await this.#call('drafts.delete', { run, ...version });
                this.#version = null;
            }
            this.isContested = false;
        } catch (error) {
            // What was written here stays, and is kept with the next words: over what the other one wrote, who is shown.
            this.#isTyped = true;
            if (error.code !== 'VERSION_STALE' && error.code !== 'DRAFT_NOT_FOUND') return;
            this.isContested = error.code === 'VERSION_STALE';
            this.#version = null;
        } finally {
            this.#saving = null;
        }
    }

    /** It was said otherwise, and is no draft any more. */
    async sent() {
        this.text = '';
        this.#isTyped = true;
        await this.keep();
    }

    /** Has it sent when the turn ends. @throws what the hub has against it */
    async queue() {
        await this.keep();
        const draft = await this.#call('drafts.queue', { run: this.run });
        this.#version = draft.sentAt ? null : draft.version;
        this.isQueued = draft.queued;
        if (draft.sentAt) this.text = '';
    }

    /** Takes it out of the queue. */
    async takeBack() {
        this.#isTyped = true;
        await this.keep();
        this.isQueued = false;
    }
}
