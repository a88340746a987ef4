// A run's heading: where it stands, what can be done about it, and what has to be said about it.

import { branchVerbs, openBranchMenu } from './branch-menu.js';
import { busy, button, setStatusChip, statusChip } from './controls.js';
import { h, icon, setAttribute, setChildren, setText, show } from './dom.js';
import { budgetLine, duration, runStatusLabel, usageLine } from './format.js';
import { branchLine, liveState } from './live-state.js';
import { openEditorMenu } from './open-editor.js';
import { allowedVerbs, hasLanded, isActive, isSettled, noticesOf } from './run-rules.js';
import { openSummary } from './run-summary.js';

const verbs = [
    { verb: 'start', label: 'Start', icon: 'play', kind: 'primary' },
    { verb: 'pause', label: 'Pause', icon: 'pause', kind: 'plain' },
    { verb: 'resume', label: 'Resume', icon: 'play', kind: 'primary' },
    { verb: 'stop', label: 'Stop', icon: 'stop', kind: 'plain' },
    { verb: 'retry', label: 'Retry', icon: 'retry', kind: 'plain' },
    { verb: 'cancel', label: 'Cancel', icon: 'close', kind: 'quiet' },
    { verb: 'merge', label: 'Merge', icon: 'merge', kind: 'primary' },
];

export class RunBar {
    #page;
    #run = null;
    #chip;
    #agent;
    #branch;
    #facts;
    #standing;
    /** How the branch stood when its run was first shown; what is told later takes its place. */
    #asked = { key: null, branch: null };
    #replica = null;
    #buttons = new Map();
    #open;
    #summary;
    #landing;
    #notices;
    #noticesKey = null;
    #conflict = null;

