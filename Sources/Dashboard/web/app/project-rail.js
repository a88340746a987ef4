// The left edge: which projects there are, and whether the page is live.

import { projectRequest } from './clone-state.js';
import { button, field, openDialog } from './controls.js';
import { h, icon, KeyedList, setAttribute, setText, show } from './dom.js';
import { folderBrowser } from './folder-browser.js';
import { formatRoute } from './route.js';

const connectionLabels = {
    idle: 'Connecting…',
    connecting: 'Connecting…',
    online: 'Live',
    reconnecting: 'Reconnecting…',
    closed: 'Disconnected',
};

export class ProjectRail {
    #page;
    #list;
    #connection;
    #toggle;
    #currentName;
    #user;

    constructor(page, root) {
        this.#page = page;
        const list = h('ul', { class: 'project-list', id: 'project-list' });
        this.#list = new KeyedList(list, {
            key: ({ project }) => project.id,
            same: (a, b) => a.project === b.project && a.isCurrent === b.isCurrent,
            create: () => h('li', {}, h('a', { class: 'project-link', 'data-testid': 'project-item' }, h('span', {}))),
            update: (element, item) => this.#updateItem(element.firstElementChild, item),
        });
        this.#connection = h(
            'p',
            { class: 'connection', role: 'status', 'data-testid': 'connection-state' },
            h('span', { class: 'connection-dot' }),
            h('span', {}),
        );
        this.#user = button({
            label: 'Sign out',
            kind: 'quiet',
            hidden: true,
            'data-testid': 'sign-out',
            onclick: () => page.signOut(),
        });
        this.#currentName = h('span', {}, 'Projects');
        this.#toggle = h(
            'button',
            {
                type: 'button',
                class: 'rail-toggle',
                'aria-expanded': 'false',
                'aria-controls': 'rail-body',
                onclick: () => this.#setOpen(this.#toggle.getAttribute('aria-expanded') !== 'true'),
            },
            this.#currentName,
            icon('chevron'),
        );
        this.root = root;
        root.append(
            h('a', { class: 'brand', href: '#/', 'aria-label': 'Roost' }, icon('bird'), h('span', {}, 'Roost')),
            this.#toggle,
            h(
                'div',
                { class: 'rail-body', id: 'rail-body' },
                h('h2', { class: 'rail-title' }, 'Projects'),
                list,
                button({
                    label: 'New project',
                    icon: 'plus',
                    kind: 'quiet',
                    'data-testid': 'new-project',
                    onclick: () => openProjectDialog(page),
                }),
            ),
            this.#user,
            this.#connection,
        );
        list.addEventListener('click', () => this.#setOpen(false));
    }

    update(projects, current) {
        this.#list.show(projects.map((project) => ({ project, isCurrent: project === current })));
        setText(this.#currentName, current?.name ?? 'Projects');
    }

    setConnection(state, detail) {
        this.#connection.dataset.status = state;
        setText(this.#connection.lastElementChild, connectionLabels[state]);
        setAttribute(this.#connection, 'title', state === 'online' ? null : detail);
    }

    /** @param {object} [user] nobody where the hub has no users */
    setUser(user) {
        show(this.#user, Boolean(user));
        if (user) setText(this.#user.lastElementChild, `Sign out ${user.name}`);
    }

    #updateItem(link, { project, isCurrent }) {
        setAttribute(link, 'href', formatRoute({ project: project.slug }));
        setAttribute(link, 'data-id', project.id);
        setAttribute(link, 'data-status', project.status);
        setAttribute(link, 'aria-current', isCurrent ? 'page' : null);
        setAttribute(link, 'title', project.path);
        setText(link.firstElementChild, project.name);
    }

    #setOpen(isOpen) {
        setAttribute(this.#toggle, 'aria-expanded', String(isOpen));
        this.root.classList.toggle('open', isOpen);
    }
}

export function projectFields(page) {
    const path = h('input', {
        name: 'path',
        required: true,
        placeholder: '/home/you/src/project or https://…',
        autocomplete: 'off',
        spellcheck: 'false',
        'data-testid': 'project-path',
    });
    return [
        field(
            'Folder or address',
            path,
            'The full path of a git repository on the hub’s machine, or an address that the hub clones it from.',
        ),
        folderBrowser(page, path),
        field('Name', h('input', { name: 'name', placeholder: 'The folder’s or repository’s name', autocomplete: 'off' })),
        h(
            'label',
            { class: 'check' },
            h('input', { type: 'checkbox', name: 'init' }),
            h('span', {}, 'Make the folder and the repository if they do not exist'),
        ),
    ];
}

/** @returns {Promise} rejects with what the hub has against it */
export async function createProject(page, form) {
    const project = await page.hub.call(
        'projects.create',
        projectRequest({ where: form.get('path'), name: form.get('name'), init: Boolean(form.get('init')) }),
    );
    page.go({ project: project.slug ?? project.id });
}

function openProjectDialog(page) {
    openDialog({
        title: 'New project',
        body: projectFields(page),
        submit: 'Create project',
        onsubmit: (form) => createProject(page, form),
    });
}
