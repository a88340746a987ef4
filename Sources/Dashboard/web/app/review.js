// What somebody has to say about a run's work: a verdict, notes, and remarks on lines of its diff, sent as one.

import { field, openDialog } from './controls.js';
import { h } from './dom.js';

const verdicts = [
    ['approved', 'Approve'],
    ['rejected', 'Reject: something has to change'],
    ['commented', 'Remarks alone'],
];

/** Remarks that have not been sent, by run. They are lost with the page: what is to last is sent. */
export class Remarks {
    #ofRuns = new Map();

    of(runId) {
        return this.#ofRuns.get(runId) ?? [];
    }

    /** @param {object} remark `path`, `text`, and of a line `side` (old or new) and `line` */
    add(runId, remark) {
        this.#ofRuns.set(runId, [...this.of(runId), remark]);
    }

    clear(runId) {
        this.#ofRuns.delete(runId);
    }
}

/** What `reviews.submit` is asked. */
export function reviewRequest(run, remarks, { verdict, notes }) {
    const request = { run, verdict };
    if (notes?.trim()) request.notes = notes.trim();
    if (remarks.length > 0) request.comments = remarks;
    return request;
}

/** @param {HTMLElement} row of a patch, as the panel draws it */
export function lineOf(row) {
    const [before, after] = [...row.children].map((cell) => Number(cell.textContent));
    if (after) return { side: 'new', line: after };
    return before ? { side: 'old', line: before } : null;
}

export function remarkPlace({ path, side, line }) {
    if (!line) return path;
    return `${path}, line ${line}${side === 'old' ? ' before' : ''}`;
}

export function openRemarkDialog(place, onremark) {
    openDialog({
        title: `Remark on ${remarkPlace(place)}`,
        submit: 'Keep it for the review',
        body: field('What should be different', h('textarea', { name: 'text', rows: 4, required: true, autofocus: true })),
        onsubmit: async (form) => onremark({ ...place, text: form.get('text') }),
    });
}

export function openReviewDialog(page, run, remarks, onsent) {
    openDialog({
        title: 'Review',
        submit: 'Send',
        body: [
            field(
                'Verdict',
                h(
                    'select',
                    { name: 'verdict' },
                    verdicts.map(([value, label]) => h('option', { value }, label)),
                ),
                'What is said in a rejection, or in remarks, goes to the agent as one message.',
            ),
            field('Notes', h('textarea', { name: 'notes', rows: 3 })),
            remarks.length > 0 &&
                h(
                    'ul',
                    { class: 'remarks' },
                    remarks.map((remark) => h('li', {}, h('code', {}, remarkPlace(remark)), ` ${remark.text}`)),
                ),
        ],
        onsubmit: async (form) => {
            await page.hub.call('reviews.submit', reviewRequest(run.id, remarks, Object.fromEntries(form)));
            onsent();
        },
    });
}
