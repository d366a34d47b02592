/**
 * Where this build lies: all its files stand under /static/<id>/, the sources in one folder there and what is built of them in another,
 * so both find the same from here.
 */
export const ASSETS = new URL('..', import.meta.url).pathname.replace(/\/$/, '');
export const BUILD = ASSETS.split('/').pop() ?? '';
/** The script that this line came in: as built, the one with everything that pages and worker share. */
export const CORE = new URL(import.meta.url).pathname;
