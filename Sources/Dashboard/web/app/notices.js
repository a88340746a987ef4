// What the page says by itself: toasts for what went wrong, and words for screen readers for what went well.

import { button } from './controls.js';
import { h } from './dom.js';

/** Long enough to be read; the toast can be dismissed before. */
const toastMs = 12_000;
const toastsMax = 4;

export class Notices {
    #toasts;
    #announcer;

    constructor(toasts, announcer) {
        this.#toasts = toasts;
        this.#announcer = announcer;
    }

    failed(error) {
        const title = error.members?.title;
        const toast = h(
            'div',
            { class: 'toast', role: 'alert', 'data-testid': 'toast' },
            h(
                'div',
                { class: 'toast-text' },
                title && title !== error.message && h('strong', {}, title),
                h('p', {}, error.message),
            ),
            button({ label: 'Dismiss', icon: 'close', kind: 'quiet', iconOnly: true, onclick: () => toast.remove() }),
        );
        this.#toasts.append(toast);
        while (this.#toasts.childElementCount > toastsMax) this.#toasts.firstElementChild.remove();
        setTimeout(() => toast.remove(), toastMs);
    }

    /** For changes that are plain to see, and only to see. */
    announce(text) {
        this.#announcer.textContent = text;
    }
}
