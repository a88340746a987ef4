// What a run changed: its files and their patches.

import { TimedOut } from '../roost.js';
import { button, diffStats, openDialog } from './controls.js';
import { h, icon, KeyedList, setAttribute, setChildren, setText, show } from './dom.js';
import { plural } from './format.js';
import { liveState } from './live-state.js';
import { parsePatch } from './patch.js';
import { lineOf, openRemarkDialog, openReviewDialog, Remarks } from './review.js';
import { isActive } from './run-rules.js';

/** Files are shown open while they have together no more lines than somebody would scroll through. */
const openLinesMax = 400;

/** A patch is drawn in steps of so many lines: thousands at once would stop the page for a moment. */
const rowsStep = 1_000;

const kindLetters = { added: 'A', modified: 'M', deleted: 'D', renamed: 'R' };

export class ChangesPanel {
    #page;
    #run = null;
    #remarks = new Remarks();
    #summary;
    #review;
    #message;
    #list;
    #openLines = 0;
    #shownKey = null;
    #wantedKey = null;
    /** Of the files that the hub told of last: each telling is another object. */
    #files = null;
    #filesTold = 0;

    constructor(page) {
        this.#page = page;
        this.#summary = h('p', { class: 'changes-summary' });
        this.#review = button({
            label: 'Review…',
            kind: 'quiet',
            'data-testid': 'review',
            onclick: () => {
                const run = this.#run;
                openReviewDialog(page, run, this.#remarks.of(run.id), () => {
                    this.#remarks.clear(run.id);
                    this.#showReview();
                });
            },
        });
        this.#message = h('p', { class: 'panel-empty' });
        const files = h('div', { class: 'diff-files' });
        this.#list = new KeyedList(files, {
            key: ({ path }) => path,
            same: sameFile,
            create: () => this.#createFile(),
            update: (element, file) => this.#updateFile(element, file),
        });
        this.element = h(
            'div',
            { class: 'changes scroller', tabindex: '0', 'aria-label': 'Changes' },
            h('div', { class: 'changes-head' }, this.#summary, this.#review),
            this.#message,
            files,
        );
    }

    /** Reads the diff when it is looked at, and again when the run or its worktree says that it is another. */
    update(run, replica) {
        this.#run = run;
        this.#showReview();
        const { diff, files, branch } = liveState(replica, run.id);
        if (files !== this.#files) {
            this.#files = files;
            this.#filesTold += 1;
        }
        const key = JSON.stringify([
            run.id,
            run.attempt,
            diff ?? run.diff ?? null,
            this.#filesTold,
            branch?.head ?? null,
            run.merge,
            run.branch ?? null,
            run.headCommit ?? null,
        ]);
        if (this.#wantedKey === key) return;
        const isOtherRun = !this.#wantedKey || JSON.parse(this.#wantedKey)[0] !== run.id;
        this.#wantedKey = key;
        if (isOtherRun) {
            this.#show({ files: [] }, run.branch ? 'Loading…' : 'Nothing is changed yet: the agent has not started.');
        }
        if (run.branch) this.#load(run, key);
    }

    #showReview() {
        const count = this.#remarks.of(this.#run.id).length;
        setText(this.#review.lastElementChild, count > 0 ? `Review (${plural(count, 'remark')})…` : 'Review…');
        show(this.#review, Boolean(this.#run.branch) && !isActive(this.#run));
    }

    #remark(place) {
        const { id } = this.#run;
        openRemarkDialog(place, (remark) => {
            this.#remarks.add(id, remark);
            this.#showReview();
        });
    }

    #takeBack(path) {
        const { id } = this.#run;
        openDialog({
            title: 'Take the changes back?',
            submit: 'Take back',
            kind: 'danger',
            body: h('p', {}, h('code', {}, path), ' becomes what it was before the run. A snapshot keeps what is there now.'),
            onsubmit: () => this.#page.hub.call('runs.revert', { run: id, files: [path] }),
        });
    }

    async #load(run, key) {
        let diff;
        try {
            diff = await this.#page.hub.call('runs.diff', { run: run.id });
        } catch (error) {
            if (this.#wantedKey !== key) return;
            // The page is drawn again when the connection is back, and then this is tried again.
            if (error instanceof TimedOut) this.#wantedKey = null;
            return this.#show({ files: [] }, error.message);
        }
        if (this.#wantedKey !== key) return;
        this.#show(diff, diff.files.length === 0 ? 'The agent has not changed any file.' : '');
    }

    #show({ stats, files }, message) {
        this.#openLines = 0;
        show(this.#summary, files.length > 0);
        if (stats) setChildren(this.#summary, plural(stats.filesChanged, 'file'), ' changed ', diffStats(stats));
        setText(this.#message, message);
        show(this.#message, message !== '');
        this.#list.show(files);
    }

    #createFile() {
        const element = h(
            'details',
            {
                class: 'diff-file',
                'data-testid': 'diff-file',
                ontoggle: () => this.#drawPatch(element),
            },
            h(
                'summary',
                {},
                icon('chevron'),
                h('span', { class: 'diff-kind' }),
                h('span', { class: 'diff-path' }),
                h('span', { class: 'diff-stats' }),
            ),
            h(
                'div',
                { class: 'patch-actions' },
                button({
                    label: 'Remark on the file',
                    kind: 'quiet',
                    onclick: () => this.#remark({ path: element.file.path }),
                }),
                button({
                    label: 'Take back',
                    kind: 'quiet',
                    'data-testid': 'take-back',
                    onclick: () => this.#takeBack(element.file.path),
                }),
            ),
            h('div', {
                class: 'patch',
                onclick: ({ target }) => {
                    const row = target.closest('.line-number')?.parentElement;
                    const line = row && lineOf(row);
                    if (line) this.#remark({ path: element.file.path, ...line });
                },
            }),
        );
        return element;
    }

    #updateFile(element, file) {
        const [summary, actions, body] = element.children;
        show(actions, !isActive(this.#run));
        const [, kind, path, stats] = summary.children;
        setAttribute(element, 'data-path', file.path);
        setAttribute(element, 'data-status', file.kind);
        setText(kind, kindLetters[file.kind] ?? '?');
        setAttribute(kind, 'title', file.kind);
        setText(path, file.oldPath && file.oldPath !== file.path ? `${file.oldPath} → ${file.path}` : file.path);
        setChildren(stats, file.binary ? 'binary' : diffStats(file));
        const isNew = !element.file;
        element.file = file;
        setChildren(body);
        this.#openLines += file.additions + file.deletions;
        if (isNew && file.patch && this.#openLines <= openLinesMax) element.open = true;
        this.#drawPatch(element);
    }

    #drawPatch(element) {
        const body = element.lastElementChild;
        const { file } = element;
        if (!element.open || body.firstChild) return;
        if (file.binary) {
            return setChildren(body, h('p', { class: 'patch-note' }, 'A binary file: there are no lines to show.'));
        }
        if (!file.patch) {
            return setChildren(
                body,
                h('p', { class: 'patch-note' }, file.truncated ? 'Too large to be shown.' : 'No line was changed.'),
            );
        }
        const rows = parsePatch(file.patch);
        const table = h('div', { class: 'patch-rows', role: 'table', 'aria-label': `Changes in ${file.path}` });
        setChildren(body, table);
        drawRows(body, table, rows, 0);
        if (file.truncated) body.append(h('p', { class: 'patch-note' }, 'The rest is too large to be shown.'));
    }
}

function drawRows(body, table, rows, start) {
    table.append(...rows.slice(start, start + rowsStep).map(patchRow));
    const rest = rows.length - start - rowsStep;
    if (rest <= 0) return;
    const more = h('button', {
        type: 'button',
        class: 'button quiet',
        onclick: () => {
            more.remove();
            drawRows(body, table, rows, start + rowsStep);
        },
    }, `Show ${plural(rest, 'more line')}`);
    table.after(more);
}

const signs = { add: '+', remove: '−', same: ' ', hunk: '', note: '' };

function patchRow({ kind, before, after, text }) {
    return h(
        'div',
        { class: `patch-row ${kind}`, role: 'row' },
        h('span', { class: 'line-number', role: 'cell', title: 'Remark on the line' }, before ?? ''),
        h('span', { class: 'line-number', role: 'cell', title: 'Remark on the line' }, after ?? ''),
        h('span', { class: 'line-sign', role: 'cell' }, signs[kind]),
        h('span', { class: 'line-text', role: 'cell' }, text || '\u200b'),
    );
}

function sameFile(a, b) {
    return JSON.stringify(a) === JSON.stringify(b);
}
