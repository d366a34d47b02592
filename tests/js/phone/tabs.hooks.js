/** What a module of a tab imports belongs to that tab. @type {import('node:module').ResolveHook} */
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  const tab = /\?tab=\w+$/.exec(context.parentURL ?? '')?.[0];
  const isOurs = found.url.includes('/static/') && !found.url.includes('?');
  return tab && isOurs ? { ...found, url: found.url + tab } : found;
}
