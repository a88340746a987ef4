// Projects whose repository the hub brings onto its machine itself: how they are asked for, and what is shown meanwhile.

import { button } from './controls.js';
import { h } from './dom.js';

/**
 * What `projects.create` gets.
 * @param {{where: string, name: string, init: boolean}} form `where`: a folder's path, or a repository's address
 */
export function projectRequest({ where, name, init }) {
    const place = where.trim();
    const isFolder = place.startsWith('/') || place.startsWith('~');
    return {
        ...(isFolder ? { path: place } : { repositoryUrl: place }),
        ...(name.trim() && { name: name.trim() }),
        ...(isFolder && init && { init: true }),
    };
}

/**
 * What stands in the board's place while there is no repository.
 * @param {object} project
 * @param {object} [job] that clones it, if it is known
 * @returns {?{title: string, text: string, progress: ?number, mayRetry: boolean}} null for a project that can be worked in
 */
export function cloneState(project, job) {
    if (project.status === 'pending' || project.status === 'cloning') {
        return {
            title: `Cloning ${project.repositoryUrl ?? project.name}`,
            text: job?.message || (project.status === 'pending' ? 'Waits for its turn.' : 'Has begun.'),
            progress: job?.progress ?? null,
            mayRetry: false,
        };
    }
    if (project.status === 'error') {
        return {
            title: `${project.repositoryUrl ?? project.name} could not be cloned`,
            text: project.error ?? '',
            progress: null,
            mayRetry: true,
        };
    }
    return null;
}

/** @param {object} state as `cloneState` says */
export function cloneView(page, project, state) {
    return h(
        'div',
        { class: 'stage-message clone', 'data-testid': 'clone-state', role: 'status' },
        h('h2', {}, state.title),
        state.progress !== null && h('progress', { value: state.progress, max: 1 }),
        h('p', { class: state.mayRetry ? 'problem' : 'muted' }, state.text),
        state.mayRetry &&
            button({
                label: 'Clone again',
                kind: 'primary',
                'data-testid': 'clone-again',
                onclick: () => page.call('projects.clone', { project: project.id }),
            }),
    );
}