    constructor(page) {
        this.#page = page;
        this.#chip = statusChip('run-status');
        this.#agent = h('span', { class: 'run-agent' });
        this.#branch = h('span', { class: 'run-branch' }, icon('branch'), h('span', {}));
        this.#facts = h('span', { class: 'run-facts muted' });
        this.#standing = h('span', { class: 'run-standing muted', 'data-testid': 'run-standing' });
        for (const { verb, ...look } of verbs) {
            this.#buttons.set(verb, button({ ...look, 'data-testid': verb, onclick: () => this.#perform(verb) }));
        }
        this.#open = button({
            label: 'Open',
            icon: 'folder',
            kind: 'quiet',
            title: 'Open the worktree in an editor',
            'data-testid': 'open-editor',
            onclick: () => openEditorMenu(this.#page, this.#open, this.#run),
        });
        this.#summary = button({
            label: 'Summary',
            icon: 'list',
            kind: 'quiet',
            title: 'What it came to',
            'data-testid': 'open-summary',
            onclick: () => openSummary(this.#page, this.#run),
        });
        this.#landing = button({
            label: 'Branch',
            icon: 'branch',
            kind: 'quiet',
            title: 'Commit, rebase, push',
            'data-testid': 'branch-menu',
            onclick: () => openBranchMenu(this.#page, this.#landing, this.#run, this.#standingBranch, this.#onConflict),
        });
        this.#notices = h('div', { class: 'notices', 'aria-live': 'polite' });
        this.element = h(
            'div',
            { class: 'run-bar' },
            h(
                'div',
                { class: 'run-line' },
                h('div', { class: 'run-state' }, this.#chip, this.#agent, this.#branch, this.#standing, this.#facts),
                h('div', { class: 'run-actions' }, this.#open, this.#summary, this.#landing, ...this.#buttons.values()),
            ),
            this.#notices,
        );
        setInterval(() => this.#run && isActive(this.#run) && this.#showFacts(), 1_000);
    }

    update(run, replica) {
        show(this.element, Boolean(run));
        this.#replica = replica;
        if (this.#conflict && (run?.id !== this.#conflict.run || hasLanded(run))) this.#conflict = null;
        this.#run = run;
        if (!run) return;
        setStatusChip(this.#chip, run.status, runStatusLabel(run));
        setText(this.#agent, [run.profile, run.provider, run.options?.model].filter(Boolean).join(' · '));
        show(this.#branch, Boolean(run.branch));
        setText(this.#branch.lastElementChild, run.branch ?? '');
        setAttribute(this.#branch, 'title', run.worktreePath ? `${run.branch} in ${run.worktreePath}` : run.branch);
        show(this.#open, Boolean(run.worktreePath) && !run.purpose);
        show(this.#summary, isSettled(run) && !run.purpose);
        const allowed = allowedVerbs(run);
        for (const [verb, control] of this.#buttons) show(control, allowed.has(verb));
        // What did not end well is merged only by somebody who means it.
        this.#buttons.get('merge').classList.toggle('primary', run.status === 'completed');
        setText(this.#buttons.get('merge').lastElementChild, `Merge into ${run.targetBranch}`);
        this.#showFacts();
        this.#showStanding();
        this.#showNotices();
    }

    #showStanding() {
        const run = this.#run;
        const key = run.worktreePath ? `${run.id}/${run.worktreePath}` : null;
        if (this.#asked.key !== key) {
            this.#asked = { key, branch: null };
            if (key) this.#askStanding(key, run.id);
        }
        const branch = this.#standingBranch;
        const line = branchLine(branch);
        setText(this.#standing, line);
        show(this.#standing, line !== '');
        show(this.#landing, branchVerbs(run, branch).length > 0);
    }

    get #standingBranch() {
        if (!this.#run.worktreePath) return null;
        return liveState(this.#replica, this.#run.id).branch ?? this.#asked.branch;
    }

    async #askStanding(key, id) {
        let branch;
        try {
            branch = await this.#page.hub.call('runs.branch', { run: id });
        } catch {
            // The line is a courtesy: what the hub tells next fills it.
            return;
        }
        if (this.#asked.key !== key || this.#run?.id !== id) return;
        this.#asked.branch = branch;
        this.#showStanding();
    }

    #showFacts() {
        const { attempt, startedAt, endedAt, usage, budget } = this.#run;
        const spent = startedAt && duration((endedAt ? Date.parse(endedAt) : Date.now()) - Date.parse(startedAt));
        const facts = [attempt > 1 && `attempt ${attempt}`, spent, usage && usageLine(usage), budget && budgetLine(budget)];
        setText(this.#facts, facts.filter(Boolean).join(' · '));
    }

    #showNotices() {
        const notices = noticesOf(this.#run);
        const key = JSON.stringify([notices, this.#conflict]);
        if (key === this.#noticesKey) return;
        this.#noticesKey = key;
        setChildren(
            this.#notices,
            notices.map(({ kind, title, text, url }) =>
                h(
                    'div',
                    { class: `notice ${kind}` },
                    h('strong', {}, title),
                    text && h('p', {}, text),
                    // What a host says of an address is not to be trusted with any other scheme.
                    url?.startsWith('https://') && h('p', {}, h('a', { href: url, target: '_blank', rel: 'noreferrer' }, url)),
                )
            ),
            this.#conflict &&
                h(
                    'ul',
                    { class: 'conflicts', 'data-testid': 'conflicts' },
                    this.#conflict.files.map(({ path, kind }) =>
                        h('li', {}, h('code', {}, path), kind && h('span', { class: 'muted' }, ` ${kind}`))
                    ),
                ),
        );
    }

    async #perform(verb) {
        const run = this.#run;
        const control = this.#buttons.get(verb);
        try {
            await busy(control, this.#page.hub.call(`runs.${verb}`, { run: run.id }));
            if (verb === 'merge') this.#page.notices.announce(`Merged into ${run.targetBranch}`);
        } catch (error) {
            if (error.code === 'MERGE_CONFLICT') return this.#conflicted(run, error);
            this.#page.notices.failed(error);
        }
    }

    /** The run itself only says that there is a conflict; the answer to the merge says where. */
    #conflicted(run, error) {
        if (this.#run?.id !== run.id) return;
        this.#conflict = { run: run.id, files: error.members.conflictedFiles ?? [] };
        this.#page.render();
    }

    #onConflict = (error) => {
        if (!error.members.conflictedFiles) return false;
        this.#conflicted(this.#run, error);
        return true;
    };
}
