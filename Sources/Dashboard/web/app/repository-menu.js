// What is done with a project's repository as a whole: pulls, and worktrees that go and come back.

import { button, openDialog, openMenu } from './controls.js';
import { h } from './dom.js';
import { plural, relativeTime } from './format.js';

export function openRepositoryMenu(page, anchor, project) {
    openMenu(anchor, 'Repository', [
        { label: `Pull ${project.defaultBranch}`, onchoose: () => pull(page, project) },
        { label: 'Clean up worktrees…', onchoose: () => openWorktreeDialog(page, project) },
        { label: 'Removed worktrees…', onchoose: () => openRemovedDialog(page, project) },
    ]);
}

async function pull(page, project) {
    const job = await page.call('projects.pull', { project: project.id });
    if (!job) return;
    const subscription = page.hub.subscribe(`job:${job.id}`, {
        onChange: ({ kind, data }) => {
            const now = kind === 'snapshot' ? data.job : kind === 'event' ? data : null;
            if (now?.status === 'error') page.notices.failed(new Error(now.error.detail));
            if (now?.status === 'done') page.notices.announce(pullLine(project, now.result));
            if (now?.status === 'error' || now?.status === 'done') subscription.close();
        },
    });
}

export function pullLine(project, { commits }) {
    return commits === 0 ? `${project.defaultBranch} is up to date` : `${plural(commits, 'commit')} for ${project.defaultBranch}`;
}

/** @returns {string} what is to be known of a worktree before it goes */
export function worktreeLine({ branch, changed, ignored, ignoredCount, kept }) {
    if (kept) return `${branch ?? 'no branch'}: stays, ${kept}`;
    const losses = [
        changed > 0 && `${plural(changed, 'file')} not committed, which can be had back`,
        ignoredCount > 0 &&
            `${ignored.slice(0, 3).join(', ')}${ignoredCount > 3 ? ` and ${ignoredCount - 3} more` : ''} ignored by git and lost`,
    ].filter(Boolean);
    return [branch ?? 'no branch', losses.join('; ')].filter(Boolean).join(': ');
}

async function openWorktreeDialog(page, project) {
    const preview = await page.call('worktrees.clean', { project: project.id, preview: true });
    if (!preview) return;
    const { removed, kept } = preview;
    const list = (title, worktrees) =>
        worktrees.length > 0 && [
            h('h3', {}, title),
            h('ul', { class: 'worktrees' }, worktrees.map((worktree) => h('li', {}, worktreeLine(worktree)))),
        ];
    openDialog({
        title: 'Clean up worktrees?',
        submit: 'Clean up',
        kind: 'danger',
        body: [
            h('p', { 'data-testid': 'worktree-count' }, `${plural(removed.length, 'worktree')} of runs that are over would go.`),
            list('They go', removed),
            list('They stay', kept),
            h('label', { class: 'check' }, h('input', { type: 'checkbox', name: 'keepIgnored' }), ' Keep those with ignored files'),
        ],
        onsubmit: async (form) => {
            const done = await page.hub.call('worktrees.clean', {
                project: project.id,
                ...(form.get('keepIgnored') && { keepIgnored: true }),
            });
            page.notices.announce(`${plural(done.removed.length, 'worktree')} removed`);
        },
    });
}

async function openRemovedDialog(page, project) {
    const removed = await page.call('worktrees.removed', { project: project.id });
    if (!removed) return;
    const row = ({ id, runId, branch, removedAt }) => {
        const restore = button({
            label: 'Bring back',
            kind: 'quiet',
            onclick: async () => {
                restore.disabled = Boolean(await page.call('worktrees.restore', { run: runId, removed: id }));
            },
        });
        return h('li', {}, h('span', {}, `${branch ?? 'no branch'}, removed ${relativeTime(removedAt, Date.now())}`), restore);
    };
    openDialog({
        title: 'Removed worktrees',
        submit: 'Done',
        body: removed.length === 0
            ? h('p', {}, 'There are none that could be had back.')
            : h('ul', { class: 'worktrees' }, removed.map(row)),
        onsubmit: async () => {},
    });
}
