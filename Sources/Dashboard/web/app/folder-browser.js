// Finding a repository on the hub's machine: the folders that the hub lets one see, one at a time.

import { button } from './controls.js';
import { h, icon, setChildren, setText, show } from './dom.js';

/**
 * Below the field for a path: opens at the roots, and puts into the field what is chosen.
 * @param {HTMLInputElement} input the field
 */
export function folderBrowser(page, input) {
    const place = h('code', { class: 'folder-place' });
    const up = button({ label: 'Up', icon: 'chevron', kind: 'quiet', 'data-testid': 'folder-up' });
    const list = h('ul', { class: 'folder-list', 'aria-label': 'Folders' });
    const message = h('p', { class: 'muted', role: 'status' });
    const element = h(
        'details',
        { class: 'folder-browser', 'data-testid': 'folder-browser' },
        h('summary', {}, 'Browse folders'),
        h('div', { class: 'folder-head' }, up, place),
        list,
        message,
    );
    let wanted = null;

    async function open(path) {
        wanted = path;
        let listing;
        try {
            listing = await page.hub.call('folders.list', path ? { path } : {});
        } catch (error) {
            if (wanted === path) setText(message, error.message);
            return;
        }
        if (wanted !== path) return;
        setText(place, listing.path);
        show(up, listing.path !== '');
        up.onclick = () => open(listing.parent ?? '');
        setChildren(list, listing.folders.map(item));
        const rest = listing.truncated ? 'There are more folders than are shown.' : '';
        setText(message, listing.folders.length === 0 ? 'There are no folders in it.' : rest);
    }

    function item({ name, path, repository }) {
        return h(
            'li',
            {},
            h(
                'button',
                {
                    type: 'button',
                    class: 'folder-item',
                    'data-repository': String(repository),
                    onclick: () => {
                        if (!repository) return open(path);
                        input.value = path;
                        element.open = false;
                        input.focus();
                    },
                },
                icon(repository ? 'branch' : 'chevron'),
                h('span', {}, name),
                repository && h('span', { class: 'muted' }, 'repository'),
            ),
        );
    }

    element.addEventListener('toggle', () => element.open && wanted === null && open(''));
    return element;
}
