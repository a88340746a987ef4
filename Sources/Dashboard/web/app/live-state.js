// What the hub tells of a run's worktree while it changes. It is told by events alone: what was before them is asked for.

import { plural } from './format.js';

/**
 * How the branch stands, how much is changed, and which files changed last; each is absent until it was told.
 * @param {{of: (kind: string) => Map<string, object>} | null} replica of the run's channel
 */
export function liveState(replica, runId) {
    const key = runId?.split('_')[1];
    const newest = (kind) => key && replica?.of(kind).get(`${kind}_${key}`);
    return { branch: newest('bst'), diff: newest('dif'), files: newest('fch') };
}

const operations = { merge: 'merging', rebase: 'rebasing', cherryPick: 'cherry-picking', revert: 'reverting' };

/** One line: `2 ahead, 1 behind main · 3 changed, 1 new · rebasing · 2 conflicts`. */
export function branchLine(branch) {
    if (!branch) return '';
    const distance = [branch.ahead && `${branch.ahead} ahead${branch.behind ? '' : ' of'}`, branch.behind && `${branch.behind} behind`];
    const open = [branch.changed && `${branch.changed} changed`, branch.untracked && `${branch.untracked} new`];
    const remote = [branch.remoteAhead && `${branch.remoteAhead} to push`, branch.remoteBehind && `${branch.remoteBehind} to pull`];
    const parts = [distance, open, remote].map((words) => words.filter(Boolean).join(', '));
    if (parts[0]) parts[0] += ` ${branch.targetBranch}`;
    if (branch.operation) parts.push(operations[branch.operation] ?? branch.operation);
    if (branch.conflictedFiles?.length) parts.push(plural(branch.conflictedFiles.length, 'conflict'));
    return parts.filter(Boolean).join(' · ');
}
