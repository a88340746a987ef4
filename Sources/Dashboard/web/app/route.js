// Where the page is, as its address says: #/project/<slug or id>/card/<id>/run/<id>

const parts = ['project', 'card', 'run'];

/** @returns {{project?: string, card?: string, run?: string}} */
export function parseRoute(hash) {
    const words = hash.replace(/^#?\/?/, '').split('/').map(decode);
    const route = {};
    for (let index = 0; index + 1 < words.length; index += 2) {
        if (parts.includes(words[index]) && words[index + 1]) route[words[index]] = words[index + 1];
    }
    return route.project ? route : {};
}

export function formatRoute(route) {
    const words = parts.filter((part) => route[part]).flatMap((part) => [part, encodeURIComponent(route[part])]);
    return `#/${words.join('/')}`;
}

/** What was typed by hand may be no percent-encoding at all. */
function decode(word) {
    try {
        return decodeURIComponent(word);
    } catch {
        return word;
    }
}
