// What can be done with a run's branch until its work has landed, besides merging it.

import { field, openDialog, openMenu } from './controls.js';
import { h } from './dom.js';
import { hasLanded, isActive } from './run-rules.js';

/**
 * @param {object} run
 * @param {object} [branch] how it stands, if that is known
 * @returns {string[]} of `resolve continue abort`, while a rebase or merge waits in the worktree, else of `commit rebase
 *   push pull` and `offer` (as a pull request) or, where one is open, `attach` (look how it stands); none while an agent is at work
 */
export function branchVerbs(run, branch) {
    if (!run.worktreePath || isActive(run)) return [];
    if (branch?.operation) return ['resolve', 'continue', 'abort'];
    const isClean = branch && !branch.changed && !branch.untracked;
    const offer = run.pullRequest?.state === 'open' ? 'attach' : hasLanded(run) ? null : 'offer';
    return [...(isClean ? [] : ['commit']), 'rebase', 'push', 'pull', ...(offer ? [offer] : [])];
}

const labels = {
    commit: () => 'Commit…',
    rebase: (run) => `Rebase onto ${run.targetBranch}`,
    push: () => 'Push',
    pull: () => 'Pull',
    offer: () => 'Pull request…',
    attach: (run) => `Look how pull request #${run.pullRequest.number} stands`,
    resolve: () => 'Ask the agent to bring it together',
    continue: () => 'Continue: it is brought together',
    abort: (run, branch) => `Call off the ${branch.operation}`,
};

const operations = {
    rebase: 'runs.rebase',
    push: 'runs.push',
    pull: 'runs.pull',
    attach: 'pullrequests.attach',
    resolve: 'conflicts.resolve',
    continue: 'conflicts.continue',
    abort: 'conflicts.abort',
};

/** @param {(error: Error) => boolean} onconflict whether it has shown what the hub refuses with */
export function openBranchMenu(page, anchor, run, branch, onconflict) {
    const perform = async (verb) => {
        try {
            await page.hub.call(operations[verb], { run: run.id });
        } catch (error) {
            if (error.code !== 'MERGE_CONFLICT' || !onconflict(error)) page.notices.failed(error);
        }
    };
    openMenu(
        anchor,
        'Branch',
        branchVerbs(run, branch).map((verb) => ({
            label: labels[verb](run, branch),
            onchoose: () => (dialogs[verb] ? dialogs[verb](page, run) : perform(verb)),
        })),
    );
}

function openOfferDialog(page, run) {
    openDialog({
        title: 'Pull request',
        submit: 'Push and offer',
        body: [
            field('Title', h('input', { name: 'title', autocomplete: 'off', placeholder: 'The card’s title' })),
            field(
                'Description',
                h('textarea', { name: 'body', rows: 5 }),
                `Pushes ${run.branch} and offers it to ${run.targetBranch}. Without a description: the agent’s summary.`,
            ),
            h('label', { class: 'check' }, h('input', { type: 'checkbox', name: 'draft' }), ' As a draft'),
        ],
        onsubmit: (form) => page.hub.call('pullrequests.create', { run: run.id, ...offerRequest(form) }),
    });
}

/** @param {{get: (name: string) => ?string}} form */
export function offerRequest(form) {
    const [title, body] = [form.get('title').trim(), form.get('body').trim()];
    return { ...(title && { title }), ...(body && { body }), ...(form.get('draft') && { draft: true }) };
}

const dialogs = { commit: openCommitDialog, offer: openOfferDialog };

function openCommitDialog(page, run) {
    openDialog({
        title: 'Commit',
        submit: 'Commit',
        body: [
            field(
                'Message',
                h('textarea', { name: 'message', rows: 3 }),
                'All that is changed in the worktree. Without a message: the first words of the task.',
            ),
            h('label', { class: 'check' }, h('input', { type: 'checkbox', name: 'amend' }), ' Amend the newest commit'),
        ],
        onsubmit: async (form) => {
            const message = form.get('message').trim();
            await page.hub.call('runs.commit', {
                run: run.id,
                ...(message && { message }),
                ...(form.get('amend') && { amend: true }),
            });
        },
    });
}
