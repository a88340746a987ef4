// What a run's status means for the page: which verbs it allows, and what there is to say about it.

const settled = ['completed', 'failed', 'cancelled', 'interrupted'];

export function isSettled(run) {
    return settled.includes(run.status);
}

/** Its agent is at work, or waits for somebody. */
export function isActive(run) {
    return run.status === 'running' || run.status === 'waiting';
}

/** It has no process, and the hub will go on with it when its time has come. */
export function isPostponed(run) {
    return run.status === 'waiting' && ['quota', 'retry'].includes(run.waitingFor);
}

/** Its agent has a process, alive or frozen: what limits on runs count. */
export function holdsPlace(run) {
    return (isActive(run) && !isPostponed(run)) || (run.status === 'paused' && run.pause?.agent === 'frozen');
}

/** @returns {Map} how many runs hold a place, by the column that their cards are in */
export function atWorkByColumn(runs, cards) {
    const counts = new Map();
    for (const run of runs) {
        const columnId = holdsPlace(run) && cards.get(run.cardId)?.columnId;
        if (columnId) counts.set(columnId, (counts.get(columnId) ?? 0) + 1);
    }
    return counts;
}

/** Whether its work is where it was meant to go. */
export function hasLanded(run) {
    return run.merge === 'merged' || run.merge === 'pr_merged';
}

/** @returns {Set<string>} of `start pause resume stop cancel retry message merge` */
export function allowedVerbs(run) {
    const verbs = new Set();
    if (run.status === 'draft') verbs.add('start');
    if (isActive(run)) verbs.add('stop');
    if (isActive(run) && !isPostponed(run)) verbs.add('pause');
    if (run.status === 'paused' || isPostponed(run)) verbs.add('resume');
    if (!isSettled(run)) verbs.add('cancel');
    if (isSettled(run) && run.status !== 'completed') verbs.add('retry');
    if (run.status !== 'queued') verbs.add('message');
    if (isSettled(run) && run.branch && !run.purpose && !hasLanded(run)) verbs.add('merge');
    return verbs;
}

const holds = {
    hub: 'It starts as soon as another run of this hub has ended.',
    project: 'It starts as soon as another run of this project has ended.',
    provider: 'It starts as soon as another run of this agent has ended.',
    column: 'Its column has as many cards at work as it may.',
    quota: 'Its agent’s quota is used up.',
    bot: 'It waits for a bot that claims it.',
    pace: 'The hub has just begun, and starts its runs bit by bit.',
};

const pauseTitles = { user: 'Paused', budget: 'The budget is used up', stall: 'Stopped for its silence' };

function pauseNotice(pause) {
    const isFrozen = pause?.agent === 'frozen';
    return {
        kind: pause && pause.reason !== 'user' ? 'warning' : 'calm',
        title: isFrozen || (pause && pause.reason !== 'user') ? pauseTitles[pause.reason] : 'Stopped',
        text: pause?.detail ??
            (isFrozen
                ? 'The agent stands still where it is.'
                : 'Resume, or a message, lets the agent go on in the same worktree.'),
    };
}

function local(moment) {
    return new Date(moment).toLocaleString();
}

const failureTitles = {
    agent: 'The agent failed',
    platform: 'The hub could not run the agent',
    quota: 'The agent’s quota is used up',
    auth: 'The agent is not signed in',
    user: 'Something in the task has to change',
};

/** @returns {{kind: 'bad' | 'warning' | 'good' | 'calm', title: string, text?: string}[]} most important first */
export function noticesOf(run) {
    const notices = [];
    if (run.status === 'failed') {
        notices.push({
            kind: 'bad',
            title: failureTitles[run.failure?.class] ?? 'The run failed',
            text: run.failure?.message,
        });
    }
    if (run.status === 'interrupted') {
        notices.push({ kind: 'warning', title: 'Interrupted', text: run.interruptedReason });
    }
    if (run.status === 'paused') {
        notices.push(pauseNotice(run.pause));
    }
    if (run.status === 'queued') {
        const { position, heldBy, heldUntil } = run.queue ?? {};
        notices.push({
            kind: heldBy === 'quota' ? 'warning' : 'calm',
            title: position ? `In the queue, number ${position}` : 'In the queue',
            text: [holds[heldBy] ?? holds.hub, heldUntil && `Until ${local(heldUntil)}.`].filter(Boolean).join(' '),
        });
    }
    if (isPostponed(run)) {
        const until = run.waitingUntil && `Until ${local(run.waitingUntil)}.`;
        notices.push({
            kind: 'warning',
            title: run.waitingFor === 'quota' ? 'Waiting for quota' : 'Trying again soon',
            text: [run.failure?.message, until].filter(Boolean).join('\n'),
        });
    }
    if (run.stalledSince) {
        notices.push({ kind: 'warning', title: 'Silent', text: `Since ${local(run.stalledSince)}.` });
    }
    if (run.nextPrompt) notices.push({ kind: 'calm', title: 'Will be told next', text: run.nextPrompt });
    if (run.merge === 'conflict') {
        notices.push({
            kind: 'warning',
            title: `Conflicts with ${run.targetBranch}`,
            text: 'Ask the agent to bring its branch up to date, or resolve it in the worktree; then merge again.',
        });
    }
    if (run.pullRequest && run.merge.startsWith('pr_')) {
        const { number, title, isDraft, state, url } = run.pullRequest;
        notices.push({
            kind: state === 'merged' ? 'good' : 'calm',
            title: `Pull request #${number} is ${isDraft && state === 'open' ? 'a draft' : state}`,
            text: title,
            url,
        });
    }
    if (run.merge === 'merged') {
        notices.push({
            kind: 'good',
            title: `Merged into ${run.targetBranch}`,
            text: run.mergeCommit && `as ${run.mergeCommit.slice(0, 10)}`,
        });
    }
    return notices;
}
